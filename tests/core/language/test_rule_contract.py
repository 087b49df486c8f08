"""X's rule language as its public documentation gives it: the shared book of contract cases."""

import json
from typing import Any

import pytest

from core.language.rule_posts import posts_of
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import Access
from earful.core.language.errors import RuleError
from earful.core.language.matcher import match
from earful.core.language.parser import parse
from earful.core.language.printer import show
from earful.core.language.rulebook import Rulebook
from earful.core.language.tree import Tree
from shared import shared


def test_every_case_of_the_contract_is_met(capsys: pytest.CaptureFixture[str]) -> None:
    broken = {case["id"]: why for case in cases("rule-cases.jsonl") if (why := wrong(case))}
    with capsys.disabled():
        print(f"\nX's cases: {len(cases('rule-cases.jsonl')) - len(broken)} met, {len(broken)} broken")
    assert broken == {}


def test_every_refusal_points_into_the_rule_and_says_why_and_what_instead() -> None:
    for case in cases("rule-cases.jsonl"):
        if case["expect"] == "invalid":
            with pytest.raises(RuleError) as refusal:
                parsed(case)
            assert 1 <= refusal.value.column <= len(case["rule"]) + 1
            assert refusal.value.message.endswith(".")
            assert refusal.value.suggestion.endswith((".", "?"))
            assert "^" in refusal.value.caret()


def wrong(case: dict[str, Any]) -> str:
    """Where a case goes wrong, "" if it is met."""
    try:
        tree = parsed(case)
    except RuleError as error:
        return "" if case["expect"] == "invalid" else f"refused: {error}"
    if case["expect"] == "invalid":
        return "accepted"
    texts = [
        each["post"]["data"]["text"] for each in case["posts"] if answers(tree, case, each["post"]) != {each["match"]}
    ]
    return f"answered otherwise: {texts}" if texts else ""


def answers(tree: Tree, case: dict[str, Any], answer: dict[str, Any]) -> set[bool]:
    """What the matcher, the printed rule and the rulebook say of one post: one answer if they agree."""
    post, quoted = posts_of(answer)
    dialect = case["dialect"]
    again = parse(show(tree), dialect, limit=10_000)
    assert again == tree
    book = Rulebook([("it", tree)], dialect)
    return {
        match(tree, Candidate(post, quoted, dialect)) is not None,
        match(again, Candidate(post, quoted, dialect)) is not None,
        book.find([post], [quoted]) == [["it"]],
    }


def parsed(case: dict[str, Any]) -> Tree:
    return parse(case["rule"], case["dialect"], access=Access(**case.get("profile", {})))


def cases(name: str) -> list[dict[str, Any]]:
    lines = shared("contracts", "x", name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]
