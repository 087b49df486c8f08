"""Top-level domains: where one ends that begins at a place in a text. The names are in `tables/tlds.txt`."""

import re
from importlib.resources import files


def tld_end(text: str, at: int) -> int:
    """Where the top-level domain that begins at `at` ends, or 0 if none does.

    Letters of other scripts may follow it at once, other Latin letters, digits, "@", "+" and "-" may not
    (twitter-text, `validGTLD`); punycode, "xn--...", is taken for a name whatever it says.
    """
    word = _ASCII_WORD.match(text, at)
    if word is None:
        return _wide_tld_end(text, at)
    if text[at : at + 4].lower() == "xn--":
        return _PUNYCODE.match(text, at).end()  # type: ignore[union-attr]  # it begins with what was just seen
    if len(word[0]) <= _LONGEST_TLD and word[0].lower() in _TLDS:
        return word.end() if text[word.end() : word.end() + 1] not in _JOINING else 0
    return _wide_tld_end(text, at)


def _wide_tld_end(text: str, at: int) -> int:
    if text[at : at + 1] not in _WIDE_BEGINNINGS:
        return 0
    name = text[at : at + _LONGEST_TLD + 1].lower()
    for length in range(min(len(name), _LONGEST_TLD), 0, -1):
        if name[:length] in _TLDS and name[length : length + 1] not in _JOINING_WORD:
            return at + length
    return 0


def _read_tlds() -> frozenset[str]:
    table = files("earful.core").joinpath("tables/tlds.txt").read_text(encoding="utf-8")
    return frozenset(name for line in table.splitlines() if not line.startswith("#") for name in line.split())


_TLDS = _read_tlds()
_LONGEST_TLD = max(map(len, _TLDS))
_WIDE_BEGINNINGS = frozenset(sign for name in _TLDS if not name.isascii() for sign in (name[0], name[0].upper()))
_ASCII_WORD = re.compile("[A-Za-z0-9]+")
_PUNYCODE = re.compile("[A-Za-z0-9-]+")
_JOINING = frozenset("@+-")
_JOINING_WORD = _JOINING | frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
