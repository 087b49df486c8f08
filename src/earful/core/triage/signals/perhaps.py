"""Which patterns a text may match at all, told by its words.

Every pattern is known by a few sets of pieces (`anchors`), and may match where one of each is there. The sets are kept
as bits, one a pattern and set, so that what a text has is put together by "or" and asked by "and". A piece has no space
in it, so it stands inside one word of a plain text, and what a word sets is worked out once and remembered.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from daachorse import CharwiseDoubleArrayAhoCorasick

from earful.core.triage.signals.anchors import SETS, anchors, edged
from earful.core.triage.signals.book import patterns

# A stream of ever new words must not fill the memory: each takes up to a kilobyte.
_REMEMBERED: Final = 20_000
_LONGEST_WORD: Final = 40


class _Words(dict[str, int]):
    """The bits that each word sets."""

    def __init__(self) -> None:
        super().__init__()
        self.shift = len(patterns())
        askers, self.always = defaultdict[str, int](int), 0
        for number, pattern in enumerate(patterns()):
            self._learn(number, anchors(pattern.expression), askers)
        self._bits = list(askers.values())
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(askers))

    def _learn(self, number: int, known: list[frozenset[str]], askers: dict[str, int]) -> None:
        for place in range(SETS):
            bit = 1 << (number + place * self.shift)
            for piece in known[place] if place < len(known) else ():
                askers[piece] |= bit
            self.always |= bit if place >= len(known) else 0

    def __missing__(self, word: str) -> int:
        bits = 0
        for _, _, piece in self._automaton.find_overlapping(edged(word)):
            bits |= self._bits[piece]
        if len(word) <= _LONGEST_WORD:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[word] = bits
        return bits


@lru_cache(maxsize=1)
def _words() -> _Words:
    return _Words()


def perhaps(plain: str) -> int:
    """The patterns that a plain text may match, as bits by number; of all others it is known that it does not."""
    words = _words()
    found = words.always
    for word in plain.split(" "):
        found |= words[word]
    may = found
    for _ in range(1, SETS):
        found >>= words.shift
        may &= found
    return may


def numbers_in(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


@lru_cache(maxsize=128)
def bits_of(owner: str, kind: str) -> int:
    """A signal's patterns of one kind, as bits; every signal's, if the owner is ""."""
    of_it = (number for number, each in enumerate(patterns()) if each.kind == kind and owner in ("", each.owner))
    return sum(1 << number for number in of_it)
