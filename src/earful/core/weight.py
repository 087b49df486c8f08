"""How a network counts a message, and splitting a long answer into numbered parts.

X counts by weight: twitter-text's configuration 3 (github.com/twitter/twitter-text, config/v3.json) and the
page "Counting characters" of X's developer documentation. Mastodon counts graphemes, every link with a
protocol as 23 and "@user@host" as "@user" (its `StatusLengthValidator`); Bluesky counts graphemes and bounds
the bytes (its lexicon `app.bsky.feed.post`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple
from unicodedata import normalize

import regex

from earful.core.links import find_links
from earful.core.packing import NOTHING, Size, pack

Unit = Literal["weight", "code point", "grapheme"]


@dataclass(frozen=True, slots=True)
class CountingRules:
    """How one network counts one kind of message.

    `limit` is the longest text in its own count; `link` what each link counts (0: as it is written),
    `bare_links` whether one without a protocol is a link; `short_handles` whether "@user@host" counts as
    "@user"; `max_bytes` bounds the text in UTF-8 (0: no bound); `invalid` are the characters it refuses.
    """

    limit: int
    unit: Unit
    link: int = 0
    bare_links: bool = True
    short_handles: bool = False
    max_bytes: int = 0
    invalid: str = ""


X_POST = CountingRules(280, "weight", link=23, invalid="\ufffe\ufeff\uffff")
X_MESSAGE = CountingRules(10_000, "code point")
MASTODON = CountingRules(500, "grapheme", link=23, bare_links=False, short_handles=True)
BLUESKY = CountingRules(300, "grapheme", max_bytes=3000)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A text on the scales: its weight, the limit, and what follows from them.

    `end` is how far into the text (code points) the limit reaches: what comes after it is too much. `fits`
    says that nothing does; `valid` that the network will also take the characters, and that there are any.
    """

    weight: int
    limit: int
    end: int
    fits: bool
    valid: bool


def weigh(text: str, rules: CountingRules = X_POST) -> int:
    """How much a text counts by a network's rules."""
    counted = _as_counted(text, rules)
    count = _COUNTS[rules.unit]
    spans = _spans(counted, rules)
    if not spans:
        return count(counted)
    return sum(span.weight for span in spans) + sum(count(counted[start:end]) for start, end in _gaps(counted, spans))


def fits(text: str, limit: int | None = None, rules: CountingRules = X_POST) -> bool:
    """Whether a text is short enough; `limit` stands in for the network's own."""
    return _size(text, rules).within(_room(rules, limit))


def measure(text: str, limit: int | None = None, rules: CountingRules = X_POST) -> Weighed:
    """Weight, whether it fits, whether it is valid, and where it gets too long."""
    weight, room = weigh(text, rules), _room(rules, limit)
    short_enough = fits(text, limit, rules)
    valid = short_enough and text != "" and not any(sign in text for sign in rules.invalid)
    end = len(text) if short_enough else _reach(text, room, rules)
    return Weighed(weight, room.weight, end, short_enough, valid)


