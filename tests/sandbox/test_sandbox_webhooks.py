"""Webhooks: proving an address, being told, and what becomes of one that fails."""

from collections.abc import Callable, Iterator

import pytest
from practice import Brand, Practice
from receiver import Receiver, receiving

WEBHOOKS = "/2/webhooks"


@pytest.fixture
def receiver(brand: Brand) -> Iterator[Receiver]:
    """A receiver that knows the brand's consumer secret."""
    with receiving(brand.consumer_secret) as running:
        yield running


def register(brand: Brand, receiver: Receiver) -> str:
    answer = brand.app.post(WEBHOOKS, json={"url": receiver.url})
    assert answer.status_code == 200, answer.text
    told: str = answer.json()["id"]
    return told


def test_an_address_that_proves_itself_is_registered(brand: Brand, receiver: Receiver) -> None:
    webhook = register(brand, receiver)
    (listed,) = brand.app.get(WEBHOOKS).json()["data"]
    assert (listed["id"], listed["url"], listed["valid"]) == (webhook, receiver.url, True)
    assert receiver.challenged == 1
    assert brand.app.delete(f"{WEBHOOKS}/{webhook}").json() == {"data": {"deleted": True}}
    assert brand.app.get(WEBHOOKS).json() == {"data": [], "meta": {"result_count": 0}}


def test_an_event_arrives_signed_and_on_the_stream_too(pretend: Practice, brand: Brand, receiver: Receiver) -> None:
    brand.subscribe("post.mention.create", webhook_id=register(brand, receiver))
    with brand.activity() as lines:
        post = pretend.post("bea_a", f"@{brand.username} it is broken 💥")
        event = receiver.next()
        assert event == lines.next_post()
    assert event["data"]["payload"]["id"] == post["id"]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/webhook",
        "http://192.0.2.1/webhook",
        "http://example.com:8000/webhook",
        "http://user@127.0.0.1:8000/webhook",
        "http://127.0.0.1:8000/" + "x" * 200,
        "ftp://127.0.0.1/",
        "http://0.0.0.0:8000/",
        "http://[::ffff:192.0.2.1]:8000/",
        "http://127.0.0.1:8000/a b",
        "http://127.0.0.1:99999/",
        "nonsense",
    ],
)
def test_no_other_machine_can_be_named(brand: Brand, url: str) -> None:
    answer = brand.app.post(WEBHOOKS, json={"url": url})
    assert answer.status_code == 400
    assert "UrlValidationFailed" in answer.text


def test_an_address_that_cannot_prove_itself_is_not_registered(brand: Brand, receiver: Receiver) -> None:
    receiver.secret = "another app's"
    answer = brand.app.post(WEBHOOKS, json={"url": receiver.url})
    assert answer.status_code == 400
    assert "CrcValidationFailed" in answer.text
    assert brand.app.get(WEBHOOKS).json()["data"] == []


def test_a_self_serve_app_has_one_webhook_and_an_enterprise_app_five(new_brand: Callable[..., Brand]) -> None:
    for tier, most in (("self-serve", 1), ("enterprise", 5)):
        brand = new_brand(tier=tier)
        with receiving(brand.consumer_secret) as receiver:
            register(brand, receiver)
            assert "DuplicateUrlFailed" in brand.app.post(WEBHOOKS, json={"url": receiver.url}).text
            more = [brand.app.post(WEBHOOKS, json={"url": f"{receiver.url}/{n}"}) for n in range(most)]
        assert [answer.status_code for answer in more] == [200] * (most - 1) + [400]
        assert "WebhookLimitExceeded" in more[-1].text


def test_an_unknown_webhook_is_named_so(brand: Brand) -> None:
    for answer in (brand.app.delete(f"{WEBHOOKS}/12"), brand.app.put(f"{WEBHOOKS}/12")):
        assert answer.status_code == 400
        assert "WebhookIdInvalid" in answer.text
