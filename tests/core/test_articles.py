"""Articles: what agents sent for such words comes first, more use never lowers, strangers' words stay bounded."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad

from earful.core.articles import weights
from earful.core.articles.matching import bm25, likeness
from earful.core.articles.reading import address_words, same_place, words
from earful.core.articles.shelf import DAY, Article, Asked, Sent, shelf
from earful.core.articles.suggesting import suggest
from earful.core.articles.weights import Weights, learned

ROUTER = Article(
    "router", "Reset your router", "Hold the button for ten seconds.", "https://lumen.example/help/reset-router"
)
BILL = Article("bill", "Read your bill", "Where each amount comes from.", "https://lumen.example/help/your-bill")
MOVE = Article("move", "Moving house", "Take your line with you.", "https://lumen.example/help/moving-house")
ALL = [ROUTER, BILL, MOVE]
NOW = 400 * DAY

WORDS = st.sampled_from(
    ["router", "bill", "charged", "twice", "slow", "moving", "house", "reset", "the", "nobody", "☔"]
)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)
SENT = st.builds(Sent, st.sampled_from(["router", "bill", "move", "gone"]), TEXTS, TEXTS, st.none() | st.floats(0, NOW))
PASTS = st.lists(SENT, max_size=8)


def ranked(asked: str, sent: list[Sent] = [], articles: list[Article] = ALL) -> list[str]:  # noqa: B006
    return [each.article for each in suggest(shelf(articles, sent), Weights(), Asked(asked, NOW))]


def reasons(asked: str, sent: list[Sent]) -> list[str]:
    return [str(reason) for reason in suggest(shelf(ALL, sent), Weights(), Asked(asked, NOW))[0].reasons]


def test_what_an_article_says_finds_it_even_misspelt() -> None:
    assert ranked("how do I reset the router")[0] == "router"
    assert ranked("my ruoter needs a resett")[0] == "router"
    assert ranked("we are moveing to a new house")[0] == "move"


def test_what_was_sent_for_words_like_these_goes_before_what_says_them() -> None:
    sent = [Sent("bill", "no idea why I pay so much, the router fee?", at=NOW - DAY)] * 3
    assert ranked("why do I pay a router fee, no idea", sent)[0] == "bill"


def test_without_words_the_most_used_goes_first_and_the_recent_before_the_old() -> None:
    old, new = Sent("bill", "", at=NOW - 300 * DAY), Sent("move", "", at=NOW - DAY)
    assert ranked("", [old, old, new]) == ["bill", "move", "router"]
    assert ranked("", [old, new]) == ["move", "bill", "router"]


def test_the_reasons_say_what_was_asked_before_what_it_says_and_how_often() -> None:
    sent = [Sent("router", "lights blink, please help", at=NOW - 40 * DAY), Sent("router", "blink blink", at=NOW - DAY)]
    sent += [Sent("bill", f"amount {number}", at=NOW - DAY) for number in range(9)]
    sent += [Sent("move", "new flat", at=NOW - DAY)]
    assert reasons("how do I reset it? the lights blink", sent) == [
        "sent for a post like this: “lights blink, please help”",
        "says “reset”",
        "sent where people say “blink”",
        "sent once in the last 30 days",
    ]


def test_what_comes_later_is_no_recent_use() -> None:
    later, before = [Sent("bill", "", at=NOW + 60)], [Sent("bill", "", at=NOW - 60)]
    hours = [shelf(ALL, sent).parts(Asked("", NOW)).hours[0] for sent in (later, before)]
    assert hours[0] == 0 < hours[1]


@settings(max_examples=60)
@given(PASTS, TEXTS, st.sampled_from(ALL), st.floats(0, 1000))
def test_more_use_never_ranks_an_article_lower(sent: list[Sent], asked: str, which: Article, more: float) -> None:
    used = [replace(each, used=each.used + more) if each is which else each for each in ALL]
    assert ranked(asked, sent, used).index(which.id) <= ranked(asked, sent).index(which.id)


@settings(max_examples=60)
@given(PASTS, SENT, TEXTS)
def test_what_is_left_out_is_as_if_it_had_never_been_sent(sent: list[Sent], one: Sent, asked: str) -> None:
    """But for how rare words are: what stands there once more is counted as a text that has them."""
    if one.article == "gone":
        return
    full, bare = shelf(ALL, [one, *sent]), shelf(ALL, sent)
    left, never = full.parts(Asked(asked, NOW), without=[0]), bare.parts(Asked(asked, NOW))
    assert (left.given == never.given).all()
    assert left.hours == pytest.approx(never.hours)
    assert ((left.says[:, 0] > 0) == (never.says[:, 0] > 0)).all()


@settings(max_examples=60)
@given(st.text(max_size=300), st.text(max_size=300), st.lists(st.text(max_size=60), max_size=3))
def test_whatever_strangers_write_is_read_and_ranked(asked: str, page: str, said: list[str]) -> None:
    articles = [*ALL, Article("odd", page, page, page)]
    assert sorted(ranked(asked, [Sent("odd", each) for each in said], articles)) == ["bill", "move", "odd", "router"]


@pytest.mark.parametrize(
    "flood", ["a1 " * 200_000, "🔥" * 200_000, "z͑ͫ" * 100_000, "x" * 600_000, "https://a.b/" + "c" * 500_000]
)
def test_a_flood_of_words_is_read_as_far_as_a_page_goes(flood: str) -> None:
    assert len(words(flood)) <= 400
    assert all(len(word) <= 40 for word in words(flood))
    assert len(ranked(flood, [Sent("bill", flood)])) == 3


def test_nothing_is_suggested_where_there_is_nothing() -> None:
    assert ranked("anything", [Sent("bill", "anything")], []) == []


def test_learning_goes_where_what_was_sent_becomes_likelier() -> None:
    words_of = {"router": "blink light", "bill": "amount pay", "move": "new flat"}
    sent = [Sent(name, f"{said} {n}", at=n * DAY) for n in range(30) for name, said in words_of.items()]
    full = shelf([*ALL, Article("never")], sent)
    lessons = [weights._lesson(full, number) for number in range(len(sent))]
    prior = np.log([0.5, 0.5, 3, 0.5, 1, 5, 1, 0.5, 3, 0.5])
    loss = weights._Loss(lessons, prior)
    assert check_grad(lambda x: loss(x)[0], lambda x: loss(x)[1], prior + 0.3) < 1e-3
    after = learned([full])
    assert loss(np.log([getattr(after, name) for name in Weights.__slots__]))[0] < loss(prior)[0]


def test_too_few_conversations_teach_nothing() -> None:
    assert learned([shelf(ALL, [Sent("bill", "amount")] * 10)]) == Weights()


def test_bm25_and_likeness_find_the_text_that_has_the_words() -> None:
    texts = [Counter(["a", "b"]), Counter(["a", "c", "c"]), Counter[str]()]
    assert bm25(texts).scores(["c"]).argmax() == 1
    assert bm25(texts).of(texts[1], ["a", "c"]) == pytest.approx(bm25(texts).scores(["a", "c"])[1])
    assert likeness(texts).scores(["a", "b"])[0] == pytest.approx(1)
    assert (likeness(texts).scores(["unknown"]) == 0).all()


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("https://lumen.example/hc/en-us/articles/3601-Reset-your-router.html", ["reset", "your", "router"]),
        ("https://lumen.example/help/payTwice?x=1#top", ["help", "pay", "twice"]),
        ("https://lumen.example/", []),
        ("", []),
    ],
)
def test_words_of_an_address_are_those_of_its_page(address: str, read: list[str]) -> None:
    assert address_words(address) == read


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.lumen.example/Help/", "http://lumen.example/help?utm_source=x", True),
        ("https://lumen.example/show?id=7", "https://lumen.example/show?id=8", False),
        ("https://lumen.example/a#b", "https://lumen.example/a", True),
        ("https://[", "https://[", True),
        ("https://lumen.example/?p=1", "https://lumen.example/?p=2", False),
        ("https://lumen.example/help?p=1", "https://lumen.example/help", True),
    ],
)
def test_two_addresses_of_one_page_are_the_same_place(one: str, other: str, same: bool) -> None:
    assert (same_place(one) == same_place(other)) is same
