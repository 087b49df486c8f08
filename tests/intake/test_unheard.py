"""What a stream may have told while it broke is entered as what may have been billed, until it is known better."""

from datetime import timedelta

import pytest
from django.utils import timezone

from building import NINA, TOMAS, carried, hear, item, minutes_ago, page, said
from earful.channels.models import Channel
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.models import Gap
from earful.intake.reader import Reader
from earful.intake.unheard import enter_what_may_have_been_billed
from earful.ledger.models import Entry, Spending


@pytest.fixture
def polled(channel: Channel) -> str:
    """The id of a post that was written five minutes ago, and that the mentions alone brought."""
    post = item(NINA, "@LumenHelp help", at=minutes_ago(5))
    PostgresBelt().put(carried(channel, [page((NINA, post))], "mentions"))
    Reader(PostgresBelt()).read_batch()
    return str(post["id"])


def broke(channel: Channel, since: float, until: float, ear: str = "stream", times: int = 1) -> None:
    """A break from so many minutes ago until so many minutes ago."""
    Gap.objects.create(
        channel=channel, ear=ear, since=minutes_ago(since), until=minutes_ago(until), cause="It broke.",
        way="search", state="filled", times=times,
    )  # fmt: skip


def doubtful() -> list[tuple[str, str, int]]:
    enter_what_may_have_been_billed(timezone.now())
    return list(Entry.objects.filter(sure=False).values_list("kind", "resource", "price"))


def test_a_post_written_while_the_stream_broke_may_have_been_billed(channel: Channel, polled: str) -> None:
    broke(channel, 5.1, 4.5)
    assert doubtful() == [("post", polled, 5_000)]
    assert doubtful() == [("post", polled, 5_000)]
    assert not Spending.objects.exists()


def test_it_counts_once_it_is_read_from_the_stream_after_all(channel: Channel, polled: str) -> None:
    broke(channel, 5.1, 4.5)
    assert doubtful()
    hear(channel, said(NINA, "@LumenHelp help", id=polled, at=minutes_ago(5)))
    assert Entry.objects.get(resource=polled).sure
    assert Spending.objects.get(kind="post").price == 5_000
    hear(channel, said(NINA, "@LumenHelp help", id=polled, at=minutes_ago(5)))
    assert Spending.objects.get(kind="post").price == 5_000


def test_what_the_stream_brought_is_sure(channel: Channel) -> None:
    hear(channel, said(TOMAS, "@LumenHelp hello", at=minutes_ago(5)))
    broke(channel, 5.1, 4.5)
    assert doubtful() == []


def test_nothing_is_told_into_a_connection_that_is_known_to_be_gone(channel: Channel, polled: str) -> None:
    broke(channel, 9, 3)
    assert doubtful() == []


def test_one_that_broke_again_and_again_was_open_in_between(channel: Channel, polled: str) -> None:
    broke(channel, 9, 3, times=4)
    assert doubtful() == [("post", polled, 5_000)]


def test_polls_are_billed_for_what_they_bring_alone(channel: Channel, polled: str) -> None:
    broke(channel, 5.1, 4.5, ear="mentions")
    assert doubtful() == []


def test_a_break_long_over_is_let_be(channel: Channel, polled: str) -> None:
    broke(channel, 5.1, 4.5)
    Gap.objects.update(until=timezone.now() - timedelta(minutes=16))
    assert doubtful() == []
