"""What an ear missed is noticed, written down and had after all, for exactly its time span and at a bounded price."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

import on_pretend
from building import NINA, brand, hear, minutes_ago, said
from earful.channels.models import Channel, Hearing
from earful.connectors.x import X
from earful.connectors.x.ears import ACTIVITY, MENTIONS, MESSAGES, STREAM, WEBHOOK
from earful.core.connector import Ear
from earful.intake import gaps, mending
from earful.intake.listener import Wanted, new_ear
from earful.intake.listening import Listening
from earful.intake.mending import mend_one
from earful.intake.models import Frame, Gap
from earful.ledger.models import Rest
from earful.rules.models import ListeningRule
from past import Past, says, served

from sandbox.practice import Brand, Practice, practice  # isort: skip

PATIENCE_SECONDS = 40.0
until = partial(on_pretend.until, patience=PATIENCE_SECONDS)


@pytest.fixture
def pretend(tmp_path: Path) -> Iterator[Practice]:
    with practice(tmp_path / "gaps.db") as running:
        yield running


def listening(pretend: Practice) -> tuple[Channel, Brand]:
    """A channel of ours on the pretend X."""
    account = pretend.brand("LumenHelp")
    return on_pretend.linked_to(account), account


@contextmanager
def held(channel: Channel, ear: Ear = STREAM) -> Iterator[Listening]:
    """An ear that is held open in a thread."""
    thread = new_ear(Wanted(channel.pk, ear, tends_rules=False))
    thread.start()
    try:
        yield thread
    finally:
        thread.end()
        thread.join(PATIENCE_SECONDS)


def opened(ear: str = "stream") -> bool:
    return Hearing.objects.filter(ear=ear, alive_at__isnull=False, state="ok").exists()


def heard(ear: str) -> bytes:
    return b"".join(bytes(frame.body) for frame in Frame.objects.filter(ear=ear))


def mended() -> bool:
    """Fill what is due, until nothing waits."""
    mend_one()
    return not Gap.objects.filter(state="waiting").exists()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that knows what was written ten seconds ago, as the pretend X's does."""
    monkeypatch.setattr(gaps, "AFTER", timedelta(seconds=2))
    monkeypatch.setattr(X, "capabilities", replace(X.capabilities, search_lag=10.0))


def test_a_post_that_a_cut_stream_missed_is_searched_for_when_it_hears_again(
    transactional_db: None, pretend: Practice, quick: None
) -> None:
    channel, _ = listening(pretend)
    ListeningRule.objects.create(name="Modem", text="lumen modem")
    with held(channel):
        until(opened)
    pretend.post("gap_a", "my lumen modem is dead")
    pretend.post("gap_a", "nothing to do with it")
    with held(channel):
        until(lambda: Gap.objects.exists())
    until(mended)
    gap = Gap.objects.get()
    assert (gap.state, gap.way, gap.cause) == ("filled", "search", "The listener was not running.")
    assert (gap.posts, gap.spent > 0) == (1, True)
    assert b"my lumen modem" in heard("stream-gap")
    assert b"nothing to do" not in heard("stream-gap")


def test_what_is_written_on_in_an_open_case_is_searched_for_as_well(
    transactional_db: None, pretend: Practice, quick: None
) -> None:
    channel, _ = listening(pretend)
    root = pretend.post("gap_b", "@LumenHelp no signal")["id"]
    with held(channel):
        until(opened)
    hear(channel, said(NINA, "@LumenHelp no signal", id=root))
    pretend.post("gap_b", "still nothing", reply_to=root)
    with held(channel):
        until(lambda: Gap.objects.exists())
    until(mended)
    assert b"still nothing" in heard("stream-gap")


def test_a_stream_that_x_cuts_is_a_gap_with_its_reason(transactional_db: None, pretend: Practice, quick: None) -> None:
    channel, _ = listening(pretend)
    with held(channel):
        until(opened)
        pretend.say("stream/LumenHelp/cut", {})
        until(lambda: Gap.objects.exists())
    gap = Gap.objects.get()
    assert gap.cause.startswith(("The connection broke", "The network closed"))
    assert gap.until - gap.since < timedelta(seconds=60)


