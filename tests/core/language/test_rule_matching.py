"""The matcher and the rulebook agree with a slow evaluator that anybody can read, and say where they found
what.
"""

from itertools import pairwise

import msgspec
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.rule_generator import posts, trees
from core.language.rule_posts import said
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import DialectName
from earful.core.language.errors import RuleError
from earful.core.language.languages import same_language
from earful.core.language.matcher import HAS, HOLDS, IS, Reason, holds, match
from earful.core.language.operators import OPERATORS
from earful.core.language.parser import parse
from earful.core.language.rulebook import Rulebook
from earful.core.language.tree import And, Not, Operator, Or, Phrase, Tree, Word
from earful.core.post import Post
from earful.core.text import fold, tokens

dialects = st.sampled_from(("stream", "search"))


@settings(max_examples=300, deadline=None)
@given(trees, posts, st.none() | posts, dialects)
def test_the_matcher_agrees_with_a_slow_evaluator(
    tree: Tree, post: Post, quoted: Post | None, dialect: DialectName
) -> None:
    candidate = Candidate(post, quoted, dialect)
    assert holds(tree, candidate) is slowly(tree, candidate)
    assert (match(tree, candidate) is not None) is slowly(tree, candidate)


@settings(max_examples=150, deadline=None)
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


def test_every_operator_said_to_be_evaluated_is() -> None:
    assert {row.name for row in OPERATORS.values() if row.evaluated} == set(HOLDS)
    assert set(OPERATORS["is"].choices) == set(IS)
    assert set(OPERATORS["has"].choices) - set(OPERATORS["has"].pending) == set(HAS)


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


def slowly(tree: Tree, one: Candidate) -> bool:
    if isinstance(tree, And):
        return all(slowly(part, one) for part in tree.parts)
    if isinstance(tree, Or):
        return any(slowly(part, one) for part in tree.parts)
    if isinstance(tree, Not):
        return not slowly(tree.part, one)
    if isinstance(tree, Operator):
        return operator(tree, one)
    return any(stands(tree, page.text, one.dialect.accents) for page in one.pages)


def stands(leaf: Word | Phrase, text: str, accents: str) -> bool:
    """Word by word at every place of the text."""
    found = tokens(fold(text, accents))
    wanted = [token.text for token in tokens(fold(leaf.text, accents))]
    if isinstance(leaf, Phrase) and leaf.near:
        return near([token.text for token in found], wanted, leaf.near)
    for at in range(len(found)):
        run = found[at : at + len(wanted)]
        touching = all(left.end == right.start for left, right in pairwise(run))
        if [token.text for token in run] == wanted and (touching or isinstance(leaf, Phrase)):
            return True
    return False


def near(texts: list[str], wanted: list[str], most: int) -> bool:
    """Every way to choose a place for every word."""

    def choose(chosen: list[int]) -> bool:
        if len(chosen) < len(wanted):
            places = [at for at, text in enumerate(texts) if text == wanted[len(chosen)] and at not in chosen]
            return any(choose([*chosen, at]) for at in places)
        return max(chosen) - min(chosen) <= (most if chosen == sorted(chosen) else most - 2)

    return choose([])


def operator(leaf: Operator, one: Candidate) -> bool:
    value, post = leaf.value.lower(), one.post
    pages = [page.post for page in one.pages]
    addresses = [" ".join(regex.findall(r"\w+", link.address.lower())) for page in pages for link in page.links]
    followers = post.author.followers
    low, _, high = (value if leaf.name == "followers_count" else "0").partition("..")
    facts = {
        "@": any(value in page.mentions for page in pages),
        "#": any(value == tag.lower() for page in pages for tag in page.hashtags),
        "$": any(value == ticker for page in pages for ticker in tickers(page.text)),
        "from": value in (post.author.handle.lower(), post.author.id),
        "to": value in (post.reply_to_handle.lower(), post.reply_to_author),
        "conversation_id": value == post.root,
        "in_reply_to_tweet_id": value == post.reply_to,
        "url": any(f" {' '.join(regex.findall(r'[a-z]+', value))} " in f" {address} " for address in addresses),
        "followers_count": followers is not None and int(low) <= followers <= int(high or 10**9),
        "lang": post.lang in {"en": ("en", "en-GB"), "iw": ("he",), "zh-cn": ("zh",)}.get(value, ()),
        "is": {"reply": post.reply_to, "retweet": post.reposts, "quote": post.quotes}.get(value, post.author.verified),
        "has": {
            "links": post.links,
            "mentions": post.mentions,
            "hashtags": post.hashtags,
            "media": post.media,
            "cashtags": tickers(post.text),
            "images": [media for media in post.media if media.kind == "photo"],
        }.get(value),
    }
    return bool(facts[leaf.name])


def tickers(text: str) -> list[str]:
    """The cashtags of a text, piece by piece between spaces."""
    pieces = [fold(piece[1:]) for piece in regex.split(r"\s", fold(text)) if piece.startswith("$")]
    found = [regex.match(r"([a-z]{1,6}(?:[._][a-z]{1,2})?)(?![\p{L}\p{M}\p{N}_])", piece) for piece in pieces]
    return [ticker[1] for ticker in found if ticker]
