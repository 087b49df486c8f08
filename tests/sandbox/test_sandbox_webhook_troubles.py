"""What becomes of webhooks that fail, and what can be had again."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from practice import Brand, Practice
from receiver import Receiver, receiving

WEBHOOKS = "/2/webhooks"
WRONG: dict[str, tuple[int, bytes]] = {
    "another token": (200, b'{"response_token": "sha256=AAAA"}'),
    "no token": (200, b"{}"),
    "no JSON": (200, b"<html>"),
    "a redirect": (302, b""),
}


@pytest.fixture
def receiver(brand: Brand) -> Iterator[Receiver]:
    """A receiver that knows the brand's consumer secret."""
    with receiving(brand.consumer_secret) as running:
        yield running


@pytest.fixture
def webhook(brand: Brand, receiver: Receiver) -> str:
    """The brand's webhook, which is told of mentions."""
    return listening(brand, receiver)


def listening(brand: Brand, receiver: Receiver) -> str:
    made: str = brand.app.post(WEBHOOKS, json={"url": receiver.url}).json()["id"]
    assert brand.subscribe("post.mention.create", webhook_id=made).status_code == 200
    return made


def habits(pretend: Practice, brand: Brand, **wanted: Any) -> None:
    pretend.say(f"stream/{brand.username}/habits", wanted)


def mention(pretend: Practice, brand: Brand) -> str:
    told: str = pretend.post("eli_a", f"@{brand.username} hello?")["id"]
    return told


def heard(receiver: Receiver) -> str:
    told: str = receiver.next()["data"]["payload"]["id"]
    return told


def valid(brand: Brand) -> bool:
    (one,) = brand.app.get(WEBHOOKS).json()["data"]
    return bool(one["valid"])


def until(holds: Callable[[], object]) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_a_webhook_is_challenged_again_and_again(pretend: Practice, brand: Brand, receiver: Receiver) -> None:
    listening(brand, receiver)
    habits(pretend, brand, crc_every_s=0.2)
    assert until(lambda: receiver.challenged >= 3)
    assert valid(brand)


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG)
def test_a_wrong_answer_ends_a_webhook_at_once_until_it_passes_again(
    pretend: Practice, brand: Brand, receiver: Receiver, webhook: str, answer: tuple[int, bytes]
) -> None:
    receiver.crc = lambda _: answer
    pretend.say(f"webhooks/{brand.username}/challenge", {})
    assert not valid(brand)
    mention(pretend, brand)
    assert receiver.silent()
    refused = brand.app.put(f"{WEBHOOKS}/{webhook}")
    assert refused.status_code == 400
    assert "CrcValidationFailed" in refused.text
    receiver.crc = receiver.proof
    assert brand.app.put(f"{WEBHOOKS}/{webhook}").status_code == 200
    assert valid(brand)
    assert mention(pretend, brand) == heard(receiver)


def test_errors_are_borne_for_28_hours(later: Practice) -> None:
    brand = later.brand("PatientBrand")
    with receiving(brand.consumer_secret) as receiver:
        listening(brand, receiver)
        receiver.crc = lambda _: (500, b"")
        for hours, stands in ((27, True), (2, False)):
            before = receiver.challenged
            later.say("clock", {"forward": hours * 3600})
            assert until(lambda before=before: receiver.challenged > before)
            assert until(lambda stands=stands: valid(brand) == stands)
        later.say(f"webhooks/{brand.username}/challenge", {})
        assert not valid(brand), "only a proof brings it back"


def test_nobody_there_is_borne_too(pretend: Practice, brand: Brand) -> None:
    with receiving(brand.consumer_secret) as receiver:
        listening(brand, receiver)
    pretend.say(f"webhooks/{brand.username}/challenge", {})
    assert valid(brand)


def test_a_delivery_that_fails_is_tried_again(
    pretend: Practice, brand: Brand, receiver: Receiver, webhook: str
) -> None:
    habits(pretend, brand, retry_after_s=0.05)
    receiver.statuses = [500, 302]
    post = mention(pretend, brand)
    assert [heard(receiver) for _ in range(3)] == [post] * 3
    assert receiver.silent(0.3)
    (told,) = pretend.control.get(f"/pretend/webhooks/{brand.username}").json()["webhooks"]
    assert told["attempts"] == ["500", "302", "200"]


def test_an_answer_that_is_late_is_none(pretend: Practice, brand: Brand, receiver: Receiver, webhook: str) -> None:
    habits(pretend, brand, timeout_s=0.2, retries=1, retry_after_s=0.05)
    receiver.waits_s = 0.5
    post = mention(pretend, brand)
    assert [heard(receiver) for _ in range(2)] == [post] * 2


def test_events_can_come_twice(pretend: Practice, brand: Brand, receiver: Receiver, webhook: str) -> None:
    habits(pretend, brand, duplicates=1)
    post = mention(pretend, brand)
    assert [heard(receiver) for _ in range(2)] == [post] * 2
    habits(pretend, brand, duplicates=0)
    pretend.say(f"webhooks/{brand.username}/again", {})
    assert heard(receiver) == post


