"""Connections: who may hold one, how each ends, and how one that nobody reads any more is kicked."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from practice import Brand, Lines, Practice

CONNECTIONS = "/2/connections"
STREAM = "/2/tweets/search/stream"
DISCONNECTS = [
    "OperationalDisconnect",
    "UpstreamOperationalDisconnect",
    "ForceDisconnect",
    "UpstreamUncleanDisconnect",
    "SlowReader",
    "InternalError",
    "ClientApplicationStateDegraded",
    "InvalidRules",
]


@pytest.fixture
def listener(brand: Brand) -> Brand:
    """A brand with a rule that finds whatever mentions it."""
    brand.follow(f"@{brand.username}")
    return brand


def habits(pretend: Practice, brand: Brand, **wanted: Any) -> None:
    pretend.say(f"stream/{brand.username}/habits", wanted)


def history(brand: Brand, **query: str) -> list[dict[str, str]]:
    told: list[dict[str, str]] = brand.app.get(CONNECTIONS, params={"status": "all"} | query).json()["data"]
    return told


def until(holds: Callable[[], object]) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


def posted(pretend: Practice, brand: Brand, number: int) -> list[str]:
    return [pretend.post("cor_a", f"@{brand.username} {n}")["id"] for n in range(number)]


def heard(lines: Lines, number: int) -> list[str]:
    return [lines.next_post()["data"]["id"] for _ in range(number)]


@pytest.mark.parametrize("kind", DISCONNECTS)
def test_every_disconnect_is_told_on_the_stream_before_it_ends(pretend: Practice, listener: Brand, kind: str) -> None:
    with listener.stream() as lines:
        pretend.say(f"stream/{listener.username}/disconnect", {"kind": kind})
        (told,) = json.loads(lines.next() or b"")["errors"]
        assert (told["title"], told["disconnect_type"]) == ("operational-disconnect", kind)
        assert told["type"].endswith("/operational-disconnect")
        assert lines.next() is None
    assert history(listener)[0]["disconnect_reason"] == kind


@pytest.mark.parametrize(
    ("issue", "status"),
    [
        ("TooManyConnections", 429),
        ("ProvisioningSubscription", 503),
        ("RuleConfigurationIssue", 409),
        ("RulesInvalidIssue", 409),
    ],
)
def test_a_connection_is_refused_for_every_issue_that_there_is(
    pretend: Practice, listener: Brand, issue: str, status: int
) -> None:
    pretend.say(f"stream/{listener.username}/refuse", {"issue": issue})
    refused = listener.app.get(STREAM)
    assert (refused.status_code, refused.json()["connection_issue"]) == (status, issue)
    with listener.stream() as lines:
        assert lines.answer.status_code == 200


def test_one_connection_too_many_can_close_the_older_one_instead(pretend: Practice, listener: Brand) -> None:
    habits(pretend, listener, second_connection="replace")
    with listener.stream() as older, listener.stream() as newer:
        assert older.next() is None
        assert posted(pretend, listener, 1) == heard(newer, 1)


def test_an_enterprise_app_holds_two_connections_and_both_hear_everything(
    pretend: Practice, new_brand: Callable[..., Brand]
) -> None:
    brand = new_brand(tier="enterprise")
    brand.follow(f"@{brand.username}")
    with brand.stream() as one, brand.stream() as two:
        assert brand.app.get(STREAM).status_code == 429
        ids = posted(pretend, brand, 2)
        assert ids == heard(one, 2) == heard(two, 2)


def test_the_history_tells_when_whence_and_why(listener: Brand) -> None:
    with listener.stream():
        (now,) = listener.app.get(CONNECTIONS).json()["data"]
        assert (now["endpoint_name"], now["client_ip"]) == ("filtered_stream", "127.0.0.1")
        assert "disconnected_at" not in now
    assert until(lambda: history(listener, status="inactive"))
    (then,) = history(listener)
    assert (then["id"], then["disconnect_reason"]) == (now["id"], "client_disconnect")
    assert then["connected_at"] <= then["disconnected_at"]
    shown = history(listener, **{"connection.fields": "id,endpoint_name"})
    assert set(shown[0]) == {"id", "endpoint_name"}
    assert history(listener, endpoints="sample_stream") == []


def test_the_history_comes_in_pages(listener: Brand) -> None:
    for _ in range(3):
        with listener.stream():
            pass
        assert until(lambda: not listener.app.get(CONNECTIONS).json()["data"])
    first = listener.app.get(CONNECTIONS, params={"status": "all", "max_results": "2"}).json()
    query = {"status": "all", "max_results": "2", "pagination_token": first["meta"]["next_token"]}
    second = listener.app.get(CONNECTIONS, params=query).json()
    assert len({one["id"] for one in first["data"] + second["data"]}) == 3
    assert "next_token" not in second["meta"]


@pytest.mark.parametrize("path", ["all", "filtered_stream"])
def test_connections_are_ended_all_together_or_by_stream(listener: Brand, path: str) -> None:
    with listener.stream() as lines:
        told = listener.app.delete(f"{CONNECTIONS}/{path}").json()["data"]
        assert (told["successful_kills"], told["failed_kills"]) == (1, 0)
        assert lines.next() is None
    assert history(listener)[0]["disconnect_reason"] == "operator_disconnect"


def test_connections_are_ended_by_name_and_the_unknown_fail(listener: Brand) -> None:
    with listener.stream() as lines:
        (name,) = (one["id"] for one in history(listener))
        answer = listener.app.request("DELETE", CONNECTIONS, json={"uuids": [name, "nobody"]})
        assert [(one["uuid"], one["success"]) for one in answer.json()["data"]["results"]] == [
            (name, True),
            ("nobody", False),
        ]
        assert lines.next() is None


def test_no_other_app_ends_a_connection(listener: Brand, new_brand: Callable[..., Brand], pretend: Practice) -> None:
    with listener.stream() as lines:
        stranger = new_brand()
        assert stranger.app.delete(f"{CONNECTIONS}/all").json()["data"]["successful_kills"] == 0
        assert posted(pretend, listener, 1) == heard(lines, 1)


def test_a_connection_that_nobody_reads_any_more_stays_until_it_is_kicked(pretend: Practice, listener: Brand) -> None:
    habits(pretend, listener, zombies=True)
    with listener.stream():
        pass
    time.sleep(0.3)
    assert listener.app.get(STREAM).status_code == 429
    assert len(listener.app.get(CONNECTIONS).json()["data"]) == 1
    listener.app.delete(f"{CONNECTIONS}/all")
    with listener.stream() as lines:
        assert posted(pretend, listener, 1) == heard(lines, 1)


def test_fifty_connects_fit_a_quarter_of_an_hour(listener: Brand) -> None:
    with listener.stream() as lines:
        assert lines.answer.headers["x-rate-limit-limit"] == "50"
        answers = [listener.app.get(STREAM) for _ in range(50)]
    assert {answer.status_code for answer in answers} == {429}
    assert "connection_issue" in answers[0].json()
    assert "connection_issue" not in answers[-1].json()
