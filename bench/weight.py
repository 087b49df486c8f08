"""Does weighing grow with the text and no faster? Doubles hostile texts and prints the time and its growth.

    python bench/weight.py [largest size in characters, 1,000,000 unless told]

A growth near 2.0 a doubling is linear, near 4.0 quadratic. Times under a millisecond say little. The first
table is what a composer pays at each key: weighing one usual post.
"""

import sys
from collections.abc import Callable
from itertools import pairwise
from time import perf_counter

from earful.core.links import find_links
from earful.core.weight import fits, split, weigh

USUAL = {
    "plain ASCII": "The new kettle arrived broken again, nobody answers the phone. What will you do? " * 2,
    "with a link": "Hello @kettle, it came broken. See https://kettle.com/orders/1234?x=1 and tell me next. " * 2,
    "with emoji": "Größe stimmt nicht, très déçue – again! 😡👎🏽 I have waited for 3 weeks now, Ann. " * 2,
    "Japanese": "届いたケトルが壊れていました。返品したいのですが、どうすればよいでしょうか。" * 4,
}
HOSTILE = [
    "a.",
    "(((((",
    "http://",
    ".",
    "-",
    "@",
    "a.com",
    "a.co/(",
    "日本com.",
    "日.com_",
    "a_.",
    "👨\u200d",
    "e\u0301",
]
VERBS: dict[str, Callable[[str], object]] = {
    "find_links": find_links,
    "weigh": weigh,
    "fits": fits,
    "split": split,
}


def main(largest: int) -> None:
    for name, text in USUAL.items():
        print(f"{name:24} {len(text):5} characters {best_of(weigh, text, 200) * 1e6:8.1f} µs")
    sizes = [largest // 8, largest // 4, largest // 2, largest]
    for name, verb in VERBS.items():
        print(f"\n{name}: milliseconds at {', '.join(f'{size:,}' for size in sizes)} characters, growth")
        for piece in HOSTILE:
            print(f"  {piece!r:14}", growth(verb, piece, sizes))


def growth(verb: Callable[[str], object], piece: str, sizes: list[int]) -> str:
    """The times for a piece repeated to each size, and how much each is of the one before."""
    times = [best_of(verb, piece * (size // len(piece)), 1) for size in sizes]
    ratios = [later / earlier for earlier, later in pairwise(times)]
    return " ".join(f"{time * 1e3:9.2f}" for time in times) + "   " + " ".join(f"{ratio:.1f}" for ratio in ratios)


def best_of(verb: Callable[[str], object], text: str, rounds: int) -> float:
    """The shortest of some rounds, in seconds: the one least disturbed by the rest of the machine."""
    best = float("inf")
    for _ in range(rounds):
        start = perf_counter()
        verb(text)
        best = min(best, perf_counter() - start)
    return best


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
