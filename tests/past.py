"""A network with a past: it answers searches and counts in X's shape, from memory or over HTTP, and fails as told.

Paths, parameters and answers are those of X's recent search and recent counts (API v2, 2026).
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.utils import timezone

from building import Person, item
from earful.core.connector import Account, Request, Response
from earful.wire import Exchange
from scripted import reply

Params = Mapping[str, str]
Fault = Callable[[Params], Response | None]


@dataclass
class Past:
    """Posts, newest first. Every search is written down in `asked`; `faults` are used up by the searches that come, and
    one that answers None lets its search through.
    """

    posts: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    questions: int = 0

    @classmethod
    def of(cls, count: int, *, hours: float = 120) -> "Past":
        """So many posts by different people, spread over the last hours, the newest half an hour ago."""
        begin = timezone.now() - timedelta(minutes=30)
        step = timedelta(hours=hours) / max(1, count)
        people = [Person(str(70_000 + n), f"person_{n}", f"Person {n}") for n in range(count)]
        return cls([item(one, f"lumen outage {n}", at=begin - n * step) for n, one in enumerate(people)])

    def run(self) -> "_InMemory":
        """A wire to it; one a thread."""
        return _InMemory(self)

    def answer(self, path: str, params: Params) -> Response:
        if path.endswith("/counts/recent"):
            self.questions += 1
            return reply(200, {"data": [], "meta": {"total_tweet_count": len(self._between(params))}})
        self.asked.append(dict(params))
        fault = self.faults.pop(0)(params) if self.faults else None
        return fault or self.page(params)

    def page(self, params: Params) -> Response:
        begin, size = int(params.get("next_token", "0")), int(params["max_results"])
        found = self._between(params)
        shown = found[begin : begin + size]
        more = {"next_token": str(begin + size)} if len(found) > begin + size else {}
        meta = {"result_count": len(shown), **more}
        users = [{"id": post["author_id"], "username": f"u{post['author_id']}", "name": "U"} for post in shown]
        return reply(200, {"data": shown, "includes": {"users": users}, "meta": meta} if shown else {"meta": meta})

    def _between(self, params: Params) -> list[dict[str, Any]]:
        since, until = _moment(params["start_time"]), _moment(params["end_time"])
        return [post for post in self.posts if since <= _moment(post["created_at"]) < until]


class _InMemory(Exchange):
    def __init__(self, past: Past) -> None:
        super().__init__()
        self.past = past

    def ask(self, account: Account, request: Request) -> Response:
        return self.past.answer(request.path, request.params)


@contextmanager
def served(past: Past) -> Iterator[str]:
    """The same over HTTP, for other processes; its base address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            answer = past.answer(url.path, dict(parse_qsl(url.query)))
            self.send_response(answer.status)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who asked was killed: that is the test
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def says(status: int, content: dict[str, Any], headers: dict[str, str] | None = None) -> Fault:
    """A fault: this is answered instead."""
    return lambda params: reply(status, content, headers)


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)
