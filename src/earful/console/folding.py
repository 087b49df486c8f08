"""Where a long text is folded, so that a list stays a list: its beginning is shown, the rest on demand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from earful.console.marking import apart, from_there

_SHOWN: Final = 600  # characters
_LINES_SHOWN: Final = 12
# Less than this below the fold is not worth a button.
_WORTH: Final = 100
_WORTH_LINES: Final = 4
# Where a text may be cut: before white space, and behind the stops of scripts that write no spaces.
_GAP: Final = re.compile(r"(?=\s)|(?<=[。、，！？；])")


@dataclass(frozen=True, slots=True)
class Fold:
    """`at` is the first character below the fold; `says` is what opens it, "" for a text that is not folded."""

    at: int
    says: str = ""


def fold(text: str, spans: Iterable[Sequence[int]] = ()) -> Fold:
    """Where `text` is folded, whose `spans` are marked: no word and no mark is torn unless it is very long."""
    marks = list(apart(spans, len(text)))
    at = _whole_mark(min(_by_characters(text), _by_lines(text)), marks)
    if at == len(text):
        return Fold(at)
    below = len(list(apart(from_there(marks, at), len(text) - at)))
    more = f" · {below} more mark{'' if below == 1 else 's'} below" if below else ""
    return Fold(at, f"Show all {len(text):,} characters{more}")


def _by_characters(text: str) -> int:
    if len(text) <= _SHOWN + _WORTH:
        return len(text)
    gaps = [gap.start() for gap in _GAP.finditer(text, _SHOWN - _WORTH, _SHOWN + 1)]
    return max(gaps, default=_SHOWN)


def _by_lines(text: str) -> int:
    breaks = [found.start() for found in islice(re.finditer("\n", text), _LINES_SHOWN + _WORTH_LINES)]
    return breaks[_LINES_SHOWN - 1] if len(breaks) == _LINES_SHOWN + _WORTH_LINES else len(text)


def _whole_mark(at: int, marks: Iterable[tuple[int, int]]) -> int:
    return next((stop for start, stop in marks if start < at < stop <= at + _WORTH), at)
