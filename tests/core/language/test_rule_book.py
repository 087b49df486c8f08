"""The book of cases: rules, what they are read as, why they are refused, and what they find."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.language.rule_posts import said
from earful.core.language.candidate import Candidate
from earful.core.language.errors import RuleError
from earful.core.language.matcher import match
from earful.core.language.parser import parse
from earful.core.language.printer import show
from earful.core.language.rulebook import Rulebook
from earful.core.post import Post

BOOK = Path(__file__).parent / "book"


def cases(name: str) -> list[Any]:
    lines = (BOOK / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [pytest.param(case, id=case["says"]) for case in map(json.loads, lines)]


@pytest.mark.parametrize("case", cases("reading"))
def test_a_rule_is_written_back_in_its_canonical_text(case: dict[str, Any]) -> None:
    dialect = case.get("dialect", "stream")
    tree = parse(case["rule"], dialect)
    assert show(tree) == case["canonical"]
    assert parse(show(tree), dialect) == tree


@pytest.mark.parametrize("case", cases("refusals"))
def test_a_refusal_says_where_why_and_what_instead(case: dict[str, Any]) -> None:
    error = refusal(case["rule"], case)
    assert error is not None
    told = (error.column, error.message, error.suggestion, mended(error))
    assert told == (case["column"], case["message"], case["suggestion"], case.get("mended", ""))


@pytest.mark.parametrize("case", [case for case in cases("refusals") if "mended" in case.values[0]])
def test_a_suggestion_that_is_carried_out_leaves_no_fault_where_it_was(case: dict[str, Any]) -> None:
    error = refusal(case["mended"], case)
    assert error is None or error.column > case["column"]


def refusal(rule: str, case: dict[str, Any]) -> RuleError | None:
    try:
        parse(rule, case.get("dialect", "stream"))
    except RuleError as error:
        return error
    return None


def mended(error: RuleError) -> str:
    """The rule with the fault's replacement in it, "" where that needs a person."""
    if error.replacement is None:
        return ""
    (start, end), text = error.replacement
    return f"{error.rule[:start]}{text}{error.rule[end:]}"


@pytest.mark.parametrize("case", [*cases("matching"), *cases("asking")])
def test_a_rule_finds_what_it_says(case: dict[str, Any]) -> None:
    dialect = case.get("dialect", "stream")
    tree = parse(case["rule"], dialect)
    book = Rulebook([(1, tree)], dialect)
    for expected, given in ((True, case["yes"]), (False, case["no"])):
        for each in given:
            post, quoted = posts_given(each)
            assert bool(match(tree, Candidate(post, quoted, dialect))) is expected, each
            assert bool(book.find([post], [quoted])[0]) is expected, each


def posts_given(each: str | dict[str, Any]) -> tuple[Post, Post | None]:
    """A case's post: its text alone, or its fields, with the fields of the post it quotes under "quoting"."""
    if isinstance(each, str):
        return said(each), None
    fields = {"id": "7"} | each.pop("author", {})
    quoting = each.pop("quoting", None)
    plain = msgspec.to_builtins(said("")) | {"author": fields} | each
    return msgspec.convert(plain, Post), posts_given(quoting)[0] if quoting else None