@pytest.mark.parametrize("ear", [STREAM, ACTIVITY], ids=lambda ear: ear.name)
def test_what_a_budget_stops_is_not_opened_to_be_closed_again(
    transactional_db: None, pretend: Practice, ear: Ear
) -> None:
    channel, _ = listening(pretend)
    with held(channel, ear):
        until(lambda: opened(ear.name))
    Rest.objects.create(channel=channel, purpose=ear.purpose, spent=10_000_000, budget=10_000_000)
    with held(channel, ear):
        until(lambda: Hearing.objects.filter(ear=ear.name).exclude(state="ok").exists())
    assert "Raise the budget" in Hearing.objects.get(ear=ear.name).reason
    assert not Gap.objects.exists()


def test_a_connection_that_x_believes_in_and_nobody_holds_is_taken_over(
    transactional_db: None, pretend: Practice, quick: None
) -> None:
    channel, account = listening(pretend)
    account.follow("lumen")
    with account.stream() as lines:
        with held(channel):
            until(opened)
        assert lines.next() is None


def notice(channel: Channel, since: float, until: float = 0.0, ear: Ear = STREAM) -> Gap:
    """Something missed between so many minutes ago."""
    return gaps.notice(channel.pk, "x", ear, minutes_ago(since), "It was away.", minutes_ago(until))


def test_a_gap_reaches_a_little_beyond_what_was_not_heard(channel: Channel) -> None:
    gap = notice(channel, 10, 5)
    assert minutes_ago(10) - gap.since == pytest.approx(timedelta(seconds=10), abs=timedelta(seconds=1))
    assert gap.until - minutes_ago(5) == pytest.approx(timedelta(seconds=5), abs=timedelta(seconds=1))


def test_a_connection_that_breaks_again_and_again_is_one_gap(channel: Channel) -> None:
    notice(channel, 2, 1.5)
    gap = notice(channel, 1.4, 1)
    assert (Gap.objects.count(), gap.times) == (1, 2)
    notice(channel, 1.0, 0.5)
    assert Gap.objects.get().until > minutes_ago(0.5)


def test_a_gap_that_somebody_fills_already_is_not_made_longer(channel: Channel) -> None:
    Gap.objects.filter(pk=notice(channel, 2, 1.5).pk).update(begun_at=timezone.now())
    notice(channel, 1.4, 1)
    assert Gap.objects.count() == 2


def test_no_trouble_puts_a_search_off_for_ever(channel: Channel) -> None:
    for minutes in range(40, 0, -1):
        notice(channel, minutes, minutes - 0.9)
    assert Gap.objects.count() >= 3
    assert max(gap.until - gap.since for gap in Gap.objects.all()) < timedelta(minutes=13)


def test_what_the_stream_brings_along_itself_is_filled_at_once(channel: Channel) -> None:
    enterprise = replace(STREAM, backfill=300.0)
    assert (notice(channel, 4, 0, enterprise).state, Gap.objects.get().due_at) == ("filled", None)
    assert notice(channel, 9, 0, enterprise).way == "search"


@pytest.fixture
def past(transactional_db: None) -> Past:
    """A network whose search knows a post a minute."""
    return Past.of(2_000, hours=2_000 / 60)


def missing(address: str, since: float, until: float) -> Gap:
    """A channel that has a rule and missed what was written between so many minutes ago."""
    channel = brand(api=address)
    ListeningRule.objects.create(name="Outage", text="lumen outage")
    return notice(channel, since, until)


def fill(gap: Gap) -> Gap:
    """Whatever it waits for is over."""
    Gap.objects.filter(pk=gap.pk, state="waiting").update(due_at=timezone.now(), leased_until=None)
    mend_one()
    gap.refresh_from_db()
    return gap


def written(asked: list[dict[str, str]]) -> list[datetime]:
    return [datetime.fromisoformat(each["end_time"]) for each in asked]


def test_a_search_that_fails_on_its_sixth_page_goes_on_there_and_pays_for_none_twice(past: Past) -> None:
    past.faults = [lambda params: None] * 6 + [says(503, {"title": "Service Unavailable"})]
    with served(past) as address:
        gap = fill(missing(address, 495, 30))
        assert (gap.state, gap.reason[:13]) == ("waiting", "X has trouble")
        fetched = Frame.objects.count()
        assert fill(gap).state == "filled"
    assert Frame.objects.count() > fetched
    assert min(written(past.asked)) < max(written(past.asked))
    assert gap.posts == sum(len(json.loads(bytes(frame.body))["data"]) for frame in Frame.objects.all())


