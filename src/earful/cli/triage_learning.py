"""`earful triage eval` and `train`: how good heads are on a labelled file, and a head learned from one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from earful.cli.labelling import topics_of, weighed_in
from earful.cli.triage import in_force
from earful.cli.triage_rows import Row, rows_of
from earful.cli.triage_sets import SETS, Column, known, labelled
from earful.cli.trouble import Trouble
from earful.core.triage.answering import Answering
from earful.core.triage.measuring import Quality, quality
from earful.core.triage.model import Model, empty, shipped
from earful.core.triage.teaching import answers_of, teach
from earful.deep import needed

HELD_BACK: Final = 10
LEAST_EXAMPLES: Final = 20
# What a model made here says of its version.
VERSION: Final = "1"


def evaluate(given: str, text: str, heads: Sequence[str], models: Sequence[Path], stage: int) -> int:
    """Print the figures of every head for which the file, or the set of that name, has answers."""
    model = in_force(models, stage)
    columns, rows = _asked(given, text, heads, model)
    answers = {told.name: told.answers for told in model.card.heads}
    print(f"{'head':<13}{'texts':>7}{'macro-F1':>10}{'accuracy':>10}{'ECE':>7}{'surest 80 %':>13}")
    found = [(name, _measured(model, name, *labelled(rows, column, text))) for name, column in columns.items()]
    if not any(measured for _, measured in found):
        raise Trouble(f"{given} has no column with answers of {', '.join(answers)}: say which by --head HEAD=COLUMN.")
    for name, each in found:
        if each is not None:
            print(f"{name:<13}{each.texts:>7,}{each.macro_f1:>10.3f}{each.accuracy:>10.3f}{each.ece:>7.3f}", end="")
            print(f"{each.surest:>13.3f}")
    return 0


def _asked(given: str, text: str, heads: Sequence[str], model: Answering) -> tuple[dict[str, Column], list[Row]]:
    """The columns to compare with, by head, and the rows."""
    names = [told.name for told in model.card.heads]
    asked = {each.partition("=")[0]: Column(each.rpartition("=")[2]) for each in heads}
    if unknown := set(asked) - set(names):
        raise Trouble(f"There is no head {sorted(unknown)[0]!r}: there are {', '.join(names)}.")
    if given in SETS:
        found, rows = known(given)
        return asked or {name: column for name, column in found.heads.items() if name in names}, rows
    return asked or {name: Column(name) for name in names}, list(rows_of(Path(given), text))


def _measured(model: Answering, name: str, texts: Sequence[str], given: Sequence[str]) -> Quality | None:
    """The figures over the rows that have an answer of this head; None if none has."""
    told = next(each for each in model.card.heads if each.name == name)
    counted = [number for number, answer in enumerate(given) if told.several or answer in told.answers]
    if not counted:
        return None
    asked = [texts[number] for number in counted]
    scores = weighed_in(model.score(asked), model.card, asked, topics_of([]))[name]
    return quality(scores, told.answers, [given[number] for number in counted], several=told.several)


def train(given: Path, text: str, label: str, head: str, goes: Path, stage: int) -> int:
    """Learn the head from all examples, and say how good it is on a tenth when it learns from the rest."""
    rows = [(str(row[text]), str(row[label])) for row in rows_of(given, text, label)]
    several = any("|" in answer for _, answer in rows)
    told = [row for row in rows if row[1] or several]
    if len(told) < LEAST_EXAMPLES:
        raise Trouble(f"{given} has {len(told)} examples; {LEAST_EXAMPLES} are the least to learn from.")
    texts, labels = [each for each, _ in told], [answer for _, answer in told]
    if stage == 2:
        return _deepened(given.name, texts, labels, answers_of(head, labels), head, goes, several)
    held = np.random.default_rng(1).permutation(len(texts)) % HELD_BACK == 0
    tried = _taught(_chosen(texts, ~held), _chosen(labels, ~held), head)
    found = _measured(tried, head, _chosen(texts, held), _chosen(labels, held))
    print(f"{head}: {len(texts):,} examples; {_said(found)}")
    goes.write_bytes(_taught(texts, labels, head, given.name).as_bytes())
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


def _taught(texts: Sequence[str], labels: Sequence[str], head: str, made_from: str = "") -> Model:
    try:
        return empty(VERSION, made_from).with_head(head, teach(texts, labels, head, shipped()))
    except ValueError as error:
        raise Trouble(str(error)) from error


def _chosen(each: Sequence[str], which: Any) -> list[str]:
    return [one for one, chosen in zip(each, which, strict=True) if chosen]


def _said(found: Quality | None) -> str:
    if found is None:
        return "none of those held back has an answer that the others have"
    return (
        f"on the {found.texts:,} held back: macro-F1 {found.macro_f1:.3f}, accuracy {found.accuracy:.3f}, "
        f"ECE {found.ece:.3f}"
    )
