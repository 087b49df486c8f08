"""`earful triage explain` and `predict`: without a desk, without a database.

What was asked for goes to stdout, what is wrong to stderr.
"""

import contextlib
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final, Protocol

import msgspec

from earful.cli.articles import NO_ARTICLES, Articles, said
from earful.cli.labelling import REASON, labels, topics_of, weighed_in
from earful.cli.reading_aloud import reading
from earful.cli.triage_rows import having, rows_of
from earful.cli.trouble import Trouble
from earful.core.triage.answering import Answering
from earful.core.triage.answers import in_words, is_asked
from earful.core.triage.model import Model, UnreadableModel, as_json, read, shipped
from earful.deep import needed

AT_ONCE: Final = 2_000
WORDS: Final = 3


def explain(text: str, models: Sequence[Path], stage: int) -> int:
    """Print what rules see in a text, then each head's answer, how sure it is, and the words that spoke for it. Heads
    of other posts are left out.
    """
    if not text.strip():
        raise Trouble("There is no text: put the post in quotes behind the command.")
    model, topics = in_force(models, stage), topics_of([])
    for line in reading(text):
        print(line)
    scores, spoke = weighed_in(model.score([text]), model.card, [text], topics), model.words(text)
    likeliest = {told.name: told.answers[int(scores[told.name][0].argmax())] for told in model.card.heads}
    for name, answer in likeliest.items():
        if not is_asked(name, likeliest):
            continue
        words = [f"{word} {weight:+.1f}" for word, weight in spoke[name][:WORDS] if weight > 0]
        if name == REASON:
            words = [hit.because for hit in topics.find(text) if hit.topic == answer] + words
        because = f"   because: {', '.join(words)}" if words else ""
        print(f"{name + ':':<13}{in_words(name, answer):<34}{scores[name][0].max():>5.0%} sure{because}")
    return 0


def predict(
    came: Path,
    goes: Path,
    models: Sequence[Path],
    stage: int,
    suggested: Articles = NO_ARTICLES,
    lists: Sequence[Path] = (),
) -> int:
    """Write a line of answers for each line, in the same order, with the topics whose words were found (of the desk's
    own `lists`, else of the shipped ones) and the articles that are suggested for it.
    """
    model, topics = in_force(models, stage), topics_of(lists)
    with contextlib.nullcontext(sys.stdout.buffer) if str(goes) == "-" else goes.open("wb") as out:
        rows = (row if "turns" in row else having(came, row, "text") for row in rows_of(came))
        while batch := list(islice(rows, AT_ONCE)):
            texts = [str(row.get("text") or said(row)) for row in batch]
            scores = weighed_in(model.score(texts), model.card, texts, topics)
            for number, row in enumerate(batch):
                answers = {told.name: as_json(told, scores[told.name][number]) for told in model.card.heads}
                more = {"labels": labels(row, texts[number], topics), "ranking": suggested.ranking(row)}
                out.write(msgspec.json.encode({"id": row.get("id"), **answers, **more}) + b"\n")
    return 0


class Explaining(Answering, Protocol):
    """Heads that answer, and say why."""

    def words(self, text: str) -> dict[str, list[tuple[str, float]]]: ...


def in_force(models: Sequence[Path], stage: int) -> Explaining:
    """The shipped heads, and those of the files, which stand for shipped ones of the same name; with the second stage
    where that is asked for.
    """
    bodies = [(path, path.read_bytes()) for path in models]
    try:
        return _both(bodies) if stage == 2 else _first(bodies)
    except UnreadableModel as error:
        raise Trouble(str(error)) from error


def _first(bodies: Sequence[tuple[Path, bytes]]) -> Model:
    model = shipped()
    for path, body in bodies:
        model = model.joined(read(body, str(path)))
    return model


def _both(bodies: Sequence[tuple[Path, bytes]]) -> Explaining:
    if not needed.can_run():
        raise Trouble(needed.ADVICE)
    from earful.cli.second_stage import staged

    return staged(shipped(), bodies)
