"""A post in plain letters: what people read in it, whatever characters it was written with.

Every character is read by itself, so that there is a way back. Accents and marks fall away, and with them zalgo and
emoji's joiners; what shows nothing falls away too, so that nothing hidden inside a word hides the word. Letters of
other scripts that look like Latin ones are read as those (after the idea of Unicode's "skeleton", UTS #39, section 4;
the table is ours, of letters that the patterns are written with). Handles and links are left out: they are names, and
no name decides.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final
from unicodedata import category, normalize

from earful.core.text import Span

# Beyond this many characters nobody reads on either; it bounds the time that a hostile text can take.
READ_AT_MOST: Final = 2_000
# What shows nothing does not count as read, up to a point.
_TAKEN_AT_MOST: Final = 4 * READ_AT_MOST

# Unicode has a million places, and no desk needs more than these at a time.
_REMEMBERED: Final = 20_000

_LOOKS_LIKE: Final = {
    # Cyrillic
    **dict(zip("авеіјкӏмнорсѕтухԁһԛԝґьѵ", "abeijklmhopcstyxdhqwrbv", strict=True)),
    # Greek
    **dict(zip("αβγεηικνορτυχω", "abyeniknoptuxw", strict=True)),
    # Latin's small capitals and alphas
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡɩ", "abcdefghijklmnoprstuvwyzagi", strict=True)),
    # Capitals of other scripts, whose small letters look otherwise
    **dict(zip("ΡΝΗΥНУ", "pnhyhy", strict=True)),
    # Latin letters that do not come apart
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    **dict.fromkeys("’‘ʼ´`′＇", "'"),
    **dict.fromkeys("“”„‟«»‹›″＂", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
_NOTHING_TO_SEE: Final = frozenset({"Mn", "Me", "Cf", "Cs"})
_BLANK: Final = frozenset({"Zs", "Zl", "Zp", "Cc"})
_NAMES: Final = re.compile(r"@\w+|https?://\S+|www\.\S+")


class _Letters(dict[int, str]):
    """How each character is read, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[code] = read = _read(chr(code))
        return read


def _read(character: str) -> str:
    kind = category(character)
    if kind in _NOTHING_TO_SEE:
        return ""
    if kind in _BLANK:
        return " "
    if (looks_like := _LOOKS_LIKE.get(character)) is not None:
        return looks_like
    return "".join(_letter(each) for each in normalize("NFKD", character) if category(each) != "Mn")


def _letter(character: str) -> str:
    small = character.lower()
    return _LOOKS_LIKE.get(character) or _LOOKS_LIKE.get(small) or small


_letters = _Letters()


def plain(text: str) -> str:
    """The text in plain small letters and single spaces, without handles and links; its first 2,000 characters."""
    read = _ascii(text) if text.isascii() else text[:_TAKEN_AT_MOST].translate(_letters)[:READ_AT_MOST]
    if "@" in read or "://" in read or "www." in read:
        read = _NAMES.sub(" ", read)
    return " ".join(read.split())


def _ascii(text: str) -> str:
    """As the table would: beside capitals and this one quotation mark, ASCII is plain already."""
    return text[:READ_AT_MOST].lower().replace("`", "'")


def in_text(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Where spans of `plain(text)` stand in the text itself."""
    came_from = _origins(text)
    return tuple((came_from[start], came_from[stop - 1] + 1) for start, stop in spans)


def _origins(text: str) -> list[int]:
    """Of each character of `plain(text)`, where the one from which it came stands in the text."""
    read = [(letter, at) for at, each in enumerate(text[:_TAKEN_AT_MOST]) for letter in _letters[ord(each)]]
    read = read[:READ_AT_MOST]
    together = "".join(letter for letter, _ in read)
    for found in reversed(list(_NAMES.finditer(together))):
        read[found.start() : found.end()] = [(" ", read[found.start()][1])]
    return [
        at for before, (letter, at) in pairwise([(" ", 0), *read]) if not (letter.isspace() and before[0].isspace())
    ]


def as_letters(pattern: str) -> str:
    """A pattern in the letters of plain texts: what is not ASCII is read as in a text, the rest is left as it is."""
    return "".join(each if each.isascii() else _letters[ord(each)] for each in pattern)
