"""Whether a post satisfies a rule, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from earful.core.language.answers import HOLDS
from earful.core.language.candidate import Candidate, Page
from earful.core.language.local import answerable
from earful.core.language.printer import show
from earful.core.language.tree import And, Leaf, Not, Operator, Or, Phrase, Tree, Word
from earful.core.text import Accents, Span, fold, spaced, words


@dataclass(frozen=True, slots=True)
class Reason:
    """A word or operator of the rule that the post satisfies.

    `term` is written as in a rule; `spans` are where it stands in the text (character offsets into the
    original, end excluded), or empty for what is not in the text; `quoted` says that the text is that of the
    quoted post.
    """

    term: str
    spans: tuple[Span, ...] = ()
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A post satisfies a rule, for these reasons. Exclusions that held are not listed."""

    reasons: tuple[Reason, ...]


def match(tree: Tree, candidate: Candidate) -> Match | None:
    """Why the candidate satisfies the rule, or None if it does not."""
    return Match(tuple(dict.fromkeys(_reasons(tree, candidate)))) if holds(tree, candidate) else None


def holds(tree: Tree, candidate: Candidate) -> bool:
    """Whether the candidate satisfies the rule: `match` without the reasons, and several times quicker."""
    if isinstance(tree, Word):
        wanted = _word(tree.text, candidate.dialect.accents, tree.prefix)
        return any(wanted in page.spaced for page in candidate.pages)
    if isinstance(tree, Operator):
        return HOLDS[tree.name](_value(tree.value), candidate)
    if isinstance(tree, And):
        return all(holds(part, candidate) for part in tree.parts)
    if isinstance(tree, Or):
        return any(holds(part, candidate) for part in tree.parts)
    if isinstance(tree, Not):
        return answerable(tree.part) and not holds(tree.part, candidate)
    return any(_holds_phrase(tree, page) for page in candidate.pages)


def _holds_phrase(phrase: Phrase, page: Page) -> bool:
    if phrase.near:
        return any(_near(phrase, page))
    return f" {' '.join(_phrase(phrase.text, page.accents))} " in page.loose


def _near(phrase: Phrase, page: Page) -> Iterator[tuple[int, ...]]:
    """Where (token numbers) the words are close enough: N tokens in order, N - 2 in any other order."""
    wanted = _phrase(phrase.text, page.accents)
    texts = [token.text for token in page.tokens]
    for start, text in enumerate(texts):
        if text in wanted:
            window = texts[start : start + phrase.near + 1]
            found = _in_order(wanted, window) or _in_any_order(wanted, window[: phrase.near - 1])
            if found:
                yield tuple(start + place for place in found)


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


def _reasons(tree: Tree, candidate: Candidate) -> list[Reason]:
    if isinstance(tree, And | Or):
        held = [part for part in tree.parts if isinstance(tree, And) or holds(part, candidate)]
        return [reason for part in held for reason in _reasons(part, candidate)]
    if isinstance(tree, Not):
        return []
    found = [Reason(show(tree), spans, page.quoted) for page in candidate.pages if (spans := _where(tree, page))]
    return found or [Reason(show(tree))]


def _where(leaf: Leaf, page: Page) -> tuple[Span, ...]:
    """Where a leaf stands in a page's own text."""
    if isinstance(leaf, Operator):
        return _where_sign(leaf, page) if leaf.name in "@#$" else ()
    if isinstance(leaf, Phrase) and leaf.near:
        places = {place for found in _near(leaf, page) for place in found}
        return page.original([page.tokens[place][1:3] for place in sorted(places)])
    return _where_words(leaf, page)


def _where_words(leaf: Word | Phrase, page: Page) -> tuple[Span, ...]:
    wanted = _phrase(leaf.text, page.accents)
    if isinstance(leaf, Word) and leaf.prefix:
        return page.original([token[1:3] for token in page.tokens if token.text.startswith(wanted[0])])
    texts = [token.text for token in page.tokens]
    spans = []
    for at in range(len(texts) - len(wanted) + 1):
        if tuple(texts[at : at + len(wanted)]) == wanted:
            start, end = page.tokens[at].start, page.tokens[at + len(wanted) - 1].end
            if isinstance(leaf, Phrase) or page.folded[start:end] == "".join(wanted):
                spans.append((start, end))
    return page.original(spans)


def _where_sign(leaf: Operator, page: Page) -> tuple[Span, ...]:
    wanted = fold(leaf.name + leaf.value, page.accents)
    spans = []
    at = page.folded.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not (page.folded[end : end + 1].isalnum() or page.folded[end : end + 1] == "_"):
            spans.append((at, end))
        at = page.folded.find(wanted, end)
    return page.original(spans)
