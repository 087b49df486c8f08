"""The filtered stream and its rules."""

import json
import time
from collections.abc import Callable

import pytest
from practice import HEARTBEAT_S, Brand, Practice


def test_rules_are_kept_tagged_and_never_twice(brand: Brand) -> None:
    added = brand.follow("@someone", "cat OR dog").json()
    assert added["meta"]["summary"] == {"created": 2, "not_created": 0, "valid": 2, "invalid": 0}
    again = brand.follow("@someone")
    assert again.status_code == 200
    (error,) = again.json()["errors"]
    assert error["type"].endswith("/duplicate-rules")
    assert error["id"] == added["data"][0]["id"]
    listed = brand.app.get("/2/tweets/search/stream/rules").json()
    assert [rule["value"] for rule in listed["data"]] == ["@someone", "cat OR dog"]
    assert listed["data"][0]["tag"] == "tag @someone"


def test_rules_that_cannot_be_used_are_told_beside_those_that_can(brand: Brand) -> None:
    answer = brand.follow("fine", "is:reply", "(broken").json()
    assert answer["meta"]["summary"]["invalid"] == 2
    assert all(error["type"].endswith("/invalid-rules") for error in answer["errors"])


def test_a_dry_run_changes_nothing(brand: Brand) -> None:
    path = "/2/tweets/search/stream/rules"
    brand.app.post(path, params={"dry_run": "true"}, json={"add": [{"value": "cat"}]})
    assert "data" not in brand.app.get(path).json()


def test_rules_are_deleted_by_id_value_or_all(brand: Brand) -> None:
    path = "/2/tweets/search/stream/rules"
    first = brand.follow("one", "two", "three", "four").json()["data"][0]["id"]
    gone = brand.app.post(path, json={"delete": {"ids": [first]}}).json()
    assert gone["meta"]["summary"] == {"deleted": 1, "not_deleted": 0}
    brand.app.post(path, json={"delete": {"values": ["two"]}})
    assert [rule["value"] for rule in brand.app.get(path).json()["data"]] == ["three", "four"]
    brand.app.post(path, params={"delete_all": "true"})
    assert "data" not in brand.app.get(path).json()


def test_a_thousand_rules_are_the_most(brand: Brand) -> None:
    path = "/2/tweets/search/stream/rules"
    many = {"add": [{"value": f"word{n}"} for n in range(1000)]}
    assert brand.app.post(path, json=many).status_code == 200
    assert brand.follow("straw").status_code == 422


def test_a_matching_post_comes_with_its_rules_and_others_do_not(pretend: Practice, brand: Brand) -> None:
    brand.follow(f"@{brand.username}", "broadband")
    wanted = {"expansions": "author_id", "tweet.fields": "created_at"}
    with brand.stream(**wanted) as lines:
        pretend.post("cy_a", "nothing of interest")
        post = pretend.post("cy_a", f"@{brand.username} Broadband is down", key="stream-a")
        line = lines.next_post()
    assert line["data"]["id"] == post["id"]
    assert line["includes"]["users"][0]["username"] == "cy_a"
    assert {rule["tag"] for rule in line["matching_rules"]} == {f"tag @{brand.username}", "tag broadband"}


def test_a_post_is_on_the_stream_within_moments(pretend: Practice, brand: Brand) -> None:
    brand.follow(f"@{brand.username}")
    with brand.stream() as lines:
        took = []
        for n in range(20):
            begun = time.perf_counter()
            pretend.post("cy_b", f"@{brand.username} {n}")
            lines.next_post()
            took.append(time.perf_counter() - begun)
    assert sorted(took)[10] < 0.1


def test_rules_changed_while_listening_hold_at_once(pretend: Practice, brand: Brand) -> None:
    brand.follow("nothing")
    with brand.stream() as lines:
        brand.follow("sparrowhawk")
        pretend.post("cy_c", "a sparrowhawk in my router")
        assert lines.next_post()["matching_rules"][0]["tag"] == "tag sparrowhawk"


def test_there_is_no_stream_without_rules(brand: Brand) -> None:
    assert brand.app.get("/2/tweets/search/stream").status_code == 409