def test_however_often_a_search_fails_a_gap_costs_no_more_than_its_budget(past: Past) -> None:
    with served(past) as address:
        gap = missing(address, 1_830, 30)
        for _ in range(14):
            past.faults = [lambda params: None, says(503, {"title": "Service Unavailable"})]
            if gap.state == "waiting":
                gap = fill(gap)
    assert gap.state == "partly"
    assert gap.spent <= Decimal(15)
    assert gap.lost_since is not None
    assert gap.lost_until is not None
    assert "A backfill" in gap.reason


def test_a_search_that_the_network_refuses_is_given_up_and_said(past: Past) -> None:
    past.faults = [says(400, {"detail": "no such operator"})]
    with served(past) as address:
        gap = fill(missing(address, 60, 30))
    assert (gap.state, gap.reason) == ("lost", "no such operator")
    assert (gap.lost_since, gap.lost_until) == (gap.since, gap.until)


def test_what_nobody_can_search_for_any_more_is_said_to_be_lost(past: Past) -> None:
    with served(past) as address:
        gap = fill(missing(address, 9 * 24 * 60, 8 * 24 * 60))
    assert (gap.state, "older" in gap.reason) == ("lost", True)


def test_mentions_that_were_too_many_for_a_poll_are_searched_for(past: Past) -> None:
    with served(past) as address:
        channel = brand(api=address)
        gap = fill(notice(channel, 60, 40, MENTIONS))
    assert (gap.state, gap.way, past.asked[0]["query"]) == ("filled", "search", "@LumenHelp OR to:LumenHelp")


def test_messages_that_were_too_many_for_a_poll_are_said_to_be_lost(past: Past) -> None:
    gap = fill(notice(brand(), 60, 40, MESSAGES))
    assert (gap.state, gap.reason) == ("lost", "No search finds what was missed.")


def test_what_polls_bring_is_filled_when_all_of_them_have_asked_since(channel: Channel) -> None:
    gap = notice(channel, 5, 4, ACTIVITY)
    mentions = Hearing.objects.create(channel=channel, ear="mentions", alive_at=timezone.now())
    messages = Hearing.objects.create(channel=channel, ear="messages", alive_at=minutes_ago(6))
    assert fill(gap).state == "waiting"
    Hearing.objects.filter(pk__in=[mentions.pk, messages.pk]).update(alive_at=timezone.now())
    gap = fill(gap)
    assert (gap.state, gap.reason) == ("filled", "Deletions and encrypted messages of this time cannot be asked for.")


def test_polls_that_cannot_ask_for_a_day_are_waited_for_no_longer(channel: Channel) -> None:
    gap = notice(channel, 26 * 60, 25 * 60, ACTIVITY)
    Hearing.objects.create(channel=channel, ear="mentions", alive_at=minutes_ago(27 * 60))
    assert (fill(gap).state, gap.lost_until) == ("lost", gap.until)


def test_a_gap_of_a_door_that_was_never_registered_is_left_to_the_polls(channel: Channel) -> None:
    gap = fill(notice(channel, 30, 20, WEBHOOK))
    assert (gap.way, gap.state) == ("polls", "waiting")


def test_rows_are_kept_for_a_month(channel: Channel) -> None:
    old = notice(channel, 40 * 24 * 60, 39 * 24 * 60)
    Gap.objects.filter(pk=old.pk).update(state="filled", ended_at=timezone.now() - timedelta(days=31))
    new = notice(channel, 5, 4)
    assert list(Gap.objects.values_list("pk", flat=True)) == [new.pk]


def test_gaps_are_filled_beside_the_ears_until_the_end(channel: Channel) -> None:
    stop = threading.Event()
    stop.set()
    mending.run_until(stop)


def test_an_ear_that_never_heard_has_no_gap(transactional_db: None, pretend: Practice) -> None:
    channel, _ = listening(pretend)
    with held(channel):
        until(opened)
    assert not Gap.objects.exists()
