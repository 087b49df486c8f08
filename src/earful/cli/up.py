"""`earful up`: the whole desk, from nothing to a printed address, and back down on Ctrl-C."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import structlog
from rich.console import Console

from earful import logs
from earful.cli.trouble import Trouble
from earful.embedded import Cluster, DataLock, locate
from earful.supervisor import Process, Supervisor

log = structlog.get_logger("up")
T = TypeVar("T")

READY_SECONDS: Final = 30.0
LEAST_DISK: Final = 200_000_000
RUNNING: Final = "running.json"


class Desk:
    """One desk on one data folder. Pages on `port`, events on the next, the pretend X on the one after."""

    def __init__(self, data: Path, host: str, port: int, *, demo: bool) -> None:
        self.data, self.host, self.port, self.demo = data, host, port, demo
        self.began = time.monotonic()
        self.console = Console(stderr=True, highlight=False)
        self.cluster: Cluster | None = None
        self.supervisor = Supervisor(self._tend_database)
        self.environ: dict[str, str] = {}

    def run(self, *, open_browser: bool = False) -> int:
        """Start everything, print where it is, keep it running until a signal, end everything."""
        logs.configure("desk")
        with DataLock(self.data):
            self._check()
            self.supervisor.on_signals()
            try:
                address = self._start()
                if not self.supervisor.stopping:
                    self._announce(address)
                    if open_browser:
                        webbrowser.open(address)
                self.supervisor.run()
            finally:
                self._end()
        return 0

    def _check(self) -> None:
        """Refuse at once, with a sentence, what would fail later with a riddle."""
        free = shutil.disk_usage(self.data).free
        if free < LEAST_DISK:
            raise Trouble(f"The disk of {self.data} has only {free // 1_000_000} MB left. Free at least 200 MB first.")
        for port in range(self.port, self.port + (3 if self.demo else 2)):
            if busy(self.host, port):
                other = f"Choose another with --port, for example --port {self.port + 100}."
                raise Trouble(f"Port {port} is in use by another program. {other}")

    def _start(self) -> str:
        self._step("Starting the database", self._start_database)
        self.environ = self._environment()
        os.environ.update(self.environ)
        if self.demo:
            self._step("Starting the pretend X", self._start_sandbox)
        prepared = self._step("Bringing the desk up to date", self._prepare)
        readers = ["reader"] * max(1, int(os.environ.get("EARFUL_READERS", "1")))
        # The pages have both cores to themselves while they start; what was said meanwhile is heard a second later.
        self.supervisor.start(Process("pages", _role("pages")))
        self._step("Opening the pages", lambda: self._await(self.port, "pages"))
        for role in ("events", *readers, "listener", "worker"):
            self.supervisor.start(Process(role, _role(role)))
        return f"{self._origin(self.port)}/enter/{prepared['enter']}/"

    def _start_database(self) -> None:
        binaries = locate(self.data)
        if binaries is not None:
            self.cluster = Cluster(self.data, binaries)
            self.cluster.start()
            self.cluster.ensure_database("earful")

    def _environment(self) -> dict[str, str]:
        """What every process of the desk is told."""
        told = {
            "EARFUL_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "earful.settings",
            "EARFUL_HOST": self.host,
            "EARFUL_PORT": str(self.port),
            "EARFUL_EVENTS_PORT": str(self.port + 1),
        }
        if self.cluster is not None:
            told["DATABASE_URL"] = self.cluster.dsn("earful")
        if self.demo:
            told["EARFUL_SANDBOX_URL"] = self._origin(self.port + 2)
            told["EARFUL_SANDBOX_KEY"] = os.environ.get("EARFUL_SANDBOX_KEY") or secrets.token_urlsafe(32)
        return told

    def _start_sandbox(self) -> None:
        port = self.port + 2
        storage = self.data / "pretend-x.sqlite"
        command = [sys.executable, "-m", "earful.sandbox.serve", str(storage), "--host", self.host, "--port", str(port)]
        command += ["--public-url", self._origin(port)]
        if os.environ.get("EARFUL_CROWD", "1") == "1":
            command.append("--crowd")
        self.supervisor.start(Process("pretend X", command))
        self._await(port, "pretend X")

    def _prepare(self) -> dict[str, str]:
        done = subprocess.run(_role("prepare"), capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            raise Trouble(f"The desk could not be brought up to date:\n{done.stderr.strip()[-2_000:]}")
        prepared: dict[str, str] = json.loads(done.stdout)
        return prepared

    def _await(self, port: int, name: str) -> None:
        """Wait until a process takes connections; raises Trouble if it does not, or died."""
        until = time.monotonic() + READY_SECONDS
        while not busy(self.host, port):
            if self.supervisor.stopping:
                return
            process = next(process for process in self.supervisor.processes if process.name == name)
            if not process.alive():
                raise Trouble(f"The {name} ended while starting; its last words are above.")
            if time.monotonic() > until:
                raise Trouble(f"The {name} did not start within {READY_SECONDS:.0f} seconds. See `earful doctor`.")
            time.sleep(0.02)

    def _announce(self, address: str) -> None:
        self._write_running()
        seconds = time.monotonic() - self.began
        say = self.console.print
        say(f"\n[bold]Earful is running[/bold] (ready in {seconds:.1f} s). Data: {self.data}\n")
        say(f"  Sign in, once:   [bold]{address}[/bold]", soft_wrap=True)
        if self.demo:
            pretend = self._origin(self.port + 2)
            say(f"  The pretend X:   {pretend}   post there as a customer; nothing leaves this machine", soft_wrap=True)
        say("\nCtrl-C stops everything; the next `./earful up` continues where it was.\n")

    def _write_running(self) -> None:
        """Where this desk is, for `replay` and `doctor`: it holds the key of the pretend X, so it is ours alone."""
        told = {**self.environ, "pid": str(os.getpid())}
        path = self.data / RUNNING
        path.touch(mode=0o600)
        path.write_text(json.dumps(told))

    def _tend_database(self) -> None:
        if self.cluster is not None and not self.cluster.alive() and not self.supervisor.stopping:
            log.warning("database died", again_in="now")
            self.cluster.stop()
            self.cluster.start()
            log.info("database started again")

    def _end(self) -> None:
        began = time.monotonic()
        self.supervisor.end_all()
        if self.cluster is not None:
            self.cluster.stop()
        (self.data / RUNNING).unlink(missing_ok=True)
        self.console.print(f"Stopped in {time.monotonic() - began:.1f} s. Nothing is lost.")

    def _origin(self, port: int) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104  # nosec B104  # read, not bound
        return f"http://{host}:{port}"

    def _step(self, what: str, work: Callable[[], T]) -> T:
        began = time.monotonic()
        result = work()
        self.console.print(f"  {what} … {time.monotonic() - began:.1f} s")
        return result


def running(data: Path) -> dict[str, str]:
    """Where the desk on this data folder is running; raises Trouble if none is."""
    try:
        told: dict[str, str] = json.loads((data / RUNNING).read_text())
        os.kill(int(told["pid"]), 0)
    except (OSError, ValueError, KeyError):
        raise Trouble(f"No desk is running on {data}. Start it first: ./earful up") from None
    return told


def busy(host: str, port: int) -> bool:
    """Whether something takes connections at a port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as trying:
        trying.settimeout(0.5)
        return trying.connect_ex((host, port)) == 0


def _role(name: str) -> list[str]:
    return [sys.executable, "-m", "earful.supervisor.roles", name]
