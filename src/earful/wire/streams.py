"""Streams held open: one frame a line, blank lines for a heartbeat, silence for the end."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import httpx

from earful.core.connector import Account, NoAnswer, Request, Response
from earful.wire.exchange import CONNECT_SECONDS, address, authorised, new_client, no_answer

LARGEST_LINE: Final = 16_000_000
LARGEST_REFUSAL: Final = 100_000
REFUSAL_SECONDS: Final = 10.0


class StreamRefused(Exception):  # named by what it says, as the errors of core.connector are
    """The network answered, but with something else than a stream."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"status {response.status}")
        self.response = response


def hold(account: Account, request: Request, *, silence: float) -> Iterator[list[bytes]]:
    """The frames of a held stream as they come, those of one read together; an empty list is a heartbeat.

    The first list is empty and says that the stream is open. Ends when the network closes it. Raises
    StreamRefused if it never opened, NoAnswer if it broke or fell silent for `silence` seconds, Refused for
    an address that we do not talk to, LostAccess for a key that cannot be one.
    """
    url, headers = address(account, request), authorised(account, request)
    with new_client() as client:
        try:
            with client.stream(
                request.method,
                url,
                params=dict(request.params),
                headers=headers,
                timeout=httpx.Timeout(silence, connect=CONNECT_SECONDS),
            ) as answer:
                if answer.status_code != 200:
                    raise StreamRefused(_refusal(answer))
                yield []
                yield from lines(answer.iter_bytes())
        except httpx.HTTPError as error:
            raise no_answer(error) from error


def lines(pieces: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Whole lines out of pieces cut anywhere, without their ends. Raises NoAnswer over a line without end."""
    rest: list[bytes] = []
    size = 0
    for piece in pieces:
        head, *tail = piece.split(b"\n")
        rest.append(head)
        size += len(head)
        if size > LARGEST_LINE:
            raise NoAnswer(f"a line larger than {LARGEST_LINE // 1_000_000} MB", left=True)
        if tail:
            whole = [b"".join(rest), *tail[:-1]]
            rest, size = [tail[-1]], len(tail[-1])
            yield [line for line in (line.strip() for line in whole) if line]


def _refusal(answer: httpx.Response) -> Response:
    """What the network says instead of a stream, as far as it comes in time and is of use."""
    body, until = b"", time.monotonic() + REFUSAL_SECONDS
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > LARGEST_REFUSAL or time.monotonic() > until:
            break
    return Response(answer.status_code, dict(answer.headers), body, datetime.now(UTC))
