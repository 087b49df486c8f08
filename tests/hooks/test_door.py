"""At the door: the network proves itself, we prove ourselves, and what is told is kept before it is said to be."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from building import NINA, brand, said
from earful.channels.doors import Door, door_of
from earful.channels.models import Channel, Hearing
from earful.connectors.x.ears import WEBHOOK
from earful.intake import pushed
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.listener import Wanted, new_ear
from earful.intake.models import Frame
from earful.intake.reader import Reader
from earful.posts.models import Post
from earful.rules import book

from sandbox.practice import practice  # isort: skip

SECRET = "consumer-secret"
BODY = b'{"data": {"event_type": "post.create", "event_uuid": "-4", "payload": {"id": "7"}}}'


@pytest.fixture
def channel(db: None) -> Channel:
    book.look_again()
    channel = brand()
    channel.seal_tokens(app="app-key", user="user-key", consumer_key="c", consumer_secret=SECRET)
    return channel


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    proof = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    return {"x-twitter-webhooks-signature": f"sha256={proof}"}


def call(channel: Channel, body: bytes = BODY, headers: dict[str, str] | None = None) -> Any:
    # No cookie, no form's secret: a network has neither.
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    given = signed(body) if headers is None else headers
    return client.post(door_of(channel.pk).path, body, content_type="application/json", headers=given)


def test_what_is_signed_is_in_the_journal_when_it_is_answered(channel: Channel) -> None:
    assert call(channel).status_code == 200
    frame = Frame.objects.get()
    assert (bytes(frame.body), frame.ear) == (BODY, "webhook")
    assert Hearing.objects.get(ear="webhook").heard_at is not None
    assert Door.objects.get().called_at is not None


def test_what_is_told_twice_is_taken_in_once(channel: Channel) -> None:
    assert [call(channel).status_code for _ in range(3)] == [200] * 3
    assert Frame.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [{}, signed(BODY, "another"), signed(b"{}"), {"x-twitter-webhooks-signature": "sha256=\u00e9"}],
    ids=["none", "another's", "another body's", "odd"],
)
def test_what_is_not_signed_for_us_is_as_if_nobody_lived_here(channel: Channel, headers: dict[str, str]) -> None:
    refused = call(channel, headers=headers)
    unknown = Client().post("/hooks/x/nobody/", BODY, content_type="application/json")
    assert (refused.status_code, refused.content) == (unknown.status_code, unknown.content) == (404, b"")
    assert not Frame.objects.exists()


def test_a_channel_that_is_switched_off_has_no_door(channel: Channel) -> None:
    path = door_of(channel.pk).path
    Channel.objects.update(enabled=False)
    answer = Client().post(path, BODY, content_type="application/json", headers=signed(BODY))
    assert answer.status_code == 404


def test_a_challenge_is_answered_with_its_proof_and_nothing_else_is_signed(channel: Channel) -> None:
    path = door_of(channel.pk).path
    proof = signed(b"abc-123")["x-twitter-webhooks-signature"]
    assert json.loads(Client().get(path, {"crc_token": "abc-123"}).content) == {"response_token": proof}
    for odd in ({}, {"crc_token": ""}, {"crc_token": '{"data": 1}'}, {"crc_token": "a" * 201}):
        assert Client().get(path, odd).status_code == 404


def test_a_body_larger_than_any_event_is_not_read(channel: Channel) -> None:
    body = b"{" + b" " * 1_100_000 + b"}"
    assert call(channel, body).status_code == 413
    assert not Frame.objects.exists()


def test_while_the_database_is_away_the_network_is_asked_to_come_again(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(PostgresBelt, "put", away)
    answer = call(channel)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    monkeypatch.undo()
    assert call(channel).status_code == 200
    assert Frame.objects.count() == 1


def test_what_cannot_be_understood_is_kept_all_the_same(channel: Channel) -> None:
    body = b'{"a kind of": "tomorrow"}'
    assert call(channel, body).status_code == 200
    Reader(PostgresBelt()).read_batch()
    assert bytes(Frame.objects.exclude(aside_at=None).get().body) == body


def test_what_nobody_tells_again_is_forgotten(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed.take_in(channel.pk, BODY)
    pushed.forget_old(channel.pk)
    assert not pushed.take_in(channel.pk, BODY)
    monkeypatch.setattr(pushed, "REMEMBERED", -pushed.REMEMBERED)
    pushed.forget_old(channel.pk)
    assert pushed.take_in(channel.pk, BODY)


def test_the_pretend_x_calls_and_the_post_is_stored(
    transactional_db: None, live_server: Any, tmp_path: Any, settings: Any
) -> None:
    """The whole way: registered, proved, subscribed, called, journaled, read."""
    settings.LOCAL = live_server.url
    book.look_again()
    with practice(tmp_path / "x.db") as pretend:
        keys = pretend.say("accounts", {"username": "HookedHelp", "kind": "brand"})
        channel = Channel.objects.create(
            network="x", account_id=keys["id"], handle="HookedHelp", api=pretend.url, site=pretend.url,
            settings={"activity": "webhook"}, practice=True,
        )  # fmt: skip
        pairs = {name: keys[name] for name in ("client_id", "client_secret", "consumer_key", "consumer_secret")}
        channel.seal_tokens(app=keys["app_token"], user=keys["user_token"], **pairs)
        ear = new_ear(Wanted(channel.pk, WEBHOOK, False))
        assert ear.listen() == WEBHOOK.every
        hearing = Hearing.objects.get(ear="webhook")
        assert (hearing.state, hearing.reason) == ("ok", "")
        pretend.post("hooked_nina", "@HookedHelp my line is dead")
        soon(lambda: Frame.objects.filter(ear="webhook").exists())
        Reader(PostgresBelt()).read_batch()
        assert Post.objects.get().text == "@HookedHelp my line is dead"


def soon(found: Any, patience: float = 10.0) -> None:
    ends = time.monotonic() + patience
    while not found():
        assert time.monotonic() < ends, "nothing came in time"
        time.sleep(0.05)


def test_an_event_of_a_stranger_about_us_never_opens_a_case_unsigned(channel: Channel) -> None:
    assert call(channel, said(NINA, "@LumenHelp hello"), headers={}).status_code == 404
    Reader(PostgresBelt()).read_batch()
    assert not Post.objects.exists()
