"""`earful rules check` and `say`: whether a rule is right, and what it says. They need no desk and no database.

What was asked for goes to stdout, what is wrong to stderr.
"""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from earful.core.language.advice import hints
from earful.core.language.dialects import DIALECTS, DialectName
from earful.core.language.errors import RuleError
from earful.core.language.parser import parse
from earful.core.language.sentence import sentence
from earful.core.language.tree import Tree


def check(rule: str, dialect: DialectName) -> int:
    """Say whether the rule is right, what it finds, and what is allowed but perhaps not meant. 1 if it is wrong."""
    tree = parsed(rule, dialect)
    if tree is None:
        return 1
    print(f"Right: {len(rule):,} of {DIALECTS[dialect].limit:,} characters.")
    print(sentence(tree))
    hinted(rule, sys.stdout)
    return 0


def say(rule: str, dialect: DialectName) -> int:
    """Say in plain English what the rule finds. 1 if it is wrong."""
    tree = parsed(rule, dialect)
    if tree is None:
        return 1
    print(sentence(tree))
    return 0


def parsed(rule: str, dialect: DialectName) -> Tree | None:
    """The rule as a tree; None if it is wrong, and then it has been said where, and what to write instead."""
    try:
        return parse(rule, dialect)
    except RuleError as error:
        told = [f"Column {error.column}: {error.message}", error.caret(), error.suggestion]
        print("\n".join(filter(None, told)), file=sys.stderr)
        return None


def hinted(rule: str, where: TextIO) -> None:
    """Say what is allowed in the rule but perhaps not meant, and what only the network can answer."""
    for span, hint in hints(rule):
        print(f"Column {span[0] + 1}: {hint}", file=where)


def lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers, as they come; "-" is what comes in by stdin."""
    with contextlib.nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as content:
        yield from ((number, line) for number, line in enumerate(content, 1) if line.strip())
