"""A tree written as a rule again, always in the same way: `parse(show(tree)) == tree`."""

import re

from earful.core.language.lexer import quoted
from earful.core.language.tree import And, Not, Or, Phrase, Tree, Word

_PLAIN = re.compile(r"[\w./%*-]+|\[[^\[\]]*\]")


def show(tree: Tree) -> str:
    """The rule in its canonical text: single spaces, and only the parentheses and quotes it needs."""
    if isinstance(tree, Or):
        return " OR ".join(show(part) for part in tree.parts)
    if isinstance(tree, And):
        return " ".join(f"({show(part)})" if isinstance(part, Or) else show(part) for part in tree.parts)
    if isinstance(tree, Not):
        return f"-{show(tree.part)}"
    if isinstance(tree, Word):
        return f"{tree.text}*" if tree.prefix else tree.text
    if isinstance(tree, Phrase):
        return quoted(tree.text) + (f"~{tree.near}" if tree.near else "")
    if tree.name in "@#$":
        return tree.name + tree.value
    return f"{tree.name}:{tree.value if _PLAIN.fullmatch(tree.value) else quoted(tree.value)}"
