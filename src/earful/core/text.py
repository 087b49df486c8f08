"""Text made comparable: folding, tokens, and the way back from folded text to what was written.

Folding is Unicode's NFKC_Casefold (The Unicode Standard, section 3.13, "Default Caseless Matching") with two
departures: the zero-width joiner stays, because it holds emoji together, and so does the zero-width space,
because it parts words in scripts without spaces. What falls away shows nothing and would hide a match: soft
hyphens, direction marks, variation selectors.

Tokens are split as X says: on punctuation, symbols and separators (docs.x.com, "Build a rule", keyword). In
scripts written without spaces every character is its own token, so that a keyword matches inside running
text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple
from unicodedata import normalize

import regex

Accents = Literal["keep", "drop"]
Span = tuple[int, int]
Origins = tuple[list[int], list[int]]
"""Of each character of a folded text, where what it was folded from begins and ends in the text itself."""


class Token(NamedTuple):
    """One token: text, character offsets (end excluded), and the #, @ or $ just before it."""

    text: str
    start: int
    end: int
    sign: str = ""


def fold(text: str, accents: Accents = "keep") -> str:
    """Text in one case and one spelling of each character; with accents dropped if asked. Idempotent.

    The length may change ("ß" becomes "ss"). Lone surrogates become U+FFFD, so the result can always be
    encoded.
    """
    if text.isascii():
        return text.lower()
    folded = _caseless(text)
    return folded if accents == "keep" else _without_accents(folded)


def tokens(folded: str) -> list[Token]:
    """The tokens of a folded text, in order."""
    pattern = _ASCII_TOKEN if folded.isascii() else _TOKEN
    return [Token(m[0], m.start(), m.end(), _sign_before(folded, m.start())) for m in pattern.finditer(folded)]


def words(folded: str) -> list[str]:
    """The texts of the tokens alone: several times quicker than `tokens`."""
    found: list[str] = (_ASCII_TOKEN if folded.isascii() else _TOKEN).findall(folded)
    return found


def spaced(folded: str) -> str:
    """The tokens in one string, a space on both sides of each, GLUE between tokens that touch.

    So a token, or tokens in a row, are found by a plain substring search: `" 猫 " in spaced(text)`.
    """
    if folded.isascii():
        return f" {' '.join(_ASCII_TOKEN.findall(folded))} "
    parts = [" "]
    for run in _RUN.findall(folded):
        # Most runs are one token, and to see that is several times quicker than to ask for scripts.
        if run.isascii() or (run.isalnum() and max(run) < _FIRST_SPACELESS):
            parts.append(f"{run} ")
        else:
            parts.extend(_spaced_run(run))
    return "".join(parts)


def _spaced_run(run: str) -> Iterator[str]:
    before = -1
    for found in _TOKEN.finditer(run):
        start, end = found.span()
        yield f"{GLUE}{found[0]} " if start == before else f"{found[0]} "
        before = end


def searchable(text: str) -> str:
    """What to store for full-text search: folded tokens without accents, parted by single spaces."""
    return " ".join(words(fold(text, "drop")))


def original_spans(text: str, spans: Sequence[Span], accents: Accents = "keep") -> list[Span]:
    """Where spans of `fold(text, accents)` stand in `text` itself, widened to whole visible characters.

    Where folding joined what stands in separate characters (half-width Hangul letters), the span is the whole
    text.
    """
    return list(spans) if not spans or text.isascii() else spans_of(origins(text, accents), text, spans)


def origins(text: str, accents: Accents = "keep") -> Origins | None:
    """The way back from a folded text, made once for all its spans: see `spans_of`. None: there is no knowing."""
    pieces = [(m.start(), m.end(), fold(m[0], accents)) for m in _CHARACTER.finditer(text)]
    if "".join(piece for _, _, piece in pieces) != fold(text, accents):
        return None
    starts = list(_repeated((start, len(piece)) for start, _, piece in pieces))
    ends = list(_repeated((end, len(piece)) for _, end, piece in pieces))
    return starts, ends


def spans_of(way: Origins | None, text: str, spans: Sequence[Span]) -> list[Span]:
    """What `original_spans` says, by a way that is known already."""
    return [(0, len(text))] if way is None else [(way[0][start], way[1][end - 1]) for start, end in spans]


def _sign_before(folded: str, start: int) -> str:
    return folded[start - 1] if start and folded[start - 1] in _SIGNS else ""


def _repeated(counted: Iterable[tuple[int, int]]) -> Iterable[int]:
    return (value for value, count in counted for _ in range(count))


def _caseless(text: str) -> str:
    if _UNSEEN.search(text):
        text = _IGNORED.sub("", _SURROGATE.sub("\ufffd", text))
    if "\u0345" in text:  # the one mark whose case folding depends on its place
        text = normalize("NFD", text)
    cased = text.casefold()
    once = normalize("NFKC", cased)
    # Folding case twice changes nothing by itself; only what NFKC has made may have a case to fold.
    return once if once == cased else normalize("NFKC", once.casefold())


def _without_accents(folded: str) -> str:
    bare = _ACCENT.sub("", normalize("NFD", folded))
    return normalize("NFKC", bare.translate(_STROKES))


GLUE = "\x1f "
_SIGNS = "#@$"

_SURROGATE = re.compile("[\ud800-\udfff]")
_IGNORED = re.compile(
    "[\u00ad\u034f\u061c\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_UNSEEN = re.compile(f"{_IGNORED.pattern[:-1]}\ud800-\udfff]")

# Marks that only colour a letter: Latin, Greek and Cyrillic accents, Arabic and Hebrew vowel points, the
# Arabic stretch. Not marks that make another letter: й ў (breve), ї (diaeresis), ѓ ќ (acute), nor Japanese
# voicing.
_ACCENT = re.compile(
    "[\u0300\u0302-\u0305\u0307\u0309-\u036f\u064b-\u0652\u0670\u0640\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
    "|(?<![гк])\u0301|(?<![иу])\u0306|(?<!і)\u0308"
)
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i"})

_SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_SPACELESS = rf"[{_SCRIPTS}\u30fc&&[\p{{L}}\p{{N}}]]"
_EMOJI = r"\p{Extended_Pictographic}\p{Emoji_Modifier}?[\U000e0020-\U000e007f]*"
_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
# What stands between ASCII gaps: no token goes across one.
_RUN = re.compile("[a-z0-9\x80-\U0010ffff]+")
_FIRST_SPACELESS = "\u0e00"  # Thai; of the scripts without spaces the first in Unicode
# The first look passes over ASCII gaps, and the first branch takes plain ASCII words, without asking for
# scripts: that halves the time of a text with one emoji in it.
_TOKEN = regex.compile(
    rf"(?=[^\x00-/:-`{{-\x7f])(?:[a-z0-9]++(?![^\x00-\x7f])|[0-9]\u20e3|{_SPACELESS}\p{{M}}*"
    rf"|[[\p{{L}}\p{{N}}]--{_SPACELESS}][[\p{{L}}\p{{N}}\p{{M}}]--{_SPACELESS}]*"
    rf"|\p{{Regional_Indicator}}{{2}}|{_EMOJI}(?:\u200d{_EMOJI})*)",
    regex.VERSION1,
)
_CHARACTER = regex.compile(r"\X", regex.VERSION1)
