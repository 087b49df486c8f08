"""What a rule says, as a tree of frozen values. Where each part stands is kept, but not compared."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from earful.core.text import Span

_NOWHERE: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Word:
    """A keyword or an emoji, as typed; with `prefix` the beginning of a keyword, typed with a star behind it."""

    text: str
    prefix: bool = False
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotes: adjacent and in order, or within `near` tokens of each other if that is not 0."""

    text: str
    near: int = 0
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Operator:
    """Any other operator: `name` as in the table of operators ("from", "@"), `value` as typed."""

    name: str
    value: str
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


Leaf = Word | Phrase | Operator


@dataclass(frozen=True, slots=True)
class Not:
    """A negated leaf. Groups cannot be negated."""

    part: Leaf
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more parts, none of which is itself an And: build it with `all_of`."""

    parts: tuple["Tree", ...]
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more parts, none of which is itself an Or: build it with `any_of`."""

    parts: tuple["Tree", ...]
    span: Span = field(default=_NOWHERE, compare=False, repr=False)


Tree = Word | Phrase | Operator | Not | And | Or


def all_of(parts: Iterable[Tree]) -> Tree:
    """The parts joined by AND, groups of the same kind dissolved; a single part stays itself."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat), _around(flat))


def any_of(parts: Iterable[Tree]) -> Tree:
    """The parts joined by OR, groups of the same kind dissolved; a single part stays itself."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat), _around(flat))


def leaves(tree: Tree) -> Iterator[tuple[Leaf, bool]]:
    """Every leaf in order, with whether it is negated."""
    if isinstance(tree, And | Or):
        for part in tree.parts:
            yield from leaves(part)
    elif isinstance(tree, Not):
        yield tree.part, True
    else:
        yield tree, False


def _around(parts: list[Tree]) -> Span:
    return parts[0].span[0], parts[-1].span[1]
