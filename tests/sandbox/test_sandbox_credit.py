"""What is used up: credit, a spending limit, caps on posts, rate limits; and which of them says what."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from practice import Brand, Practice, practice
from receiver import receiving

from earful.sandbox.money.terms import Terms


def set_terms(pretend: Practice, brand: Brand, **terms: Any) -> None:
    pretend.say("billing", {"username": brand.username, "terms": terms})


def ledger(pretend: Practice, brand: Brand) -> list[dict[str, Any]]:
    told = pretend.control.get("/pretend/ledger", params={"username": brand.username}).json()
    entries: list[dict[str, Any]] = told["entries"]
    return entries


def read(pretend: Practice, brand: Brand, posts: int) -> None:
    ids = [pretend.post("kit_a", f"number {n}")["id"] for n in range(posts)]
    assert brand.app.get("/2/tweets", params={"ids": ",".join(ids)}).status_code == 200


def test_without_credit_every_call_is_402_until_some_is_bought(pretend: Practice, brand: Brand) -> None:
    pretend.say("billing", {"username": brand.username, "balance": 12_000})
    assert brand.user.get("/2/users/me").status_code == 200
    assert brand.user.post("/2/tweets", json={"text": "one more"}).status_code == 201
    told = pretend.control.get("/pretend/billing", params={"username": brand.username}).json()
    assert told["balance"] == 12_000 - 25_000, "a call that was let in is carried out, so it may go below nothing"
    refused = brand.app.get("/2/tweets/search/stream/rules")
    assert (refused.status_code, refused.json()["title"]) == (402, "CreditsDepleted")
    assert refused.json()["type"].endswith("/2/problems/credits")
    assert 150 < len(refused.content) < 220
    pretend.say("billing", {"username": brand.username, "top_up": 100_000})
    assert brand.user.get("/2/users/me").status_code == 200


def test_a_stream_ends_when_credit_is_used_up(pretend: Practice, brand: Brand) -> None:
    brand.follow("kinkajou")
    pretend.say("billing", {"username": brand.username, "balance": 10_000})
    with brand.stream() as lines:
        for n in range(2):
            pretend.post("kit_b", f"kinkajou {n}")
            assert lines.next_post()["data"]["text"] == f"kinkajou {n}"
        assert lines.next() is None
    assert brand.app.get("/2/tweets/search/stream").status_code == 402


def test_events_are_billed_as_their_posts_and_end_with_the_credit(pretend: Practice, brand: Brand) -> None:
    with receiving(brand.consumer_secret) as receiver:
        webhook = brand.app.post("/2/webhooks", json={"url": receiver.url}).json()["id"]
        pretend.say("billing", {"username": brand.username, "balance": 5_000, "terms": {"activity_includes": False}})
        brand.subscribe("post.mention.create", webhook_id=webhook)
        first = pretend.post("kit_g", f"@{brand.username} one")["id"]
        receiver.next()
        until = time.monotonic() + 5
        while not (entries := ledger(pretend, brand)) and time.monotonic() < until:
            time.sleep(0.01)
        assert [(one["kind"], one["resource"], one["price"]) for one in entries] == [("post", first, 5_000)]
        pretend.post("kit_g", f"@{brand.username} two")
        assert receiver.silent()


def test_a_spending_limit_holds_until_the_next_cycle() -> None:
    terms = Terms(cycle_day=15)
    day = datetime(2026, 3, 14, tzinfo=UTC).date()
    assert terms.since("Monthly", day).isoformat() == "2026-02-15"
    assert terms.next_cycle(day).isoformat() == "2026-03-15"
    assert terms.since("Monthly", day + timedelta(days=1)).isoformat() == "2026-03-15"
    assert terms.since("Daily", day) == day


def test_over_the_spending_limit_calls_are_refused_with_the_day_it_ends(pretend: Practice, brand: Brand) -> None:
    set_terms(pretend, brand, spending_limit=10_000)
    assert brand.user.get("/2/users/me").status_code == 200
    refused = brand.user.get("/2/users/me")
    assert (refused.status_code, refused.json()["title"]) == (403, "SpendCapReached")
    assert refused.json()["reset_date"] > datetime.now(UTC).date().isoformat()


@pytest.mark.parametrize(("period", "scope"), [("Daily", "Account"), ("Monthly", "Product")])
def test_a_cap_on_posts_is_429_while_the_headers_show_plenty(
    pretend: Practice, brand: Brand, period: str, scope: str
) -> None:
    set_terms(pretend, brand, caps=[{"posts": 3, "period": period, "scope": scope}])
    read(pretend, brand, 3)
    refused = brand.app.get("/2/tweets", params={"ids": "1"})
    told = refused.json()
    assert (refused.status_code, told["period"], told["scope"]) == (429, period, scope)
    assert told["type"].endswith("/usage-capped")
    assert int(refused.headers["x-rate-limit-remaining"]) > 3000
    assert brand.user.post("/2/tweets", json={"text": "writing goes on"}).status_code == 201


def test_a_stream_ends_at_the_cap(pretend: Practice, brand: Brand) -> None:
    brand.follow("aardwolf")
    set_terms(pretend, brand, caps=[{"posts": 1}])
    with brand.stream() as lines:
        pretend.post("kit_c", "an aardwolf")
        lines.next_post()
        assert lines.next() is None
    assert brand.app.get("/2/tweets/search/stream").json()["title"] == "UsageCapExceeded"


def test_a_spent_rate_limit_may_be_told_in_old_words(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(limits={"GET /2/users/me": 1})
    brand.user.get("/2/users/me")
    assert brand.user.get("/2/users/me").json()["status"] == 429
    set_terms(pretend, brand, rate_words="errors")
    refused = brand.user.get("/2/users/me")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, 88)
    assert refused.headers["content-type"].startswith("application/json")
    assert refused.headers["x-rate-limit-remaining"] == "0"


def test_connecting_without_a_pause_is_429_although_connects_are_left(pretend: Practice, brand: Brand) -> None:
    brand.follow("okapi")
    set_terms(pretend, brand, reconnects=2)
    for _ in range(2):
        with brand.stream():
            pass
    refused = brand.app.get("/2/tweets/search/stream")
    assert (refused.status_code, "connection_issue" in refused.json()) == (429, False)
    assert int(refused.headers["x-rate-limit-remaining"]) > 40


def test_the_day_has_limits_and_headers_of_its_own(pretend: Practice, brand: Brand) -> None:
    sent = brand.user.post("/2/tweets", json={"text": "Good morning"})
    assert sent.headers["x-rate-limit-limit"] == "100"
    assert sent.headers["x-app-limit-24hour-limit"] == "10000"
    customer = pretend.say("accounts", {"username": "kit_d"})["id"]
    sent = brand.user.post(f"/2/dm_conversations/with/{customer}/messages", json={"text": "Hello"})
    assert sent.headers["x-user-limit-24hour-remaining"] == sent.headers["x-app-limit-24hour-remaining"] == "1439"


def test_routes_for_sending_messages_share_one_limit(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(limits={"POST /2/dm_conversations": 2})
    customer = pretend.say("accounts", {"username": "kit_e"})["id"]
    low, high = sorted((brand.id, customer), key=int)
    paths = (f"with/{customer}", f"{low}-{high}", f"with/{customer}")
    sent = [brand.user.post(f"/2/dm_conversations/{path}/messages", json={"text": path}) for path in paths]
    assert [answer.status_code for answer in sent] == [201, 201, 429]


def test_three_hours_hold_three_hundred_posts_unless_the_terms_say_no(
    pretend: Practice, new_brand: Callable[..., Brand]
) -> None:
    brand = new_brand(limits={"POST /2/tweets": 1000})
    posts = (brand.user.post("/2/tweets", json={"text": f"number {n}"}) for n in range(301))
    assert [answer.status_code for answer in posts] == [201] * 300 + [429]
    set_terms(pretend, brand, long_post_limit=False)
    assert brand.user.post("/2/tweets", json={"text": "number 302"}).status_code == 201


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_usage_tells_posts_by_day_and_no_dollars(
    pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str
) -> None:
    brand = new_brand(vocabulary=vocabulary)
    read(pretend, brand, 2)
    brand.user.get("/2/users/me")
    short = brand.app.get("/2/usage/tweets").json()["data"]
    assert set(short) == {"cap_reset_day", "project_cap", "project_id", "project_usage"}
    assert (int(short["project_usage"]), int(short["project_cap"])) == (2, 3_000_000)
    query = {"days": "30", "usage.fields": "daily_client_app_usage,daily_project_usage"}
    (app,) = brand.app.get("/2/usage/tweets", params=query).json()["data"]["daily_client_app_usage"]
    assert [int(day["usage"]) for day in app["usage"]] == [2]
    assert brand.app.get("/2/usage/tweets", params={"days": "91"}).status_code == 400


def test_usage_in_credits_is_documented_and_not_there(pretend: Practice, brand: Brand) -> None:
    for client in (brand.app, brand.user, pretend.anybody):
        answer = client.get("/2/usage/credits")
        assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("terms", [{"cycle_day": 31}, {"caps": [{"posts": -1}]}, {"generosity": True}])
def test_terms_that_cannot_be_say_why(pretend: Practice, brand: Brand, terms: dict[str, Any]) -> None:
    answer = pretend.control.post("/pretend/billing", json={"username": brand.username, "terms": terms})
    assert (answer.status_code, bool(answer.json()["why"])) == (400, True)


def test_credit_lasts_over_a_restart(tmp_path: Any) -> None:
    path = tmp_path / "practice.db"
    with practice(path) as before:
        brand = before.brand("CreditBrand")
        before.say("billing", {"username": "CreditBrand", "balance": 5_000, "terms": {"deletions": False}})
        brand.user.get("/2/users/me")
        before.kill()
    with practice(path) as after:
        assert after.brand("CreditBrand").user.get("/2/users/me").status_code == 402
        told = after.control.get("/pretend/billing", params={"username": "CreditBrand"}).json()
        assert (told["balance"], told["terms"]["deletions"]) == (-5_000, False)
