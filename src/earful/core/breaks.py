"""Where a text may be broken, and how good a place each is.

A paragraph's end is better than a sentence's, that better than a clause's, that better than a word's. In
scripts written without spaces a text may be broken between any two characters that may stand at a line's end
and beginning (after the rules of Unicode Standard Annex 14, much simplified). Links, hashtags and the
signature are never broken.
"""

from collections.abc import Iterator
from enum import IntEnum
from itertools import chain
from typing import NamedTuple

import regex

from earful.core.handles import find_hashtags
from earful.core.links import find_links

Span = tuple[int, int]


class Rank(IntEnum):
    """How good a place to break is, the better the greater. NONE is inside a word, for want of any other."""

    NONE = 0
    WORD = 1
    CLAUSE = 2
    SENTENCE = 3
    PARAGRAPH = 4


class Chunk(NamedTuple):
    """A stretch that stays whole, the blanks after it (dropped by a break there), and the break's rank."""

    text: str
    blanks: str
    rank: Rank


def chunks(text: str) -> Iterator[Chunk]:
    """The whole text as chunks, in order. Texts and blanks put together again are the text."""
    begin = 0
    for start, end in _outside(_opportunities(text), _unbroken(text)):
        yield Chunk(text[begin:start], text[start:end], _rank(text, start, end))
        begin = end
    yield Chunk(text[begin:], "", Rank.PARAGRAPH)


def _opportunities(text: str) -> Iterator[Span]:
    return (m.span() for m in _OPPORTUNITY.finditer(text) if m.end())


def _unbroken(text: str) -> list[Span]:
    """The spans that must stay whole, in order. In mentions and cashtags nothing invites a break."""
    found = ((item.start, item.end) for item in chain(find_links(text), find_hashtags(text)))
    return sorted([*found, *_signature(text)])


def _signature(text: str) -> Iterator[Span]:
    """The initials at the end with the word before them: they must not travel alone."""
    words = text.rsplit(maxsplit=2)[-2:]
    if len(words) == 2 and _SIGNATURE.fullmatch(words[1]):
        stem = text.rstrip()[: -len(words[1])].rstrip()
        yield len(stem) - len(words[0]), len(text)


def _outside(breaks: Iterator[Span], unbroken: list[Span]) -> Iterator[Span]:
    spans = iter(unbroken)
    begin, end = next(spans, _NOWHERE)
    for place in breaks:
        while end <= place[0]:
            begin, end = next(spans, _NOWHERE)
        if place[1] <= begin or place[0] < begin:
            yield place


def _rank(text: str, start: int, end: int) -> Rank:
    blanks = text[start:end]
    if blanks.count("\n") > 1 or "\u2029" in blanks:
        return Rank.PARAGRAPH
    before = text[max(0, start - _LOOK_BACK) : start].rstrip(_CLOSERS)
    last = before[-1:]
    if "\n" in blanks or (last in _SENTENCE_ENDS and _ends_sentence(before, text[end : end + 1], blanks)):
        return Rank.SENTENCE
    return Rank.CLAUSE if last and last in _CLAUSE_ENDS else Rank.WORD


def _ends_sentence(before: str, following: str, blanks: str) -> bool:
    if not before or not blanks:
        return before != "" and before[-1] in _WIDE_SENTENCE_ENDS
    word = before.split()[-1].rstrip(".")
    shortened = before[-1] == "." and (word.lower() in _SHORTENED or (len(word) == 1 and word.isalpha()))
    return not (shortened or following.islower())


_NOWHERE = (1 << 62, 1 << 62)
_LOOK_BACK = 16
_CLOSERS = "\"'”’»)]}」』）】"
_WIDE_SENTENCE_ENDS = "。！？"
_SENTENCE_ENDS = f".!?…।؟{_WIDE_SENTENCE_ENDS}"
_CLAUSE_ENDS = ",;:–—،、，；："

# Words that a full stop shortens rather than ends: a few of the titles and references that answers are full
# of.
_SHORTENED = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "no",
        "nr",
        "vs",
        "e.g",
        "i.e",
        "etc",
        "approx",
        "z.b",
        "bzw",
        "ca",
        "hr",
        "fr",
        "art",
        "abs",
        "m",
        "mme",
        "sr",
        "sra",
    )
)

# Blanks that invite a break; the no-break ones (U+00A0, U+2007, U+202F) hold "10 kg" together.
_BLANK = r"\t-\r \x85\u1680\u2000-\u2006\u2008-\u200b\u2028\u2029\u205f\u3000"
_WIDE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\u3001-\u303f\u30fb\u30fc\uff01-\uff1f\uff5e"
_ENDS_NO_LINE = r"\p{Ps}\p{Pi}"
_BEGINS_NO_LINE = (
    r"\s\p{M}\p{Pe}\p{Pf}!,.:;?%、。，．！？：；…‥・ー々〜～\u200d\uff9e\uff9f"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_OPPORTUNITY = regex.compile(
    rf"[{_BLANK}]++"
    rf"|(?<=[{_WIDE}])(?<![{_ENDS_NO_LINE}])(?![{_BEGINS_NO_LINE}])(?!$)"
    rf"|(?<![\s{_ENDS_NO_LINE}])(?=[{_WIDE}])(?![{_BEGINS_NO_LINE}])"
)

# "^AB" at the end: the initials of who wrote.
_SIGNATURE = regex.compile(r"\^\p{L}{1,4}")
