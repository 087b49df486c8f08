"""The filtered stream: connections held open, one for each app, each fed from a queue with an end.

A line is one JSON object; a bare line break is the heartbeat. Whoever reads so slowly that the queue fills is
cut off, as on X, and what waited for them is gone.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from earful.sandbox.accounts import Account
from earful.sandbox.asking import Asked
from earful.sandbox.billing import Charge, read
from earful.sandbox.gate import Call
from earful.sandbox.hearing import Hearing
from earful.sandbox.posts import Post
from earful.sandbox.problems import RefusalError
from earful.sandbox.shapes import Shape, Shaper
from earful.sandbox.wirecutter import cut

if TYPE_CHECKING:
    from earful.sandbox.world import World

STREAM = "GET /2/tweets/search/stream"
LINE_END = b"\r\n"
PATIENCE_MS = 1000
HEADERS = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-cache")]

# What is sent, and what it is billed for.
Line = tuple[bytes, Sequence[Charge]]


class Stream(Response):
    """One connection held open: an answer that ends when either side has enough."""

    def __init__(self, streams: "Streams", account: Account, asked: Asked) -> None:
        super().__init__()
        self.streams = streams
        self.account = account
        self.asked = asked
        self.lines: asyncio.Queue[Line | None] = asyncio.Queue(streams.queue)
        self.scope: Scope | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the connection: lines as they come, a heartbeat when none does."""
        self.scope = scope
        if not self.streams.enter(self):
            return await self._too_many(scope, receive, send)
        leaving = asyncio.create_task(_left(receive))
        feeding = asyncio.create_task(self._feed(send))
        try:
            await asyncio.wait({leaving, feeding}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.streams.leave(self)
            for task in (leaving, feeding):
                task.cancel()
            await asyncio.gather(leaving, feeding, return_exceptions=True)

    def put(self, line: bytes, owed: Sequence[Charge] = ()) -> None:
        """Queue a line as it is, and what it is billed for; a queue that is full already ends the connection."""
        try:
            self.lines.put_nowait((line, owed))
        except asyncio.QueueFull:
            self.cut()

    def cut(self) -> None:
        """Break the connection off, with nothing said."""
        self.streams.leave(self)
        if self.scope is not None:
            cut(self.scope)

    def end(self) -> None:
        """Close in good order, after what is queued."""
        with suppress(asyncio.QueueFull):
            self.lines.put_nowait(None)

    async def _feed(self, send: Send) -> None:
        raw = list(self.raw_headers) + HEADERS
        headers = [pair for pair in raw if pair[0] != b"content-length"]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(_part(LINE_END))
        while (queued := await self._next()) is not None:
            line, owed = queued
            await send(_part(line))
            # Billed once it is written: whether somebody read it is not X's concern.
            self.streams.world.bill(self.streams.world.apps.own(self.account), STREAM, owed)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _next(self) -> Line | None:
        try:
            return await asyncio.wait_for(self.lines.get(), self.streams.heartbeat)
        except TimeoutError:
            return LINE_END, ()

    async def _too_many(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = too_many_connections()
        words = msgspec.json.encode(refusal.document())
        await Response(words, refusal.status, media_type="application/problem+json")(scope, receive, send)


class Streams:
    """All connections held open. `heartbeat` is in seconds; `queue` is how many lines may wait for a slow
    reader.
    """

    def __init__(self, world: "World", heartbeat: float, queue: int) -> None:
        self.world = world
        self.heartbeat = heartbeat
        self.queue = queue
        self.held: dict[int, Stream] = {}

    def enter(self, stream: Stream) -> bool:
        """Let a connection in, unless its app holds one already."""
        return self.held.setdefault(stream.account.id, stream) is stream

    def leave(self, stream: Stream) -> None:
        """Forget a connection."""
        if self.held.get(stream.account.id) is stream:
            del self.held[stream.account.id]

    def deliver(self, post: Post) -> None:
        """Send a post to every app whose rules find it."""
        hearing = Hearing(self.world)
        for app, stream in list(self.held.items()):
            rules = self.world.rules.matching(self.world, app, post, hearing)
            if rules:
                stream.put(*self._line(stream, post, rules))

    def tell_deletion(self, ids: list[int], author: int) -> None:
        """Send a deletion, as compliance streams do, to the apps that asked for them. `ids` are all its
        versions.
        """
        for app, stream in list(self.held.items()):
            account = self.world.accounts.known(app)
            if account.options.deletes:
                for post in ids:
                    gone = {"delete": {"tweet": {"id": str(post), "author_id": str(author)}}}
                    stream.put(msgspec.json.encode(gone) + LINE_END)

    async def room(self) -> None:
        """Wait until every queue is half empty again, but not for ever: a reader may have stopped."""
        for _ in range(PATIENCE_MS):
            if all(stream.lines.qsize() <= self.queue // 2 for stream in self.held.values()):
                return
            await asyncio.sleep(0.001)

    def end_of(self, app: int) -> None:
        """Close an app's connection in good order."""
        if app in self.held:
            self.held[app].end()

    def end(self) -> None:
        """Close every connection in good order."""
        for stream in list(self.held.values()):
            stream.end()

    def _line(self, stream: Stream, post: Post, rules: list[Shape]) -> Line:
        shaper = Shaper(self.world, stream.asked)
        whole = shaper.whole(shaper.post(post), matching_rules=rules)
        terms = self.world.ledger.terms(stream.account.id)
        return msgspec.json.encode(whole) + LINE_END, list(read("post", whole, expansions=terms.expansions))


def connect(call: Call) -> Stream:
    """Open the stream. Raises RefusalError 409 without rules, 429 while the app holds a connection."""
    if not call.world.rules.of(call.account.id):
        detail = "There are no rules: add some before connecting."
        raise RefusalError(
            409,
            "streaming-connection",
            "ConnectionException",
            detail,
            connection_issue="RuleConfigurationIssue",
        )
    if call.account.id in call.world.streams.held:
        raise too_many_connections()
    return Stream(call.world.streams, call.account, call.asked)


def too_many_connections() -> RefusalError:
    """The app holds its one connection already."""
    detail = "This stream is currently at the maximum allowed connection limit."
    return RefusalError(
        429, "streaming-connection", "ConnectionException", detail, connection_issue="TooManyConnections"
    )


def _part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
