"""What a stream missed while it was away is found once it hears again: against a pretend X whose stream is cut."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from building import brand, minutes_ago
from earful.channels.models import Channel, Hearing
from earful.connectors.registry import connector_for
from earful.connectors.x import X
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.gaps import Gap
from earful.intake.listener import _Listening
from earful.intake.missing import Missed, Missing
from earful.intake.models import Frame
from earful.intake.sweeping import Stretch
from earful.rules.models import ListeningRule
from past import Past, says, served

from sandbox.practice import Practice, practice  # isort: skip

PATIENCE_SECONDS = 40.0


@pytest.fixture
def pretend(tmp_path: Path) -> Iterator[Practice]:
    with practice(tmp_path / "gaps.db") as running:
        yield running


def until(what: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def listening(pretend: Practice) -> Channel:
    """A channel of ours on the pretend X."""
    account = pretend.brand("LumenHelp")
    channel = brand(api=pretend.url, site=pretend.url, account_id=account.id)
    told = pretend.say("accounts", {"username": "LumenHelp"})
    channel.seal_tokens(app=told["app_token"], user=told["user_token"])
    channel.save()
    return channel


def hold(channel: Channel) -> _Listening:
    ear = _Listening(channel.pk, connector_for("x").ears[0])
    ear.start()
    return ear


def heard(ear: str) -> bytes:
    return b"".join(bytes(frame.body) for frame in Frame.objects.filter(ear=ear))


def test_a_post_that_a_cut_stream_missed_is_searched_for_when_it_hears_again(
    transactional_db: None, pretend: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earful.intake.gaps.LONGEST_BLINK", timedelta(0))
    monkeypatch.setattr("earful.intake.gaps.SETTLING", timedelta(seconds=2))
    monkeypatch.setattr(X, "capabilities", replace(X.capabilities, search_lag=10.0))
    channel = listening(pretend)
    ListeningRule.objects.create(name="Modem", text="lumen modem")
    ear = hold(channel)
    until(lambda: Hearing.objects.filter(ear="stream", alive_at__isnull=False).exists())
    ear.stop.set()
    ear.join(PATIENCE_SECONDS)
    pretend.post("gap_a", "my lumen modem is dead")
    pretend.post("gap_a", "nothing to do with it")
    again = hold(channel)
    try:
        until(lambda: b"my lumen modem" in heard("stream-gap"))
        until(lambda: Hearing.objects.get(ear="stream").cursor == "")
    finally:
        again.stop.set()
        again.join(PATIENCE_SECONDS)
    assert b"nothing to do" not in heard("stream-gap")
    assert b"my lumen modem" not in heard("stream")


def open_after(channel: Channel, seconds: float, cursor: str = "") -> tuple[Gap, Hearing]:
    alive = timezone.now() - timedelta(seconds=seconds)
    hearing = Hearing.objects.create(channel=channel, ear="stream", alive_at=alive, cursor=cursor)
    gap = Gap(channel.pk, PostgresBelt())
    gap.stream_opened(hearing)
    return gap, hearing


def test_a_short_blink_is_no_gap(channel: Channel) -> None:
    gap, _ = open_after(channel, 20)
    assert gap.cursor == ""


def test_a_gap_begins_before_the_last_sign_of_life(channel: Channel) -> None:
    gap, hearing = open_after(channel, 120)
    [missed] = Missing.read(gap.cursor).to_fetch
    stretch = missed.stretch
    assert hearing.alive_at is not None
    assert stretch.since == (hearing.alive_at - timedelta(seconds=30)).replace(microsecond=0)


def test_a_gap_that_was_not_filled_before_the_desk_died_is_remembered(channel: Channel) -> None:
    known = str(Missing((Missed(Stretch(minutes_ago(60), minutes_ago(50)), Decimal("1.5")),)))
    gap, _ = open_after(channel, 5, known)
    assert gap.cursor == known


def test_a_second_gap_waits_behind_the_first_and_a_third_joins_the_second(channel: Channel) -> None:
    first = Stretch(minutes_ago(60), minutes_ago(50))
    gap, hearing = open_after(channel, 120, str(Missed(first)))
    gap.stream_opened(hearing)
    one, other = Missing.read(gap.cursor).to_fetch
    assert str(one.stretch) == str(first)
    assert timedelta(seconds=150) <= timezone.now() - other.stretch.since < timedelta(seconds=180)


def test_all_that_an_ear_remembers_of_its_gaps_fits_its_cursor() -> None:
    stretch = Stretch(timezone.now() - timedelta(days=7), timezone.now())
    missing = Missing((Missed(stretch, Decimal("14.985")), Missed(stretch, Decimal("14.985"))), lost=stretch)
    assert len(str(missing)) <= 200
    assert str(Missing.read(str(missing))) == str(missing)


@pytest.fixture
def past(transactional_db: None) -> Past:
    """A network whose search knows a post a minute."""
    return Past.of(2_000, hours=2_000 / 60)


def missing(address: str, since: float, until: float) -> tuple[Gap, Hearing]:
    """A channel that has a rule and missed what was written between so many minutes ago."""
    channel = brand(api=address)
    ListeningRule.objects.create(name="Outage", text="lumen outage")
    hearing = Hearing.objects.create(channel=channel, ear="stream", alive_at=timezone.now())
    hearing.cursor = str(Missed(Stretch(minutes_ago(since), minutes_ago(until))))
    return opened(hearing), hearing


def opened(hearing: Hearing) -> Gap:
    gap = Gap(hearing.channel_id, PostgresBelt())
    gap.stream_opened(hearing)
    return gap


def fill(gap: Gap) -> None:
    """Whatever it waits for is over."""
    gap._not_before = None
    gap.fill_when_due()
    assert gap._thread is not None
    gap._thread.join(PATIENCE_SECONDS)


def written(asked: list[dict[str, str]]) -> list[datetime]:
    return [datetime.fromisoformat(each["end_time"]) for each in asked]


def test_a_search_that_fails_on_its_sixth_page_goes_on_there_and_pays_for_none_twice(past: Past) -> None:
    past.faults = [lambda params: None] * 5 + [says(503, {"title": "Service Unavailable"})]
    with served(past) as address:
        gap, hearing = missing(address, 925, 30)
        fill(gap)
        assert Frame.objects.count() == 5
        fill(gap)
    assert (Frame.objects.count(), gap.cursor) == (9, "")
    assert written(past.asked)[6] - written(past.asked)[0] < -timedelta(minutes=490)
    hearing.refresh_from_db()
    assert Decimal("13.4") < Missing.read(hearing.cursor).to_fetch[0].spent < Decimal("13.5")


def test_a_desk_that_dies_in_a_search_goes_on_where_its_last_page_ended(past: Past) -> None:
    past.faults = [lambda params: None] * 5 + [says(503, {"title": "Service Unavailable"})]
    with served(past) as address:
        gap, hearing = missing(address, 925, 30)
        fill(gap)
        hearing.refresh_from_db()
        fill(opened(hearing))
    assert (len(past.asked), Frame.objects.count()) == (10, 9)


def test_however_often_a_search_fails_a_gap_costs_no_more_than_its_budget(past: Past) -> None:
    with served(past) as address:
        gap, _ = missing(address, 1_830, 30)
        for _ in range(12):
            past.faults = [lambda params: None, says(503, {"title": "Service Unavailable"})]
            if gap.cursor and not gap.told:
                fill(gap)
    told = sum(len(json.loads(bytes(frame.body))["data"]) for frame in Frame.objects.all())
    assert 900 <= told <= 1_000
    assert gap.told


def test_what_was_given_up_is_said_beside_the_channel_and_remembered(past: Past) -> None:
    with served(past) as address:
        gap, hearing = missing(address, 1_830, 30)
        fill(gap)
        assert "were not all fetched" in gap.told
        assert "A backfill" in gap.told
        ear = _Listening(hearing.channel_id, connector_for("x").ears[0])
        hearing.cursor = gap.cursor
        ear.gap.stream_opened(hearing)
        ear._well(hearing)
    hearing.refresh_from_db()
    assert (hearing.state, hearing.reason) == ("ok", gap.told)
    lost = Missing.read(gap.cursor).lost
    assert lost is not None
    assert lost.until - lost.since < timedelta(minutes=820)


def test_what_nobody_can_fetch_any_more_is_told_no_more(channel: Channel) -> None:
    lost = Stretch(minutes_ago(8 * 24 * 60), minutes_ago(7 * 24 * 60 + 1))
    gap, _ = open_after(channel, 5, str(Missing(lost=lost)))
    assert gap.told == ""


def test_a_stream_that_breaks_again_while_its_gap_is_filled_pays_for_the_old_part_once(past: Past) -> None:
    with served(past) as address:
        gap, hearing = missing(address, 320, 30)
        away = Hearing(pk=hearing.pk, channel=hearing.channel, ear="stream", alive_at=minutes_ago(10))
        past.faults = [lambda params: gap.stream_opened(away)]  # type: ignore[func-returns-value]
        fill(gap)
    assert len(past.asked) == 3
    [rest] = Missing.read(gap.cursor).to_fetch
    assert rest.stretch.since >= minutes_ago(11)


def test_a_channel_that_never_heard_has_no_gap(channel: Channel) -> None:
    gap = Gap(channel.pk, PostgresBelt())
    gap.stream_opened(Hearing(channel=channel, ear="stream"))
    gap.fill_when_due()
    assert gap.cursor == ""
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("gap-")]
