"""A clock that tests can move, and all that follows it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from practice import Brand, Practice, practice

LATER = "2040-03-01T09:30:00Z"


def found(brand: Brand, query: str) -> int:
    number: int = brand.app.get("/2/tweets/search/recent", params={"query": query}).json()["meta"]["result_count"]
    return number


def test_posts_and_windows_follow_the_moved_clock(alone: Practice) -> None:
    brand = alone.brand("ClockBrand", limits={"GET /2/users/me": 1})
    assert [brand.user.get("/2/users/me").status_code for _ in range(2)] == [200, 429]
    alone.say("clock", {"forward": 900})
    assert brand.user.get("/2/users/me").status_code == 200
    post = alone.post("jil_a", "from the future")
    assert datetime.fromisoformat(post["created_at"]) > datetime.now(UTC) + timedelta(minutes=14)


def test_a_post_older_than_seven_days_is_found_no_more(alone: Practice) -> None:
    brand = alone.brand("HorizonBrand")
    alone.post("jil_b", "a quokka")
    assert found(brand, "quokka") == 1
    alone.say("clock", {"forward": 7 * 86_400 + 1})
    assert found(brand, "quokka") == 0


def test_the_clock_goes_to_a_moment_and_stays_there_over_a_restart(tmp_path: Path) -> None:
    with practice(tmp_path / "practice.db") as before:
        told = before.say("clock", {"at": LATER})
        assert told["now"].startswith("2040-03-01T09:30:0")
        before.end()
    with practice(tmp_path / "practice.db") as after:
        assert after.now().year == 2040


@pytest.mark.parametrize(
    "wish",
    [
        {"at": "2020-01-01T00:00:00Z"},
        {"forward": -1},
        {"forward": 1e12},
        {},
        {"forward": 1, "at": "2040-01-01T00:00:00Z"},
    ],
)
def test_the_clock_goes_neither_back_nor_nowhere(pretend: Practice, wish: dict[str, Any]) -> None:
    before = pretend.now()
    answer = pretend.control.post("/pretend/clock", json=wish)
    assert answer.status_code == 400
    assert answer.json()["why"]
    assert before <= pretend.now() < before + timedelta(minutes=1)


def test_time_goes_on_from_where_it_was_put(alone: Practice) -> None:
    alone.say("clock", {"at": "2040-03-01T09:30:00"})
    first = alone.post("jil_c", "one")["created_at"]
    alone.say("clock", {"forward": 60})
    assert alone.post("jil_c", "two")["created_at"] > first > "2040-03-01T09:30"
