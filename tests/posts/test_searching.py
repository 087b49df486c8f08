"""Searching stored posts: what is found, what never is, and that pages neither repeat nor lose a post."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from heard_posts import WRITTEN, asked, keep, said, texts

from building import brand
from earful.channels.models import Channel
from earful.core.language.matcher import match
from earful.core.language.parser import parse
from earful.core.post import Author, Link
from earful.core.triage import judge
from earful.posts import looking, partitions, searching
from earful.posts.models import Post
from earful.posts.searching import CursorError, TooBroad, candidates, count_candidates, search
from earful.posts.store import Heard, forget, keep_edits, store

LATER = WRITTEN + timedelta(days=1)
SLEEPING = "SELECT created_at, post_id, pg_sleep(5) FROM found"


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


@pytest.fixture
def by_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a desk with millions of posts: the first plain look is long over."""
    monkeypatch.setattr(looking, "AT_FIRST", 1)
    monkeypatch.setattr(looking, "AT_MOST", 1)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("router", "My ROUTER is dead"),
        ("strasse", "Störung in der Straße"),
        ("störung", "Stoerung? Nein: STORUNG"),
        ("storung", "Störung"),
        ("cafe", "cafe\u0301 closed"),
        ("🍕", "no 🍕 today"),
        ("👍🏽", "thanks👍🏽!"),
        ("東京", "今日は東京です"),
        ("고양이", "내 고양이가"),
        ('"my router"', "what is my router doing"),
        ('"router my"~4', "my old router"),
        ("kettl*", "two kettles"),
        ("#fail", "what a #FAIL"),
        ("$acme", "buy $ACME"),
    ],
)
@pytest.mark.parametrize("way", ["plainly", "by_index"])
def test_words_are_found_however_they_were_written(
    channel: Channel, rule: str, text: str, way: str, request: pytest.FixtureRequest
) -> None:
    if way == "by_index":
        request.getfixturevalue(way)
    keep(channel, said(text, hashtags=("FAIL",) if "#" in text else ()), said("nothing of it", created_at=LATER))
    assert texts(rule) == [text]


@pytest.mark.parametrize(("rule", "text"), [('"my router"', "router my"), ("kettl*", "teakettle"), ("fr*", "hello")])
def test_what_only_looks_alike_is_not_found(channel: Channel, by_index: None, rule: str, text: str) -> None:
    keep(channel, said(text))
    assert texts(rule) == []


@pytest.mark.parametrize(
    "rule",
    [
        "from:nina_okafor", "from:501", "to:lumenhelp", "@lumenhelp", "lang:de", "is:reply", "-is:retweet is:reply",
        "has:links", "url:example.com", "url_contains:mple.c", "conversation_id:88", "in_reply_to_tweet_id:89",
        "min_followers:50", "followers_count:40..60", "bio:gardener", 'source:"Web App"', "net has:links",
    ],
)  # fmt: skip
def test_facts_are_found_by_operators(channel: Channel, by_index: None, rule: str) -> None:
    nina = Author("501", "Nina_Okafor", followers=50, bio="Gardener")
    link = Link("https://t.co/a", "https://example.com/help")
    facts: dict[str, Any] = {"author": nina, "root": "88", "reply_to": "89", "reply_to_handle": "LumenHelp"}
    facts |= {"mentions": ("lumenhelp",), "lang": "de", "links": (link,), "source": "Web App"}
    keep(channel, said("kein net", **facts), said("other", author=Author("502"), created_at=LATER))
    assert texts(rule) == ["kein net"]


def test_a_post_with_hundreds_of_words_is_found_by_its_last_two(channel: Channel, by_index: None) -> None:
    long = " ".join(["again"] * 400 + ["my", "again", "kettle"])
    keep(channel, said(long))
    assert texts('"again kettle"') == [long]


def test_a_post_too_long_for_the_index_is_shown_to_the_matcher(channel: Channel, by_index: None) -> None:
    keep(channel, said("word " * 7_000 + "kettle"))
    assert len(asked("kettle").hits) == 1


