"""Packing a text into parts of bounded size, each broken off at the best place within reach.

How big a piece of text is, the caller says; this knows only where texts may be broken, and that sizes add up,
or nearly so.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

import regex

from earful.core.breaks import Chunk, Rank, chunks
from earful.core.links import find_links


class Size(NamedTuple):
    """How big a text is in both measures that can bound it: weight, and bytes in UTF-8 (0 if unbounded)."""

    weight: int
    bytes: int

    def within(self, room: "Size") -> bool:
        """Whether neither measure is beyond the room."""
        return self.weight <= room.weight and self.bytes <= room.bytes

    def plus(self, other: "Size") -> "Size":
        """Both sizes together."""
        return Size(self.weight + other.weight, self.bytes + other.bytes)


NOTHING = Size(0, 0)


def pack(text: str, room: Size, size: Callable[[str], Size]) -> list[str]:
    """A text without blanks at its ends, in parts that each are within the room, in order.

    Every single code point must be within the room. Blanks where a part is broken off are dropped.
    """
    return _Packer(room, size).pack(text)


class _Sized(NamedTuple):
    chunk: Chunk
    size: Size
    blanks: Size


class _Packer:
    """One text on its way into parts: the room each has, the measure, and what still waits, in order."""

    def __init__(self, room: Size, size: Callable[[str], Size]) -> None:
        self.room = room
        self.size = size
        self.waiting: deque[_Sized] = deque()

    def pack(self, text: str) -> list[str]:
        """All the parts."""
        self.waiting.extend(self._sized(chunk) for chunk in chunks(text))
        return list(self._parts())

    def _parts(self) -> Iterator[str]:
        while self.waiting:
            taken = self._fill()
            if not taken:
                self._cut_first()
            elif len(taken) == len(self.waiting):
                yield self._take(taken)
            else:
                yield self._take(taken[: self._best_break(taken)])

    def _sized(self, chunk: Chunk) -> _Sized:
        return _Sized(chunk, self.size(chunk.text), self.size(chunk.blanks) if chunk.blanks else NOTHING)

    def _fill(self) -> list[_Sized]:
        """As many chunks as fit together; the blanks after the last one need no room."""
        taken, total = [], NOTHING
        for item in self.waiting:
            total = total.plus(item.size)
            if not total.within(self.room):
                break
            taken.append(item)
            total = total.plus(item.blanks)
        return taken

    def _best_break(self, taken: list[_Sized]) -> int:
        """How many chunks to keep: up to the best break that does not leave the part too empty."""
        weights = [item.size.weight + item.blanks.weight for item in taken]
        for rank, share in _LEAST_SHARE.items():
            filled = sum(weights)
            for kept in range(len(taken), 0, -1):
                if filled < share * self.room.weight:
                    break
                if taken[kept - 1].chunk.rank >= rank:
                    return kept
                filled -= weights[kept - 1]
        return len(taken)

    def _take(self, kept: list[_Sized]) -> str:
        """Move the kept chunks out of the queue into one part.

        What was counted apart may count more together (two halves can make a link): then an eighth fewer are
        taken, and so on down to one, which was counted as it stands.
        """
        count = len(kept)
        while not self.size(_joined(kept[:count])).within(self.room):
            count -= max(1, count // 8)
        for _ in range(count):
            self.waiting.popleft()
        return _joined(kept[:count])

    def _cut_first(self) -> None:
        """Put pieces that fit in the place of the first chunk, which does not; the last keeps its blanks."""
        chunk = self.waiting.popleft().chunk
        *pieces, last = self._pieces(chunk.text, self.room)
        cut = [*(Chunk(piece, "", Rank.NONE) for piece in pieces), chunk._replace(text=last)]
        self.waiting.extendleft(self._sized(piece) for piece in reversed(cut))

    def _pieces(self, text: str, allowed: Size) -> Iterator[str]:
        """A text cut between its units. A piece can count more than they do; it is then cut smaller again."""
        for piece in self._gathered(text, allowed):
            if self.size(piece).within(self.room):
                yield piece
            else:
                yield from self._pieces(piece, Size(allowed.weight // 2, allowed.bytes // 2))

    def _gathered(self, text: str, allowed: Size) -> Iterator[str]:
        """Units put together as long as their sizes' sum is allowed; at least one goes into each piece."""
        sizes: dict[str, Size] = {}
        gathered: list[str] = []
        total = NOTHING
        for unit in self._units(text):
            size = sizes.get(unit) or sizes.setdefault(unit, self.size(unit))
            grown = total.plus(size)
            if gathered and not grown.within(allowed):
                yield "".join(gathered)
                gathered, grown = [], size
            gathered.append(unit)
            total = grown
        yield "".join(gathered)

    def _units(self, text: str) -> Iterator[str]:
        """What a text is cut between for want of blanks: links, then graphemes, then code points."""
        for stretch, is_link in _stretches(text):
            if is_link and self.size(stretch).within(self.room):
                yield stretch
            else:
                yield from self._graphemes(stretch)

    def _graphemes(self, text: str) -> Iterator[str]:
        for grapheme in _GRAPHEME.findall(text):
            if len(grapheme) == 1 or self.size(grapheme).within(self.room):
                yield grapheme
            else:
                yield from grapheme


def _joined(kept: list[_Sized]) -> str:
    return "".join(item.chunk.text + item.chunk.blanks for item in kept).strip()


def _stretches(text: str) -> Iterator[tuple[str, bool]]:
    """A text's links and what lies between them, each with whether it is a link."""
    begin = 0
    for link in find_links(text):
        yield text[begin : link.start], False
        yield link.text, True
        begin = link.end
    yield text[begin:], False


# How full a part must at least be to end at such a place; a word's end may come at any time.
_LEAST_SHARE = {Rank.PARAGRAPH: 1 / 4, Rank.SENTENCE: 1 / 3, Rank.CLAUSE: 1 / 2, Rank.WORD: 0}
_GRAPHEME = regex.compile(r"\X")
