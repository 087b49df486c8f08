"""`earful triage` where the second stage learns: all heads from the corpus, or one head from a file."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from earful.cli.opening import opened
from earful.cli.trouble import Trouble
from earful.cli.up import RUNNING
from earful.core.triage.corpus import corpus
from earful.core.triage.measuring import Quality
from earful.deep.lessons import Lessons, lesson
from earful.deep.minilm import start
from earful.deep.model import Deep
from earful.deep.needed import kept_in
from earful.deep.teaching import Taught, by_text, of_corpus, teach


def deepen(data: Path, rounds: int | None) -> int:
    """Make this desk's second stage from MiniLM and the corpus, and put it in force."""
    examples, here = corpus(), taught_here(data)
    made_from = f"{len(examples):,} invented posts" + (f" and {len(here):,} of our own" if here else "")
    print(f"Teaching MiniLM all heads of triage from {made_from}. This takes some minutes of a core.")
    texts, lessons = of_corpus(examples, here)
    taught = _taught(texts, lessons, made_from, rounds)
    print(f"{'head':<13}{'texts':>7}{'macro-F1':>10}{'accuracy':>10}{'ECE':>7}   on the tenth held back")
    for name, each in taught.held.items():
        print(f"{name:<13}{each.texts:>7,}{each.macro_f1:>10.3f}{each.accuracy:>10.3f}{each.ece:>7.3f}")
    data.mkdir(parents=True, exist_ok=True)
    _write(kept_in(data), taught.deep)
    print(f"Written to {kept_in(data)}. Ask it with --stage 2; a desk that runs takes it up by itself.")
    return 0


def taught_here(data: Path) -> dict[str, dict[str, str]]:
    """What people corrected on a desk that runs, and may be learned from: for each text what it says, by head."""
    if not (data / RUNNING).exists():
        return {}
    with opened(data):
        from earful.triage.lessons import lessons

        return by_text(lessons())


def train(
    name: str,
    texts: Sequence[str],
    labels: Sequence[str],
    answers: Sequence[str],
    head: str,
    goes: Path,
    several: bool = False,
) -> int:
    """Teach a head from a file, say how good it is on a tenth that it was not shown, and write it to a file."""
    try:
        lessons = {head: lesson(answers, labels, several=several)}
    except ValueError as error:
        raise Trouble(str(error)) from error
    taught = _taught(texts, lessons, name, None)
    _write(goes, taught.deep)
    said = _said(taught.held[head]) if head in taught.held else "none could be held back"
    print(f"{head}: {len(texts):,} examples; {said}")
    print(f"Written to {goes}. Use it with --stage 2 --model {goes}.")
    return 0


def _said(found: Quality) -> str:
    return (
        f"on the {found.texts:,} held back: macro-F1 {found.macro_f1:.3f}, accuracy {found.accuracy:.3f}, "
        f"ECE {found.ece:.3f}"
    )


def _taught(texts: Sequence[str], lessons: Lessons, made_from: str, rounds: int | None) -> Taught:
    began = time.monotonic()
    try:
        return teach(start(), texts, lessons, made_from, rounds=rounds, tell=_show)
    finally:
        sys.stderr.write(f"\r{time.monotonic() - began:,.0f} s\n")


def _show(done: float) -> None:
    """How much is done, on a terminal alone."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:.0%} ")
        sys.stderr.flush()


def _write(path: Path, deep: Deep) -> None:
    """Whole or not at all: a desk may be reading it."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(deep.as_bytes())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
