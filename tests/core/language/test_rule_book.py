"""The book of cases: rules, what they are read as, why they are refused, and what they find."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.language.rule_posts import said
from earful.core.language.candidate import Candidate
from earful.core.language.errors import RuleError
from earful.core.language.matcher import match
from earful.core.language.parser import parse
from earful.core.language.printer import show
from earful.core.language.rulebook import Rulebook

BOOK = Path(__file__).parent / "book"


def cases(name: str) -> list[Any]:
    lines = (BOOK / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [pytest.param(case, id=case["says"]) for case in map(json.loads, lines)]


@pytest.mark.parametrize("case", cases("reading"))
def test_a_rule_is_written_back_in_its_canonical_text(case: dict[str, Any]) -> None:
    tree = parse(case["rule"])
    assert show(tree) == case["canonical"]
    assert parse(show(tree)) == tree


@pytest.mark.parametrize("case", cases("refusals"))
def test_a_refusal_says_where_why_and_what_instead(case: dict[str, Any]) -> None:
    with pytest.raises(RuleError) as refusal:
        parse(case["rule"], case.get("dialect", "stream"))
    error = refusal.value
    assert (error.column, error.message, error.suggestion) == (
        case["column"],
        case["message"],
        case["suggestion"],
    )


@pytest.mark.parametrize("case", cases("matching"))
def test_a_rule_finds_what_it_says(case: dict[str, Any]) -> None:
    dialect = case.get("dialect", "stream")
    tree = parse(case["rule"], dialect)
    book = Rulebook([(1, tree)], dialect)
    for expected, texts in ((True, case["yes"]), (False, case["no"])):
        for text in texts:
            assert bool(match(tree, Candidate(said(text), dialect=dialect))) is expected, text
            assert bool(book.find([said(text)])[0]) is expected, text
