"""How good stage 1 of triage is, how fast, how honest, and how much memory it takes: every figure with what it must be
and what it aims at. Sets: `$EARFUL_SHARED/data/triage` (its README says whose they are). Nothing shipped learned from
them.

.venv/bin/python bench/triage.py [--only box learned explained even speed memory] [--seeds 3]

Out of the box: the heads as they are shipped. After learning: heads taught on a stable-hash 70 % of a set and asked
about the other 30 %, median of the seeds.
"""

import argparse
import hashlib
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
from earful.cli.labelling import topics_of, weighed_in  # noqa: E402
from earful.cli.triage_sets import AIRLINE_REASONS, SETS, Column, folder, known, labelled  # noqa: E402
from earful.core.triage.corpus import corpus  # noqa: E402
from earful.core.triage.explaining import flips, shares_kept  # noqa: E402
from earful.core.triage.judging import Asked, judge_all  # noqa: E402
from earful.core.triage.measuring import Quality, quality  # noqa: E402
from earful.core.triage.model import empty, shipped  # noqa: E402
from earful.core.triage.personal import masked  # noqa: E402
from earful.core.triage.teaching import teach  # noqa: E402
from earful.core.triage.tongues import tongue  # noqa: E402

AT_ONCE = 256
ROUNDS = 5

# A task: its set, its head, the column to learn, and macro-F1 that it must reach and aims at.
BOX = (
    ("complaint, to a brand", "complaints", "complaint", 0.70, 0.78),
    ("airline sentiment", "airline", "sentiment", 0.62, 0.72),
    ("airline reason, mapped", "airline", "reason", 0.40, 0.55),
    ("severity", "complaints", "severity", 0.30, 0.42),
)
LEARNED = (
    ("complaint, to a brand", "complaints", "complaint", None, 0.75, 0.82),
    ("airline sentiment", "airline", "sentiment", None, 0.74, 0.79),
    ("airline reason", "airline", "why", Column("negative_reason"), 0.54, 0.62),
    ("severity", "complaints", "severity", None, 0.38, 0.48),
    ("Ericsson topics, inbound", "ericsson", "topics", None, 0.79, 0.88),
)


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    options.add_argument("--seeds", type=int, default=3)
    chosen = options.parse_args()
    if not folder().is_dir():
        sys.exit(f"{folder()} is not there: set EARFUL_SHARED to the folder of shared data.")
    for part in chosen.only:
        PARTS[part](chosen)


def box(_: argparse.Namespace) -> None:
    """The shipped heads on sets that they never saw."""
    print(f"\n{'out of the box':<28}{'texts':>7}{'macro-F1':>10}{'must / aim':>14}{'ECE':>7}{'surest 80 %':>13}")
    for name, of, head, must, aim in BOX:
        found, rows = known(of)
        say(name, measured(head, *labelled(rows, found.heads[head])), must, aim)
    found, rows = known("airline")
    texts, given = labelled(rows, found.heads["reason"])
    say("  asked for these nine alone", measured("reason", texts, given, set(AIRLINE_REASONS.values())), 0.40, 0.55)
    for head, column in SETS["desk"].heads.items():
        say(f"desk labels: {head}", measured(head, *labelled(known("desk")[1], column)), None, None)


def measured(head: str, texts: Sequence[str], given: Sequence[str], among: set[str] | None = None) -> Quality:
    """The shipped head's figures; `among` some of its answers alone, if these are told."""
    answers = next(told.answers for told in shipped().card.heads if told.name == head)
    scores = weighed_in(shipped().score(texts), shipped().card, texts, topics_of([]))[head]
    if among is not None:
        scores = scores * np.asarray([answer in among for answer in answers], np.float32)
        scores /= scores.sum(1, keepdims=True)
    return quality(scores, answers, given)


