"""Asking X about stored posts and people in bulk: what its own addresses answer, and what its storage does."""

from typing import Any

import pytest

from connectors.driving import LUMEN, answer, drive
from earful.connectors.x import compliance
from earful.core.connector import Gone, Talk, TryLater

STORAGE = {"upload_url": "https://storage.example/up/77", "download_url": "https://storage.example/down/77"}
JOB = answer(200, {"data": {"id": "77", "status": "complete", **STORAGE}})


def test_ids_are_handed_in_where_x_says_and_no_key_travels_there() -> None:
    told = drive(compliance.ask(LUMEN, "posts", ["1", "2"]), [JOB, answer(200)])
    assert told.learned == "77"
    assert [(request.elsewhere, request.token, request.content) for request in told.asked[1:]] == [
        (STORAGE["upload_url"], "none", b"1\n2")
    ]


def test_what_is_affected_is_read_line_by_line() -> None:
    lines = answer(200, b'{"id": "1", "reason": "deleted"}\n\n{"id": "2", "reason": "scrub_geo"}\n')
    told = drive(compliance.answer(LUMEN, "77"), [JOB, lines])
    assert told.learned == [Gone("1", "deleted"), Gone("2", "place")]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 503])
@pytest.mark.parametrize("body", [b"<?xml version='1.0'?><Error><Code>ExpiredToken</Code></Error>", b"{}"])
@pytest.mark.parametrize("handing_in", [True, False])
def test_trouble_of_the_storage_is_told_as_its_own_and_passes(status: int, body: bytes, handing_in: bool) -> None:
    talk: Talk[Any] = compliance.ask(LUMEN, "people", ["5"]) if handing_in else compliance.answer(LUMEN, "77")
    error = drive(talk, [JOB, answer(status, body)]).error
    assert type(error) is TryLater
    assert error.reason == f"X's storage answered with status {status}."
