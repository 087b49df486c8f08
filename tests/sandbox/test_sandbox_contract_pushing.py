"""What the pretend X says about subscriptions, webhooks, connections and replays, held against X's two descriptions."""

from collections.abc import Callable
from typing import Any

import pytest
from described import VERSIONS, description, hold
from practice import Brand, Practice
from receiver import receiving

from earful.sandbox.activity import kinds

SUBSCRIPTIONS = "/2/activity/subscriptions"
SUBSCRIPTION = f"{SUBSCRIPTIONS}/{{subscription_id}}"
WEBHOOKS = "/2/webhooks"
WEBHOOK = f"{WEBHOOKS}/{{webhook_id}}"
CONNECTIONS = "/2/connections"


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_subscriptions_are_answered_as_described(new_brand: Callable[..., Brand], vocabulary: str) -> None:
    brand = new_brand(vocabulary=vocabulary)
    made = brand.subscribe("dm.received", tag="ours").json()
    hold(made, vocabulary, SUBSCRIPTIONS, "post")
    path = f"{SUBSCRIPTIONS}/{made['data']['subscription']['subscription_id']}"
    hold(brand.app.put(path, json={"tag": "other"}).json(), vocabulary, SUBSCRIPTION, "put")
    listed = brand.app.get(SUBSCRIPTIONS).json()
    # The newer description has no word for how one comes to the next page.
    hold(listed if vocabulary == "tweet" else {"data": listed["data"]}, vocabulary, SUBSCRIPTIONS, "get")
    hold(brand.app.delete(path).json(), vocabulary, SUBSCRIPTION, "delete")
    other = brand.subscribe("dm.sent").json()["data"]["subscription"]["subscription_id"]
    gone = brand.app.delete(SUBSCRIPTIONS, params={"ids": f"{other},12"})
    hold(gone.json(), vocabulary, SUBSCRIPTIONS, "delete")


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_webhooks_and_replays_are_answered_as_described(
    pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str
) -> None:
    brand = new_brand(vocabulary=vocabulary)
    pretend.say(f"stream/{brand.username}/habits", {"replay_after_s": 0})
    minute = pretend.control.get("/pretend/clock").json()["now"][:16]
    date = "".join(letter for letter in minute if letter.isdigit())
    with receiving(brand.consumer_secret) as receiver:
        made = brand.app.post(WEBHOOKS, json={"url": receiver.url}).json()
        hold(made, vocabulary, WEBHOOKS, "post")
        hold(brand.app.get(WEBHOOKS).json(), vocabulary, WEBHOOKS, "get")
        webhook = (made if vocabulary == "tweet" else made["data"])["id"]
        hold(brand.app.put(f"{WEBHOOKS}/{webhook}").json(), vocabulary, WEBHOOK, "put")
        asked = {"webhook_id": webhook, "from_date": date, "to_date": date}
        hold(brand.app.post(f"{WEBHOOKS}/replay", json=asked).json(), vocabulary, f"{WEBHOOKS}/replay", "post")
        hold(brand.app.delete(f"{WEBHOOKS}/{webhook}").json(), vocabulary, WEBHOOK, "delete")


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_connections_are_answered_as_described(new_brand: Callable[..., Brand], vocabulary: str) -> None:
    brand = new_brand(vocabulary=vocabulary)
    brand.follow("cat")
    # The older description lists `id` among the fields that may be asked for, and not among those that come.
    fields = "client_ip,connected_at,disconnected_at,disconnect_reason,endpoint_name"
    with brand.stream():
        told = brand.app.get(CONNECTIONS, params={"connection.fields": fields}).json()
        hold(told, vocabulary, CONNECTIONS, "get")
        some = brand.app.request("DELETE", CONNECTIONS, json={"uuids": ["nobody"]}).json()
        hold(some, vocabulary, CONNECTIONS, "delete")
        one = brand.app.delete(f"{CONNECTIONS}/filtered_stream").json()
        hold(one, vocabulary, f"{CONNECTIONS}/{{endpoint_id}}", "delete")
    hold(brand.app.delete(f"{CONNECTIONS}/all").json(), vocabulary, f"{CONNECTIONS}/all", "delete")


def test_an_event_is_as_described(pretend: Practice, brand: Brand) -> None:
    customer = pretend.say("accounts", {"username": "ida_a", "bio": "one"})["id"]
    asked = {"event_type": "profile.update.bio", "filter": {"user_id": customer}, "tag": "bio"}
    brand.app.post(SUBSCRIPTIONS, json=asked)
    with brand.activity() as lines:
        pretend.say("accounts", {"username": "ida_a", "bio": "two"})
        event = lines.next_post()
    # The one thing that X's own examples do against X's own descriptions: numbers of events may be negative.
    event["data"]["event_uuid"] = event["data"]["event_uuid"].removeprefix("-")
    hold(event, "tweet", "/2/activity/stream", "get")
    hold(event, "post", "/2/activity/stream", "get")


def test_an_app_that_reads_both_gets_what_either_would_look_for(new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(vocabulary="both")
    with receiving(brand.consumer_secret) as receiver:
        made = brand.app.post(WEBHOOKS, json={"url": receiver.url}).json()
        assert made["id"] == made["data"]["id"]
        checked = brand.app.put(f"{WEBHOOKS}/{made['id']}").json()
    assert checked["data"] == {"attempted": True, "valid": True}


def test_every_kind_of_event_that_is_described_is_known_and_one_that_xs_pages_add() -> None:
    described = {kind for vocabulary in VERSIONS for kind in kinds_of(description(vocabulary)["components"]["schemas"])}
    ours = {*kinds.PUBLIC, *kinds.PRIVATE, *kinds.OLD_NAMES}
    assert ours - described == {"oauth.revoke"}
    assert described - ours == set()


def kinds_of(schemas: dict[str, Any]) -> list[str]:
    """What may be subscribed to: the two descriptions call the request by different names."""
    names = ("ActivitySubscriptionCreateRequest", "CreateActivitySubscriptionRequest")
    asked = next(schemas[name] for name in names if name in schemas)
    listed: list[str] = asked["properties"]["event_type"]["enum"]
    return listed
