"""Server-sent events: one database session listens for everybody, and fans out ids to every open page.

A raw ASGI application without Django: a thousand open pages cost about 21 KB each. The stream never carries
content. Who is too slow to take a hundred events is let go; its browser comes back and fetches everything
anew.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs

import psycopg
import structlog

from earful.pulse.tickets import holder

log = structlog.get_logger("events")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

CHANNEL: Final = "earful"
MOST_BEHIND: Final = 100
HEARTBEAT_SECONDS: Final = 15.0
RECONNECT_SECONDS: Final = 1.0
_STANDING: Final = """
    SELECT 1 FROM django_session AS s, people_agent AS a
    WHERE s.session_key = %s AND s.expire_date > now() AND a.id = %s AND a.is_active
"""
_BYE: Final = b""
_QUIET: Final = b"quiet"
_HEARTBEAT: Final = b": still here\n\n"


class Events:
    """The ASGI application. Every `heartbeat` seconds a stream shows life, if its session still stands
    and its agent is active."""

    def __init__(
        self,
        dsn: str,
        secret: str,
        *,
        session_cookie: str = "sessionid",
        heartbeat: float = HEARTBEAT_SECONDS,
    ) -> None:
        self.dsn, self.secret, self.session_cookie, self.heartbeat = dsn, secret, session_cookie, heartbeat
        self.clients: set[asyncio.Queue[bytes]] = set()
        self._hearing: asyncio.Task[None] | None = None
        self._asking: psycopg.AsyncConnection[tuple[int]] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._hearing = asyncio.create_task(self._hear())
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._hearing:
                    self._hearing.cancel()
                for queue in self.clients:
                    queue.put_nowait(_BYE)
                if self._asking:
                    await self._asking.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _hear(self) -> None:
        """Listen on the database and fan out; after a break, everybody is told to fetch everything anew."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as database:
                    await database.execute(f"LISTEN {CHANNEL}")
                    self._fan_out("again", "")
                    async for notification in database.notifies():
                        kind, _, ids = notification.payload.partition(" ")
                        self._fan_out(kind, ids)
            except psycopg.Error as error:
                log.warning("database away", reason=str(error).strip())
            await asyncio.sleep(RECONNECT_SECONDS)

    def _fan_out(self, kind: str, ids: str) -> None:
        event = f"event: {kind}\ndata: {ids}\n\n".encode()
        for queue in list(self.clients):
            if queue.qsize() >= MOST_BEHIND:
                self.clients.discard(queue)
                queue.put_nowait(_BYE)
            else:
                queue.put_nowait(event)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/healthz":
            await _plain(send, 200, b"ok")
        elif path != "/events" or scope["method"] != "GET":
            await _plain(send, 404, b"there is only /events here")
        else:
            await self._events(scope, receive, send)

    async def _events(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        session = _cookie(headers.get("cookie", ""), self.session_cookie)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
        agent = holder(given, session, datetime.now(UTC), self.secret) if session else None
        origin = headers.get("origin", "")
        if agent is None or not await self._signed_in(session, agent):
            await _plain(send, 403, b"sign in again", origin)
            return
        await send({"type": "http.response.start", "status": 200, "headers": _stream_headers(origin)})
        await self._serve(session, agent, receive, send)

    async def _serve(self, session: str, agent: int, receive: Receive, send: Send) -> None:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.clients.add(queue)
        gone = asyncio.ensure_future(_until_gone(receive))
        gone.add_done_callback(lambda _: queue.put_nowait(_BYE))
        checked = asyncio.get_running_loop().time()
        try:
            await send({"type": "http.response.body", "body": b": hello\nretry: 2000\n\n", "more_body": True})
            while not gone.done():
                body = await self._next(queue, checked + self.heartbeat)
                if body == _QUIET:
                    # By the clock, not after a quiet while: a busy desk would never ask again.
                    body = _HEARTBEAT if await self._signed_in(session, agent) else _BYE
                    checked = asyncio.get_running_loop().time()
                if body == _BYE:
                    break
                await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            self.clients.discard(queue)
            gone.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _next(self, queue: asyncio.Queue[bytes], until: float) -> bytes:
        """The next event, or _QUIET when the loop's clock shows `until`."""
        left = until - asyncio.get_running_loop().time()
        if left <= 0:
            return _QUIET
        try:
            return await asyncio.wait_for(queue.get(), left)
        except TimeoutError:
            return _QUIET

    async def _signed_in(self, session: str, agent: int) -> bool:
        """Whether the session's row is still there and its agent still active.

        Signing out removes the row at once. A changed password removes those of the agent's other browsers
        only when they next ask for a page; until then their streams, which carry ids alone, go on.

        One connection serves all who ask; one that broke is replaced, and meanwhile nobody is let in.
        """
        async with self._one_at_a_time:
            try:
                if self._asking is None or self._asking.closed:
                    self._asking = await psycopg.AsyncConnection.connect(self.dsn, autocommit=True)
                found = await self._asking.execute(_STANDING, [session, agent])
                return await found.fetchone() is not None
            except psycopg.Error as error:
                log.warning("cannot check a session", reason=str(error).strip())
                self._asking = None
                return False


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _cookie(header: str, name: str) -> str:
    """A cookie's value. The library's parser gives the whole header up over one foreign cookie's odd name."""
    for pair in header.split(";"):
        key, _, value = pair.partition("=")
        if key.strip() == name:
            return value.strip().strip('"')
    return ""


def _stream_headers(origin: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        *_cross_origin(origin),
    ]


def _cross_origin(origin: str) -> list[tuple[bytes, bytes]]:
    """Pages are served from another port, hence another origin. The ticket in the address, bound to the
    session, is what opens the stream: a foreign page has none, whatever origin we echo.
    """
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin"),
    ]


async def _plain(send: Send, status: int, body: bytes, origin: str = "") -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_cross_origin(origin)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
