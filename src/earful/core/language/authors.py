"""Which rules ask who wrote a post, beyond the account's id: they are answered only where the author is told along."""

from collections.abc import Collection
from typing import Final

from earful.core.language.tree import Leaf, Operator, Tree, leaves

_OF_AUTHOR: Final = frozenset(
    "bio bio_name bio_location min_followers followers_count tweets_count following_count listed_count".split()  # noqa: SIM905  a list to be read
)


def asks_author(tree: Tree, known: Collection[str] = ()) -> bool:
    """Whether a rule asks for more of the author than who they are; whose handles are `known` (folded) need not be
    told.
    """
    return any(_asks(leaf, known) for leaf, _ in leaves(tree))


def _asks(leaf: Leaf, known: Collection[str]) -> bool:
    if not isinstance(leaf, Operator):
        return False
    if leaf.name == "from":
        return not (leaf.value.isdecimal() or leaf.value.lower() in known)
    return leaf.name in _OF_AUTHOR or (leaf.name, leaf.value) == ("is", "verified")
