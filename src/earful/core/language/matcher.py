"""Whether a post satisfies a rule, and why."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import Final

import msgspec

from earful.core.language.answers import HOLDS
from earful.core.language.candidate import Candidate, Page
from earful.core.language.local import answerable
from earful.core.language.printer import show
from earful.core.language.tree import And, Leaf, Not, Operator, Or, Phrase, Tree, Word
from earful.core.text import Accents, Span, fold, spaced, words

# Of a word that stands a thousand times in a post, so many places are told: each is kept with every find and marked.
SPANS_TOLD: Final = 100


class Reason(msgspec.Struct, frozen=True, gc=False):
    """A word or operator of the rule that the post satisfies.

    `term` is written as in a rule; `spans` are where it stands in the text (character offsets into the
    original, end excluded), or empty for what is not in the text; `quoted` says that the text is that of the
    quoted post.
    """

    term: str
    spans: tuple[Span, ...] = ()
    quoted: bool = False


class Match(msgspec.Struct, frozen=True, gc=False):
    """A post satisfies a rule, for these reasons. Exclusions that held are not listed."""

    reasons: tuple[Reason, ...]


def match(tree: Tree, candidate: Candidate) -> Match | None:
    """Why the candidate satisfies the rule, or None if it does not."""
    held = _held(tree, candidate)
    if held is None:
        return None
    # A rule may say the same many times over.
    said = dict.fromkeys(held) if len(held) > 1 else held
    return Match(tuple([reason for leaf in said for reason in _reasons(leaf, candidate)]))


# Rules and pages are walked by plain loops: a generator inside `any` or `all` doubles the price of a short one.
def holds(tree: Tree, candidate: Candidate) -> bool:
    """Whether the candidate satisfies the rule: `match` without the reasons, and quicker."""
    if isinstance(tree, And):
        for part in tree.parts:  # noqa: SIM110
            if not holds(part, candidate):
                return False
        return True
    if isinstance(tree, Or):
        for part in tree.parts:  # noqa: SIM110
            if holds(part, candidate):
                return True
        return False
    if isinstance(tree, Not):
        return answerable(tree.part) and not _holds_leaf(tree.part, candidate)
    return _holds_leaf(tree, candidate)


def _held(tree: Tree, candidate: Candidate) -> list[Leaf] | None:
    """The leaves by which the candidate satisfies the rule, or None if it does not."""
    if isinstance(tree, And):
        found: list[Leaf] = []
        for part in tree.parts:
            held = _held(part, candidate)
            if held is None:
                return None
            found += held
        return found
    if isinstance(tree, Or):
        branches = [held for part in tree.parts if (held := _held(part, candidate)) is not None]
        return [leaf for held in branches for leaf in held] if branches else None
    if not holds(tree, candidate):
        return None
    return [] if isinstance(tree, Not) else [tree]


def _holds_leaf(leaf: Leaf, candidate: Candidate) -> bool:
    if isinstance(leaf, Word):
        wanted = _word(leaf.text, candidate.dialect.accents, leaf.prefix)
        for page in candidate.pages:  # noqa: SIM110
            if wanted in page.spaced:
                return True
        return False
    if isinstance(leaf, Operator):
        return HOLDS[leaf.name](_value(leaf.value), candidate)
    return any(_holds_phrase(leaf, page) for page in candidate.pages)


def _holds_phrase(phrase: Phrase, page: Page) -> bool:
    if phrase.near:
        return bool(_near(phrase, page))
    return _row(phrase.text, page.accents) in page.loose


def _near(phrase: Phrase, page: Page) -> list[int]:
    """Where (token numbers) the words are close enough: N tokens in order, N - 2 in any other order."""
    asked = phrase.text, phrase.near
    if asked not in page.nearby:
        found = islice(_windows(_phrase(phrase.text, page.accents), phrase.near, page), SPANS_TOLD)
        page.nearby[asked] = sorted({place for places in found for place in places})
    return page.nearby[asked]


def _windows(wanted: tuple[str, ...], near: int, page: Page) -> Iterator[list[int]]:
    """The places of the words in each stretch of the text that has them all."""
    if not page.places.keys() >= set(wanted):
        return
    rarest = min((page.places[word] for word in wanted), key=len)
    starts = {start for place in rarest for start in range(max(0, place - near), place + 1)}
    for start in sorted(starts):
        if page.words[start] in wanted:
            window = page.words[start : start + near + 1]
            if found := _in_order(wanted, window) or _in_any_order(wanted, window[: near - 1]):
                yield [start + place for place in found]


def _in_order(wanted: tuple[str, ...], window: list[str]) -> list[int]:
    places: list[int] = []
    for place, text in enumerate(window):
        if len(places) < len(wanted) and text == wanted[len(places)]:
            places.append(place)
    return places if len(places) == len(wanted) else []


def _in_any_order(wanted: tuple[str, ...], window: list[str]) -> list[int]:
    left = list(wanted)
    places = []
    for place, text in enumerate(window):
        if text in left:
            left.remove(text)
            places.append(place)
    return [] if left else places


@lru_cache(maxsize=65536)
def _word(text: str, accents: Accents, prefix: bool) -> str:
    wanted = spaced(fold(text, accents))
    return wanted[:-1] if prefix else wanted


@lru_cache(maxsize=65536)
def _phrase(text: str, accents: Accents) -> tuple[str, ...]:
    return tuple(words(fold(text, accents)))


@lru_cache(maxsize=65536)
def _value(value: str) -> str:
    return fold(value)


@lru_cache(maxsize=65536)
def _row(text: str, accents: Accents) -> str:
    return f" {' '.join(_phrase(text, accents))} "


def _reasons(leaf: Leaf, candidate: Candidate) -> list[Reason]:
    found = [Reason(show(leaf), spans, page.quoted) for page in candidate.pages if (spans := _where(leaf, page))]
    return found or [Reason(show(leaf))]


def _where(leaf: Leaf, page: Page) -> tuple[Span, ...]:
    """Where a leaf stands in a page's own text."""
    if isinstance(leaf, Operator):
        return _where_sign(leaf, page) if leaf.name in "@#$" else ()
    if isinstance(leaf, Phrase) and leaf.near:
        return _at(_near(leaf, page), page)
    return _where_words(leaf, page)


