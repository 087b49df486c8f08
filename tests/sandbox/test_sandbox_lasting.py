"""What was acknowledged stays: over restarts, and over a process that is killed."""

import stat
from pathlib import Path

import pytest
from practice import practice
from receiver import receiving

from earful.sandbox.control import control_key


def test_a_restart_keeps_accounts_posts_messages_and_rules(tmp_path: Path) -> None:
    path = tmp_path / "practice.db"
    with practice(path) as before:
        brand = before.brand("LastingBrand", vocabulary="post", limits={"GET /2/users/me": 7})
        post = before.post("fay_a", "@LastingBrand hello", key="lasting")
        before.say("messages", {"from": "fay_a", "to": "LastingBrand", "text": "psst"})
        brand.follow("cat")
        counts = before.counts()
        assert before.end() == 0
    with practice(path) as after:
        same = after.brand("LastingBrand")
        assert same.app_token == brand.app_token
        assert after.counts() == counts
        assert after.post("fay_a", "@LastingBrand hello", key="lasting")["id"] == post["id"]
        assert int(after.post("fay_a", "later")["id"]) > int(post["id"])
        assert same.app.get("/2/tweets/search/stream/rules").json()["data"][0]["value"] == "cat"
        assert same.user.get("/2/users/me").headers["x-rate-limit-limit"] == "7"


def test_a_killed_process_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "practice.db"
    with practice(path) as before:
        ids = [before.post("fay_b", f"number {n}")["id"] for n in range(50)]
        before.kill()
    with practice(path) as after:
        found = after.control.get("/pretend/posts", params={"username": "fay_b"}).json()["posts"]
        assert [post["id"] for post in found] == ids[::-1]


def test_a_killed_process_keeps_subscriptions_webhooks_and_how_connections_ended(tmp_path: Path) -> None:
    path = tmp_path / "practice.db"
    with practice(path) as before:
        brand = before.brand("HoldingBrand")
        with receiving(brand.consumer_secret) as receiver, brand.activity():
            webhook = brand.app.post("/2/webhooks", json={"url": receiver.url}).json()["id"]
            brand.subscribe("post.create", webhook_id=webhook)
            before.say("stream/HoldingBrand/habits", {"activity_backfill": True})
            post = before.post("HoldingBrand", "before the end")
            before.kill()
    with practice(path) as after:
        same = after.brand("HoldingBrand")
        (kept,) = same.app.get("/2/activity/subscriptions").json()["data"]
        assert kept["webhook_id"] == webhook
        assert same.app.get("/2/webhooks").json()["data"][0]["valid"]
        (past,) = same.app.get("/2/connections", params={"status": "inactive"}).json()["data"]
        assert past["disconnect_reason"] == "server_restart"
        with same.activity(backfill_minutes="5") as lines:
            assert lines.next_post()["data"]["payload"]["id"] == post["id"]


def test_an_open_stream_does_not_keep_the_process_from_ending(tmp_path: Path) -> None:
    with practice(tmp_path / "practice.db") as running:
        brand = running.brand("EndingBrand")
        brand.follow("cat")
        with brand.stream() as lines:
            assert running.end() == 0
            assert lines.next() is None


def test_the_control_key_is_made_once_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EARFUL_SANDBOX_KEY", raising=False)
    path = tmp_path / "practice.db"
    first, again = control_key(path), control_key(path)
    assert len(first) > 30
    assert first == again
    assert stat.S_IMODE(path.with_name("practice.db.key").stat().st_mode) == 0o600
