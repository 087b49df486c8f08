"""The matcher and the rulebook agree with a slow evaluator that anybody can read, and say where they found
what.
"""

import os
from collections import Counter
from cProfile import Profile
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.rule_generator import posts, some_post, some_tree, stored_trees, trees
from core.language.rule_oracle import Asked, slowly
from core.language.rule_posts import said
from earful.core.language.answers import HAS, HOLDS, IS
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import DIALECTS, DialectName
from earful.core.language.errors import RuleError
from earful.core.language.languages import same_language
from earful.core.language.matcher import SPANS_TOLD, Reason, holds, match
from earful.core.language.operators import OPERATORS
from earful.core.language.parser import parse
from earful.core.language.rulebook import Rulebook
from earful.core.language.tree import Tree, leaves
from earful.core.post import Post

PAIRS = 100_000 if os.environ.get("EARFUL_NIGHTLY") else 6_000
dialects = st.sampled_from(sorted(DIALECTS))


def test_the_matcher_agrees_with_a_slow_evaluator(capsys: pytest.CaptureFixture[str]) -> None:
    chance = Random(20260810)  # the same pairs each time
    held: Counter[bool] = Counter()
    for _ in range(PAIRS):
        dialect = chance.choice(sorted(DIALECTS))
        tree, post = some_tree(chance, dialect), some_post(chance)
        quoted = chance.choice((None, some_post(chance)))
        expected = slowly(tree, Asked(post, quoted, dialect))
        candidate = Candidate(post, quoted, dialect)
        assert holds(tree, candidate) is expected, (tree, post, quoted, dialect)
        assert (match(tree, candidate) is not None) is expected, (tree, post, quoted, dialect)
        held[expected] += 1
    with capsys.disabled():
        print(f"\nThe matcher agreed on {held.total():,} pairs, {held[True]:,} of them matches")
    assert min(held.values()) > PAIRS / 10


def test_every_operator_agrees_with_the_slow_evaluator_both_when_it_holds_and_when_it_does_not() -> None:
    chance = Random(3)  # as above
    seen: set[tuple[str, bool]] = set()
    for _ in range(6_000):
        [(leaf, _), *_] = leaves(some_tree(chance, "stored"))
        post = some_post(chance)
        answer = holds(leaf, Candidate(post, dialect="stored"))
        assert answer is slowly(leaf, Asked(post, None, "stored")), (leaf, post)
        seen.add((getattr(leaf, "name", "words"), answer))
    told = {row.name for row in OPERATORS.values() if row.answered != "network"} | {"words", "sample"}
    assert {name for name, answer in seen if answer} == told
    assert {name for name, answer in seen if not answer} == set(OPERATORS) | {"words"}


@settings(max_examples=60, deadline=None)
@given(stored_trees, posts, st.none() | posts, dialects)
def test_a_disagreement_would_be_shrunk_to_its_smallest(
    tree: Tree, post: Post, quoted: Post | None, dialect: DialectName
) -> None:
    assert holds(tree, Candidate(post, quoted, dialect)) is slowly(tree, Asked(post, quoted, dialect))


@settings(max_examples=80, deadline=None)
@given(st.lists(trees, max_size=8), st.lists(st.tuples(posts, st.none() | posts), max_size=8), dialects)
def test_the_rulebook_finds_what_each_rule_alone_would(
    rules: list[Tree], pairs: list[tuple[Post, Post | None]], dialect: DialectName
) -> None:
    book = Rulebook(list(enumerate(rules)), dialect)
    asked, quoted = [post for post, _ in pairs], [other for _, other in pairs]
    alone = [
        [number for number, tree in enumerate(rules) if holds(tree, Candidate(post, other, dialect))]
        for post, other in pairs
    ]
    assert book.find(asked, quoted) == alone
    reasoned = book.find_with_reasons(asked, quoted)
    assert [[found.rule for found in each] for each in reasoned] == alone


def test_every_operator_and_each_of_its_choices_is_answered() -> None:
    assert set(OPERATORS) == set(HOLDS)
    assert set(OPERATORS["is"].choices) == set(IS)
    assert set(OPERATORS["has"].choices) == set(HAS)


def test_what_only_the_network_knows_holds_for_no_post_negated_or_not() -> None:
    candidate = Candidate(said("cat"), dialect="stored")
    for rule in ("cat list:5", "cat -list:5", "cat sample:10", "cat from_affiliate_of:acme", 'embedding:"a cat"'):
        assert not holds(parse(rule, "stored"), candidate)
    assert holds(parse("cat OR list:5", "stored"), candidate)
    assert holds(parse("cat sample:100", "stored"), candidate)


