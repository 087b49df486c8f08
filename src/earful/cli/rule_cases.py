"""`earful rules cases`: cases of the rule language, each a rule, whether it is right, and which posts it finds.

The format is that of the shared contract cases: `{"id", "dialect", "rule", "expect": "valid"|"invalid", "profile"?,
"posts": [{"post", "match"}]}`, each post being one answer in X's shape.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from earful.cli.rules import lines
from earful.connectors.x.reading import read
from earful.core.connector import Unreadable
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import Access, DialectName
from earful.core.language.errors import RuleError
from earful.core.language.matcher import match
from earful.core.language.parser import parse
from earful.core.language.printer import show
from earful.core.language.rulebook import Rulebook
from earful.core.language.tree import Tree
from earful.core.post import Post

# A rule printed again may be longer than it was written, by quotes and parentheses.
_PRINTED_LIMIT = 100_000


class CasePost(msgspec.Struct):
    """One answer of X, and whether the rule finds the post in it."""

    post: msgspec.Raw
    match: bool


class Case(msgspec.Struct):
    """One case."""

    id: str
    dialect: DialectName
    rule: str
    expect: Literal["valid", "invalid"]
    posts: list[CasePost] = []
    profile: Access = Access()

    def parsed(self) -> Tree:
        """The rule as a tree, under the limit of the case's access. Raises RuleError."""
        return parse(self.rule, self.dialect, access=self.profile)


def run(file: Path) -> int:
    """Run a file of cases, one a line, and print each that failed and how many passed. 1 if one failed."""
    passed = failed = 0
    for number, line in lines(file):
        case = read_case(line)
        wrong = faults(case) if isinstance(case, Case) else [case]
        passed, failed = passed + (not wrong), failed + bool(wrong)
        if wrong:
            print(f"{case.id}: {case.rule}" if isinstance(case, Case) else f"Line {number}:")
            print("\n".join(f"    {fault}" for fault in wrong))
    print(f"{passed:,} passed, {failed:,} failed")
    return 1 if failed else 0


def read_case(line: bytes) -> Case | str:
    """The case of a line, or why the line is none."""
    try:
        return _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return f"this is not a case: {error}"


_decode = msgspec.json.Decoder(Case).decode


def faults(case: Case) -> list[str]:
    """What was expected and what happened instead, a sentence each; empty if the case is met.

    Checked are the rule, the rule as it is printed, and the same rule inside a rulebook: all three must agree.
    """
    try:
        tree = case.parsed()
    except RuleError as error:
        return [] if case.expect == "invalid" else [f"expected: a right rule; happened: refused. {error}"]
    if case.expect == "invalid":
        return [f"expected: refused; happened: taken as {show(tree)}"]
    try:
        again = parse(show(tree), case.dialect, limit=_PRINTED_LIMIT)
    except RuleError as error:
        return [f"expected: right when printed; happened: {show(tree)} is refused. {error}"]
    if again != tree:
        return [f"expected: the same rule when printed; happened: {show(tree)} is another"]
    return list(_wrong_posts(case, tree, again))


def _wrong_posts(case: Case, tree: Tree, again: Tree) -> Iterator[str]:
    book = Rulebook([(case.id, tree)], case.dialect)
    for number, item in enumerate(case.posts, 1):
        try:
            post, quoted = _read_post(bytes(item.post))
        except Unreadable as error:
            yield f"post {number} cannot be read: {error}"
            continue
        candidate = Candidate(post, quoted, case.dialect)
        answers = {
            "the rule": match(tree, candidate) is not None,
            "the rule as printed": match(again, candidate) is not None,
            "the rulebook": bool(book.find([post], [quoted])[0]),
        }
        if wrong := [who for who, found in answers.items() if found != item.match]:
            expected, happened = ("found", "not found") if item.match else ("not found", "found")
            yield f"post {number}, expected: {expected}; happened: {happened}, by {', '.join(wrong)}"


def _read_post(answer: bytes) -> tuple[Post, Post | None]:
    """The first post of an answer, and the post that it quotes. Raises Unreadable."""
    for arrival in read(answer):
        if arrival.post is not None:
            return arrival.post, arrival.quoted
    raise Unreadable("there is no post in it")
