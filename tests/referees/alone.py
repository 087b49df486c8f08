"""The pretend X by itself, as anybody who builds for X would start it, and a post that a customer makes there."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

SOURCE = Path(__file__).resolve().parents[2] / "src"
PATIENCE_S = 20.0


class Alone:
    """A running pretend X: what it printed of itself, by name, and the two who talk there."""

    def __init__(self, told: dict[str, str]) -> None:
        self.told = told
        self.url = told["X_BASE_URL"]
        self.brand = self.by(told["X_BRAND_TOKEN"])
        self.customer = self.by(told["X_CUSTOMER_TOKEN"])
        self.control = self.by(told["X_CONTROL_KEY"])

    def __getitem__(self, name: str) -> str:
        return self.told[name]

    @property
    def handle(self) -> str:
        """The brand's handle."""
        return str(self.brand.get("/2/users/me").json()["data"]["username"])

    def says(self, text: str) -> str:
        """What a customer says; the id of the post."""
        answer = self.customer.post("/2/tweets", json={"text": text})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["id"])

    def by(self, token: str) -> httpx.Client:
        """Whoever has a token."""
        return httpx.Client(base_url=self.url, headers={"authorization": f"Bearer {token}"}, timeout=PATIENCE_S)


@contextmanager
def alone(*options: str) -> Iterator[Alone]:
    """Run it on a free port until the test is over."""
    with tempfile.TemporaryDirectory(prefix="earful-alone-") as folder:
        command = [sys.executable, "-m", "earful.cli", "sandbox", "--port", "0", "--print-env"]
        command += ["--data", str(Path(folder, "x.db")), *options]
        environment = os.environ | {"PYTHONPATH": str(SOURCE)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            try:
                yield Alone(_told(process))
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()


def _told(process: "subprocess.Popen[str]") -> dict[str, str]:
    told: dict[str, str] = {}
    assert process.stdout is not None
    for line in process.stdout:
        name, sign, value = line.rstrip("\n").partition("=")
        assert sign, f"not NAME=value: {line!r}"
        told[name] = value
        if name == LAST:
            return told
    raise AssertionError(f"the pretend X ended after telling {sorted(told)}")


LAST = "X_CONTROL_KEY"


def until(found: Any, patience: float = PATIENCE_S) -> Any:
    """The first answer of `found()` that is something, asked again and again for a while."""
    ends = time.monotonic() + patience
    while not (answer := found()):
        assert time.monotonic() < ends, "nothing came in time"
        time.sleep(0.05)
    return answer
