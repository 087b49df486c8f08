"""What of a rule can be answered here, and what only the network itself can answer."""

from earful.core.language.operators import EVERY_POST, OPERATORS
from earful.core.language.tree import And, Leaf, Not, Operator, Or, Tree, all_of, any_of, leaves


def answerable(leaf: Leaf) -> bool:
    """Whether a leaf can be answered from what came with a post; if not it does not hold here, negated or not."""
    if not isinstance(leaf, Operator):
        return True
    return OPERATORS[leaf.name].answered != "network" or (leaf.name, leaf.value) == EVERY_POST


def answered_here(tree: Tree) -> bool:
    """Whether every leaf of a rule can be answered here."""
    return all(answerable(leaf) for leaf, _ in leaves(tree))


def only_network(tree: Tree) -> tuple[Operator, ...]:
    """The leaves to be called "evaluated by X only", in order, each once.

    Those that X answers by its annotations are among them: here they are answered from what came with a post, but other
    networks send none.
    """
    return tuple(dict.fromkeys(leaf for leaf, _ in leaves(tree) if isinstance(leaf, Operator) and _by_network(leaf)))


def relaxed(tree: Tree) -> Tree | None:
    """The rule without what cannot be answered here: it finds all that the rule finds, and perhaps more.

    None if nothing is left to ask, or only exclusions: then the rule might find any post.
    """
    left = _relaxed(tree)
    return None if left is None or all(negated for _, negated in leaves(left)) else left


def _by_network(leaf: Operator) -> bool:
    return OPERATORS[leaf.name].answered == "annotated" or not answerable(leaf)


def _relaxed(tree: Tree) -> Tree | None:
    if isinstance(tree, And):
        left = [part for part in map(_relaxed, tree.parts) if part is not None]
        return all_of(left) if left else None
    if isinstance(tree, Or):
        # One branch that might find any post makes the whole find any post.
        branches = [_relaxed(part) for part in tree.parts]
        left = [branch for branch in branches if branch is not None]
        return any_of(left) if len(left) == len(branches) else None
    leaf = tree.part if isinstance(tree, Not) else tree
    return tree if answerable(leaf) else None
