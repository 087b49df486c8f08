"""Small servers on 127.0.0.1 that answer as badly as a test wants: cut, dripping, or not at all."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from earful.core.connector import Account

BOUND_SECONDS = 15.0
Behaviour = Callable[[socket.socket], None]


@dataclass
class Listening:
    """A running server: its port, and the requests that reached it (head and body as bytes)."""

    port: int
    heard: list[bytes] = field(default_factory=list)

    @property
    def account(self) -> Account:
        """An account whose network is this server."""
        base = f"http://127.0.0.1:{self.port}"
        return Account("1000", "Lumen", base, base, "app-key", "user-key")


@contextmanager
def listening(*behaviours: Behaviour) -> Iterator[Listening]:
    """A server that treats its first connection by the first behaviour, and so on; the last one stays."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(BOUND_SECONDS)
    running = Listening(server.getsockname()[1])
    stop = threading.Event()
    thread = threading.Thread(target=_serve, args=(server, running, behaviours, stop), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        stop.set()
        # A close does not wake a thread that waits in accept; a connection does.
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", running.port), timeout=0.2).close()
        thread.join(BOUND_SECONDS)
        server.close()


def _serve(server: socket.socket, running: Listening, behaviours: tuple[Behaviour, ...], stop: threading.Event) -> None:
    number = 0
    with suppress(OSError):
        while not stop.is_set():
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.settimeout(BOUND_SECONDS)
                heard = _request(connection)
                if heard:
                    running.heard.append(heard)
                    behaviours[min(number, len(behaviours) - 1)](connection)
                    number += 1


def _request(connection: socket.socket) -> bytes:
    heard = b""
    while b"\r\n\r\n" not in heard:
        piece = connection.recv(65_536)
        if not piece:
            return heard
        heard += piece
    head, _, body = heard.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def says(body: bytes = b"{}", *, status: str = "200 OK", headers: str = "") -> Behaviour:
    """Answers whole, and closes."""
    head = f"HTTP/1.1 {status}\r\n{headers}content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return sends(head.encode() + body)


def sends(*pieces: bytes, pause: float = 0.0) -> Behaviour:
    """Sends these bytes with pauses between them, and closes."""

    def behave(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)

    return behave


def keeps_silent(after: bytes = b"", seconds: float = 3.0) -> Behaviour:
    """Sends something, perhaps nothing, and then holds the connection open without a word."""
    return sends(after, pause=seconds)


def closes(connection: socket.socket) -> None:
    """Closes without an answer."""


def resets(connection: socket.socket) -> None:
    """Breaks the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def chunk(piece: bytes) -> bytes:
    """A piece of a chunked body."""
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"


CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
