"""What its author deleted is deleted here, wherever its words went, in whatever order it is heard."""

import threading
from typing import Any

import pytest

from building import NINA, TOMAS, YUKI, at_once, brand, carried, deletion, hear, next_id, said
from earful.channels.models import Channel
from earful.core.language.parser import parse
from earful.intake import taking_in
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.reader import Reader
from earful.posts import spread
from earful.posts.models import Post, Searched
from earful.posts.searching import search
from earful.rules.models import Match
from fishing import listening, quoting, terms


def secrets() -> int:
    """How many posts still say the deleted word, or are found by it."""
    return Post.objects.filter(text__contains="secret").count() + len(search(parse("secret", "stored")).hits)


def test_a_deleted_posts_words_leave_the_posts_that_quote_it(channel: Channel) -> None:
    other = next_id()
    listening("lumen")
    hear(channel, quoting(NINA, "look at lumen", TOMAS, "lumen lost my secret kettle", of=other))
    hear(channel, deletion(other))
    assert "quoted" not in Post.objects.get().facts
    assert secrets() == 0
    assert len(search(parse("look", "stored")).hits) == 1
    assert [reason["quoted"] for reason in Match.objects.get().reasons] == [False]


def test_a_rule_that_found_only_the_quoted_words_has_no_reasons_left(channel: Channel) -> None:
    other = next_id()
    listening("kettle")
    hear(channel, quoting(NINA, "look", TOMAS, "my secret kettle", of=other))
    hear(channel, deletion(other))
    assert Match.objects.get().reasons is None


def test_a_deleted_posts_words_leave_its_reposts(channel: Channel) -> None:
    root = next_id()
    listening("lumen")
    hear(channel, said(NINA, "lumen secret", id=root), said(TOMAS, "RT @nina_okafor: lumen secret", reposts=root))
    hear(channel, deletion(root))
    assert secrets() == 0
    assert not Match.objects.exclude(reasons=None).exists()


def test_what_is_known_to_be_deleted_is_not_taken_from_those_who_carry_it_on(channel: Channel) -> None:
    heard, unheard = next_id(), next_id()
    listening("kettle OR look")
    hear(channel, said(NINA, "secret kettle", id=heard))
    hear(channel, deletion(heard), deletion(unheard))
    for gone in (heard, unheard):
        hear(channel, said(TOMAS, "RT @nina_okafor: secret kettle", reposts=gone))
        hear(channel, quoting(YUKI, "look", NINA, "secret kettle", of=gone))
    assert secrets() == 0
    assert list(Post.objects.exclude(deleted_at=None).values_list("network_id", flat=True)) == [heard]
    assert [terms(match.reasons) for match in Match.objects.filter(post__quotes__gt="")] == [["look"]] * 2


def test_an_edit_does_not_bring_back_what_a_quoted_post_said(channel: Channel) -> None:
    first, other = next_id(), next_id()
    listening("look")
    hear(channel, quoting(YUKI, "look", NINA, "secret kettle", of=other, versions=[first]))
    hear(channel, deletion(other))
    hear(channel, quoting(YUKI, "look!", NINA, "secret kettle", of=other, versions=[first, next_id()]))
    assert Post.objects.get().text == "look!"
    assert "quoted" not in Post.objects.get().facts
    assert secrets() == 0


def test_a_repost_that_was_taken_back_is_no_spread(channel: Channel) -> None:
    root, repost = next_id(), next_id()
    listening("lumen")
    hear(channel, said(NINA, "lumen is down", id=root), said(TOMAS, "RT", id=repost, reposts=root))
    hear(channel, deletion(repost))
    [told] = spread.of([Post.objects.get(network_id=root)]).values()
    assert (told.total, told.reach) == (0, 0)


def test_a_deletion_read_while_another_reader_keeps_the_post_takes_its_words(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, post, stored, waiting = brand(), next_id(), threading.Event(), threading.Event()
    listening("lumen")
    note = taking_in.breaker.note

    def late(*args: Any) -> Any:
        """The first reader has stored the post, and commits when the second has begun."""
        if threading.current_thread().name == "first":
            stored.set()
            assert waiting.wait(10)
            # Long enough for the other reader to come as far as it can.
            threading.Event().wait(0.3)
        return note(*args)

    monkeypatch.setattr(taking_in.breaker, "note", late)

    def keep() -> int:
        threading.current_thread().name = "first"
        PostgresBelt().put(carried(channel, [said(NINA, "lumen secret", id=post)]))
        return Reader(PostgresBelt()).read_batch().stored

    def delete() -> int:
        assert stored.wait(10)
        PostgresBelt().put(carried(channel, [deletion(post)]))
        waiting.set()
        return Reader(PostgresBelt()).read_batch().arrivals

    assert at_once(keep, delete) == [1, 1]
    assert Post.objects.get().deleted_at is not None
    assert secrets() == 0
    assert not Searched.objects.exists()
