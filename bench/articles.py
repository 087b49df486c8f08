"""How well articles are suggested, and how long that takes. Conversations: IBM's Conversational Document Prediction
(Ganhotra and others, EMNLP 2020; Apache-2.0), the half of it that lies in `$EARFUL_SHARED/data/triage`.

.venv/bin/python bench/articles.py [--folds 8] [--articles 2000] [--sent 50000]

Three ways of asking, none of which shows an answer: leave-one-out (each conversation is asked about without itself, the
weights being learned from all, as was done for the reference figure), folds (a stable hash parts the conversations;
words, counts and weights come from the other parts alone), and a split of 70 to 30 (the same, median of three seeds).
"""

import argparse
import hashlib
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
from earful.cli.articles import Articles, articles  # noqa: E402
from earful.core.articles.shelf import DAY, Article, Asked, Sent, shelf  # noqa: E402
from earful.core.articles.suggesting import suggest  # noqa: E402
from earful.core.articles.weights import Weights, learned  # noqa: E402

DATA = Path(os.environ.get("EARFUL_SHARED", ROOT.parent / "shared")) / "data/triage"
SCRATCH = Path(os.environ.get("TMPDIR", "/tmp")) / f"earful-articles-{os.getpid()}.jsonl"
Row = dict[str, Any]


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folds", type=int, default=8)
    options.add_argument("--articles", type=int, default=2_000)
    options.add_argument("--sent", type=int, default=50_000)
    chosen = options.parse_args()
    rows = [json.loads(line) for line in (DATA / "care_articles.jsonl").read_text().splitlines()]
    print(f"{len(rows)} conversations                      MRR@10    R@1    R@5   R@10")
    say("most used article of the brand", most_used(rows))
    say("leave-one-out", places(rows, rows))
    parts = [[row for row in rows if part(row, 0, chosen.folds) == fold] for fold in range(chosen.folds)]
    say(f"{chosen.folds} folds", [place for held in parts for place in places(without(rows, held), held)])
    thirds = [[row for row in rows if part(row, seed, 10) < 3] for seed in (1, 2, 3)]
    tried = [places(without(rows, held), held) for held in thirds]
    say("70 to 30, median of three", sorted(tried, key=mrr)[1])
    speed(chosen.articles, chosen.sent)


def part(row: Row, seed: int, many: int) -> int:
    """The part that a conversation belongs to, whatever machine asks."""
    return int(hashlib.sha1(f"{seed}:{row['id']}".encode(), usedforsecurity=False).hexdigest()[:8], 16) % many


def without(rows: Sequence[Row], held: Sequence[Row]) -> list[Row]:
    """The others."""
    ids = {row["id"] for row in held}
    return [row for row in rows if row["id"] not in ids]


def places(history: Sequence[Row], asked: Sequence[Row]) -> list[int]:
    """At which place the article stands that the agent gave; 0 where it is not among the first ten."""
    SCRATCH.write_text("".join(json.dumps(row) + "\n" for row in history))
    try:
        known = articles(DATA / "care_articles_catalog.json", SCRATCH)
    finally:
        SCRATCH.unlink()
    return [place(known, row) for row in asked]


def place(known: Articles, row: Row) -> int:
    """The line is asked about as `earful triage predict` asks, without the answer."""
    ranking = known.ranking({name: row[name] for name in ("id", "brand", "turns")})
    return ranking.index(row["gold_doc_id"]) + 1 if row["gold_doc_id"] in ranking else 0


def most_used(rows: Sequence[Row]) -> list[int]:
    """What counting alone is worth."""
    listed = json.loads((DATA / "care_articles_catalog.json").read_text())
    order = {brand: sorted(each, key=lambda one: -one["train_count"])[:10] for brand, each in listed.items()}
    ids = {brand: [one["doc_id"] for one in each] for brand, each in order.items()}
    return [ids[r["brand"]].index(r["gold_doc_id"]) + 1 if r["gold_doc_id"] in ids[r["brand"]] else 0 for r in rows]


def mrr(found: Sequence[int]) -> float:
    """The mean of one over the place."""
    return statistics.mean(1 / at if at else 0 for at in found)


def say(name: str, found: Sequence[int]) -> None:
    """One line of figures."""
    recalls = [statistics.mean(0 < at <= most for at in found) for most in (1, 5, 10)]
    print(f"{name:<42} {mrr(found):>6.3f}" + "".join(f"{recall:>7.3f}" for recall in recalls), flush=True)


def speed(many: int, sent: int) -> None:
    """How long making a shelf of invented articles, learning from it, and one suggestion take."""
    dice = random.Random(1)
    words = [f"w{number:x}" for number in range(20_000)]
    common = [1 / (number + 10) for number in range(len(words))]

    def text(length: int) -> str:
        return " ".join(dice.choices(words, common, k=length))

    listed = [Article(str(number), text(6), text(60), f"https://lumen.example/help/{number}") for number in range(many)]
    past = [Sent(str(int(dice.paretovariate(0.6)) % many), text(25), "", number * 60.0) for number in range(sent)]
    made, seconds = timed(lambda: shelf(listed, past))
    print(f"{many:,} articles, {sent:,} conversations: made in {seconds:.1f} s", end=", ")
    _, seconds = timed(lambda: learned([made]))
    print(f"learned from in {seconds:.1f} s", end=", ")
    asked = [Asked(text(25), sent * 60.0 + DAY) for _ in range(200)]
    times = [timed(lambda each=each: suggest(made, Weights(), each))[1] * 1000 for each in asked]
    print(f"a suggestion {statistics.median(times):.1f} ms, p95 {sorted(times)[-10]:.1f} ms of a core")


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What comes of it, and the seconds of a core."""
    began = time.process_time()
    made = work()
    return made, time.process_time() - began


if __name__ == "__main__":
    main()
