"""Where a job's ids are handed in and its answer is fetched: two addresses with a secret in each, and no token.

On X they belong to a store of files, so they answer as one does: in plain text, not in problem documents.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from earful.sandbox.compliance import verdicts
from earful.sandbox.compliance.jobs import Job

if TYPE_CHECKING:
    from earful.sandbox.world import World

LARGEST = 64 * 1024 * 1024
AT_A_TIME = 500
ID = re.compile(rb"[0-9]{1,19}")


def routes(world: "World") -> list[Route]:
    """The two addresses."""
    handover = Handover(world)
    return [
        Route("/compliance/upload/{secret}", handover.begin, methods=["POST"]),
        Route("/compliance/upload/{secret}", handover.take, methods=["PUT"]),
        Route("/compliance/download/{secret}", handover.give, methods=["GET"]),
    ]


class Handover:
    """Takes ids and gives answers."""

    def __init__(self, world: "World") -> None:
        self.world = world

    async def begin(self, request: Request) -> Response:
        """Begin a resumable upload: the place to send the ids to is the same."""
        job = self._job(request, "inlet")
        if job is None or not job.resumable:
            return _none()
        return PlainTextResponse("", 201, {"location": str(request.url)})

    async def take(self, request: Request) -> Response:
        """Take a job's ids, one a line."""
        job = self._job(request, "inlet")
        if job is None or job.status(self.world.clock()) != "created":
            return _none()
        path = self.world.jobs.asked(job)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not await _kept(request.stream(), path):
            path.unlink()
            return PlainTextResponse(f"A list of ids has at most {LARGEST} bytes.", 413)
        self.world.jobs.taken(job, well=all(ID.fullmatch(line) for line in _lines(path)))
        return PlainTextResponse("")

    async def give(self, request: Request) -> Response:
        """Give a job's answer, which is made when it is first asked for and then stays."""
        job = self._job(request, "outlet")
        if job is None or job.status(self.world.clock()) != "complete":
            return _none()
        path = self.world.jobs.answered(job)
        if not path.exists():
            await self._answer(job, path)
        return FileResponse(path, media_type="application/octet-stream")

    async def _answer(self, job: Job, path: Path) -> None:
        verdict = verdicts.of_post if job.kind == "tweets" else verdicts.of_user
        unfinished = path.with_suffix(f".{id(job)}")
        with unfinished.open("wb") as file:
            for number, line in enumerate(_lines(self.world.jobs.asked(job))):
                found = verdict(self.world, int(line))
                file.write(msgspec.json.encode(found) + b"\n" if found else b"")
                # Half a million ids must not keep the others waiting.
                if number % AT_A_TIME == 0:
                    await asyncio.sleep(0)
        unfinished.replace(path)

    def _job(self, request: Request, end: str) -> Job | None:
        secret = request.path_params["secret"]
        found = self.world.jobs.by(secret)
        return found if found and secret == getattr(found, end) else None


async def _kept(parts: AsyncIterator[bytes], path: Path) -> bool:
    """Write a body to a file; False once it is larger than anybody needs."""
    size = 0
    with path.open("wb") as file:
        async for part in parts:
            size += len(part)
            if size > LARGEST:
                return False
            file.write(part)
    return True


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from filter(None, (line.strip() for line in file))


def _none() -> Response:
    return PlainTextResponse("There is nothing at this address, not yet or not any more.", 404)
