"""What a network tells of accounts is kept with them: new names, and access that was taken back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from building import LUMEN, NINA, Person, hear, said
from earful.channels.models import Channel, Credentials
from earful.intake import journal
from earful.people.models import Identity


def event(kind: str, payload: dict[str, Any], person: Person = NINA) -> bytes:
    told = {"event_uuid": "-7", "filter": {"user_id": person.id}, "event_type": kind, "payload": payload}
    return json.dumps({"data": told}).encode()


def revoked(at: datetime) -> bytes:
    when = at.astimezone(UTC).isoformat(timespec="seconds")
    return event("oauth.revoke", {"user_id": LUMEN.id, "date_time": when, "app_id": "1"}, LUMEN)


def test_a_person_who_changes_handle_and_name_is_the_same_person(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp no signal"))
    hear(channel, event("profile.update.handle", {"before": NINA.handle, "after": "nina_o"}))
    hear(channel, event("profile.update.screenname", {"before": NINA.name, "after": "Nina O"}))
    nina = Identity.objects.get()
    assert (nina.account_id, nina.handle, nina.name, nina.followers) == (NINA.id, "nina_o", "Nina O", 50)


def test_our_own_new_handle_is_our_channels(channel: Channel) -> None:
    hear(channel, event("profile.update.handle", {"before": "LumenHelp", "after": "LumenCares"}, LUMEN))
    channel.refresh_from_db()
    assert channel.handle == "LumenCares"


def test_a_name_of_nobody_whom_we_know_is_passed_over(channel: Channel) -> None:
    assert hear(channel, event("profile.update.handle", {"before": "a", "after": "b"})).aside == 0
    assert not Identity.objects.exists()


def test_access_that_was_taken_back_lets_the_channel_rest(channel: Channel) -> None:
    hear(channel, revoked(timezone.now() + timedelta(seconds=5)))
    held = Credentials.objects.get(channel=channel)
    assert held.lost_at is not None
    assert "Link it again" in held.lost_reason


def test_access_taken_back_before_it_was_given_anew_is_old_news(channel: Channel) -> None:
    hear(channel, revoked(timezone.now() - timedelta(days=1)))
    assert Credentials.objects.get(channel=channel).lost_at is None


def test_a_kind_that_nobody_knows_is_kept_apart_from_what_is_broken(channel: Channel) -> None:
    hear(channel, event("poll.closed", {"id": "1"}), b"<html>", said(NINA, "@LumenHelp no signal"))
    assert [frame.reason for frame in journal.of_unknown_kind()] == ["unknown kind: an event of the kind 'poll.closed'"]
    assert journal.aside().count() == 1
    assert journal.read_unknown_again() == 1
    assert journal.waiting().count() == 1
