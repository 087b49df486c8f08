"""A rule as a question to the index of stored posts: it lets through every post that the rule finds, and few others.

Only the matcher decides. What the index cannot narrow becomes None: every post.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from earful.core.language.anchors import REQUIRED
from earful.core.language.dialects import DIALECTS, DialectName
from earful.core.language.local import answerable
from earful.core.language.tree import And, Leaf, Not, Operator, Or, Tree, Word
from earful.core.text import fold, words
from earful.posts.lexemes import CUT, INDEXED, LINKED, LONG, QUOTED, TITLED, lexeme, terms, written

Query = str | None
"""The text of a tsquery, or None for every post."""
_NEVER: Final = written(":never")


def narrowed(tree: Tree | None, dialect: DialectName) -> Query:
    """The question for a rule in one dialect: its answer holds all that the rule finds among the stored posts."""
    found = None if tree is None else _query(tree, DIALECTS[dialect].quotes)
    return None if found is None else f"({found}) | {written(CUT)}"


def also(query: Query, facts: Iterable[str]) -> Query:
    """The question, and these facts beside it."""
    return _all(([] if query is None else [f"({query})"]) + [written(fact) for fact in facts])


def beginning(text: str) -> Query:
    """A post that has all of these words, the last one perhaps unfinished; None for no word."""
    *whole, last = terms(text) or [""]
    return _all([written(word) for word in whole] + [f"{written(last)}:*"]) if last else None


def _query(tree: Tree, quotes: bool) -> Query:
    if isinstance(tree, And):
        return _and(tree, quotes)
    if isinstance(tree, Or):
        return _any([_query(part, quotes) for part in tree.parts])
    if isinstance(tree, Not):
        return None if answerable(tree.part) else _NEVER
    return _leaf(tree, quotes) if answerable(tree) else _NEVER


def _and(tree: And, quotes: bool) -> Query:
    asked = [query for part in tree.parts if (query := _query(part, quotes)) is not None]
    # An exclusion alone would have to walk the whole index.
    return _all(asked + [without for part in tree.parts if (without := _without(part))]) if asked else None


def _without(tree: Tree) -> str:
    """Exclusions that the index answers exactly: the kinds of posts."""
    if not isinstance(tree, Not) or not isinstance(tree.part, Operator) or tree.part.name != "is":
        return ""
    return f"!{written(lexeme(f'is:{fold(tree.part.value)}'))}"


def _leaf(leaf: Leaf, quotes: bool) -> Query:
    if isinstance(leaf, Operator):
        return _operator(leaf, quotes)
    if isinstance(leaf, Word):
        return _paged(lambda mark: _row(leaf.text, mark, prefix=leaf.prefix), quotes)
    if leaf.near:
        return _paged(lambda mark: _all(written(mark + word) for word in terms(leaf.text)), quotes)
    return _paged(lambda mark: _row(leaf.text, mark), quotes)


def _paged(ask: Callable[[str], Query], quotes: bool) -> Query:
    """Asked of the post's own words, or also of those of the post that it quotes."""
    return _any([ask(mark) for mark in (("", QUOTED) if quotes else ("",))])


def _row(text: str, mark: str, *, prefix: bool = False) -> Query:
    """Words in a row; in long posts all of them anywhere, because there not every place is kept."""
    asked = [written(mark + word) for word in terms(text)]
    if asked and prefix:
        asked[-1] += ":*"
    if len(asked) < 2:
        return asked[0] if asked else None
    return f"({' <-> '.join(asked)} | {_all([written(LONG), *asked])})"


def _operator(leaf: Operator, quotes: bool) -> Query:
    value = fold(leaf.value)
    if leaf.name in _ASKED:
        return _ASKED[leaf.name](value, quotes)
    _, wanted = REQUIRED[leaf.name](value)
    if not wanted or not all(kind in INDEXED for kind, _ in wanted):
        return None
    marks = ("", QUOTED) if quotes and leaf.name in "@#" else ("",)
    return _any([written(mark + lexeme(kind, key)) for kind, key in sorted(wanted) for mark in marks])


def _all(parts: Iterable[str]) -> Query:
    asked = list(parts)
    return f"({' & '.join(asked)})" if len(asked) > 1 else next(iter(asked), None)


def _any(parts: Sequence[Query]) -> Query:
    asked = [part for part in parts if part is not None]
    if len(asked) < len(parts) or not asked:
        return None
    return f"({' | '.join(asked)})" if len(asked) > 1 else asked[0]


# Where the index holds something else than the rulebook asks for.
_ASKED: Final[Mapping[str, Callable[[str, bool], Query]]] = {
    "$": lambda value, quotes: _paged(lambda mark: _row(value, mark), quotes),
    "url": lambda value, _: _all(written(lexeme("url", word)) for word in words(value)),
    "url_contains": lambda value, _: written(LINKED),
    "url_title": lambda value, _: written(TITLED),
    "url_description": lambda value, _: written(TITLED),
    "place": lambda value, _: written(lexeme("has:geo")),
}
