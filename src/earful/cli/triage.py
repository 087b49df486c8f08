"""`earful triage` on files: without a desk, without a database.

What was asked for goes to stdout, what is wrong to stderr.
"""

import contextlib
import csv
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
import numpy as np

from earful.cli.articles import NO_ARTICLES, Articles, said
from earful.cli.labelling import REASON, labels, topics_of, weighed_in
from earful.cli.rules import lines
from earful.cli.trouble import Trouble
from earful.core.triage.heads import HEADS
from earful.core.triage.measuring import Quality, quality
from earful.core.triage.model import Card, Model, Probabilities, UnreadableModel, as_json, empty, read, shipped
from earful.core.triage.training import learn, matrix
from earful.core.triage.vectors import vectors
from earful.deep import needed

AT_ONCE: Final = 2_000
HELD_BACK: Final = 10
LEAST_EXAMPLES: Final = 20
WORDS: Final = 3
Row = dict[str, Any]


def explain(text: str, models: Sequence[Path], stage: int) -> int:
    """Print each head's answer, how sure it is, and the words that spoke for it; heads of other posts are left out."""
    if not text.strip():
        raise Trouble("There is no text: put the post in quotes behind the command.")
    model, topics = in_force(models, stage), topics_of([])
    scores, spoke = weighed_in(model.score([text]), model.card, [text], topics), model.words(text)
    likeliest = {told.name: told.answers[int(scores[told.name][0].argmax())] for told in model.card.heads}
    for name, answer in likeliest.items():
        if name in HEADS and (of := HEADS[name].of) and likeliest.get(of[0]) != of[1]:
            continue
        words = [f"{word} {weight:+.1f}" for word, weight in spoke[name][:WORDS] if weight > 0]
        if name == REASON:
            words = [hit.because for hit in topics.find(text) if hit.topic == answer] + words
        because = f"   because: {', '.join(words)}" if words else ""
        print(f"{name + ':':<13}{_in_words(name, answer):<34}{scores[name][0].max():>5.0%} sure{because}")
    return 0


def _in_words(name: str, answer: str) -> str:
    return HEADS[name].says.get(answer, answer) if name in HEADS else answer


def evaluate(labelled: Path, text: str, heads: Sequence[str], models: Sequence[Path], stage: int) -> int:
    """Print the figures of every head for which the file has answers. 1 if it has none for any."""
    model, rows = in_force(models, stage), list(_rows(labelled, text))
    asked = {each.partition("=")[0]: each.rpartition("=")[2] for each in heads}
    known = {told.name: told.answers for told in model.card.heads}
    if unknown := set(asked) - set(known):
        raise Trouble(f"There is no head {sorted(unknown)[0]!r}: there are {', '.join(known)}.")
    texts = [str(row[text]) for row in rows]
    scores = weighed_in(model.score(texts), model.card, texts, topics_of([]))
    found = [
        (name, measured)
        for name, column in (asked or {name: name for name in known}).items()
        if (measured := _measured(scores[name], known[name], [str(row.get(column, "")) for row in rows]))
    ]
    if not found:
        raise Trouble(f"{labelled} has no column with answers of a head: say which by --head HEAD=COLUMN.")
    print(f"{'head':<13}{'texts':>7}{'macro-F1':>10}{'accuracy':>10}{'ECE':>7}{'surest 80 %':>13}")
    for name, each in found:
        print(
            f"{name:<13}{each.texts:>7,}{each.macro_f1:>10.3f}{each.accuracy:>10.3f}{each.ece:>7.3f}{each.surest:>13.3f}"
        )
    return 0


def _measured(scores: Probabilities, answers: Sequence[str], given: Sequence[str]) -> Quality | None:
    """The figures over the rows that have an answer of this head; None if none has."""
    told = [number for number, answer in enumerate(given) if answer in answers]
    return quality(scores[told], answers, [given[number] for number in told]) if told else None


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
        rows = (row if "turns" in row else _with(came, row, "text") for row in _rows(came))
        while batch := list(islice(rows, AT_ONCE)):
            texts = [str(row.get("text") or said(row)) for row in batch]
            scores = weighed_in(model.score(texts), model.card, texts, topics)
            for number, row in enumerate(batch):
                answers = {told.name: as_json(told, scores[told.name][number]) for told in model.card.heads}
                more = {"labels": labels(row, texts[number], topics), "ranking": suggested.ranking(row)}
                out.write(msgspec.json.encode({"id": row.get("id"), **answers, **more}) + b"\n")
    return 0


