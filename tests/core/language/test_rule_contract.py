"""X's rule language as its public documentation gives it: the shared book of contract cases."""

import json
from collections import Counter
from typing import Any

import pytest

from core.language.rule_posts import posts_of
from earful.core.language.candidate import Candidate
from earful.core.language.errors import NotEvaluatedError, RuleError
from earful.core.language.matcher import match
from earful.core.language.parser import parse
from earful.core.language.printer import show
from earful.core.language.rulebook import Rulebook
from earful.core.language.tree import Tree
from shared import shared

LIMITS = {
    ("stream", "self-serve", ""): 1024,
    ("stream", "enterprise", ""): 2048,
    ("search", "self-serve", "recent"): 512,
    ("search", "self-serve", "all"): 1024,
    ("search", "enterprise", "recent"): 4096,
    ("search", "enterprise", "all"): 4096,
}


def test_every_supported_case_of_the_contract_is_met(capsys: pytest.CaptureFixture[str]) -> None:
    results = {case["id"]: verdict(case) for case in cases("rule-cases.jsonl")}
    counted = Counter(result.partition(":")[0] for result in results.values())
    with capsys.disabled():
        print(f"\nX's cases: {counted['met']} of {len(results)} met, {counted['not yet']} not yet evaluated")
    assert {name: result for name, result in results.items() if result.startswith("broken")} == {}
    assert counted["met"] >= 240


def test_every_refusal_points_into_the_rule_and_says_why() -> None:
    for case in cases("rule-cases.jsonl"):
        if case["expect"] == "invalid":
            with pytest.raises(RuleError) as refusal:
                parsed(case)
            assert 1 <= refusal.value.column <= len(case["rule"]) + 1
            assert refusal.value.message.endswith(".")
            assert "^" in refusal.value.caret()


def verdict(case: dict[str, Any]) -> str:
    try:
        tree = parsed(case)
    except NotEvaluatedError as error:
        return f"not yet: {error}" if case["expect"] == "valid" else "met"
    except RuleError as error:
        return "met" if case["expect"] == "invalid" else f"broken: refused, {error}"
    if case["expect"] == "invalid":
        return "broken: accepted"
    wrong = [
        item["post"]["data"]["text"] for item in case["posts"] if answers(tree, case, item["post"]) != {item["match"]}
    ]
    return f"broken: {wrong}" if wrong else "met"


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
    profile = case.get("profile", {})
    endpoint = profile.get("endpoint", "recent") if case["dialect"] == "search" else ""
    limit = LIMITS[case["dialect"], profile.get("tier", "self-serve"), endpoint]
    return parse(case["rule"], case["dialect"], limit=limit)


def cases(name: str) -> list[dict[str, Any]]:
    lines = shared("contracts", "x", name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]
