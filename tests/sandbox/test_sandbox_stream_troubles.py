"""How a stream brings things: late, out of order, twice, in pieces, or not at all; and what can be asked for again."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from practice import Brand, Lines, Practice, practice

STREAM = "/2/tweets/search/stream"


@pytest.fixture
def listener(brand: Brand) -> Brand:
    """A brand with a rule that finds whatever mentions it."""
    brand.follow(f"@{brand.username}")
    return brand


@pytest.fixture
def contract(new_brand: Callable[..., Brand]) -> Brand:
    """The same with an Enterprise contract."""
    brand = new_brand(tier="enterprise")
    brand.follow(f"@{brand.username}")
    return brand


def habits(pretend: Practice, brand: Brand, **wanted: Any) -> None:
    pretend.say(f"stream/{brand.username}/habits", wanted)


def posted(pretend: Practice, brand: Brand, number: int) -> list[str]:
    posts = [{"username": "dan_a", "text": f"@{brand.username} naïve café {n}"} for n in range(number)]
    return [post["id"] for post in pretend.say("posts/bulk", {"posts": posts})["posts"]]


def heard(lines: Lines, number: int) -> list[str]:
    return [lines.next_post()["data"]["id"] for _ in range(number)]


def test_posts_can_come_late(pretend: Practice, listener: Brand) -> None:
    habits(pretend, listener, delay_s=0.4)
    with listener.stream() as lines:
        ids, begun = posted(pretend, listener, 2), time.monotonic()
        assert heard(lines, 2) == ids
    assert time.monotonic() - begun >= 0.35


@pytest.mark.parametrize("wanted", [{"jitter_s": 0.5}, {"shuffle": 20}])
def test_posts_can_come_out_of_order(pretend: Practice, listener: Brand, wanted: dict[str, Any]) -> None:
    habits(pretend, listener, **wanted)
    with listener.stream() as lines:
        ids = posted(pretend, listener, 20)
        came = heard(lines, 20)
    assert came != ids
    assert sorted(came, key=int) == ids


def test_what_waits_to_be_shuffled_does_not_wait_for_ever(pretend: Practice, listener: Brand) -> None:
    habits(pretend, listener, shuffle=20)
    with listener.stream() as lines:
        ids = posted(pretend, listener, 1)
        assert heard(lines, 1) == ids


def test_posts_can_come_twice(pretend: Practice, listener: Brand) -> None:
    habits(pretend, listener, duplicates=1)
    with listener.stream() as lines:
        (one,) = posted(pretend, listener, 1)
        assert heard(lines, 2) == [one, one]


def test_a_character_can_come_in_two_pieces(pretend: Practice, listener: Brand) -> None:
    habits(pretend, listener, split=True)
    with listener.raw() as connection:
        posted(pretend, listener, 1)
        pieces = [piece for piece in chunks(connection) if b"{" in piece or b"}" in piece]
    first, second = pieces
    with pytest.raises(UnicodeDecodeError):
        first.decode()
    assert "naïve café" in json.loads(first + second)["data"]["text"]


def test_a_line_can_end_in_the_middle(pretend: Practice, listener: Brand) -> None:
    with listener.raw() as connection:
        pretend.say(f"stream/{listener.username}/tear", {})
        posted(pretend, listener, 1)
        *_, last = chunks(connection)
    assert last.startswith(b'{"data"')
    assert not last.endswith(b"\r\n")
    assert pretend.control.post(f"/pretend/stream/{listener.username}/tear").status_code == 404


def test_the_dial_tears_and_doubles_lines_too(pretend: Practice, listener: Brand) -> None:
    with listener.stream() as lines:
        pretend.say("dial", {"chances": {"twice": 1}, "username": listener.username})
        (one,) = posted(pretend, listener, 1)
        assert heard(lines, 2) == [one, one]
        pretend.say("dial", {"chances": {"torn_line": 1}, "username": listener.username})
        posted(pretend, listener, 1)
        assert lines.next() is None
    pretend.say("dial", {"chances": {}, "username": listener.username})


def test_a_slow_reader_can_be_told_why_it_is_dropped(pretend: Practice, listener: Brand) -> None:
    habits(pretend, listener, slow_reader_told=True)
    path = f"/pretend/stream/{listener.username}/send"
    with listener.raw() as connection:
        for _ in range(3):
            pretend.control.post(path, content=b"x" * 10_000_000 + b"\r\n")
        answers = [pretend.control.post(path, content=b"x\r\n").status_code for _ in range(80)]
        *_, last = (piece for piece in chunks(connection) if b"errors" in piece)
    assert answers[-1] == 404
    assert json.loads(last)["errors"][0]["disconnect_type"] == "SlowReader"


def test_a_changed_rule_finds_posts_only_after_a_while(pretend: Practice, listener: Brand) -> None:
    with listener.stream() as lines:
        habits(pretend, listener, rule_lag_s=0.6)
        listener.follow("axolotl")
        assert len(listener.app.get(f"{STREAM}/rules").json()["data"]) == 2, "it is listed at once"
        pretend.post("dan_b", "an axolotl, too early")
        time.sleep(0.7)
        found = pretend.post("dan_b", "an axolotl, in time")
        assert heard(lines, 1) == [found["id"]]
        listener.app.post(f"{STREAM}/rules", params={"delete_all": "true"})
        still = pretend.post("dan_b", "another axolotl")
        assert heard(lines, 1) == [still["id"]], "a deleted rule goes on for as long"


def test_what_was_missed_comes_first_and_is_not_sorted_out(pretend: Practice, contract: Brand) -> None:
    with contract.stream() as lines:
        known = posted(pretend, contract, 1)
        assert heard(lines, 1) == known
    missed = posted(pretend, contract, 2)
    with contract.stream(backfill_minutes="5") as lines:
        new = posted(pretend, contract, 1)
        assert heard(lines, 4) == [*known, *missed, *new]


def test_a_stretch_of_the_day_comes_again_and_the_connection_ends(pretend: Practice, contract: Brand) -> None:
    ids = posted(pretend, contract, 3)
    time.sleep(1.1)
    now = pretend.now()
    stretch = {"start_time": written(now - timedelta(minutes=5)), "end_time": written(now)}
    with contract.stream() as live, contract.stream(**stretch) as lines:
        assert heard(lines, 3) == ids
        assert lines.next() is None
        assert posted(pretend, contract, 1) == heard(live, 1)


@pytest.mark.parametrize(
    ("start", "end"), [(-25, -1), (-1, 1), (-1, -2)], ids=["too long ago", "in the future", "backwards"]
)
def test_a_stretch_that_cannot_be_is_a_400(pretend: Practice, contract: Brand, start: int, end: int) -> None:
    now = pretend.now()
    query = {"start_time": written(now + timedelta(hours=start)), "end_time": written(now + timedelta(hours=end))}
    assert contract.app.get(STREAM, params=query).status_code == 400
    assert contract.app.get(STREAM, params={"backfill_minutes": "6"}).status_code == 400


def test_a_self_serve_app_may_ask_for_nothing_past(pretend: Practice, listener: Brand) -> None:
    for query in ({"backfill_minutes": "1"}, {"start_time": written(pretend.now())}):
        refused = listener.app.get(STREAM, params=query)
        assert refused.status_code == 400
        assert "not authorized" in refused.text


def test_the_activity_stream_brings_what_was_missed_where_it_may(pretend: Practice, brand: Brand) -> None:
    brand.subscribe("post.create")
    missed = [pretend.post(brand.username, f"{n}")["id"] for n in range(2)]
    assert brand.app.get("/2/activity/stream", params={"backfill_minutes": "5"}).status_code == 400
    habits(pretend, brand, activity_backfill=True)
    with brand.activity(backfill_minutes="5") as lines:
        assert [lines.next_post()["data"]["payload"]["id"] for _ in missed] == missed


def test_an_unknown_habit_is_refused_in_words(pretend: Practice, brand: Brand) -> None:
    answer = pretend.control.post(f"/pretend/stream/{brand.username}/habits", json={"politeness": 1})
    assert answer.status_code == 400
    assert "politeness" in answer.json()["why"]


@pytest.fixture(scope="module")
def slow_to_learn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A pretend X where every rule takes as long as on X."""
    with practice(tmp_path_factory.mktemp("lag") / "practice.db", "--rule-lag", "20") as running:
        yield running


def test_rules_can_take_as_long_as_on_x_for_everybody_and_the_clock_brings_them_in(slow_to_learn: Practice) -> None:
    brand = slow_to_learn.brand("SlowBrand")
    brand.follow("okapi")
    with brand.stream() as lines:
        slow_to_learn.post("dan_c", "an okapi, too early")
        slow_to_learn.say("clock", {"forward": 21})
        found = slow_to_learn.post("dan_c", "an okapi, in time")
        assert heard(lines, 1) == [found["id"]]


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def chunks(connection: socket.socket, seconds: float = 1.5) -> list[bytes]:
    """The chunks of the answer, as they were sent: what comes within some time, or until it ends or is cut off."""
    found: list[bytes] = []
    connection.settimeout(seconds)
    until = time.monotonic() + seconds
    with connection.makefile("rb") as file:
        while file.readline().strip():
            pass
        while time.monotonic() < until and (size := int(file.readline().strip() or b"0", 16)):
            found.append(file.read(size))
            file.readline()
    return found
