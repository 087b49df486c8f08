"""One HTTP request to an address of this very machine, and nothing else.

X calls public addresses by https. The pretend X must never reach another machine, so it takes a loopback address
as it stands, looks up no name, and refuses everything else before a socket is opened.
"""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from socket import socket
from typing import IO, cast
from urllib.parse import urlsplit

LONGEST_URL = 200
LONGEST_ANSWER = 1 << 20
HOME = {"localhost": "127.0.0.1"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where to call: an address of this machine, a port, and what stands in the request line."""

    host: str
    port: int
    target: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: bytes


class UnheardError(Exception):
    """No answer came that can be understood: too late, cut off, or nobody there."""


def place(url: str) -> Place:
    """Where a URL leads. Raises ValueError, in words, unless that is this machine by plain http."""
    parts = urlsplit(url)
    if not 1 <= len(url) <= LONGEST_URL or not url.isascii() or any(not "!" <= letter <= "~" for letter in url):
        raise ValueError(f"a webhook's URL has 1 to {LONGEST_URL} characters, without spaces")
    if parts.scheme != "http" or parts.username is not None or parts.fragment:
        raise ValueError("the pretend X calls plain http addresses of this machine, like http://127.0.0.1:8000/webhook")
    host = HOME.get(parts.hostname or "", parts.hostname or "")
    if not _is_home(host):
        raise ValueError("the pretend X reaches no other machine: use 127.0.0.1, with a port")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(host, parts.port or 80, target)


async def call(method: str, to: Place, headers: Mapping[str, str], body: bytes, within_s: float) -> Reply:
    """Ask once. Raises UnheardError when no answer came in time."""
    try:
        async with asyncio.timeout(within_s):
            return _understood(await _exchange(to, _request(method, to, headers, body)))
    except (TimeoutError, OSError, HTTPException, ValueError) as problem:
        raise UnheardError(str(problem) or type(problem).__name__) from None


async def _exchange(to: Place, request: bytes) -> bytes:
    if not _is_home(to.host):
        raise ValueError("not an address of this machine")
    reading, writing = await asyncio.open_connection(to.host, to.port)
    try:
        writing.write(request)
        await writing.drain()
        return await _all(reading)
    finally:
        writing.close()


async def _all(reading: asyncio.StreamReader) -> bytes:
    heard = bytearray()
    while (part := await reading.read(65_536)) and len(heard) <= LONGEST_ANSWER:
        heard += part
    return bytes(heard)


def _request(method: str, to: Place, headers: Mapping[str, str], body: bytes) -> bytes:
    host = f"[{to.host}]" if ":" in to.host else to.host
    lines = [f"{method} {to.target} HTTP/1.1", f"host: {host}:{to.port}", "connection: close", "accept: */*"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"content-length: {len(body)}"] if body or method == "POST" else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def _understood(heard: bytes) -> Reply:
    response = HTTPResponse(cast(socket, _Heard(heard)))
    response.begin()
    return Reply(response.status, response.read())


class _Heard:
    """What the standard library wants to read an answer from: it only ever asks for a file."""

    def __init__(self, heard: bytes) -> None:
        self.heard = heard

    def makefile(self, _mode: str) -> IO[bytes]:
        return io.BytesIO(self.heard)


def _is_home(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
