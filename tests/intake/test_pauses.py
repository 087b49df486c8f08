"""How long an ear waits, and that no pattern of trouble makes more connects than X takes."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from building import brand
from earful.channels.models import Hearing
from earful.connectors.registry import connector_for
from earful.core.connector import LostAccess, Occupied, Throttled, TryLater
from earful.intake import holding
from earful.intake.belts import Carried
from earful.intake.belts.memory import MemoryBelt
from earful.intake.listener import Wanted, new_ear
from earful.intake.listening import Listening
from earful.intake.pauses import SPREAD_SECONDS, Pauses
from earful.rules.models import ListeningRule

QUARTER, ALLOWED = 900.0, 50
endings = st.tuples(
    st.sampled_from(["break", "close", "refusal", "at", "dead"]), st.sampled_from([0.0, 1.0, 59.0, 61.0])
)


def run(pattern: list[tuple[str, float]], seconds: float = 2_000.0) -> list[float]:
    """Live through a pattern of (ending, seconds of life) over and over; when each connect was made."""
    pauses, now, made = Pauses(), 0.0, list[float]()
    while now < seconds:
        ending, life = pattern[len(made) % len(pattern)]
        pauses.connecting(now)
        made.append(now)
        if ending in ("break", "close"):
            pauses.opened(now)
            now += life
        now += pause(pauses, ending, now)
    return made


def pause(pauses: Pauses, ending: str, now: float) -> float:
    if ending == "break":
        return pauses.after_break(now)
    if ending == "close":
        return pauses.after_close(now)
    if ending == "dead":
        return pauses.spread(now)
    return pauses.after_refusal(TryLater("full", at=timezone.now() if ending == "at" else None), now)


def most_in_a_quarter(made: list[float]) -> int:
    return max(sum(start <= at < start + QUARTER for at in made) for start in made)


@given(st.lists(endings, min_size=1, max_size=40))
def test_no_pattern_of_trouble_makes_more_connects_than_x_takes(pattern: list[tuple[str, float]]) -> None:
    assert most_in_a_quarter(run(pattern)) <= ALLOWED


@pytest.mark.parametrize("ending", ["break", "close", "dead"])
def test_a_stream_that_opens_and_ends_at_once_stays_within_what_x_takes(ending: str) -> None:
    assert most_in_a_quarter(run([(ending, 0.0)])) <= ALLOWED


def test_the_first_break_is_repaired_at_once_and_the_next_ones_ever_later() -> None:
    pauses = Pauses()
    assert [pauses.after_break(0.0) for _ in range(4)] == [0.0, 0.25, 0.5, 0.75]
    assert [Pauses(broken=count).after_break(0.0) for count in (64, 65, 500)] == [16.0, 16.0, 16.0]


def test_a_clean_close_waits_a_second_and_then_grows_as_a_break_does() -> None:
    pauses = Pauses()
    assert [pauses.after_close(0.0) for _ in range(6)] == [1.0, 1.0, 1.0, 1.0, 1.0, 1.25]


def test_a_refusal_waits_longer_each_time_up_to_five_minutes() -> None:
    pauses = Pauses()
    assert [pauses.after_refusal(LostAccess("no"), 0.0) for _ in range(8)] == [5, 10, 20, 40, 80, 160, 320, 320]
    assert Pauses(refused=10_000).after_refusal(LostAccess("no"), 0.0) == 320


def test_too_many_questions_wait_from_a_minute_on_or_until_the_networks_word() -> None:
    pauses = Pauses()
    assert [pauses.after_refusal(Occupied("held"), 0.0) for _ in range(6)] == [60, 120, 240, 480, 960, 960]
    soon = Throttled("busy", at=timezone.now() + timedelta(seconds=7))
    assert 6 < Pauses().after_refusal(soon, 0.0) <= 7


@pytest.mark.parametrize(("life", "next_pause"), [(59.0, 2.5), (60.0, 0.0)])
def test_only_a_minute_of_life_ends_the_trouble(life: float, next_pause: float) -> None:
    pauses = Pauses(broken=10)
    pauses.opened(100.0)
    assert pauses.after_break(100.0 + life) == next_pause


def test_a_life_before_a_refused_connect_counts_only_once() -> None:
    pauses = Pauses()
    pauses.opened(0.0)
    pauses.after_break(100.0)
    assert [pauses.after_break(100.0 + second) for second in (1, 2)] == [0.25, 0.5]


def test_connects_of_a_quarter_of_an_hour_ago_are_forgotten() -> None:
    pauses = Pauses()
    for second in range(25):
        pauses.connecting(float(second))
    assert (pauses.spread(899.0), pauses.spread(900.0)) == (SPREAD_SECONDS, 0.0)


STREAM, RULES = "/2/tweets/search/stream", "/2/tweets/search/stream/rules"
COUNTS = f"{RULES}/counts"
MENTIONS = "/2/users/9000000001/mentions"
Answer = tuple[int, bytes]


@contextmanager
def network(script: dict[str, list[Answer]], beats: int = 0) -> Iterator[tuple[str, list[str]]]:
    """A network on a free port: its address, and the paths that it was asked for, as they come.

    `script` says what each path answers next, its last answer for ever; a stream then beats `beats` times.
    """
    asked: list[str] = []

    class Scripted(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            asked.append(path)
            answers = script[path]
            status, body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)
            for _ in range(beats if path == STREAM else 0):
                time.sleep(0.02)
                self.wfile.write(b"\r\n")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def ear_on(address: str, name: str) -> Listening:
    """An ear of a channel whose network is at `address`; not a running thread, so that a test can listen by hand."""
    channel = brand(api=address, site=address)
    [ear] = [ear for ear in connector_for("x").ears(channel.keyless) if ear.name == name]
    return new_ear(Wanted(channel.pk, ear, tends_rules=False))


def test_a_stream_that_opens_and_closes_at_once_is_not_reopened_without_pause(db: None) -> None:
    with network({RULES: [(200, b"{}")], COUNTS: [(404, b"")], STREAM: [(200, b"")]}) as (address, asked):
        ear = ear_on(address, "stream")
        pauses = [ear.listen() for _ in range(7)]
    assert pauses == [1.0, 1.0, 1.0, 1.0, 1.0, 1.25, 1.5]
    assert asked.count(STREAM) == 7


def test_single_failures_with_good_polls_between_do_not_add_up(db: None) -> None:
    with network({MENTIONS: [(404, b"{}"), (200, b'{"meta": {"result_count": 0}}')] * 3}) as (address, _):
        ear = ear_on(address, "mentions")
        pauses = [ear.listen() for _ in range(6)]
    assert pauses == [5.0, ear.ear.every] * 3


class _RuleMadeMeanwhile(MemoryBelt):
    """Somebody makes a listening rule while the stream is open: when it has brought something."""

    def put(self, frames: Sequence[Carried]) -> None:
        super().put(frames)
        ListeningRule.objects.create(name="Lumen unnamed", text="lumen broadband")


def test_rules_that_cannot_be_put_in_force_now_do_not_end_an_open_stream(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "LOOK_FOR_RULES_SECONDS", 0.0)
    rules = [(200, b"{}"), (201, b"{}"), (201, b"{}"), (503, b"{}")]
    script = {RULES: rules, COUNTS: [(404, b"")], STREAM: [(200, b'{"data": {}}\r\n')]}
    with network(script, beats=10) as (address, asked):
        ear = ear_on(address, "stream")
        ear.belt = _RuleMadeMeanwhile()
        pause = ear.listen()
    assert (pause, asked.count(STREAM)) == (1.0, 1)
    assert asked.count(RULES) == 4
    assert Hearing.objects.get().state == "ok"