def learned(chosen: argparse.Namespace) -> None:
    """Heads taught on seven tenths of a set."""
    print(
        f"\n{'after learning':<28}{'texts':>7}{'macro-F1':>10}{'must / aim':>14}{'ECE':>7}{'surest 80 %':>13}", end=""
    )
    print(f"{'s/fit':>8}")
    for name, of, head, column, must, aim in LEARNED:
        found, rows = known(of)
        began = time.process_time()
        tried = [taught(head, rows, column or found.heads[head], of, seed) for seed in range(chosen.seeds)]
        middle = sorted(tried, key=lambda each: each.macro_f1)[len(tried) // 2]
        say(name, middle, must, aim, f"{(time.process_time() - began) / len(tried):>8.0f}")


def taught(head: str, rows: Sequence[dict], column: Column, of: str, seed: int) -> Quality:
    """Taught on seven tenths, asked about the rows that count among the others."""
    learns = [row for row in rows if stable(row["text"], seed) < 7]
    asks = [row for row in rows if stable(row["text"], seed) >= 7]
    everything = Column(column.name, column.ours) if of == "complaints" and head == "complaint" else column
    texts, given = told(learns, everything, several=head == "topics")
    head_learned = teach(texts, given, head, shipped())
    model = empty("", "").with_head(head, head_learned)
    texts, given = told(asks, column, several=head == "topics")
    return quality(model.score(texts)[head], head_learned.answers, given, several=head_learned.several)


def told(rows: Sequence[dict], column: Column, *, several: bool) -> tuple[list[str], list[str]]:
    """Texts and answers; where several may be right, none is an answer, too."""
    if not several:
        return labelled(rows, column)
    counted = [row for row in rows if column.counts(row)]
    return [row["text"] for row in counted], [column.answer(row) for row in counted]


def stable(text: str, seed: int) -> int:
    """A number from 0 to 9 that a text has on every machine."""
    return int(hashlib.sha1(f"{seed}:{text}".encode(), usedforsecurity=False).hexdigest()[:8], 16) % 10


def say(name: str, found: Quality, must: float | None, aim: float | None, more: str = "") -> None:
    """A row."""
    target = f"{must:.2f} / {aim:.2f}" if must is not None else ""
    print(f"{name:<28}{found.texts:>7,}{found.macro_f1:>10.3f}{target:>14}{found.ece:>7.3f}{found.surest:>13.3f}{more}")


def explained(_: argparse.Namespace) -> None:
    """How many decisions flip without the three words named, and without three others."""
    print("\nexplanation: decisions that flip without the three words named, without three random ones (4 must, 8 aim)")
    texts = [row["text"] for row in known("airline")[1]][:2_000] + [row["text"] for row in known("complaints")[1]]
    for head in ("complaint", "sentiment", "reason", "urgency", "intent"):
        named, other = flips(shipped(), head, texts)
        print(f"  {head:<12}{named:>7.1%}{other:>8.1%}{named / max(other, 1e-9):>7.1f} times")


def even(_: argparse.Namespace) -> None:
    """The share of verdicts that stay when a handle, a brand, a name or a city is another."""
    print("\nverdicts that stay when the handle, a name or a city is another, head by head")
    for head, kept in shares_kept(shipped(), [each for each in corpus() if each.lang == "en"]).items():
        print(f"  {head:<12}{kept:>7.1%}")


def speed(_: argparse.Namespace) -> None:
    """Posts a second of a core, batch by batch, and one by one; beside them a plain scorer, for the machine's sake."""
    texts = [row["text"] for row in known("airline")[1]]
    model = shipped()
    batches = [texts[begin : begin + AT_ONCE] for begin in range(0, len(texts), AT_ONCE)]
    plain = rate(lambda: [bag(text) for text in texts], len(texts))
    heads = rate(lambda: [model.score(batch) for batch in batches], len(texts))
    whole = rate(lambda: [verdicts(batch) for batch in batches], len(texts))
    single = statistics.median(timed(lambda text=text: verdicts([text])) for text in texts[:500])
    print(f"\nspeed, one core, {len(texts):,} posts in batches of {AT_ONCE}")
    print(f"  a bag of words in plain Python   {plain:>9,.0f} posts/s")
    print(f"  all heads                        {heads:>9,.0f} posts/s  ({heads / plain:.2f} of the bag)")
    print(
        f"  the whole verdict                {whole:>9,.0f} posts/s  ({whole / plain:.2f} of the bag;"
        " 8,000 must, 20,000 aim)"
    )
    print(f"  one post alone                   {single * 1e3:>9.2f} ms       (1 must)")


def verdicts(texts: Sequence[str]) -> list[object]:
    """All of stage 1: language, signals, heads, what is personal hidden."""
    told = judge_all([Asked(text, tongue(text)) for text in texts], shipped())
    return [(each, masked(text)) for each, text in zip(told, texts, strict=True)]


def rate(work: Callable[[], object], count: int) -> float:
    """How many a second of the processor, in the best of some rounds."""
    return count / min(timed(work) for _ in range(ROUNDS))


def timed(work: Callable[[], object]) -> float:
    """Seconds of the processor."""
    began = time.process_time()
    work()
    return time.process_time() - began


WORD = re.compile(r"\w+")


def bag(text: str) -> float:
    """What scoring one head costs at the least: a sum over words in a dictionary."""
    return sum(map(len, WORD.findall(text.lower())))


MEMORY = """
import resource, sys
import numpy, scipy.sparse, re2, regex
from earful.core.triage import corpus as _c
def now(): return int(next(l for l in open('/proc/self/status') if l.startswith('VmRSS')).split()[1]) / 1024
before = now()
from earful.core.triage.model import shipped
from earful.core.triage.judging import Asked, judge_all
from earful.core.triage.personal import masked
from earful.core.triage.tongues import tongue
texts = [line.strip() for line in sys.stdin]
for begin in range(0, len(texts), 256):
    judge_all([Asked(text, tongue(text)) for text in texts[begin:begin + 256]], shipped())
    for text in texts[begin:begin + 256]: masked(text)
print(f"{before:.0f} {now() - before:.0f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")
"""


def memory(_: argparse.Namespace) -> None:
    """What stage 1 adds to a process that has numpy and scipy, after 7,000 posts."""
    texts = "\n".join(re.sub(r"\s+", " ", row["text"]) for row in known("airline")[1])
    command = [sys.executable, "-c", MEMORY]
    run = subprocess.run(
        command, input=texts, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT / "src")}
    )
    before, more, most = run.stdout.split()
    print(
        f"\nmemory: {more} MB more than the {before} MB of Python with its libraries,"
        f" {most} MB at the most (120 MB must)"
    )


PARTS = {"box": box, "learned": learned, "explained": explained, "even": even, "speed": speed, "memory": memory}

if __name__ == "__main__":
    main()
