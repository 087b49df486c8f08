"""One connection held open: fed from a queue with an end, with a heartbeat when nothing comes.

A line is one JSON object; a bare line break is the heartbeat. Whoever reads so slowly that the queue fills is
cut off, as on X, and what waited for them is gone.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

import msgspec
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from earful.sandbox.asking import Asked
from earful.sandbox.money.billing import Charge
from earful.sandbox.problems import RefusalError, problem_type
from earful.sandbox.streams.endpoints import Endpoint
from earful.sandbox.wirecutter import cut

if TYPE_CHECKING:
    from earful.sandbox.streams.connections import Connections

LINE_END = b"\r\n"
BETWEEN_PARTS_S = 0.02
HEADERS = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-cache")]

# What is sent, and what it is billed for.
Told = tuple[bytes, Sequence[Charge]]

# The past as it is read: None where a part of it has nothing to tell.
Retold = Iterable[Told | None]

DisconnectType = Literal[
    "OperationalDisconnect",
    "UpstreamOperationalDisconnect",
    "ForceDisconnect",
    "UpstreamUncleanDisconnect",
    "SlowReader",
    "InternalError",
    "ClientApplicationStateDegraded",
    "InvalidRules",
]


class Connection(Response):
    """An answer that ends when either side has enough.

    `app` is who may read it, `endpoint` which stream it is. `first` is written before
    anything that happens from now on; where it `ends` with that, it is a recovery. `asked` is which fields it wants.
    """

    def __init__(
        self, held: "Connections", app: int, endpoint: Endpoint, *, asked: Asked, first: Retold, ends: bool
    ) -> None:
        super().__init__()
        self.held = held
        self.app = app
        self.endpoint = endpoint
        self.asked = asked
        self.first = first
        self.ends = ends
        self.id = str(uuid4())
        self.lines: asyncio.Queue[Told | None] = asyncio.Queue(held.queue)
        self.scope: Scope | None = None
        self.deaf = False
        self.tearing = False
        # Whoever ends it, it says no more of the past than the line it is at.
        self.ended = False
        self.away = False

    @property
    def client_ip(self) -> str:
        """Where it comes from."""
        return str(self.scope["client"][0]) if self.scope and self.scope.get("client") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the connection: lines as they come, a heartbeat when none does."""
        self.scope = scope
        try:
            self.held.enter(self)
        except RefusalError as refusal:
            words = msgspec.json.encode(refusal.document())
            return await Response(words, refusal.status, media_type="application/problem+json")(scope, receive, send)
        leaving = asyncio.create_task(self._leave(receive))
        feeding = asyncio.create_task(self._feed(send))
        try:
            await asyncio.wait({leaving, feeding}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.held.left(self)
            for task in (leaving, feeding):
                task.cancel()
            await asyncio.gather(leaving, feeding, return_exceptions=True)

    def put(self, line: bytes, owed: Sequence[Charge] = ()) -> None:
        """Queue a line as it is, and what it is billed for; a queue that is full already ends the connection."""
        if self.deaf:
            return
        try:
            self.lines.put_nowait((line, owed))
        except asyncio.QueueFull:
            self.held.drop_slow(self)

    def cut(self, reason: str = "network") -> None:
        """Break the connection off, with nothing said."""
        self.held.leave(self, reason)
        if self.scope is not None:
            cut(self.scope)

    def tear(self) -> None:
        """Break off in the middle of the next line."""
        self.tearing = True

    def end(self, reason: str) -> None:
        """Close in good order, after what is queued; what was still to be told of the past is not."""
        self.ended = True
        self.held.leave(self, reason)
        self._close()

    def disconnect(self, kind: DisconnectType, detail: str) -> None:
        """Say why on the stream itself, as X does, then close; "" is X's usual words. What was queued is gone."""
        while not self.lines.empty():
            self.lines.get_nowait()
        self.lines.put_nowait((msgspec.json.encode(operational(kind, detail)) + LINE_END, ()))
        self.end(kind)

    def _close(self) -> None:
        try:
            self.lines.put_nowait(None)
        except asyncio.QueueFull:
            # Nobody reads, so a last word would never be heard.
            if self.scope is not None:
                cut(self.scope)

    async def _feed(self, send: Send) -> None:
        raw = list(self.raw_headers) + HEADERS
        headers = [pair for pair in raw if pair[0] != b"content-length"]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(_part(LINE_END))
        await self._tell_past(send)
        while (self.ended or not self.ends) and (queued := await self._next()) is not None:
            await self._tell(send, queued)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell_past(self, send: Send) -> None:
        for told in self.first:
            # A day of posts must not keep the others waiting, nor a reader who went, or was sent, go unnoticed.
            await asyncio.sleep(0)
            if self.ended or self.away:
                return
            if told:
                await self._tell(send, told)
        if self.ends and not (self.ended or self.away):
            self.held.leave(self, "recovery_complete")

    async def _leave(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.away = True

    async def _next(self) -> Told | None:
        try:
            return await asyncio.wait_for(self.lines.get(), self.held.heartbeat)
        except TimeoutError:
            return LINE_END, ()

    async def _tell(self, send: Send, told: Told) -> None:
        line, owed = told
        struck = self.held.strike(self.app) if line != LINE_END else None
        self.tearing = self.tearing or struck == "torn_line"
        for _ in range(1 + (struck == "twice")):
            await self._write(send, line)
        # Billed once it is written: whether somebody read it is not X's concern.
        if owed:
            self.held.world.bill(self.held.world.apps.known(self.app), self.endpoint.operation, owed)

    async def _write(self, send: Send, line: bytes) -> None:
        if self.tearing and line != LINE_END:
            await send(_part(line[: len(line) // 2]))
            await asyncio.sleep(BETWEEN_PARTS_S)
            self.cut()
            raise ConnectionResetError("torn on purpose")
        first, second = _halves(line) if self.held.habits(self.app).split else (line, b"")
        await send(_part(first))
        if second:
            await asyncio.sleep(BETWEEN_PARTS_S)
            await send(_part(second))


def operational(kind: DisconnectType, detail: str) -> dict[str, object]:
    """What X writes into a stream before it closes it."""
    usual = "This stream has been disconnected for operational reasons."
    upstream = "This stream has been disconnected upstream for operational reasons."
    known = detail or (upstream if kind.startswith("Upstream") else usual)
    told = {"title": "operational-disconnect", "disconnect_type": kind, "detail": known}
    return {"errors": [told | {"type": problem_type("operational-disconnect", "post")}]}


def _halves(line: bytes) -> tuple[bytes, bytes]:
    """A line in two, parted inside its first character of several bytes, or else in the middle."""
    inside = next((place for place, byte in enumerate(line) if byte & 0xC0 == 0x80), len(line) // 2)
    return line[:inside], line[inside:]


def _part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}
