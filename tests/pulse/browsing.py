"""A browser in little, at the events application: no server between them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from earful.pulse.stream import Events

PATIENCE = 5.0


class Browser:
    """One request to the stream. Ten pieces lie between the two; who reads no more stalls the application."""

    def __init__(self, events: Events, path: str, query: str, headers: dict[str, str], method: str) -> None:
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        }
        self.leave: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.came: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=10)
        self.task = asyncio.create_task(events(self.scope, self.leave.get, self.came.put))

    async def start(self) -> dict[str, Any]:
        """The beginning of the answer."""
        return await asyncio.wait_for(self.came.get(), PATIENCE)

    async def next(self) -> str:
        """The next piece of the body; "" when it is over."""
        piece = await asyncio.wait_for(self.came.get(), PATIENCE)
        text: str = piece["body"].decode()
        assert piece["more_body"] == bool(text) or not piece.get("more_body")
        return text

    async def next_event(self) -> str:
        """The next piece that is no comment."""
        while (piece := await self.next()).startswith(":"):
            pass
        return piece

    async def rest(self) -> list[str]:
        """All pieces until the end."""
        pieces = []
        while piece := await self.next():
            pieces.append(piece)
        await asyncio.wait_for(self.task, PATIENCE)
        return pieces

    async def close(self) -> None:
        """The browser goes away."""
        await self.leave.put({"type": "http.disconnect"})
        await asyncio.wait_for(self.task, PATIENCE)


@asynccontextmanager
async def browsing(
    events: Events,
    query: str = "",
    *,
    path: str = "/events",
    method: str = "GET",
    **headers: str,
) -> AsyncIterator[Browser]:
    """A browser at the application; it is gone after the block."""
    browser = Browser(events, path, query, headers, method)
    try:
        yield browser
    finally:
        browser.task.cancel()
        await asyncio.gather(browser.task, return_exceptions=True)


@asynccontextmanager
async def streaming(dsn: str, secret: str, heartbeat: float = 15.0) -> AsyncIterator[Events]:
    """The application, not listening to the database yet; its other connection is closed after the block."""
    events = Events(dsn, secret, heartbeat=heartbeat)
    try:
        yield events
    finally:
        asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        await asked.put({"type": "lifespan.shutdown"})
        await events({"type": "lifespan"}, asked.get, _nowhere)


async def _nowhere(_: object) -> None:
    pass


@asynccontextmanager
async def hearing(events: Events) -> AsyncIterator[None]:
    """The application as its server runs it: started before, shut down after."""
    asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    running = asyncio.create_task(events({"type": "lifespan"}, asked.get, said.put))
    await asked.put({"type": "lifespan.startup"})
    assert (await asyncio.wait_for(said.get(), PATIENCE))["type"] == "lifespan.startup.complete"
    try:
        yield
    finally:
        await asked.put({"type": "lifespan.shutdown"})
        await asyncio.wait_for(running, PATIENCE)