def split(text: str, limit: int | None = None, rules: CountingRules = X_POST) -> list[str]:
    """A text as numbered parts ("... 1/3") that each fit; as it is if it fits; nothing if it is blank.

    It is broken at the end of a paragraph, sentence, clause or word, in this order of preference; inside a
    link, a hashtag, a word or a grapheme only if that alone is too heavy. Parts without their numbers, put
    together again, are the text but for blanks. Raises ValueError if the limit leaves no room beside a
    number.
    """
    bare = text.strip()
    if not bare:
        return []
    room = _room(rules, limit)
    for whole in (text, bare):
        if _size(whole, rules).within(room):
            return [whole]
    digits = len(str(weigh(bare, rules) // max(1, room.weight)))
    while True:
        number = _number("9" * digits, "9" * digits)
        bodies = pack(bare, _beside(number, room), lambda piece: _size(piece, rules))
        if len(bodies) < 10**digits:
            return [body + _number(index, len(bodies)) for index, body in enumerate(bodies, 1)]
        digits += 1


class _Span(NamedTuple):
    start: int
    end: int
    weight: int


def _number(index: int | str, total: int | str) -> str:
    return f" {index}/{total}"


def _beside(number: str, room: Size) -> Size:
    """The room left by a number, which is plain ASCII and so as heavy as it is long."""
    left = Size(room.weight - len(number), room.bytes - len(number))
    if left.weight < _HEAVIEST or left.bytes < _LONGEST_ENCODED:
        raise ValueError(f"a limit of {room.weight} leaves no room for a text beside the number {number!r}")
    return left


def _room(rules: CountingRules, limit: int | None) -> Size:
    return Size(rules.limit if limit is None else limit, rules.max_bytes or _UNBOUNDED)


def _size(text: str, rules: CountingRules) -> Size:
    return Size(weigh(text, rules), len(text.encode("utf-8", "surrogatepass")) if rules.max_bytes else 0)


def _as_counted(text: str, rules: CountingRules) -> str:
    if rules.unit != "weight":
        return text
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return text if text.isascii() else normalize("NFC", text)


def _spans(text: str, rules: CountingRules) -> list[_Span]:
    """What does not count as it is written: links and long handles, in order."""
    links = find_links(text, bare=rules.bare_links) if rules.link else []
    spans = [_Span(link.start, link.end, rules.link) for link in links]
    if not rules.short_handles or "@" not in text:
        return spans
    handles = [_Span(*m.span(), len(m["local"])) for m in _LONG_HANDLE.finditer(text)]
    return _first_come([*spans, *handles])


def _first_come(spans: list[_Span]) -> list[_Span]:
    kept: list[_Span] = []
    for span in sorted(spans):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _gaps(text: str, spans: Iterable[_Span]) -> Iterator[tuple[int, int]]:
    begin = 0
    for span in spans:
        yield begin, span.start
        begin = span.end
    yield begin, len(text)


def _weight(text: str) -> int:
    if text.isascii():
        return len(text)
    weight = len(text) + sum(map(len, _HEAVY.findall(text)))
    if _COMBINED.search(text):
        weight -= sum(_plain_weight(sequence) - _EMOJI_WEIGHT for sequence in _EMOJI_SEQUENCE.findall(text))
    return weight


def _plain_weight(text: str) -> int:
    return len(text) + sum(map(len, _HEAVY.findall(text)))


def _graphemes(text: str) -> int:
    if text.isascii() and "\r" not in text:
        return len(text)
    return len(_GRAPHEME.findall(text))


def _reach(text: str, room: Size, rules: CountingRules) -> int:
    """How many code points of a text that does not fit lie within the limit."""
    counted = _as_counted(text, rules)
    total, reached = NOTHING, 0
    for start, end, weight in _units(counted, rules):
        total = total.plus(Size(weight, _size(counted[start:end], rules).bytes))
        if not total.within(room):
            break
        reached = end
    return reached if counted == text else _as_written(text, reached, rules)


def _units(text: str, rules: CountingRules) -> Iterator[_Span]:
    """A text in the pieces that count as one: links, handles, emoji, single characters; with weights."""
    pattern, count = _UNITS[rules.unit], _COUNTS[rules.unit]
    begin = 0
    for span in [*_spans(text, rules), _Span(len(text), len(text), 0)]:
        for m in pattern.finditer(text, begin, span.start):
            yield _Span(m.start(), m.end(), count(m[0]))
        yield span
        begin = span.end


def _as_written(text: str, counted: int, rules: CountingRules) -> int:
    """The offset in a text that matches an offset in its counted form; both agree at every grapheme."""
    for grapheme in _GRAPHEME.finditer(text):
        counted -= len(_as_counted(grapheme[0], rules))
        if counted < 0:
            return grapheme.start()
    return len(text)


_UNBOUNDED = 1 << 62
_HEAVIEST = 2
_LONGEST_ENCODED = 4
_EMOJI_WEIGHT = 2

# Outside these ranges a character weighs two (config/v3.json: weights 100 and 200, scale 100).
_HEAVY = regex.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]++")

# Emoji of more than one code point (Unicode Technical Standard 51, "Emoji sequences"); one alone weighs two
# anyway. No recommended sequence joins more than four, and without that bound a chain of any length would
# weigh two.
_PART = (
    r"(?:\p{RI}\p{RI}|\p{Emoji_Modifier_Base}\ufe0f?\p{Emoji_Modifier}"
    r"|[\p{Emoji}\p{ExtPict}--[0-9#*\u00a9\u00ae]](?:\ufe0f|[\U000e0020-\U000e007e]++\U000e007f)?)"
)
_EMOJI_SEQUENCE = regex.compile(
    rf"[0-9#*]\ufe0f?\u20e3|[\u00a9\u00ae]\ufe0f|{_PART}(?:\u200d{_PART}){{0,3}}+", regex.V1
)
_COMBINED = regex.compile(r"[\u200d\ufe0f\u20e3\p{RI}\p{Emoji_Modifier}\U000e0020-\U000e007f]")
_GRAPHEME = regex.compile(r"\X")
_LONG_HANDLE = regex.compile(r"(?<![\w/=])(?P<local>@[A-Za-z0-9_]++(?:[.\-]++[A-Za-z0-9_]++)*+)@[\w.\-]*\w")

_COUNTS: dict[Unit, Callable[[str], int]] = {"weight": _weight, "code point": len, "grapheme": _graphemes}
_UNITS: dict[Unit, regex.Pattern[str]] = {
    "weight": regex.compile(rf"{_EMOJI_SEQUENCE.pattern}|.", regex.V1 | regex.DOTALL),
    "code point": regex.compile(r".", regex.DOTALL),
    "grapheme": _GRAPHEME,
}
