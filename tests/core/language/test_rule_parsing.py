"""What the parser promises of any text: a tree or a RuleError, and quickly; and that its trees can be written
back.
"""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.language.rule_generator import trees
from earful.core.language.advice import hints
from earful.core.language.dialects import DialectName
from earful.core.language.errors import RuleError
from earful.core.language.parser import MAX_DEPTH, parse
from earful.core.language.printer import show
from earful.core.language.tree import Tree

MEGABYTE = 1_000_000
PIECES = (
    *("(", ")", '"', "-", " ", "OR", "AND", "~", "~3", "\\", "[", "]", ":", "from:", "is:reply", "has:"),
    *("lang:en", "@", "#", "$", "cat", "é", "猫", "🍕", "\u202e", "\ud800", "\x00", "\u0301", "１", "url:"),
    *("point_radius:[", "x:y", "//", "“"),
)
HOSTILE = (
    *("(", "((cat) ", "-", "- ", '"', '\\"', '"\\', "from:", "a:", "abc_", "url:[", "\u202e", "\ud800", "🍕"),
    *("OR ", "@", "$", '"a" ', "cat OR ", "#a", "~", "(a OR ", "-(a "),
)


@settings(max_examples=300, deadline=None)
@given(trees)
def test_a_tree_written_and_read_again_is_the_same_tree(tree: Tree) -> None:
    assert parse(show(tree), limit=100_000) == tree


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)))
@example('"\\')
@example("cat -\udfff")
def test_any_text_is_a_tree_or_a_rule_error(text: str) -> None:
    for dialect in ("stream", "search"):
        read = tried(text, dialect)
        if isinstance(read, RuleError):
            assert 1 <= read.column <= len(text) + 1
            assert len(read.caret().splitlines()) == 2
            assert read.caret().encode()
            assert str(read)
        else:
            assert parse(show(read), dialect, limit=10_000) == read


def tried(text: str, dialect: DialectName) -> Tree | RuleError:
    try:
        return parse(text, dialect)
    except RuleError as error:
        return error


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize(("size", "limit", "seconds"), [(MEGABYTE, None, 0.2), (MEGABYTE // 4, MEGABYTE, 5)])
def test_a_megabyte_of_hostile_text_is_answered_quickly(
    piece: str, size: int, limit: int | None, seconds: float
) -> None:
    text = (piece * size)[:size] + "\n)"
    began = time.perf_counter()
    with pytest.raises(RuleError) as refusal:
        parse(text, limit=limit)
    assert len(refusal.value.caret()) < 400
    assert len(str(refusal.value)) < 400
    assert time.perf_counter() - began < seconds


def test_groups_may_be_nested_so_deep_and_no_deeper() -> None:
    assert show(parse("(" * MAX_DEPTH + "cat" + ")" * MAX_DEPTH)) == "cat"
    with pytest.raises(RuleError, match="nested more than"):
        parse("(" * (MAX_DEPTH + 1) + "cat" + ")" * (MAX_DEPTH + 1))


def test_a_rule_may_be_as_long_as_its_dialect_allows() -> None:
    assert parse("x" * 1024)
    assert parse("x" * 512, "search")
    for text, dialect in (("x" * 1025, "stream"), ("x" * 513, "search")):
        with pytest.raises(RuleError, match="characters"):
            parse(text, dialect)


def test_carets_stand_under_what_is_meant_whatever_the_width_of_its_letters() -> None:
    with pytest.raises(RuleError) as refusal:
        parse("猫 cafe\u0301 form:acme")
    assert refusal.value.caret() == "猫 cafe\u0301 form:acme\n        ^^^^^^^^^"


def test_carets_of_a_long_rule_show_the_part_that_matters() -> None:
    with pytest.raises(RuleError) as refusal:
        parse("cat " * 100 + "form:acme" + " dog" * 100)
    shown, under = refusal.value.caret().split("\n")
    assert shown[under.index("^") : under.rindex("^") + 1] == "form:acme"
    assert len(shown) == 72


def test_lower_case_or_is_a_word_and_earns_a_hint() -> None:
    assert show(parse("cat or dog")) == "cat or dog"
    [(span, words)] = hints("cat or dog")
    assert "cat or dog"[slice(*span)] == "or"
    assert "write OR" in words
