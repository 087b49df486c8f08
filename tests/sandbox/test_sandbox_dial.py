"""The dial: things that go wrong by chance, in the same way each time."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from practice import Brand, Practice

from earful.sandbox.dial import Dial, Setting

ME = "GET /2/users/me"


@pytest.fixture(autouse=True)
def right_again(pretend: Practice) -> Iterator[None]:
    yield
    pretend.control.delete("/pretend/dial")


def turn(pretend: Practice, brand: Brand, **setting: Any) -> None:
    pretend.say("dial", {"on": ME, "username": brand.username} | setting)


def outcomes(brand: Brand, calls: int) -> list[int]:
    """What became of some calls; 0 where no answer came."""
    found = []
    for _ in range(calls):
        try:
            found.append(brand.user.get("/2/users/me").status_code)
        except httpx.RemoteProtocolError:
            found.append(0)
    return found


def test_the_same_seed_spoils_the_same_calls(pretend: Practice) -> None:
    # The dice know the name: with one of our own, they fall the same in every run.
    brand = pretend.brand("DialBrand")
    chances = {"status": 0.3, "lost_answer": 0.3}
    turn(pretend, brand, chances=chances, seed=7)
    first = outcomes(brand, 20)
    assert {0, 200, 503} == set(first)
    turn(pretend, brand, chances=chances, seed=7)
    brand.app.get("/2/tweets/1")
    assert outcomes(brand, 20) == first
    turn(pretend, brand, chances=chances, seed=8)
    assert outcomes(brand, 20) != first


def test_others_are_left_alone(pretend: Practice, brand: Brand, new_brand: Any) -> None:
    turn(pretend, brand, chances={"status": 1.0})
    assert outcomes(brand, 2) == [503, 503]
    assert outcomes(new_brand(), 2) == [200, 200]
    assert brand.app.get("/2/tweets/1").status_code == 200


def test_it_stops_after_so_many_faults_and_says_how_many_there_were(pretend: Practice, brand: Brand) -> None:
    turn(pretend, brand, chances={"refuse_after": 1.0}, status=500, most=2)
    assert outcomes(brand, 4) == [500, 500, 200, 200]
    (told,) = pretend.control.get("/pretend/dial").json()["dial"]
    assert (told["done"], told["over"]) == (2, True)


def test_it_stops_when_its_time_is_over(pretend: Practice, brand: Brand) -> None:
    turn(pretend, brand, chances={"garbage": 1.0}, lasts=60)
    with pytest.raises(ValueError, match="decode"):
        brand.user.get("/2/users/me").json()
    pretend.say("clock", {"forward": 61})
    assert brand.user.get("/2/users/me").json()["data"]["id"] == brand.id


def test_lines_of_a_stream_come_twice_or_are_torn(pretend: Practice, brand: Brand) -> None:
    brand.follow("pangolin")
    turn(pretend, brand, chances={"twice": 1.0}, most=1)
    with brand.stream() as lines:
        pretend.post("dia_a", "a pangolin")
        assert lines.next_post() == lines.next_post()
        turn(pretend, brand, chances={"torn_line": 1.0}, most=1)
        pretend.post("dia_a", "another pangolin")
        assert lines.next() is None
    with brand.stream() as lines:
        pretend.post("dia_a", "the third pangolin")
        assert lines.next_post()["data"]["text"] == "the third pangolin"
    sums = pretend.control.get("/pretend/ledger", params={"username": brand.username}).json()["totals"]
    assert sums["by_kind"] == {"post": {"entries": 2, "price": 10_000}}, "what was torn was never delivered"


def test_off_puts_everything_right(pretend: Practice, brand: Brand) -> None:
    turn(pretend, brand, chances={"lost_request": 1.0})
    pretend.fault(ME, "status", username=brand.username)
    assert pretend.control.delete("/pretend/dial").json() == {"waiting": 0, "dial": []}
    assert outcomes(brand, 3) == [200, 200, 200]


def test_chances_of_nothing_turn_one_setting_back(pretend: Practice, brand: Brand) -> None:
    turn(pretend, brand, chances={"status": 1.0})
    turn(pretend, brand, chances={"status": 0})
    assert outcomes(brand, 1) == [200]


@pytest.mark.parametrize(
    "setting",
    [
        {"chances": {"status": 0.7, "slow": 0.7}},
        {"chances": {"status": 1.5}},
        {"chances": {"earthquake": 1}},
        {"chances": {}, "most": 0},
        {"chances": {}, "lasts": -1},
    ],
)
def test_a_setting_that_cannot_be_says_why(pretend: Practice, setting: dict[str, Any]) -> None:
    answer = pretend.control.post("/pretend/dial", json=setting)
    assert (answer.status_code, bool(answer.json()["why"])) == (400, True)


@given(st.integers(0, 2**32), st.floats(0, 1), st.lists(st.sampled_from("abc"), max_size=60))
def test_other_calls_between_change_nothing(seed: int, chance: float, between: list[str]) -> None:
    def run(others: list[str]) -> list[bool]:
        dial = Dial()
        dial.turn(Setting({"status": chance}, seed=seed), 0.0)
        found = []
        for other in [*others, *[""] * (60 - len(others))]:
            if other:
                dial.strike("GET /other", f"GET /{other}", "somebody", 0.0)
            found.append(dial.strike(ME, ME, "me", 0.0) is not None)
        return found

    assert run(between) == run([])