def test_a_second_connection_is_refused_until_the_first_is_gone(brand: Brand) -> None:
    brand.follow("cat")
    with brand.stream():
        second = brand.app.get("/2/tweets/search/stream")
        assert second.status_code == 429
        assert second.json()["connection_issue"] == "TooManyConnections"
        assert second.json()["type"].endswith("/streaming-connection")
    until = time.monotonic() + 5
    while time.monotonic() < until:
        with brand.stream() as lines:
            if lines.answer.status_code == 200:
                return
        time.sleep(0.02)
    pytest.fail("the first connection was never given up")


def test_silence_is_broken_by_heartbeats(brand: Brand) -> None:
    brand.follow("cat")
    with brand.stream() as lines:
        begun = time.monotonic()
        assert [lines.found.get(timeout=5) for _ in range(4)] == [b""] * 4
    assert time.monotonic() - begun >= 2 * HEARTBEAT_S


def test_edits_come_as_new_ids_and_deletions_only_where_asked_for(
    pretend: Practice, new_brand: Callable[..., Brand]
) -> None:
    told, untold = new_brand(deletes=True), new_brand()
    for each in (told, untold):
        each.follow("platypus")
    with told.stream() as hears, untold.stream() as misses:
        post = pretend.post("cy_d", "a platypus")
        edited = pretend.say(f"posts/{post['id']}/edit", {"text": "two platypus"})
        pretend.control.delete(f"/pretend/posts/{edited['id']}")
        last = pretend.post("cy_d", "no platypus")
        both = [post["id"], edited["id"]]
        assert [hears.next_post()["data"]["id"] for _ in both] == both
        gone = [hears.next_post()["delete"]["tweet"] for _ in both]
        assert gone == [{"id": one, "author_id": post["author_id"]} for one in both]
        assert [misses.next_post()["data"]["id"] for _ in range(3)] == [*both, last["id"]]


def test_any_bytes_can_be_put_on_the_stream(pretend: Practice, brand: Brand) -> None:
    brand.follow("cat")
    path = f"/pretend/stream/{brand.username}/send"
    with brand.stream() as lines:
        for frame in (b'{"poison": \xff}', b'{"unknown": "kind"}', b"x" * 10_000_000):
            assert pretend.control.post(path, content=frame + b"\r\n").status_code == 200
            assert lines.next() == frame


def test_a_cut_ends_the_stream(pretend: Practice, brand: Brand) -> None:
    brand.follow("cat")
    with brand.stream() as lines:
        pretend.say(f"stream/{brand.username}/cut", {})
        assert lines.next() is None
    assert pretend.control.post(f"/pretend/stream/{brand.username}/cut").status_code == 404


def test_a_slow_reader_is_dropped(pretend: Practice, brand: Brand) -> None:
    brand.follow("cat")
    path = f"/pretend/stream/{brand.username}/send"
    with brand.app.stream("GET", "/2/tweets/search/stream"):
        for _ in range(3):
            pretend.control.post(path, content=b"x" * 10_000_000)
        answers = [pretend.control.post(path, content=b"x\r\n").status_code for _ in range(80)]
    assert answers[0] == 200
    assert answers[-1] == 404


def test_a_burst_reaches_a_reader_who_keeps_up(pretend: Practice, brand: Brand) -> None:
    brand.follow(f"@{brand.username}")
    posts = [{"username": "cy_e", "text": f"@{brand.username} {n}", "key": f"burst {n}"} for n in range(300)]
    with brand.stream() as lines:
        told = pretend.say("posts/bulk", {"posts": posts})["posts"]
        assert [lines.next_post()["data"]["id"] for _ in posts] == [post["id"] for post in told]


def test_the_stream_speaks_the_tweet_vocabulary_to_everyone(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(vocabulary="post")
    brand.follow("wombat")
    with brand.stream(**{"tweet.fields": "public_metrics"}) as lines:
        pretend.post("cy_f", "a wombat")
        line = lines.next_post()
    assert "retweet_count" in line["data"]["public_metrics"]
    assert json.dumps(line).count("edit_history_tweet_ids") == 1
