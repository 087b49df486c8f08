"""Driving a talk by hand: what it asks, and what comes of the answers that it is given."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from earful.core.connector import Account, ConnectorError, NoAnswer, Request, Response, Talk

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LUMEN = Account("1000", "Lumen", "https://api.example", "https://x.example", "app-key", "user-key")
IN_POSTS = Account(
    "1000", "Lumen", "https://api.example", "https://x.example", "app-key", "user-key", {"vocabulary": "post"}
)


def answer(status: int = 200, said: Any = None, /, **headers: str) -> Response:
    """An answer; `said` is JSON, or bytes as they are. Header names are given with underscores."""
    body = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, NOW)


@dataclass
class Told:
    """How a talk went: what it asked, and what it learned or the error that it ended in."""

    asked: list[Request] = field(default_factory=list)
    learned: Any = None
    error: ConnectorError | None = None


def drive(talk: Talk[Any], answers: Iterable[Response | NoAnswer]) -> Told:
    """Give a talk these answers, one to each question; an answer left over or lacking fails the test."""
    told, left = Told(), list(answers)
    try:
        request = next(talk)
        while True:
            told.asked.append(request)
            assert left, f"nobody expected to be asked {request}"
            given = left.pop(0)
            request = talk.throw(given) if isinstance(given, NoAnswer) else talk.send(given)
    except StopIteration as done:
        told.learned = done.value
    except ConnectorError as error:
        told.error = error
    assert not left, f"never asked for {left}"
    return told


def snowflake(ago: timedelta = timedelta(0)) -> str:
    """The id of a post made so long before NOW."""
    milliseconds = int((NOW - ago).timestamp() * 1000) - 1288834974657
    return str(milliseconds << 22)
