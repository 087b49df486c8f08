"""The index narrows and never loses: for rules and posts by chance, what a rule finds, its question lets through."""

import pytest
from django.db import connection
from heard_posts import said
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.language.rule_generator import posts, trees
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import DialectName
from earful.core.language.matcher import holds
from earful.core.language.parser import parse
from earful.core.language.tree import Tree, Word
from earful.core.post import Post
from earful.posts.lexemes import vector
from earful.posts.narrowing import beginning, narrowed


def lets_through(query: str | None, post: Post, quoted: Post | None = None) -> bool:
    """PostgreSQL's own answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector(post, quoted), query])
        return query is None or cursor.fetchone() == (True,)


@pytest.mark.parametrize("dialect", ["stream", "search", "stored"])
@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees, post=posts, quoted=st.none() | posts)
def test_no_post_that_a_rule_finds_is_lost(
    db: None, dialect: DialectName, tree: Tree, post: Post, quoted: Post | None
) -> None:
    if holds(tree, Candidate(post, quoted, dialect)):
        assert lets_through(narrowed(tree, dialect), post, quoted)


@pytest.mark.parametrize("rule", ["kettle", '"my kettle"', '"kettle my"~5', "kettl*", "#kettle", "$KET", "has:media"])
def test_what_has_nothing_of_it_is_left_out(db: None, rule: str) -> None:
    assert not lets_through(narrowed(parse(rule, "stored"), "stored"), said("a teapot that is my own"))


@pytest.mark.parametrize(
    ("rule", "every"),
    [("bio:gardener", True), ("min_likes:5", True), ("sample:100", True), ("has:links OR bio:gardener", True),
     ("kettle bio:gardener", False), ("kettle -bio:gardener", False), ("list:5", False)],
)  # fmt: skip
def test_what_the_index_does_not_know_is_left_to_the_matcher(rule: str, every: bool) -> None:
    assert (narrowed(parse(rule, "stored"), "stored") is None) is every


def test_what_only_the_network_can_answer_asks_for_no_post(db: None) -> None:
    assert not lets_through(narrowed(parse("list:5", "stored"), "stored"), said("anything"))


@pytest.mark.parametrize(
    "word", ["it's", "back\\slash", "'", "a:*", "' | 'a", "\x00", "\ud800", "x" * 5_000, "&|!()<->"]
)
def test_no_word_breaks_out_of_its_quotes(db: None, word: str) -> None:
    post = said(word, hashtags=(word,), mentions=(word,), lang=word[:9], source=word)
    query = narrowed(Word(word), "stored")
    assert query is None or lets_through(query, post)
    assert lets_through(beginning(word) or "'x'", post) is (beginning(word) is not None)


def test_an_unfinished_word_is_not_taken_for_a_fact(db: None) -> None:
    assert not lets_through(beginning("fr"), said("hello"))
    assert not lets_through(beginning("net"), said("hello"))
