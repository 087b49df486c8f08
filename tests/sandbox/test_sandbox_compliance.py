"""Compliance: jobs over many ids, and for Enterprise the streams that tell of it at once."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from practice import Brand, Lines, Practice

JOBS = "/2/compliance/jobs"


@pytest.fixture
def pretend(later: Practice) -> Practice:
    return later


def job(brand: Brand, kind: str = "tweets", **more: Any) -> dict[str, Any]:
    answer = brand.app.post(JOBS, json={"type": kind} | more)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()["data"]
    return made


def status(brand: Brand, made: dict[str, Any]) -> str:
    told: str = brand.app.get(f"{JOBS}/{made['id']}").json()["data"]["status"]
    return told


def hand_in(made: dict[str, Any], *ids: str) -> httpx.Response:
    return httpx.put(made["upload_url"], content="\n".join(ids), headers={"content-type": "text/plain"})


def answered(pretend: Practice, brand: Brand, kind: str, *ids: str) -> dict[str, dict[str, Any]]:
    """What a job says of each affected id."""
    made = job(brand, kind)
    assert hand_in(made, *ids).status_code == 200
    assert status(brand, made) == "in_progress"
    assert httpx.get(made["download_url"]).status_code == 404
    pretend.say("clock", {"forward": 3})
    assert status(brand, made) == "complete"
    lines = [json.loads(line) for line in httpx.get(made["download_url"]).text.splitlines()]
    return {line["id"]: line for line in lines}


def test_only_affected_posts_come_back_each_with_its_reason(pretend: Practice, brand: Brand) -> None:
    place = {"id": "p1", "full_name": "Lyon"}
    ids = {
        name: pretend.post(f"cam_{name}", name, facts={"place": place})["id"]
        for name in ("fine", "deleted", "bounced", "protect", "suspend", "left", "scrubbed")
    }
    pretend.control.delete(f"/pretend/posts/{ids['deleted']}")
    pretend.say(f"posts/{ids['bounced']}/bounce", {})
    pretend.say("accounts/cam_protect/state", {"protected": True})
    pretend.say("accounts/cam_suspend/state", {"away": "suspended"})
    pretend.say("accounts/cam_left/state", {"away": "deactivated"})
    pretend.say("accounts/cam_scrubbed/scrub-geo", {})
    found = answered(pretend, brand, "tweets", *ids.values(), "12")
    reasons = {name: found[one]["reason"] for name, one in ids.items() if one in found}
    assert reasons == {
        "deleted": "deleted",
        "bounced": "bounced",
        "protect": "protected",
        "suspend": "suspended",
        "left": "deactivated",
        "scrubbed": "scrub_geo",
    }
    assert found["12"]["reason"] == "deleted"
    assert found[ids["deleted"]]["redacted_at"] > found[ids["deleted"]]["created_at"]
    assert {line["action"] for line in found.values()} == {"delete", "scrub_geo"}
    geo = brand.app.get(f"/2/tweets/{ids['scrubbed']}", params={"tweet.fields": "geo"}).json()["data"]
    assert "geo" not in geo


def test_accounts_are_answered_too(pretend: Practice, brand: Brand) -> None:
    people = {name: pretend.say("accounts", {"username": f"cal_{name}"})["id"] for name in ("fine", "gone", "shy")}
    pretend.say("accounts/cal_gone/state", {"away": "deactivated"})
    pretend.say("accounts/cal_shy/state", {"protected": True})
    found = answered(pretend, brand, "users", *people.values())
    assert {one: line["reason"] for one, line in found.items()} == {
        people["gone"]: "deactivated",
        people["shy"]: "protected",
    }


def test_an_answer_stays_as_it_was_first_given(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("cam_later", "still here")["id"]
    made = job(brand)
    hand_in(made, post)
    pretend.say("clock", {"forward": 3})
    assert httpx.get(made["download_url"]).text == ""
    pretend.control.delete(f"/pretend/posts/{post}")
    assert httpx.get(made["download_url"]).text == ""


def test_one_job_of_a_kind_is_under_way_at_a_time(new_brand: Callable[..., Brand]) -> None:
    brand, other = new_brand(), new_brand()
    made = job(brand, name="nightly")
    again = brand.app.post(JOBS, json={"type": "tweets"})
    assert (again.status_code, again.json()["title"]) == (409, "Conflict")
    job(brand, "users")
    job(other)
    (listed,) = brand.app.get(JOBS, params={"type": "tweets", "status": "created"}).json()["data"]
    assert (listed["id"], listed["name"]) == (made["id"], "nightly")
    assert brand.app.get(JOBS, params={"type": "tweets", "status": "complete"}).json()["meta"]["result_count"] == 0
    assert other.app.get(f"{JOBS}/{made['id']}").status_code == 404


def test_a_job_expires_without_ids_and_its_answer_after_a_week(
    pretend: Practice, new_brand: Callable[..., Brand]
) -> None:
    early, late = new_brand(), new_brand()
    forgotten, kept = job(early), job(late)
    hand_in(kept, "12")
    pretend.say("clock", {"forward": 901})
    assert status(early, forgotten) == "expired"
    assert hand_in(forgotten, "12").status_code == 404
    assert status(late, kept) == "complete"
    pretend.say("clock", {"forward": 7 * 24 * 3600})
    assert status(late, kept) == "expired"
    assert httpx.get(kept["download_url"]).status_code == 404


def test_a_job_may_come_to_nothing(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    for ids, failing in (("not an id", 0), ("12", 1)):
        pretend.say("compliance", {"failing": failing})
        brand = new_brand()
        made = job(brand)
        hand_in(made, ids)
        pretend.say("clock", {"forward": 3})
        assert status(brand, made) == "failed"
        assert httpx.get(made["download_url"]).status_code == 404


def test_a_resumable_upload_is_begun_before_it_is_sent(brand: Brand) -> None:
    made = job(brand, resumable=True)
    begun = httpx.post(made["upload_url"], headers={"x-goog-resumable": "start"})
    assert begun.status_code == 201
    assert httpx.put(begun.headers["location"], content="12\n").status_code == 200
    assert status(brand, made) == "in_progress"


def test_an_address_without_its_secret_gives_nothing(pretend: Practice, brand: Brand) -> None:
    made = job(brand)
    assert httpx.put(made["download_url"].replace("download", "upload"), content="12").status_code == 404
    assert pretend.anybody.get("/compliance/download/anything").status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"type": "lists"}, {"type": "tweets", "name": "x" * 65}, {"type": "tweets", "a": 1}]
)
def test_a_job_that_is_none_is_a_400(brand: Brand, body: dict[str, Any]) -> None:
    assert brand.app.post(JOBS, json=body).status_code == 400


def test_compliance_streams_are_for_enterprise(brand: Brand) -> None:
    for path in ("/2/tweets/compliance/stream", "/2/users/compliance/stream"):
        refused = brand.app.get(path, params={"partition": 1})
        assert (refused.status_code, refused.json()["reason"]) == (403, "client-not-enrolled")


def told(brand: Brand, path: str, do: Callable[[], Any], many: int) -> list[dict[str, Any]]:
    """What the four parts of a stream tell while something happens, without its time."""
    limits = httpx.Timeout(10)
    found: list[dict[str, Any]] = []
    with ExitStack() as held:
        client = held.enter_context(httpx.Client(base_url=brand.url, headers=brand.app.headers, timeout=limits))
        parts = [client.stream("GET", path, params={"partition": part}) for part in range(1, 5)]
        answers = [held.enter_context(part) for part in parts]
        assert {one.status_code for one in answers} == {200}
        do()
        for one in answers:
            found.extend(_read(one))
    assert len(found) == many, found
    return found


def _read(answer: httpx.Response) -> list[dict[str, Any]]:
    """Everything up to the third silence, as the stream's heartbeats tell it."""
    lines, silences = [], 0
    for line in answer.iter_lines():
        silences = 0 if line else silences + 1
        if line:
            lines.append(json.loads(line)["data"])
        if silences == 3:
            break
    return lines


