"""A rule read back as one plain English sentence, in which "and" and "or" cannot be taken for each other.

Three means: things told with the same verb are told together ("say either “late” or “lost”"); alternatives begin
with "either"; and where an alternative holds several conditions, each is numbered, (1), (2), and inside it (2.1).
"""

from collections.abc import Callable, Iterable, Sequence

from earful.core.language.tree import And, Leaf, Not, Or, Tree
from earful.core.language.wordings import wording

# One post can do several of these, so that "and" between the things makes sense; nobody is "by @maria and @jonas".
_SEVERAL = {"say", "mention", "contain", "link to", "have reached"}
Kind = tuple[str, ...]
"""Conditions of the same kind are told together; an empty one stands by itself."""


def sentence(tree: Tree) -> str:
    """What the rule finds: begins "Posts that", ends with a full stop. Every tree has a sentence."""
    return f"Posts that {_told(tree, '')}."


def _told(tree: Tree, number: str) -> str:
    """The tree as it goes on after "Posts that". `number` is that of the part it belongs to, as in "2."."""
    if isinstance(tree, And):
        return _all_of(tree.parts, number)
    if isinstance(tree, Or):
        return _any_of(tree.parts, number)
    return _clause([tree], "and", number)


def _all_of(parts: Sequence[Tree], number: str) -> str:
    """Exclusions after conditions, forks last: what followed a fork could be read as part of its last branch."""
    forks = [part for part in parts if _forks(part)]
    plain = sorted((part for part in parts if not _forks(part)), key=lambda part: isinstance(part, Not))
    clauses = [_clause(group, "and", number) for group in _gathered(plain, _kind_in_all)]
    if len(forks) == 1:
        clauses.append(_told(forks[0], number))
    elif forks:
        clauses.append(_numbered([[fork] for fork in forks], "and", number))
    return _listed(clauses, "and")


def _any_of(parts: Sequence[Tree], number: str) -> str:
    groups = _gathered(parts, _kind_in_any)
    if len(groups) == 1:
        return _clause(groups[0], "or", number)
    if any(isinstance(part, And | Or) for part in parts):
        return f"either {_numbered(groups, 'or', number)}"
    return f"either {_listed([_clause(group, 'or', number, either='') for group in groups], 'or')}"


def _forks(tree: Tree) -> bool:
    """Whether these are alternatives that need more than one verb."""
    return isinstance(tree, Or) and len(_gathered(tree.parts, _kind_in_any)) > 1


def _kind_in_all(tree: Tree) -> Kind:
    if isinstance(tree, Not):
        return "not", wording(tree.part)[0].holds
    verb = "" if isinstance(tree, And | Or) else wording(tree)[0].holds
    return (verb,) if verb in _SEVERAL else ()


def _kind_in_any(tree: Tree) -> Kind:
    return () if isinstance(tree, And | Or | Not) else (wording(tree)[0].holds,)


def _gathered(parts: Iterable[Tree], kind_of: Callable[[Tree], Kind]) -> list[list[Tree]]:
    """The parts in groups of one kind, in the order in which the kinds appear."""
    groups: dict[object, list[Tree]] = {}
    for place, part in enumerate(parts):
        groups.setdefault(kind_of(part) or place, []).append(part)
    return list(groups.values())


def _clause(group: Sequence[Tree], joint: str, number: str, *, either: str = "either ") -> str:
    """A group told with one verb; a tree that stands by itself as it is told anywhere."""
    excluded = [part.part for part in group if isinstance(part, Not)]
    leaves = [part for part in group if isinstance(part, Leaf)]
    if excluded:
        return _exclusion(excluded)
    if not leaves:
        return _told(group[0], number)
    choice = either if joint == "or" and len(leaves) > 1 else ""
    return f"{wording(leaves[0])[0].holds} {choice}{_series(list(map(_thing, leaves)), joint)}"


def _exclusion(leaves: Sequence[Leaf]) -> str:
    """What the posts must not do: "nor" and "none" cannot be taken for "not both"."""
    verbs, things = wording(leaves[0])[0], list(map(_thing, leaves))
    if len(leaves) == 1:
        return f"{verbs.excluded} {things[0]}"
    if len(leaves) < 4:
        return f"{verbs.holds} neither {' nor '.join(things)}"
    return f"{verbs.holds} none of {_series(things, 'and')}"


def _thing(leaf: Leaf) -> str:
    return wording(leaf)[1]


def _numbered(groups: Sequence[Sequence[Tree]], joint: str, number: str) -> str:
    clauses = (_clause(group, joint, f"{number}{place}.") for place, group in enumerate(groups, 1))
    return f", {joint} ".join(f"({number}{place}) {clause}" for place, clause in enumerate(clauses, 1))


def _listed(clauses: Sequence[str], joint: str) -> str:
    """Clauses joined, with commas unless there are two short ones; with every "or" said where one holds another."""
    long = any(f" {word} " in clause for clause in clauses for word in ("and", "or", "nor"))
    if (len(clauses) == 2 and not long) or len(clauses) == 1:
        return f" {joint} ".join(clauses)
    if long and joint == "or":
        return ", or ".join(clauses)
    return f"{', '.join(clauses[:-1])}, {joint} {clauses[-1]}"


def _series(things: Sequence[str], joint: str) -> str:
    return f" {joint} ".join(filter(None, [", ".join(things[:-1]), things[-1]]))
