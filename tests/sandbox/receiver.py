"""A webhook's other end: a small real HTTP server on 127.0.0.1 that proves itself and keeps what it is told."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATIENCE_S = 10.0


class Receiver:
    """Where events arrive. `statuses` are answered one after the other, then 200; `crc` says how it proves itself."""

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self.secret = secret
        self.arrived: Queue[tuple[dict[str, str], bytes]] = Queue()
        self.challenged = 0
        self.statuses: list[int] = []
        self.waits_s = 0.0
        self.crc: Callable[[str], tuple[int, bytes]] = self.proof

    def proof(self, token: str) -> tuple[int, bytes]:
        """The right answer to a challenge."""
        return 200, json.dumps({"response_token": self.sign(token.encode())}).encode()

    def sign(self, message: bytes, secret: str = "") -> str:
        """What the pretend X should have written over a message."""
        digest = hmac.digest((secret or self.secret).encode(), message, hashlib.sha256)
        return "sha256=" + base64.b64encode(digest).decode()

    def next(self) -> dict[str, Any]:
        """The next event, its signature checked."""
        headers, body = self.arrived.get(timeout=PATIENCE_S)
        assert headers["x-twitter-webhooks-signature"] == self.sign(body)
        told: dict[str, Any] = json.loads(body)
        return told

    def silent(self, seconds: float = 0.5) -> bool:
        """Whether nothing arrives for a while."""
        try:
            self.arrived.get(timeout=seconds)
        except Empty:
            return True
        return False


class Quiet(ThreadingHTTPServer):
    """A server that keeps to itself when the other side did not wait for an answer."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


@contextmanager
def receiving(secret: str) -> Iterator[Receiver]:
    """A receiver that knows an app's secret, ended afterwards."""
    server = Quiet(("127.0.0.1", 0), BaseHTTPRequestHandler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}/webhook", secret)
    server.RequestHandlerClass = _handler(receiver)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            receiver.challenged += 1
            token = parse_qs(urlsplit(self.path).query)["crc_token"][0]
            self._answer(*receiver.crc(token))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            time.sleep(receiver.waits_s)
            receiver.arrived.put(({name.lower(): value for name, value in self.headers.items()}, body))
            self._answer(receiver.statuses.pop(0) if receiver.statuses else 200, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
