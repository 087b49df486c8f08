"""Mentions, lists, hashtags and cashtags in a text, found as X finds them.

The rules are those of twitter-text (github.com/twitter/twitter-text, version 3). Offsets count code points
and take in the sign before the name; the text of what was found has no sign.
"""

from bisect import bisect_right

import regex

from earful.core.links import ACCENTED, BLANKS, DIRECTIONS, Found, find_links


def find_mentions(text: str) -> list[Found]:
    """The accounts that a text names with "@", in order, as written; lists are not among them."""
    return [Found(m.start(), m.end("name"), m["name"]) for m in _at_names(text) if not m["slug"]]


def find_lists(text: str) -> list[Found]:
    """The lists that a text names as "@owner/slug"; what is found says "owner/slug"."""
    return [Found(m.start(), m.end(), m["name"] + m["slug"]) for m in _at_names(text) if m["slug"]]


def replied_to(text: str) -> str | None:
    """The account that a text turns to: the one it begins with. None if it begins with anything else."""
    match = _REPLY.match(text)
    return match["name"] if match and not _AFTER_NAME.match(text, match.end()) else None


def find_hashtags(text: str) -> list[Found]:
    """The hashtags of a text: at least one letter of any script, and not inside a link."""
    if "#" not in text and "\uff03" not in text:
        return []
    links = find_links(text)
    return [
        Found(m.start(), m.end(), m["name"])
        for m in _HASHTAG.finditer(text)
        if _LETTER.search(m["name"]) and not _AFTER_TAG.match(text, m.end()) and not _inside(links, m.start())
    ]


def find_cashtags(text: str) -> list[Found]:
    """The ticker symbols of a text: "$" after a blank, one to six letters, maybe a share class ("BRK.B")."""
    return [Found(m.start(), m.end(), m["name"]) for m in _CASHTAG.finditer(text)]


def _at_names(text: str) -> list[regex.Match[str]]:
    return [m for m in _MENTION.finditer(text) if not _AFTER_NAME.match(text, m.end())]


def _inside(spans: list[Found], position: int) -> bool:
    before = bisect_right(spans, position, key=lambda span: span.start)
    return before > 0 and position < spans[before - 1].end


_BLANK = f"{BLANKS}{DIRECTIONS}"
_NAME = "[@\uff20](?P<name>[A-Za-z0-9_]{1,20}+)"
_TAG_SIGN = (
    r"\p{L}\p{M}\p{Nd}_\u200c\u200d\u00b7\u05be\u05f3\u05f4\u0f0b\u0f0c"
    r"\u3003\u301c\u309b\u309c\u30a0\u30fb\uff5e"
)

# "RT" may touch the name it passes on; any other letter before "@" makes an e-mail address of it.
_MENTION = regex.compile(
    rf"(?:(?<![A-Za-z0-9_!#$%&*@\uff20])|(?<=(?:^|[^A-Za-z0-9_+~.\-])[Rr][Tt]:?))"
    rf"{_NAME}(?P<slug>/[A-Za-z][A-Za-z0-9_\-]{{0,24}})?"
)
_REPLY = regex.compile(rf"[{_BLANK}]*+{_NAME}")
_AFTER_NAME = regex.compile(f"[@\uff20{ACCENTED}]|://")

# A variation selector counts as a mark, and so as part of a tag; but it ends an emoji, after which a tag
# may begin.
_HASHTAG = regex.compile(
    rf"(?:(?<=[\ufe0e\ufe0f])|(?<![{_TAG_SIGN}&#\uff03]))[#\uff03](?![\ufe0f\u20e3])(?P<name>[{_TAG_SIGN}]++)"
)
_LETTER = regex.compile(r"[\p{L}\p{M}]")
_AFTER_TAG = regex.compile("[#\uff03]|://")
_CASHTAG = regex.compile(
    rf"(?:(?<=[{_BLANK}])|^)\$(?P<name>[A-Za-z]{{1,6}}(?:[._][A-Za-z]{{1,2}})?)"
    rf"(?=$|[{_BLANK}!'#%&()*+,\\\-./:;<=>?@\[\]^_{{|}}~$])"
)
