"""What a fault does to a call: before it is carried out, and to its answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from earful.sandbox.faults import Fault
from earful.sandbox.problems import JSON, PROBLEM
from earful.sandbox.wirecutter import NoAnswer

if TYPE_CHECKING:
    from earful.sandbox.world import World

GARBAGE = b'{"data": [{"id": \xff\xfe<html>502 Bad Gateway'


async def spoiled(fault: Fault | None, act: Callable[[], Awaitable[Response]]) -> Response:
    """Carry something out as a fault has it; without one, as it is."""
    if fault is None:
        return await act()
    if fault.kind == "lost_request":
        return NoAnswer()
    if fault.kind == "status":
        return _refusal(fault)
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    return _after(fault, await act())


def exposed(
    world: "World", path: str, act: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint beside the table of operations, where the caller is not known before it is carried out."""

    async def answer(request: Request) -> Response:
        world.changes += 1
        fault = world.faults.take("POST", path, "", f"POST {path}", world.clock())
        return await spoiled(fault, lambda: act(request))

    return answer


def _after(fault: Fault, answer: Response) -> Response:
    if fault.kind == "lost_answer":
        return NoAnswer()
    if fault.kind == "refuse_after":
        return _refusal(fault)
    if fault.kind == "garbage":
        return Response(GARBAGE, 200, media_type=JSON)
    return answer


def _refusal(fault: Fault) -> Response:
    kind = "Service Unavailable" if fault.status == 503 else "Refused"
    usual = {"title": kind, "detail": kind, "type": "about:blank", "status": fault.status}
    body = usual if fault.body is None else fault.body
    words = body.encode() if isinstance(body, str) else msgspec.json.encode(body)
    return Response(words, fault.status, fault.headers, media_type=PROBLEM)