def test_any_bytes_can_be_sent_as_if_x_meant_them(
    pretend: Practice, brand: Brand, receiver: Receiver, webhook: str
) -> None:
    for odd in (b'{"data": {"event_type": "post.teleport"}}', b"\xff not JSON"):
        assert pretend.control.post(f"/pretend/webhooks/{brand.username}/send", content=odd).json() == {"sent": 1}
        headers, body = receiver.arrived.get(timeout=5)
        assert body == odd
        assert headers["x-twitter-webhooks-signature"] == receiver.sign(odd)


def test_the_client_secret_can_sign_beside_the_consumer_secret(
    pretend: Practice, brand: Brand, receiver: Receiver, webhook: str
) -> None:
    habits(pretend, brand, signatures="both")
    mention(pretend, brand)
    headers, body = receiver.arrived.get(timeout=5)
    assert headers["x-twitter-webhooks-signature"] == receiver.sign(body)
    assert headers["x-twitter-webhooks-signature-oauth2"] == receiver.sign(body, brand.client_secret)
    habits(pretend, brand, signatures="client")
    mention(pretend, brand)
    headers, _ = receiver.arrived.get(timeout=5)
    assert "x-twitter-webhooks-signature" not in headers


def test_a_webhook_that_is_gone_takes_nothing_any_more(
    pretend: Practice, brand: Brand, receiver: Receiver, webhook: str
) -> None:
    brand.app.delete(f"{WEBHOOKS}/{webhook}")
    with brand.activity() as lines:
        post = mention(pretend, brand)
        assert lines.next_post()["data"]["payload"]["id"] == post
    assert receiver.silent()


def test_a_replay_sends_once_more_what_was_sent_and_says_when_it_is_done(
    pretend: Practice, brand: Brand, receiver: Receiver, webhook: str
) -> None:
    habits(pretend, brand, replay_after_s=0)
    receiver.crc = lambda _: (302, b"")
    sent = [mention(pretend, brand) for _ in range(2)]
    assert sorted(heard(receiver) for _ in sent) == sent
    pretend.say(f"webhooks/{brand.username}/challenge", {})
    mention(pretend, brand)
    receiver.crc = receiver.proof
    brand.app.put(f"{WEBHOOKS}/{webhook}")
    job = replay(pretend, brand, webhook)
    assert job.status_code == 200
    assert [heard(receiver) for _ in sent] == sent, "what was never sent is not sent once more"
    status = receiver.next()["replay_job_status"]
    assert (status["job_state"], status["job_id"]) == ("Complete", job.json()["job_id"])


def test_a_replay_that_cannot_deliver_says_so(
    pretend: Practice, brand: Brand, receiver: Receiver, webhook: str
) -> None:
    habits(pretend, brand, replay_after_s=0, retries=0)
    mention(pretend, brand)
    heard(receiver)
    receiver.statuses = [500]
    replay(pretend, brand, webhook)
    heard(receiver)
    assert receiver.next()["replay_job_status"]["job_state"] == "Incomplete"


def test_one_replay_runs_at_a_time(pretend: Practice, brand: Brand, receiver: Receiver, webhook: str) -> None:
    habits(pretend, brand, replay_after_s=0)
    mention(pretend, brand)
    heard(receiver)
    receiver.waits_s = 0.5
    assert replay(pretend, brand, webhook).status_code == 200
    second = replay(pretend, brand, webhook)
    assert second.status_code == 409
    assert "ReplayConflictError" in second.text


@pytest.mark.parametrize(
    "dates",
    [
        {"from_date": "202603010930", "to_date": "202603010931"},
        {"from_date": "2026-03-01", "to_date": "202603010931"},
        {"from_date": "203503010930", "to_date": "203503010930"},
        {"from_date": "202613010930", "to_date": "202613010930"},
        {},
    ],
    ids=["too long ago", "another form", "in the future", "no such month", "nothing"],
)
def test_a_replay_of_what_cannot_be_is_a_400(brand: Brand, webhook: str, dates: dict[str, str]) -> None:
    answer = brand.app.post(f"{WEBHOOKS}/replay", json={"webhook_id": webhook} | dates)
    assert answer.status_code == 400


def test_the_last_ten_minutes_are_not_replayed_yet(pretend: Practice, brand: Brand, webhook: str) -> None:
    refused = replay(pretend, brand, webhook)
    assert refused.status_code == 400
    assert "10 minutes" in refused.text


def replay(pretend: Practice, brand: Brand, webhook: str) -> Any:
    now = pretend.now()
    minute = now.strftime("%Y%m%d%H%M")
    earlier = f"{int(minute) - (1 if now.minute else 0)}"
    return brand.app.post(f"{WEBHOOKS}/replay", json={"webhook_id": webhook, "from_date": earlier, "to_date": minute})
