"""What cannot be understood, or not be stored, goes aside with its reason; the rest of the batch goes on."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from building import NINA, TOMAS, US, Person, brand, carried, hear, item, said
from earful.cases.models import Case
from earful.channels.models import Channel, Credentials
from earful.intake import journal
from earful.intake.belts.memory import MemoryBelt
from earful.intake.models import Frame
from earful.intake.reader import Reader
from earful.posts.models import Post

GOOD = "@LumenHelp my router is dead"


def broken(**changes: Any) -> bytes:
    """A line of the stream with a post that names us, some of its fields replaced."""
    post = {**item(TOMAS, "@LumenHelp hello"), **changes}
    users = [{"id": post["author_id"], "username": "tomas_brandl", "name": "Tomás Brandl"}]
    return json.dumps({"data": post, "includes": {"users": users}}).encode()


UNREADABLE = {
    "ten megabytes": b'{"data": {"id": "1", "text": "' + b"x" * 10_000_000 + b'"}}',
    "invalid UTF-8": b'{"data": {"id": "1", "author_id": "5", "text": "\xff\xfe"}}',
    "half a surrogate pair": b'{"data": {"id": "1", "author_id": "5", "text": "\\ud800"}}',
    "no JSON": b"<html>",
    "cut off": b'{"data": {"id": "1"',
    "an empty frame": b"",
    "a raw NUL": b'{"data": \x00}',
    "an id that is none": broken(id="1; DROP TABLE", edit_history_tweet_ids=[]),
    "a post without its author": broken(author_id=""),
    "an author's id with a NUL": broken(author_id="5\x00"),
    "a thread's id too long for its column": broken(conversation_id="9" * 101),
    "nested without end": b'{"meta":' + b"[" * 100_000,
}

INDIGESTIBLE = {
    "more reposts than a column counts": broken(public_metrics={"retweet_count": 2**31}),
    "more quotes than any number holds": broken(public_metrics={"quote_count": 2**63}),
}


@pytest.mark.parametrize("frame", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_frame_that_cannot_be_read_goes_aside_alone(channel: Channel, frame: bytes) -> None:
    tally = hear(channel, said(NINA, GOOD), frame, said(TOMAS, GOOD))
    assert (tally.aside, tally.opened) == (1, 2)
    kept = journal.aside().get()
    assert bytes(kept.body) == frame
    assert kept.reason
    assert not journal.waiting().exists()


@pytest.mark.parametrize("frame", INDIGESTIBLE.values(), ids=INDIGESTIBLE.keys())
def test_a_frame_that_cannot_be_stored_is_found_by_halving(channel: Channel, frame: bytes) -> None:
    tally = hear(channel, said(NINA, GOOD), frame, said(TOMAS, GOOD), said(TOMAS, GOOD), b"<html>")
    assert (tally.aside, tally.opened, tally.stored) == (2, 2, 3)
    reasons = {bytes(kept.body): kept.reason for kept in journal.aside()}
    assert reasons.keys() == {frame, b"<html>"}
    assert reasons[frame].startswith("it cannot be stored")


def test_a_batch_that_is_halved_puts_aside_on_a_memory_belt_once(
    channel: Channel,
) -> None:
    belt = MemoryBelt()
    frame = INDIGESTIBLE["more reposts than a column counts"]
    hear(channel, b"<html>", said(NINA, GOOD), frame, belt=belt)
    assert sorted(kept.body for kept, _ in belt.set_aside) == sorted([b"<html>", frame])


def test_a_nul_that_x_escaped_is_shown_as_what_it_is_and_loses_nothing(channel: Channel) -> None:
    person = Person("77", "zero", "Ze\x00ro")
    hear(channel, said(person, "@LumenHelp a\x00b"))
    assert Post.objects.get().text == "@LumenHelp a\ufffdb"
    assert Case.objects.get().subject == "a\ufffdb"
    assert Case.objects.get().customer.name == "Ze\ufffdro"


def test_a_post_of_ten_thousand_odd_characters_is_stored_and_found(channel: Channel) -> None:
    text = "@LumenHelp " + "ﷺ\u202e👩‍👩‍👧‍👦" * 3_000
    assert hear(channel, said(NINA, text)).stored == 1
    assert Post.objects.get().text == text


def test_what_went_aside_can_be_read_again(channel: Channel) -> None:
    hear(channel, b"<html>", said(NINA, GOOD))
    kept = journal.aside().get()
    Frame.objects.filter(pk=kept.pk).update(body=said(TOMAS, GOOD))
    assert journal.read_again([kept.pk, kept.pk + 1]) == 1
    assert hear(channel).opened == 1
    assert not Frame.objects.exists()


def test_a_frame_that_is_still_unreadable_goes_aside_again(channel: Channel) -> None:
    hear(channel, b"<html>")
    journal.read_again([journal.aside().get().pk])
    assert hear(channel).aside == 1
    assert journal.aside().count() == 1


def test_a_frame_of_a_channel_that_is_gone_goes_aside(channel: Channel) -> None:
    belt = MemoryBelt()
    lost = brand(account_id="9000000002", handle="LumenOld")
    belt.put(carried(lost, [said(NINA, GOOD)]))
    lost.delete()
    assert Reader(belt).read_batch().aside == 1
    assert belt.set_aside[0][1] == "the channel that heard it is gone"


def test_a_channel_removed_after_the_reader_learned_of_it_leaves_its_frames_aside(channel: Channel) -> None:
    belt = MemoryBelt()
    lost, reader = brand(account_id="9000000002", handle="LumenOld"), Reader(belt)
    belt.put(carried(lost, [b'{"meta": {}}']))
    reader.read_batch()
    belt.put(carried(lost, [said(NINA, GOOD)]) + carried(channel, [said(TOMAS, GOOD)]))
    lost.delete()
    tally = reader.read_batch()
    assert (tally.aside, tally.opened) == (1, 1)
    assert "cannot be stored" in belt.set_aside[0][1]


def test_a_lost_vault_key_does_not_stop_the_reading(channel: Channel) -> None:
    Credentials.objects.filter(channel=channel).update(grant_sealed="not a token", app_sealed="nor this")
    assert hear(channel, said(NINA, GOOD)).opened == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from([*item(TOMAS, "@x"), "in_reply_to_user_id", "referenced_tweets", "note_tweet", "event_type"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=fields, value=json_values | st.sampled_from(["", US, "0", "9" * 19, "\x00", -1, 2**63]))
def test_whatever_stands_in_a_field_one_frame_never_stops_the_others(channel: Channel, field: str, value: Any) -> None:
    frame = json.dumps({"data": {**item(TOMAS, "@LumenHelp hello"), field: value}}).encode()
    tally = hear(channel, frame, said(NINA, GOOD))
    assert tally.stored >= 1
    assert tally.frames == 2
    assert not journal.waiting().exists()