def test_reasons_say_where_the_words_stand(channel: Channel) -> None:
    keep(channel, said("my Kettle"))
    (hit,) = asked("kettle").hits
    assert [(reason.term, reason.spans) for reason in hit.match.reasons] == [("kettle", ((3, 9),))]


def test_private_messages_are_found_only_when_asked_for(channel: Channel) -> None:
    keep(channel, said("secret kettle", private=True))
    assert texts("kettle") == []
    assert texts("kettle", private=True) == ["secret kettle"]


@pytest.mark.parametrize("rule", ["kettle", "from:nina_okafor"])
def test_a_deleted_post_is_never_found(channel: Channel, by_index: None, rule: str) -> None:
    post = said("my kettle")
    keep(channel, post)
    forget("x", [post.id], timezone.now())
    assert texts(rule) == []
    assert search(None).hits == []


def test_an_edited_post_is_found_by_its_new_words_only(channel: Channel) -> None:
    keep(channel, said("my kettle", id="5", version="5"))
    newer = said("my toaster", id="5", version="6")
    store([Heard(channel.pk, newer, ours=False, verdict=judge(newer.text), edited=True)], timezone.now())
    keep_edits(timezone.now())
    assert (texts("kettle"), texts("toaster")) == ([], ["my toaster"])


def test_a_quoted_text_counts_for_the_stream_and_not_for_the_search(channel: Channel, by_index: None) -> None:
    keep(channel, said("so true", quotes="9"), quoted=said("kettles burn", id="9"))
    assert texts("kettles") == []
    assert texts("kettles", dialect="stream") == ["so true"]


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("way", ["plainly", "by_index"])
def test_pages_have_no_gap_and_no_double_under_equal_times(
    channel: Channel, size: int, way: str, request: pytest.FixtureRequest
) -> None:
    if way == "by_index":
        request.getfixturevalue(way)
    times = [WRITTEN, WRITTEN, WRITTEN, LATER, LATER, WRITTEN - timedelta(days=40), WRITTEN, WRITTEN]
    rows = keep(channel, *(said(f"kettle {number}", created_at=at) for number, at in enumerate(times)))
    found, after = [], ""
    while page := asked("kettle", size=size, after=after):
        found += [hit.post.pk for hit in page.hits]
        if not (after := page.next):
            break
    assert found == [row for _, row in sorted(zip(times, rows, strict=True), reverse=True)]


def test_what_arrives_while_paging_does_not_shift_the_pages(channel: Channel) -> None:
    keep(channel, *(said(f"kettle {number}", created_at=WRITTEN + timedelta(hours=number)) for number in range(4)))
    first = asked("kettle", size=2)
    keep(channel, said("kettle new", created_at=LATER + timedelta(days=1)))
    assert [hit.post.text for hit in first.hits] == ["kettle 3", "kettle 2"]
    assert texts("kettle", size=2, after=first.next) == ["kettle 1", "kettle 0"]


@pytest.mark.parametrize("after", ["x", "1", "1.2.3", "9" * 18 + ".1", "1.-1"])
def test_a_cursor_that_no_page_gave_is_refused(channel: Channel, after: str) -> None:
    with pytest.raises(CursorError):
        search(None, after=after)


