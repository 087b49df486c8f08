"""What the network brings by itself is entered in the transaction that stores it, as what it turned out to be."""

from typing import Any

import pytest

from building import NINA, TOMAS, carried, deletion, hear, item, page, said
from earful.channels.models import Channel
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.models import Frame
from earful.intake.reader import Reader
from earful.ledger.models import Entry, Spending
from earful.posts.models import Post
from fishing import listening


def sums() -> list[tuple[Any, ...]]:
    rows = Spending.objects.exclude(kind="user").order_by("purpose", "rule")
    return list(rows.values_list("purpose", "rule", "entries", "price"))


def test_a_post_to_us_and_one_that_a_rule_found_are_told_apart(channel: Channel) -> None:
    rule = listening("wombat")
    hear(channel, said(NINA, "@LumenHelp help"), said(TOMAS, "a wombat"), said(TOMAS, "of no interest"))
    assert sums() == [("mentions", 0, 1, 5_000), ("rules", 0, 1, 5_000), ("rules", rule.pk, 1, 5_000)]


def test_a_post_that_several_rules_found_counts_for_the_oldest(channel: Channel) -> None:
    first, _ = listening("wombat"), listening("wombat lumen")
    hear(channel, said(TOMAS, "a wombat named lumen"))
    assert sums() == [("rules", first.pk, 1, 5_000)]


def test_the_same_post_heard_twice_is_entered_once(channel: Channel) -> None:
    frame = said(NINA, "@LumenHelp help")
    hear(channel, frame, frame)
    hear(channel, frame)
    assert sums() == [("mentions", 0, 1, 5_000)]


def test_what_was_asked_for_was_entered_at_the_till(channel: Channel) -> None:
    listening("wombat")
    for ear in ("mentions", "stream-gap", "backfill-1"):
        PostgresBelt().put(carried(channel, [page((NINA, item(NINA, "a wombat")))], ear))
    Reader(PostgresBelt()).read_batch()
    assert Post.objects.exists()
    assert sums() == []


def test_what_cannot_be_read_or_stored_was_billed_all_the_same(channel: Channel) -> None:
    hear(channel, b'{"data":{"id":"11"}}', b'{"data":', deletion("12"))
    assert Frame.objects.exclude(aside_at=None).count() == 2
    assert list(Entry.objects.values_list("resource", flat=True)) == ["11"]


def test_a_batch_that_is_rolled_back_is_not_billed(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("earful.rules.breaker.note", lambda finds, now: 1 / 0)
    hear(channel, said(NINA, "@LumenHelp help"))
    assert not Post.objects.exists()
    # It was put aside, and what it cost stands beside it.
    assert Entry.objects.filter(kind="post").count() == 1
