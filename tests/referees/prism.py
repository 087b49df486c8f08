"""Prism between the connector and the pretend X, with one of X's own descriptions in its hand.

Prism says what broke the description in the header `sl-violations` of the answer, and lets both sides go on. What it
does not see is a query name that an operation does not know (tests/connectors/test_x_contract.py looks at those).
"""

import json
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from earful.cli.testing import prism_command
from earful.core.connector import Account, Request, Response
from shared import shared

READY_S = 30.0


@dataclass
class Referee:
    """A turnstile that lets everything through and writes down what Prism found wrong."""

    asked: set[tuple[str, str]] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def before(self, account: Account, request: Request) -> None:
        """Everything may pass."""

    def after(self, account: Account, request: Request, response: Response) -> None:
        """What was asked, and what was wrong with it or with its answer."""
        self.asked.add((request.method, request.path))
        problem = "problem+json" in response.headers.get("content-type", "")
        for wrong in _violations(response.headers.get("sl-violations", "[]")):
            # Prism takes "application/problem+json" for "application/json", and so for X's older form of error.
            if problem and wrong.get("location", [])[:2] == ["response", "body"]:
                continue
            self.found.append(f"{request.method} {request.path}: {_told(wrong)}")


def _violations(header: str) -> list[dict[str, Any]]:
    """What the header lists; Prism writes words before the list, and cuts it off, where it is long."""
    try:
        found: list[dict[str, Any]] = json.loads(header)
    except ValueError:
        return [{"message": header}]
    return found


def _told(wrong: dict[str, Any]) -> str:
    return f"{'.'.join(map(str, wrong.get('location', [])))} {wrong.get('message', wrong)}"


@contextmanager
def refereed(version: str, upstream: str) -> Iterator[str]:
    """The address of a Prism that holds what passes to `upstream` against X's description of that version."""
    port = free_port()
    description = str(shared("contracts", "x", f"openapi-{version}.json"))
    command = [*prism_command(), "proxy", "-h", "127.0.0.1", "-p", str(port), description, upstream]
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        try:
            _await(port, process, said)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        return int(trying.getsockname()[1])


def _await(port: int, process: "subprocess.Popen[bytes]", said: Any) -> None:
    ends = time.monotonic() + READY_S
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    said.seek(0)
    raise AssertionError(f"Prism did not start: {said.read().decode()[-2000:]}")
