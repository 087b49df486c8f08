"""How good and how fast the second stage is, on public posts that it was not shown.

    nice -n 10 .venv/bin/python bench/deep.py SET [SET …] [--seeds N] [--keep FOLDER]

SET is one of complaints, airline, ericsson (learned from 70 % of a development file, chosen by a hash of the text, and
scored on the rest), box (the desk's second stage as `./earful triage deepen` made it, on all rows), or speed. The files
are in EARFUL_SHARED/data/triage. All figures are of the graph of eight-bit numbers, as it runs. With several seeds the
median is told.
"""

import argparse
import csv
import hashlib
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
from earful.core.triage.answering import Answering  # noqa: E402
from earful.core.triage.measuring import SEPARATOR, quality  # noqa: E402
from earful.core.triage.model import shipped  # noqa: E402
from earful.deep.lessons import Lesson, Lessons, lesson  # noqa: E402
from earful.deep.minilm import start  # noqa: E402
from earful.deep.model import read  # noqa: E402
from earful.deep.needed import kept_in  # noqa: E402
from earful.deep.teaching import teach  # noqa: E402

DATA = Path(os.environ.get("EARFUL_SHARED", ROOT.parent / "shared")) / "data/triage"
DESK = Path(os.environ.get("EARFUL_DATA", ROOT / ".earful/desk"))
Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def shown(text: str) -> bool:
    """Whether a post is one of the 70 % that are learned from; the first of those in `bench/triage.py`."""
    return int(hashlib.sha1(f"0:{text}".encode(), usedforsecurity=False).hexdigest()[:8], 16) % 10 < 7


def complaints() -> tuple[list[Row], Lessons]:
    rows = rows_of("complaints")
    severity = [row["severity"] if row["complaint"] == "1" else None for row in rows]
    return rows, {
        "complaint": lesson(("0", "1"), [row["complaint"] for row in rows]),
        "severity": lesson(("1", "2", "3", "4"), severity),
    }


def airline() -> tuple[list[Row], Lessons]:
    rows = rows_of("airline")
    reasons = [row["negative_reason"] or None for row in rows]
    return rows, {
        "sentiment": lesson(("negative", "neutral", "positive"), [row["sentiment"] for row in rows]),
        "reason": lesson(sorted({each for each in reasons if each}), reasons),
    }


def ericsson() -> tuple[list[Row], Lessons]:
    rows = [row for row in rows_of("ericsson_labels") if row["direction"] == "inbound"]
    topics = sorted({each for row in rows for each in row["labels"].split(SEPARATOR) if each})
    return rows, {"topics": lesson(topics, [row["labels"] for row in rows], several=True)}


SETS = {"complaints": complaints, "airline": airline, "ericsson": ericsson}
PARTS = {"complaints": lambda row: not row["domain"].startswith("random")}


def learned(name: str, seeds: int, keep: Path | None) -> None:
    """Learn a set and tell how good it went, for each seed and in the middle."""
    rows, lessons = SETS[name]()
    learns = np.asarray([shown(row["text"]) for row in rows])
    some, rest = np.flatnonzero(learns), np.flatnonzero(~learns)
    told: dict[str, list[tuple[float, ...]]] = {}
    for seed in range(1, seeds + 1):
        began = time.process_time()
        texts = [rows[each]["text"] for each in some]
        taught = teach(start(), texts, {head: each.of(some) for head, each in lessons.items()}, name, seed=seed)
        print(f"{name}, seed {seed}: {len(some):,} posts in {time.process_time() - began:.0f} s of a core", flush=True)
        if keep:
            (keep / f"{name}-{seed}.npz").write_bytes(taught.deep.as_bytes())
        for said, figures in measured(taught.deep, [rows[each] for each in rest], lessons, rest, PARTS.get(name)):
            told.setdefault(said, []).append(figures)
    for said, each in told.items():
        show(said, [statistics.median(figure) for figure in zip(*each, strict=True)])


def measured(
    deep: Answering, rows: Sequence[Row], lessons: Lessons, which: np.ndarray, part: Callable[[Row], bool] | None = None
) -> Iterator[tuple[str, tuple[float, ...]]]:
    """The figures of every head over the rows that were asked it, and over those of a part of the set."""
    scores = deep.score([row["text"] for row in rows])
    for head, whole in lessons.items():
        asked = whole.of(which)
        chosen = {head: asked.loud > 0}
        if part:
            chosen[f"{head}, to a brand"] = chosen[head] & np.asarray([part(row) for row in rows])
        for said, those in chosen.items():
            yield said, figures(scores[head][those], asked.of(np.flatnonzero(those)))


def figures(told: np.ndarray, asked: Lesson) -> tuple[float, ...]:
    """Texts, macro-F1, accuracy, ECE, accuracy on the surest; of several answers at once macro- and micro-F1 alone."""
    if asked.several:
        yes, right = told > 0.5, asked.truth > 0.5
        both, either = (yes & right).sum(0), yes.sum(0) + right.sum(0)
        given = right.any(0)
        return (len(told), float((2 * both[given] / either[given]).mean()), float(2 * both.sum() / either.sum()))
    found = quality(told, asked.answers, [asked.answers[each] for each in asked.truth.argmax(1)])
    return (found.texts, found.macro_f1, found.accuracy, found.ece, found.surest)


def show(said: str, found: Sequence[float]) -> None:
    texts, *rest = found
    print(f"  {said:<24}{texts:>7,.0f}" + "".join(f"{each:>8.3f}" for each in rest), flush=True)


def speed() -> None:
    """Posts a second on one core, in batches as the refiner has them, and one by one; tokenising included."""
    deep = read(kept_in(DESK).read_bytes(), "the desk's")
    texts = [row["text"] for row in rows_of("airline")][:2_000]
    deep.score(texts[:64])
    for at_once, many in ((500, 2_000), (1, 200)):
        began, wall = time.process_time(), time.perf_counter()
        for begin in range(0, many, at_once):
            deep.score(texts[begin : begin + at_once])
        used, waited = time.process_time() - began, time.perf_counter() - wall
        print(
            f"  {at_once} at once: {many / used:,.0f} posts a CPU second ({many / waited:,.0f} by the clock)",
            flush=True,
        )


def box() -> None:
    """Out of the box, beside the first stage: what neither was ever shown."""
    deep = read(kept_in(DESK).read_bytes(), "the desk's")
    for name, heads in (("complaints", ("complaint", "severity")), ("airline", ("sentiment",))):
        rows, lessons = SETS[name]()
        lessons = {head: lessons[head] for head in heads}
        for stage, model in ((1, shipped()), (2, deep)):
            for said, found in measured(model, rows, lessons, np.arange(len(rows)), PARTS.get(name)):
                show(f"stage {stage} {said}", found)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("sets", nargs="+", choices=[*SETS, "box", "speed"])
    asked.add_argument("--seeds", type=int, default=1)
    asked.add_argument("--keep", type=Path)
    chosen = asked.parse_args()
    for name in chosen.sets:
        print(f"{name}: texts, macro-F1, accuracy, ECE, surest 80 %")
        if name in SETS:
            learned(name, chosen.seeds, chosen.keep)
        else:
            {"box": box, "speed": speed}[name]()


if __name__ == "__main__":
    main()
