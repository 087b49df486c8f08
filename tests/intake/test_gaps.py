"""What a stream missed while it was away is found once it hears again: against a pretend X whose stream is cut."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from building import brand
from earful.channels.models import Channel, Hearing
from earful.connectors.registry import connector_for
from earful.connectors.x import X
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.gaps import Gap
from earful.intake.listener import _Listening
from earful.intake.models import Frame
from earful.intake.sweeping import Stretch
from earful.rules.models import ListeningRule

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
    stretch = Stretch.read(gap.cursor)
    assert stretch is not None
    assert hearing.alive_at is not None
    assert hearing.alive_at - stretch.since == timedelta(seconds=30)


def test_a_gap_that_was_not_filled_before_the_desk_died_is_remembered(channel: Channel) -> None:
    now = timezone.now()
    known = Stretch(now - timedelta(hours=1), now - timedelta(minutes=50))
    gap, _ = open_after(channel, 5, str(known))
    assert gap.cursor == str(known)


def test_two_gaps_in_a_row_are_filled_as_one(channel: Channel) -> None:
    now = timezone.now()
    gap, _ = open_after(channel, 120, str(Stretch(now - timedelta(hours=1), now - timedelta(minutes=50))))
    stretch = Stretch.read(gap.cursor)
    assert stretch is not None
    assert now - stretch.since == timedelta(hours=1)
    assert stretch.until >= now


def test_a_channel_that_never_heard_has_no_gap(channel: Channel) -> None:
    gap = Gap(channel.pk, PostgresBelt())
    gap.stream_opened(Hearing(channel=channel, ear="stream"))
    gap.fill_when_due()
    assert gap.cursor == ""
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("gap-")]