def train(given: Path, text: str, label: str, head: str, goes: Path, stage: int) -> int:
    """Learn the head from all examples, and say how good it is on a tenth when it learns from the rest."""
    told = [(str(row[text]), str(row[label])) for row in _rows(given, text, label) if str(row[label])]
    if len(told) < LEAST_EXAMPLES:
        raise Trouble(f"{given} has {len(told)} examples; {LEAST_EXAMPLES} are the least to learn from.")
    texts, labels = [each for each, _ in told], [answer for _, answer in told]
    answers = _answers(head, labels)
    if stage == 2:
        return _deepened(given.name, texts, labels, answers, head, goes)
    rows = matrix(texts)
    held = np.random.default_rng(1).permutation(len(texts)) % HELD_BACK == 0
    try:
        tried = learn(rows[~held], _chosen(labels, ~held), answers, vectors())
        learned = learn(rows, labels, answers, vectors())
    except ValueError as error:
        raise Trouble(str(error)) from error
    scored = empty("", "").with_head(head, tried).score(_chosen(texts, held))[head]
    print(f"{head}: {len(texts):,} examples; {_said(quality(scored, answers, _chosen(labels, held)))}")
    goes.write_bytes(empty("1", given.name).with_head(head, learned).as_bytes())
    print(f"Written to {goes}. Use it with --model {goes}.")
    return 0


def _deepened(*asked: Any) -> int:
    if not needed.can_teach():
        raise Trouble(needed.ADVICE)
    from earful.cli.deepening import train as train_deep

    return train_deep(*asked)


def deepen(data: Path, rounds: int | None) -> int:
    """Make this desk's second stage."""
    if not needed.can_teach():
        raise Trouble(needed.ADVICE)
    from earful.cli.deepening import deepen as make

    return make(data, rounds)


def _answers(head: str, labels: Sequence[str]) -> Sequence[str]:
    """A known head keeps its answers if they are all that was given; another has those that were given."""
    known = HEADS[head].answers if head in HEADS else ()
    return known if set(labels) <= set(known) else sorted(set(labels))


def _chosen(each: Sequence[str], which: Any) -> list[str]:
    return [one for one, chosen in zip(each, which, strict=True) if chosen]


def _said(found: Quality) -> str:
    return (
        f"on the {found.texts:,} held back: macro-F1 {found.macro_f1:.3f}, accuracy {found.accuracy:.3f}, "
        f"ECE {found.ece:.3f}"
    )


class Answering(Protocol):
    """What answers: the first stage, or both."""

    @property
    def card(self) -> Card: ...
    def score(self, texts: Sequence[str]) -> dict[str, Probabilities]: ...
    def words(self, text: str) -> dict[str, list[tuple[str, float]]]: ...


def in_force(models: Sequence[Path], stage: int) -> Answering:
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


def _both(bodies: Sequence[tuple[Path, bytes]]) -> Answering:
    if not needed.can_run():
        raise Trouble(needed.ADVICE)
    from earful.cli.second_stage import staged

    return staged(shipped(), bodies)


def _rows(path: Path, *wanted: str) -> Iterator[Row]:
    """The rows of a .csv or of lines of JSON. Raises Trouble naming the line that cannot be read."""
    for row in _table(path) if path.suffix == ".csv" else _objects(path):
        yield _with(path, row, *wanted)


def _with(path: Path, row: Row, *wanted: str) -> Row:
    if missing := [name for name in wanted if name not in row]:
        raise Trouble(f"{path} has no {missing[0]!r}, only {', '.join(row)}: name its columns by an option.")
    return row


def _objects(path: Path) -> Iterator[Row]:
    for number, line in lines(path):
        try:
            yield msgspec.json.decode(line, type=Row)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _unreadable(path, number, error) from error


def _table(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        try:
            yield from table
        except (csv.Error, UnicodeDecodeError) as error:
            raise _unreadable(path, table.line_num + 1, error) from error


def _unreadable(path: Path, line: int, error: Exception) -> Trouble:
    return Trouble(f"{path}, line {line}: {error}. It takes one JSON object a line, or a .csv in UTF-8.")