def test_a_search_that_takes_too_long_says_to_narrow_it(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(channel, said("my kettle"))
    monkeypatch.setattr(
        looking, "_PLAINLY", looking._PLAINLY.replace("found, nth FROM", "found, nth, pg_sleep(5) FROM")
    )
    with pytest.raises(TooBroad, match="Narrow your search"):
        asked("kettle", timeout_ms=50)
    assert Post.objects.count() == 1  # the connection is of use again, inside the same transaction too


def test_what_was_found_before_the_time_was_over_is_shown(
    channel: Channel, by_index: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    partitions.ensure([WRITTEN + timedelta(days=365 * year) for year in range(9)])  # there is nothing to see in them
    keep(channel, *(said(f"kettle {number}", created_at=WRITTEN + timedelta(hours=number)) for number in range(3)))
    quick = looking._INDEXED
    monkeypatch.setattr(looking, "_INDEXED", quick.replace("SELECT created_at, post_id FROM found", SLEEPING))
    page = asked("kettle", timeout_ms=700)
    monkeypatch.setattr(looking, "_INDEXED", quick)
    rest = asked("kettle", after=page.next)
    assert [hit.post.text for hit in page.hits] == ["kettle 2"]
    assert [hit.post.text for hit in rest.hits] == ["kettle 1", "kettle 0"]


def test_time_spent_on_matching_counts_and_what_was_found_until_then_is_shown(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(channel, *(said(f"kettle {number}", created_at=WRITTEN + timedelta(hours=number)) for number in range(8)))
    whole = [f"kettle {number}" for number in range(7, -1, -1)]
    with monkeypatch.context() as slowly:
        slowly.setattr(searching, "match", lambda *asked: time.sleep(0.3) or match(*asked))
        page = asked("kettle", timeout_ms=1_200)
        with pytest.raises(TooBroad):
            asked("kettle -kettle", timeout_ms=500)
    shown = [hit.post.text for hit in page.hits]
    assert 0 < len(shown) < len(whole)
    assert shown + texts("kettle", after=page.next) == whole


def test_a_search_leaves_the_settings_of_its_connection_alone(channel: Channel) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        search(None)
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('enable_seqscan')")
        assert cursor.fetchone() == ("0", "on")


def test_filters_leave_out_what_they_say(channel: Channel) -> None:
    rows = keep(channel, said("kettle one"), said("kettle two?", created_at=LATER), said("kettle", network="bluesky"))
    Post.objects.filter(pk=rows[1]).update(ignored_at=timezone.now())
    assert texts("kettle", network="x") == ["kettle one"]
    assert texts("kettle", ignored=True) == ["kettle two?"]
    assert texts("kettle", ignored=None, since=LATER) == ["kettle two?"]
    assert texts("kettle", ignored=None, until=LATER, network="x") == ["kettle one"]
    assert texts("kettle", ignored=None, intent="question") == ["kettle two?"]


@pytest.mark.parametrize("few", [0, 10])
def test_a_search_among_some_posts_stays_among_them(
    channel: Channel, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FEW", few)
    rows = keep(
        channel, *(said(f"kettle {number}", created_at=WRITTEN + timedelta(hours=number)) for number in range(4))
    )
    some = Post.objects.filter(pk__in=rows[1:3]).values("pk")
    assert texts("kettle", among=some) == ["kettle 2", "kettle 1"]
    assert texts("kettle", but_not=some) == ["kettle 3", "kettle 0"]
    assert texts("kettle", among=some, but_not=Post.objects.filter(pk=rows[1]).values("pk")) == ["kettle 2"]


def test_a_trial_gets_all_that_might_match_and_can_be_counted(channel: Channel) -> None:
    when = {"since": WRITTEN, "until": LATER}
    soon = WRITTEN + timedelta(hours=1)
    keep(channel, said("kettle"), said("toaster", created_at=soon))
    keep(channel, said("kettle", created_at=LATER), said("kettle", private=True))
    tree = parse("kettle")
    assert [post.text for _, _, post, _ in candidates(tree, **when)] == ["kettle"]
    assert [post.text for _, _, post, _ in candidates(None, **when)] == ["toaster", "kettle"]
    assert (count_candidates(tree, most=9, **when), count_candidates(None, most=1, **when)) == (1, 1)


def test_a_sample_is_the_same_posts_every_time(channel: Channel) -> None:
    keep(channel, *(said("kettle") for _ in range(400)))
    when = {"since": WRITTEN, "until": LATER, "sample": 0.25}
    first, second = ([row for row, *_ in candidates(None, **when)] for _ in range(2))
    assert first == second
    assert 50 < len(first) < 150


def test_posts_of_impossible_times_are_kept_and_found(channel: Channel) -> None:
    times = [datetime(year, 2, 3, tzinfo=UTC) for year in (1, 1969, 2026, 9999)]
    keep(channel, *(said(f"kettle {at.year}", created_at=at) for at in times))
    assert texts("kettle") == ["kettle 9999", "kettle 2026", "kettle 1969", "kettle 1"]