def test_the_stream_of_posts_tells_what_befell_them(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(tier="enterprise")
    one, two, three, four = (pretend.post("cyd_a", f"post {number}")["id"] for number in range(4))

    def happen() -> None:
        pretend.control.delete(f"/pretend/posts/{one}")
        pretend.say(f"posts/{two}/bounce", {})
        pretend.say(f"posts/{two}/bounce", {"bounced": False})
        pretend.say(f"posts/{three}/withhold", {"countries": ["DE"]})
        pretend.say(f"posts/{four}/edit", {"text": "post four"})

    found = {
        kind: what for line in told(brand, "/2/tweets/compliance/stream", happen, 5) for kind, what in line.items()
    }
    assert set(found) == {"delete", "drop", "undrop", "withheld", "tweet_edit"}
    assert found["delete"]["tweet"]["id"] == one
    assert found["drop"]["tweet"]["id"] == found["undrop"]["tweet"]["id"] == two
    assert found["withheld"]["withheld_in_countries"] == ["DE"]
    assert found["tweet_edit"]["initial_tweet_id"] == four
    assert all(what["event_at"].endswith("Z") for what in found.values())


def test_the_stream_of_accounts_tells_what_befell_them(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(tier="enterprise")
    pretend.post("cyd_b", "somewhere")

    def happen() -> None:
        for state in ({"protected": True}, {"protected": False}, {"withheld": ["FR"]}):
            pretend.say("accounts/cyd_b/state", state)
        for away in ("suspended", "deactivated", ""):
            pretend.say("accounts/cyd_b/state", {"away": away})
        pretend.say("accounts/cyd_b/scrub-geo", {})
        pretend.say("accounts", {"username": "cyd_b", "name": "Cyd Charming"})

    found = [kind for line in told(brand, "/2/users/compliance/stream", happen, 9) for kind in line]
    assert found == [
        "user_protect",
        "user_unprotect",
        "user_withheld",
        "user_suspend",
        "user_unsuspend",
        "user_delete",
        "user_undelete",
        "scrub_geo",
        "user_profile_modification",
    ]


def test_a_stretch_of_the_past_is_told_and_ends(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(tier="enterprise")
    before = pretend.control.get("/pretend/clock").json()["now"]
    post = pretend.post("cyd_c", "soon gone")["id"]
    pretend.control.delete(f"/pretend/posts/{post}")
    after = pretend.say("clock", {"forward": 60})["now"]
    found: list[Any] = []
    for part in range(1, 5):
        query = {"partition": str(part), "start_time": before, "end_time": after}
        with brand.app.stream("GET", "/2/tweets/compliance/stream", params=query) as answer:
            lines = Lines(answer)
            while (line := lines.next()) is not None:
                found.append(json.loads(line)["data"])
    assert [one["delete"]["tweet"]["id"] for one in found] == [post]


def test_one_connection_a_part_is_the_most(new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(tier="enterprise")
    path = "/2/tweets/compliance/stream"
    with brand.app.stream("GET", path, params={"partition": 1}) as first:
        assert first.status_code == 200
        assert brand.app.get(path, params={"partition": 1}).status_code == 429
        assert brand.app.get(path, params={"partition": 5}).status_code == 400
