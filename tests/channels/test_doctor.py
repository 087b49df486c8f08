"""What the doctor reads from the database: ears that do not hear, and replies that nobody looks after."""

import math
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from building import brand, dsn, minutes_ago
from earful.cases.models import Case
from earful.channels.models import Channel, ChannelState, Hearing
from earful.cli.doctor import asked, kept
from earful.people.models import Identity
from earful.replies.models import Reply

LONG_UP = time.time() - 3600


@pytest.fixture
def channel(transactional_db: None) -> Channel:
    return brand(created_at=timezone.now() - timedelta(hours=1))


def findings(up_since: float = LONG_UP) -> Iterator[tuple[bool, str]]:
    with psycopg.connect(dsn(), autocommit=True) as database:
        yield from [(finding.well, finding.what) for finding in asked(database, up_since)]


def test_a_channel_that_shows_life_hears(channel: Channel) -> None:
    Hearing.objects.create(channel=channel, ear="stream", alive_at=minutes_ago(2))
    assert (True, "Every channel hears") in findings()
    assert all(well for well, _ in findings())


def test_a_silent_ear_is_named_while_the_desk_runs(channel: Channel) -> None:
    Hearing.objects.create(channel=channel, ear="stream", alive_at=minutes_ago(4))
    (said,) = [what for well, what in findings() if not well]
    assert said.startswith("Channels in trouble: @LumenHelp stream: no sign of life")
    assert all(well for well, _ in findings(time.time() - 30))


def test_a_channel_without_any_ear_is_named(channel: Channel) -> None:
    assert any("has no ear yet" in what for _, what in findings())


def test_a_desk_that_is_down_is_not_called_deaf_nor_hearing(channel: Channel) -> None:
    Hearing.objects.create(channel=channel, ear="stream", alive_at=minutes_ago(600))
    assert all(well and "hears" not in what for well, what in findings(math.inf))


def test_an_ear_in_trouble_is_named_with_its_reason(channel: Channel) -> None:
    Hearing.objects.create(channel=channel, ear="stream", state=ChannelState.LOST_ACCESS, reason="token revoked")
    assert (False, "Channels in trouble: @LumenHelp stream: token revoked") in findings()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("by_hand", "waits for somebody to post it by hand"),
        ("unsure", "nobody knows whether it went out"),
        ("queued", "is queued and overdue"),
    ],
)
def test_a_reply_that_waits_for_long_is_named(channel: Channel, state: str, words: str) -> None:
    Hearing.objects.create(channel=channel, ear="stream", alive_at=timezone.now())
    case = a_reply(channel, state, minutes=20)
    assert (False, f"Replies need somebody: case {case}: {words}") in findings()


def test_a_reply_that_waits_for_minutes_is_well(channel: Channel) -> None:
    Hearing.objects.create(channel=channel, ear="stream", alive_at=timezone.now())
    for state in ("by_hand", "unsure", "queued"):
        a_reply(channel, state, minutes=5)
    assert all(well for well, _ in findings())


def a_reply(channel: Channel, state: str, *, minutes: int) -> int:
    """The case of a reply that has been in a state for so long."""
    customer = Identity.objects.create(network="x", account_id=f"6{state}", handle=f"nina_{state}")
    now = timezone.now()
    case = Case.objects.create(channel=channel, customer=customer, rank_at=now, opened_at=now, touched_at=now)
    reply = Reply.objects.create(case=case, route="public", state=state)
    since = minutes_ago(minutes)
    Reply.objects.filter(pk=reply.pk).update(changed_at=since, due_at=since)
    return int(case.pk)


def test_a_change_of_the_vaults_key_that_was_cut_off_is_told(tmp_path: Path) -> None:
    key_file = tmp_path / "vault.key"
    for held, wanted in (("new,old", ["./earful vault rotate"]), ("new", [])):
        key_file.write_text(held)
        key_file.chmod(0o600)
        said = [finding.what for finding in kept(tmp_path, 8000) if not finding.well]
        assert [what.rpartition("Run: ")[2] for what in said] == wanted
