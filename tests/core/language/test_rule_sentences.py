"""A rule read back in plain English: the words of every operator, and that nothing can be misread."""

import json
from collections import defaultdict
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.rule_generator import trees
from earful.core.language.language_names import language_name
from earful.core.language.languages import LANGUAGES
from earful.core.language.operators import OPERATORS
from earful.core.language.parser import parse
from earful.core.language.sentence import sentence
from earful.core.language.tree import And, Not, Operator, Or, Phrase, Tree, Word, all_of, any_of, leaves
from earful.core.language.wordings import WORDINGS

BOOK = Path(__file__).parent / "book" / "sentences.jsonl"
CASES = [pytest.param(case, id=case["says"]) for case in map(json.loads, BOOK.read_text("utf-8").splitlines())]


@pytest.mark.parametrize("case", CASES)
def test_a_rule_is_said_in_plain_english(case: dict[str, Any]) -> None:
    assert sentence(parse(case["rule"], case.get("dialect", "stream"))) == case["sentence"]


def test_every_operator_has_its_words_and_no_other_has() -> None:
    named = {row.name for row in OPERATORS.values() if row.name not in ("is", "has")}
    chosen = {f"{name}:{choice}" for name in ("is", "has") for choice in OPERATORS[name].choices}
    assert set(WORDINGS) == named | chosen


def test_every_language_of_x_has_a_name_of_its_own() -> None:
    names = {language_name(code) for code in LANGUAGES}
    assert len(names) == len(LANGUAGES)
    assert not [name for name in names if name.startswith("the language")]


def test_the_book_says_every_operator() -> None:
    said = {leaf.name for case in CASES for leaf in operators_of(case.values[0])}
    assert said == set(OPERATORS)


@given(trees)
def test_every_rule_has_a_sentence_without_a_trace_of_how_it_is_made(tree: Tree) -> None:
    told = sentence(tree)
    assert told.startswith("Posts that ")
    assert told.endswith(".")
    assert not any(trace in told for trace in ("{", "}", "<", "Word(", "Operator(", "None", "  ", "()", " ,"))


@given(trees, st.integers(0))
def test_another_word_makes_another_sentence(tree: Tree, place: int) -> None:
    found = [leaf for leaf, _ in leaves(tree) if isinstance(leaf, Word | Phrase)]
    if found:
        chosen = found[place % len(found)]
        assert sentence(changed(tree, chosen)) != sentence(tree)


@given(st.text())
def test_whatever_a_phrase_holds_it_cannot_end_its_quotes_or_the_line(text: str) -> None:
    told = sentence(Phrase(text))
    assert (told.count("“"), told.count("”"), len(told.splitlines())) == (1, 1, 1)
    assert told.encode().decode() == told


def test_rules_with_the_same_sentence_find_the_same_posts() -> None:
    """Every rule of up to three levels over three conditions: where "and" and "or" could be misread, two rules
    that mean different things would have one sentence.
    """
    meanings = defaultdict(set)
    for tree in small_rules():
        meanings[sentence(tree)].add(truths(tree))
    assert len(meanings) > 4_000
    assert {told: found for told, found in meanings.items() if len(found) > 1} == {}


def operators_of(case: dict[str, Any]) -> list[Operator]:
    tree = parse(case["rule"], case.get("dialect", "stream"))
    return [leaf for leaf, _ in leaves(tree) if isinstance(leaf, Operator)]


def changed(tree: Tree, chosen: Word | Phrase) -> Tree:
    if isinstance(tree, And | Or):
        return type(tree)(tuple(changed(part, chosen) for part in tree.parts))
    if isinstance(tree, Not):
        return Not(changed(tree.part, chosen))  # type: ignore[arg-type]
    if tree != chosen:
        return tree
    return Phrase("zebra", tree.near) if isinstance(tree, Phrase) else Word("zebra", tree.prefix)


LETTERS = (Word("a"), Word("b"), Operator("from", "c"))


def small_rules() -> list[Tree]:
    terms: list[Tree] = [*LETTERS, *map(Not, LETTERS)]
    pairs = list(combinations(terms, 2))
    twos: list[Tree] = [join(pair) for pair in pairs for join in (all_of, any_of)]
    threes: list[Tree] = [join(pair) for pair in product(terms, twos) for join in (all_of, any_of)]
    fours: list[Tree] = [join(pair) for pair in combinations(twos, 2) for join in (all_of, any_of)]
    deep: list[Tree] = [join(pair) for pair in product(terms, threes) for join in (all_of, any_of)]
    return [*terms, *twos, *threes, *fours, *deep]


def truths(tree: Tree) -> tuple[bool, ...]:
    worlds = (dict(zip(LETTERS, world, strict=True)) for world in product((False, True), repeat=3))
    return tuple(is_true(tree, world) for world in worlds)


def is_true(tree: Tree, world: dict[Any, bool]) -> bool:
    if isinstance(tree, And | Or):
        join = all if isinstance(tree, And) else any
        return join(is_true(part, world) for part in tree.parts)
    return not world[tree.part] if isinstance(tree, Not) else world[tree]
