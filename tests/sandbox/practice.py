"""A pretend X in a process of its own, and the few words that tests say to it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

SOURCE = Path(__file__).resolve().parents[2] / "src"
KEY = "practice-key"
STREAM = "/2/tweets/search/stream"
PATIENCE_S = 10.0
HEARTBEAT_S = 0.25
QUEUE = 60


class Brand:
    """A brand's account: what its two tokens can ask for."""

    def __init__(self, url: str, told: dict[str, str]) -> None:
        self.id, self.username = told["id"], told["username"]
        self.url, self.app_token = url, told["app_token"]
        self.consumer_secret, self.client_secret = told["consumer_secret"], told["client_secret"]
        self.app = httpx.Client(base_url=url, headers=bearer(told["app_token"]), timeout=PATIENCE_S)
        self.user = httpx.Client(base_url=url, headers=bearer(told["user_token"]), timeout=PATIENCE_S)

    def answer(self, post: str, text: str) -> httpx.Response:
        """Reply through the API."""
        return self.user.post("/2/tweets", json={"text": text, "reply": {"in_reply_to_tweet_id": post}})

    def follow(self, *rules: str) -> httpx.Response:
        """Add stream rules."""
        added = [{"value": rule, "tag": f"tag {rule}"} for rule in rules]
        return self.app.post("/2/tweets/search/stream/rules", json={"add": added})

    def subscribe(self, kind: str, **more: Any) -> httpx.Response:
        """Ask the Activity API to tell of what this brand does, or of what is done to it."""
        body = {"event_type": kind, "filter": {"user_id": self.id}} | more
        return self.user.post("/2/activity/subscriptions", json=body)

    def activity(self, **query: str) -> AbstractContextManager["Lines"]:
        """Hold the Activity stream open."""
        return self._held("/2/activity/stream", query)

    def stream(self, **query: str) -> AbstractContextManager["Lines"]:
        """Hold the filtered stream open."""
        return self._held(STREAM, query)

    def raw(self, room: int | None = None, **query: str) -> socket.socket:
        """The filtered stream on a bare socket, once its answer has begun: what a client would put together again stays
        in pieces. In little `room`, in bytes, less comes before somebody reads.
        """
        where = urlsplit(self.url)
        connection = socket.socket()
        if room:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        connection.settimeout(PATIENCE_S)
        connection.connect((where.hostname, where.port))
        asked = f"GET {STREAM}?{urlencode(query)} HTTP/1.1\r\nhost: {where.netloc}\r\n"
        connection.sendall(f"{asked}authorization: Bearer {self.app_token}\r\n\r\n".encode())
        # Until then the stream is not held open, and nothing can be done to it.
        connection.recv(1, socket.MSG_PEEK)
        return connection

    @contextmanager
    def _held(self, path: str, query: dict[str, str]) -> Iterator["Lines"]:
        """Hold a stream open; what comes is read by a thread."""
        limits = httpx.Timeout(PATIENCE_S)
        with (
            httpx.Client(base_url=self.url, headers=bearer(self.app_token), timeout=limits) as client,
            client.stream("GET", path, params=query) as answer,
        ):
            yield Lines(answer)


class Lines:
    """What a stream brings, line by line."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.found: Queue[bytes | None] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self) -> bytes | None:
        """The next line that is no heartbeat; None once the stream has ended."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            line = self.found.get(timeout=PATIENCE_S)
            if line != b"":
                return line
        raise AssertionError("nothing but heartbeats came")

    def next_post(self) -> dict[str, Any]:
        """The next line as JSON."""
        line = self.next()
        assert line is not None, "the stream ended"
        found: dict[str, Any] = json.loads(line)
        return found

    def _read(self) -> None:
        rest = bytearray()
        try:
            for part in self.answer.iter_raw():
                rest += part
                if b"\n" in part:
                    *lines, rest = rest.split(b"\r\n")
                    for line in lines:
                        self.found.put(bytes(line))
        except (httpx.HTTPError, httpx.StreamError):
            pass
        self.found.put(None)


class Practice:
    """The running process, and its control API."""

    def __init__(self, path: Path, *more: str) -> None:
        self.path = path
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = start(path, self.port, *more)
        self.control = httpx.Client(base_url=self.url, headers=bearer(KEY), timeout=PATIENCE_S)
        self.anybody = httpx.Client(base_url=self.url, timeout=PATIENCE_S)
        self._wait()

    def brand(self, username: str, **options: Any) -> Brand:
        """The brand with a handle, made if it is new."""
        body = {"username": username, "name": username, "kind": "brand"} | options
        return Brand(self.url, self.say("accounts", body))

    def post(self, username: str, text: str, **more: Any) -> dict[str, Any]:
        """Post as somebody."""
        return self.say("posts", {"username": username, "text": text} | more)

    def fault(self, on: str, kind: str, **more: Any) -> None:
        """Put a fault in wait."""
        self.say("faults", {"on": on, "kind": kind} | more)

    def say(self, what: str, body: Any) -> dict[str, Any]:
        """One call of the control API that must succeed."""
        answer = self.control.post(f"/pretend/{what}", json=body)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def counts(self) -> dict[str, Any]:
        """What the other side counts."""
        told: dict[str, Any] = self.control.get("/pretend/counts").json()
        return told

    def now(self) -> datetime:
        """What time it is there: another test may have moved the clock."""
        return datetime.fromisoformat(self.control.get("/pretend/clock").json()["now"])

    def kill(self) -> None:
        """End the process without warning."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def end(self) -> int:
        """End the process as its owner would; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                self.anybody.get("/static/pretend.css")
                return
            except httpx.TransportError:
                time.sleep(0.02)
        raise AssertionError("the pretend X did not start")


@contextmanager
def practice(path: Path, *more: str) -> Iterator[Practice]:
    """A pretend X over a storage file, ended afterwards whatever happens."""
    running = Practice(path, *more)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.kill()


def start(path: Path, port: int, *more: str) -> subprocess.Popen[bytes]:
    """Start the process; it says nothing and knows the tests' control key."""
    world = {**os.environ, "PYTHONPATH": str(SOURCE), "EARFUL_SANDBOX_KEY": KEY}
    options = ["--port", str(port), "--heartbeat", str(HEARTBEAT_S), "--queue", str(QUEUE), *more]
    return subprocess.Popen([sys.executable, "-m", "earful.sandbox.serve", str(path), *options], env=world)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"authorization": f"Bearer {token}"}
