"""Copies: the same text said by several. A campaign or a spammer is one voice, however many accounts repeat it; people
who report the same thing choose their own words.

Resemblance by shingles of words, estimated from the smallest of their hashes (Broder, "On the resemblance and
containment of documents", 1997).
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from earful.core.triage.features import HANDLE, LINK

Sketch = tuple[int, ...]

SHINGLE: Final = 3
KEPT: Final = 24
ALIKE: Final = 0.6
# Short reports come out the same by chance: "no internet in leeds".
_FEWEST_WORDS: Final = 8
_LOOKED_UP: Final = 6
READ_AT_MOST: Final = 120


def sketch(signs: Sequence[str]) -> Sketch:
    """The smallest hashes of the shingles of a text, given as it is read (see `triage.features.signs`); () for one too
    short to be known again.
    """
    words = [word for word in signs[:READ_AT_MOST] if word.isalnum() and word not in (HANDLE, LINK)]
    if len(words) < _FEWEST_WORDS:
        return ()
    shingles = {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
    return tuple(sorted(zlib.crc32(each.encode()) for each in shingles)[:KEPT])


def alike(one: Sketch, other: Sketch) -> float:
    """How much two texts resemble, 0 to 1: which share of the smallest hashes of both together they have in common."""
    if not (one and other):
        return 0.0
    both = sorted({*one, *other})[:KEPT]
    return len({*one} & {*other} & {*both}) / len(both)


def firsts(sketches: Sequence[Sketch]) -> list[int]:
    """For each text the place of the first one that it is a copy of: its own, if of none. In their order."""
    first, known = list(range(len(sketches))), defaultdict[int, list[int]](list)
    for place, each in enumerate(sketches):
        copied = next((other for other in _candidates(each, known) if alike(each, sketches[other]) >= ALIKE), None)
        if copied is not None:
            first[place] = copied
            continue
        for number in each[:_LOOKED_UP]:
            known[number].append(place)
    return first


def _candidates(each: Sketch, known: defaultdict[int, list[int]]) -> Iterable[int]:
    return dict.fromkeys(place for number in each[:_LOOKED_UP] for place in known.get(number, ())[:8])