def test_reasons_name_each_word_and_where_it_stands_in_what_was_written() -> None:
    text = "Die STRASSE ist kaputt ☕ STRAßE, sagt @Acme_Care #Fail"
    post = said(text)
    found = match(parse('strasse ("ist kaputt" OR fehlt) -gut'), Candidate(post))
    assert found is not None
    assert [(reason.term, [text[a:b] for a, b in reason.spans]) for reason in found.reasons] == [
        ("strasse", ["STRASSE", "STRAßE"]),
        ('"ist kaputt"', ["ist kaputt"]),
    ]


def test_reasons_outside_the_text_have_no_place_and_those_in_a_quoted_post_say_so() -> None:
    found = match(parse("statue is:quote"), Candidate(quoting(), said("the Statue")))
    assert found is not None
    assert found.reasons == (Reason("statue", ((4, 10),), quoted=True), Reason("is:quote"))


def test_words_and_signs_are_shown_where_they_stand() -> None:
    text = "@acme @acme_care #fail #failure $ACME"
    post = msgspec.structs.replace(said(text), mentions=("acme", "acme_care"), hashtags=("fail", "failure"))
    found = match(parse("acme @ACME #Fail $acme"), Candidate(post))
    assert found is not None
    assert [(reason.term, [text[a:b] for a, b in reason.spans]) for reason in found.reasons] == [
        ("acme", ["acme", "acme", "ACME"]),
        ("@ACME", ["@acme"]),
        ("#Fail", ["#fail"]),
        ("$acme", ["$ACME"]),
    ]


@pytest.mark.parametrize("rule", ["cat", "ca*", '"cat cat"', '"cat cat"~3', "@cat"])
@pytest.mark.parametrize("other", ["", " ñ"], ids=["ascii", "unicode"])
def test_of_what_stands_there_a_thousand_times_the_first_hundred_places_are_told(rule: str, other: str) -> None:
    post = msgspec.structs.replace(said("@cat " * 1_000 + other), mentions=("cat",))
    found = match(parse(rule, "stored"), Candidate(post, dialect="stored"))
    assert found is not None
    [reason] = found.reasons
    assert len(reason.spans) == SPANS_TOLD
    assert reason.spans[:2] == (((0, 4), (5, 9)) if rule == "@cat" else ((1, 9), (6, 14)) if rule == '"cat cat"'
                                else ((1, 4), (6, 9)))  # fmt: skip


@pytest.mark.parametrize("said_again", ["a", '"a b"~6', '"a b"', "bo*", "é"])
def test_to_say_the_same_fifty_times_asks_no_more_of_a_long_post_than_to_say_it_once(said_again: str) -> None:
    candidate = Candidate(said("a b bob é " * 2_000), dialect="stored")

    def calls(rule: str) -> int:
        tree, profile = parse(rule, "stored"), Profile()
        assert profile.runcall(match, tree, candidate)
        return sum(entry.callcount for entry in profile.getstats())

    calls(said_again)  # what is made ready once for a post
    assert calls(" ".join([said_again] * 50)) < calls(said_again) + 2_000


def test_words_that_are_never_near_each_other_are_given_up_early() -> None:
    candidate, profile = Candidate(said("a " * 10_000 + "x " * 10 + "b"), dialect="stored"), Profile()
    assert holds(parse("b", "stored"), candidate)
    assert candidate.pages[0].places
    assert not profile.runcall(holds, parse('"a b"~6', "stored"), candidate)
    assert sum(entry.callcount for entry in profile.getstats()) < 500


def test_an_empty_rulebook_and_an_empty_batch_find_nothing() -> None:
    assert Rulebook.compile([]).find([said("cat")]) == [[]]
    assert Rulebook.compile([("a", "cat")]).find([]) == []


def test_search_finds_a_repost_by_its_tags_but_not_by_its_words() -> None:
    repost = msgspec.structs.replace(said("RT long $ACME"), reposts="17")
    book = Rulebook.compile([("word", "long"), ("tag", "$acme")], "search")
    assert book.find([said(""), repost]) == [[], ["tag"]]


def test_a_rule_that_cannot_be_compiled_is_named() -> None:
    with pytest.raises(RuleError) as refusal:
        Rulebook.compile([("good", "cat"), ("bad", "-cat")])
    assert refusal.value.__notes__ == ["In rule bad."]


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        ("en", "en-GB", True),
        ("iw", "he", True),
        ("in", "id", True),
        ("zh-TW", "zh-Hant", True),
        ("zh-CN", "zh", True),
        ("zh-CN", "zh-TW", False),
        ("en", "", False),
    ],
)
def test_a_language_is_the_same_however_a_network_writes_it(wanted: str, found: str, same: bool) -> None:
    assert same_language(wanted, found) is same


def quoting() -> Post:
    return msgspec.structs.replace(said("see"), quotes="1")
