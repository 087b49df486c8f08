"""How good the word lists are: alone, with the learned head, and as a desk's own list.

    python bench/topics.py

Two labelled sets of posts to brands, found by EARFUL_SHARED. Nothing learns from them but what is thrown away again.
Posts to airlines (Crowdflower, "Twitter US Airline Sentiment", 2015): the ten reasons that people gave, as contact
reasons of ours. Posts to three brands with topics (Ericsson, github kechtel/ericsson): each brand is a desk that wrote
a list of its own from the names of its topics, `bench/topics/`. The figures are macro-F1 over what was given.
"""

import csv
import os
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

from earful.core.triage.heads import REASONS
from earful.core.triage.model import Model, empty
from earful.core.triage.model import shipped as shipped_heads
from earful.core.triage.reasons import with_words
from earful.core.triage.topics import read_topics, shipped
from earful.core.triage.training import learn, matrix
from earful.core.triage.vectors import vectors

HERE = Path(__file__).parent
SETS = Path(os.environ.get("EARFUL_SHARED", HERE.parent.parent / "shared")) / "data" / "triage"
AIRLINES = {
    "Late Flight": "delay",
    "Cancelled Flight": "cancelled",
    "Lost Luggage": "baggage",
    "Damaged Luggage": "baggage",
    "Bad Flight": "comfort",
    "Flight Booking Problems": "booking",
    "Flight Attendant Complaints": "staff",
    "Customer Service Issue": "contact",
    "longlines": "queue",
    "Can't Tell": "other",
}
DESKS = ("AmazonHelp", "AppleSupport", "SpotifyCares")
SEEDS = (1, 2, 3)


def rows(name: str) -> list[dict[str, str]]:
    with (SETS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def f1(told: Sequence[str], given: Sequence[str]) -> float:
    each = [
        2 * sum(a == b == name for a, b in zip(told, given, strict=True)) / (told.count(name) + given.count(name))
        for name in sorted(set(given))
    ]
    return float(np.mean(each))


def likeliest(scores: np.ndarray, names: Sequence[str]) -> list[str]:
    return [names[place] for place in scores.argmax(1)]


def airlines() -> None:
    given = [row for row in rows("airline.csv") if row["negative_reason"]]
    texts, reasons = [row["text"] for row in given], [AIRLINES[row["negative_reason"]] for row in given]
    names = list(REASONS)
    began = time.process_time()
    found = [shipped().find(text) for text in texts]
    each = (time.process_time() - began) / len(texts) * 1e6
    print(f"airline reasons, {len(texts):,} posts; {each:.1f} µs a post for the word lists")
    print(f"  word lists alone          {f1([hits[0].topic if hits else 'other' for hits in found], reasons):.3f}")
    scores = shipped_heads().score(texts)["reason"]
    print(f"  head out of the box       {f1(likeliest(scores, names), reasons):.3f}")
    print(f"  both                      {f1(likeliest(with_words(texts, scores, names), names), reasons):.3f}")
    learned = [_learned(texts, reasons, seed) for seed in SEEDS]
    print(f"  head after learning       {median(each[0] for each in learned):.3f}")
    print(f"  both                      {median(each[1] for each in learned):.3f}")


def _learned(texts: Sequence[str], reasons: Sequence[str], seed: int) -> tuple[float, float]:
    """Learned from seventy of a hundred, asked of the others: the head alone, and with the word lists."""
    among = np.random.default_rng(seed).random(len(texts)) < 0.7
    names = sorted(set(reasons))
    model = _model("reason", [(texts[at], reasons[at]) for at in np.flatnonzero(among)], names)
    asked, given = zip(*((texts[at], reasons[at]) for at in np.flatnonzero(~among)), strict=True)
    scores = model.score(asked)["reason"]
    return (
        f1(likeliest(scores, names), given),
        f1(likeliest(with_words(asked, scores, names), names), given),
    )


def _model(name: str, examples: Sequence[tuple[str, str]], names: Sequence[str]) -> Model:
    texts, given = zip(*examples, strict=True)
    return empty("", "").with_head(name, learn(matrix(texts), given, names, vectors()))


def desks() -> None:
    posts = [row for row in rows("ericsson_labels.csv") if row["direction"] == "inbound"]
    figures = []
    print(f"topics of three desks, {len(posts)} posts to them")
    for desk in DESKS:
        mine = [(row["text"], set(row["labels"].split("|"))) for row in posts if row["company"] == desk]
        before = len(figures)
        topics = read_topics((HERE / "topics" / f"{desk.lower()}.toml").read_text("utf-8"))
        told = [{hit.topic for hit in topics.find(text)} for text, _ in mine]
        for topic in topics.all:
            both = sum(topic.name in a and topic.name in b for a, (_, b) in zip(told, mine, strict=True))
            some = sum((topic.name in a) + (topic.name in b) for a, (_, b) in zip(told, mine, strict=True))
            if any(topic.name in given for _, given in mine):
                figures.append(2 * both / some)
        print(f"  {desk:<24}{np.mean(figures[before:]):.3f}")
    print(f"  all {len(figures)} topics that occur {np.mean(figures):.3f}")


if __name__ == "__main__":
    airlines()
    desks()
