"""A stretch of the past on a stream: told whole and then ended, unless somebody ends it before, and the history knows.

Its posts are more than fit between the two sides, so that a reader who stops is waited for.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from practice import Brand, Practice

CONNECTIONS = "/2/connections"
POSTS = 400
LETTERS = 40_000


@pytest.fixture(scope="module")
def contract(pretend: Practice) -> Brand:
    """A brand with a long past: more than the buffers of two sockets hold."""
    brand = pretend.brand("RecoverBrand", tier="enterprise")
    brand.follow("petrichor")
    text = "petrichor " + "x" * LETTERS
    pretend.say("posts/bulk", {"posts": [{"username": "rec_a", "text": f"{text} {n}"} for n in range(POSTS)]})
    time.sleep(1.1)
    return brand


class Reader:
    """One who reads a stretch of the past from a bare socket, as far as it wants to."""

    def __init__(self, pretend: Practice, brand: Brand) -> None:
        now = pretend.now()
        query = {
            "start_time": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
            "end_time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "tweet.fields": "note_tweet",
        }
        self.socket = brand.raw(65_536, **query)
        assert self.socket.recv(12) == b"HTTP/1.1 200"

    def rest(self) -> bytes:
        """Everything that is still to come."""
        whole = bytearray()
        try:
            while part := self.socket.recv(1 << 20):
                whole += part
                if whole.endswith(b"\r\n0\r\n\r\n"):
                    break
        except ConnectionError:
            pass
        return bytes(whole)


@pytest.fixture
def reader(pretend: Practice, contract: Brand) -> Iterator[Reader]:
    reader = Reader(pretend, contract)
    time.sleep(0.5)
    assert [one["endpoint_name"] for one in active(contract)] == ["filtered_stream"], "it is waited for"
    yield reader
    reader.socket.close()
    assert ended(contract)


def active(brand: Brand) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = brand.app.get(CONNECTIONS).json()["data"]
    return found


def ended(brand: Brand) -> str:
    """Why the newest connection ended, once none is open any more."""
    until = time.monotonic() + 5
    while active(brand):
        assert time.monotonic() < until, "it did not end"
        time.sleep(0.02)
    newest = brand.app.get(CONNECTIONS, params={"status": "all"}).json()["data"][0]
    return str(newest["disconnect_reason"])


def told(came: bytes) -> int:
    return came.count(b'"matching_rules"')


def test_a_slow_reader_gets_everything_and_then_the_end(contract: Brand, reader: Reader) -> None:
    came = reader.rest()
    assert told(came) == POSTS
    assert came.endswith(b"0\r\n\r\n")
    assert ended(contract) == "recovery_complete"


def test_a_reader_who_goes_before_the_end_did_not_complete_it(contract: Brand, reader: Reader) -> None:
    reader.socket.close()
    assert ended(contract) == "client_disconnect"


def test_one_that_is_kicked_says_no_more(contract: Brand, reader: Reader) -> None:
    assert contract.app.delete(f"{CONNECTIONS}/all").json()["data"]["successful_kills"] == 1
    came = reader.rest()
    assert told(came) < POSTS
    assert came.endswith(b"0\r\n\r\n")
    assert ended(contract) == "operator_disconnect"


def test_one_that_x_disconnects_is_told_why(pretend: Practice, contract: Brand, reader: Reader) -> None:
    pretend.say(f"stream/{contract.username}/disconnect", {"kind": "ForceDisconnect"})
    came = reader.rest()
    assert told(came) < POSTS
    assert b'"disconnect_type":"ForceDisconnect"' in came
    assert ended(contract) == "ForceDisconnect"


def test_one_that_is_torn_ends_in_the_middle_of_a_line(pretend: Practice, contract: Brand, reader: Reader) -> None:
    pretend.say(f"stream/{contract.username}/tear", {})
    came = reader.rest()
    assert told(came) < POSTS
    assert not came.endswith(b"0\r\n\r\n")
    assert ended(contract) == "network"


def test_it_goes_on_when_the_apps_other_connections_are_kicked(contract: Brand, reader: Reader) -> None:
    with contract.stream() as live:
        newest = active(contract)[0]["id"]
        kicked = contract.app.request("DELETE", CONNECTIONS, json={"uuids": [newest]})
        assert kicked.json()["data"]["successful_kills"] == 1
        assert live.next() is None
    assert told(reader.rest()) == POSTS
    assert ended(contract) == "operator_disconnect"
    history = contract.app.get(CONNECTIONS, params={"status": "all"}).json()["data"]
    assert history[1]["disconnect_reason"] == "recovery_complete"