def _at(places: Iterable[int], page: Page) -> tuple[Span, ...]:
    """The first tokens of those at some places."""
    return page.original([page.tokens[place][1:3] for place in islice(places, SPANS_TOLD)])


def _where_words(leaf: Word | Phrase, page: Page) -> tuple[Span, ...]:
    wanted = _phrase(leaf.text, page.accents)
    if isinstance(leaf, Word) and leaf.prefix:
        begun = [places for word, places in page.places.items() if word.startswith(wanted[0])]
        return _at(sorted(chain.from_iterable(begun)), page)
    if len(wanted) == 1 and page.folded.isascii():
        return page.original(_where_word(wanted[0], page.folded))
    return page.original(list(islice(_rows_of(leaf, wanted, page), SPANS_TOLD)))


def _rows_of(leaf: Word | Phrase, wanted: tuple[str, ...], page: Page) -> Iterator[Span]:
    """Where tokens stand in a row; those of a word touch each other."""
    row = list(wanted)
    for at in page.places.get(wanted[0], ()):
        if page.words[at : at + len(row)] == row:
            start, end = page.tokens[at].start, page.tokens[at + len(row) - 1].end
            if isinstance(leaf, Phrase) or page.folded[start:end] == "".join(row):
                yield start, end


def _where_word(word: str, folded: str) -> list[Span]:
    """A single token in an ASCII text, where every letter or digit joins its neighbours: found without cutting it."""
    spans: list[Span] = []
    at = folded.find(word)
    while at >= 0 and len(spans) < SPANS_TOLD:
        end = at + len(word)
        if not (folded[at - 1 : at].isalnum() or folded[end : end + 1].isalnum()):
            spans.append((at, end))
        at = folded.find(word, end)
    return spans


def _where_sign(leaf: Operator, page: Page) -> tuple[Span, ...]:
    wanted = fold(leaf.name + leaf.value, page.accents)
    spans: list[Span] = []
    at = page.folded.find(wanted)
    while at >= 0 and len(spans) < SPANS_TOLD:
        end = at + len(wanted)
        if not (page.folded[end : end + 1].isalnum() or page.folded[end : end + 1] == "_"):
            spans.append((at, end))
        at = page.folded.find(wanted, end)
    return page.original(spans)
