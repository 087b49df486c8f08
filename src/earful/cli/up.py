"""`earful up`: the whole desk, from nothing to a printed address, and back down on Ctrl-C."""

import ipaddress
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

import psycopg
import structlog
from rich.console import Console

from earful import logs
from earful.cli.trouble import TROUBLE, Trouble
from earful.deep import needed
from earful.embedded import Cluster, DataLock, EmbeddedError, locate
from earful.supervisor import Process, Supervisor, pause_after

log = structlog.get_logger("up")
T = TypeVar("T")

READY_SECONDS: Final = 30.0
PREPARE_SECONDS: Final = 300.0
HEARING_SECONDS: Final = 10.0
# The pretend X lets anybody speak as the brand, so no other machine may reach it.
HOME: Final = "127.0.0.1"
LEAST_DISK: Final = 200_000_000
RUNNING: Final = "running.json"


_HEARING: Final = """
    SELECT 1 FROM channels_hearing WHERE channel_id = %s AND ear = 'stream' AND alive_at >= to_timestamp(%s)
"""


class _Stopped(Exception):
    """Somebody ended the desk while it was starting."""


class Desk:
    """One desk on one data folder. Pages on `port`, events on the next, the pretend X on the one after."""

    def __init__(self, data: Path, host: str, port: int, *, demo: bool) -> None:
        self.data, self.host, self.port, self.demo = data, host, port, demo
        self.began, self.began_at = time.monotonic(), time.time()
        self.console = Console(stderr=True, highlight=False)
        self.cluster: Cluster | None = None
        self.database_deaths, self.database_due = 0, 0.0
        self.supervisor = Supervisor(self._tend)
        self.refining = False
        self.environ: dict[str, str] = {}

    def run(self, *, open_browser: bool = False) -> int:
        """Start everything, print where it is, keep it running until a signal, end everything."""
        self.supervisor.on_signals()
        logs.configure("desk")
        with DataLock(self.data):
            self._check()
            try:
                self._run(open_browser)
            except _Stopped:
                pass
            except TROUBLE as error:
                # Ctrl-C at a terminal reaches the database's tools too, and what they then say is no trouble.
                if not self.supervisor.stopping:
                    raise
                log.debug("cut short", reason=str(error))
            finally:
                self._end()
        return 0

    def _run(self, open_browser: bool) -> None:
        address = self._start()
        self._announce(address)
        if open_browser:
            webbrowser.open(address)
        self.supervisor.run()

    def _check(self) -> None:
        """Refuse at once, with a sentence, what would fail later with a riddle."""
        if not _loopback(self.host) and not os.environ.get("EARFUL_HOSTS"):
            raise Trouble(
                f"With --host {self.host} others reach the desk, so say by which names: "
                "set EARFUL_HOSTS, for example EARFUL_HOSTS=desk.example.org,127.0.0.1, and start again."
            )
        free = shutil.disk_usage(self.data).free
        if free < LEAST_DISK:
            raise Trouble(f"The disk of {self.data} has only {free // 1_000_000} MB left. Free at least 200 MB first.")
        wanted = [(self.host, self.port), (self.host, self.port + 1), (HOME, self.port + 2)]
        for host, port in wanted if self.demo else wanted[:2]:
            if busy(host, port):
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
        self._step("Opening the pages", lambda: self._await(self.host, self.port, "pages"))
        for role in ("events", *readers, "listener", "worker"):
            self.supervisor.start(Process(role, _role(role)))
        if self.demo:
            self._step("Listening", lambda: self._await_hearing(prepared["channel"]))
        return f"{origin(self.environ)}/enter/{prepared['enter']}/"

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
        if address := os.environ.get("EARFUL_ORIGIN"):
            told["EARFUL_ORIGIN"] = address
        if self.cluster is not None:
            told["DATABASE_URL"] = self.cluster.dsn("earful")
        if self.demo:
            told["EARFUL_SANDBOX_URL"] = self._pretend
            told["EARFUL_SANDBOX_KEY"] = os.environ.get("EARFUL_SANDBOX_KEY") or secrets.token_urlsafe(32)
        return told

    def _start_sandbox(self) -> None:
        port = self.port + 2
        storage = self.data / "pretend-x.sqlite"
        command = [sys.executable, "-m", "earful.sandbox.serve", str(storage), "--host", HOME, "--port", str(port)]
        command += ["--public-url", self._pretend]
        if os.environ.get("EARFUL_CROWD", "1") == "1":
            command.append("--crowd")
        self.supervisor.start(Process("pretend X", command))
        self._await(HOME, port, "pretend X")

    def _prepare(self) -> dict[str, str]:
        # A session of its own, as the supervisor's children have: Ctrl-C reaches us alone, and we end it.
        pipe = subprocess.PIPE
        with subprocess.Popen(_role("prepare"), stdout=pipe, stderr=pipe, text=True, start_new_session=True) as child:
            said, complaint = self._outcome(child)
        if child.returncode:
            raise Trouble(f"The desk could not be brought up to date:\n{complaint.strip()[-2_000:]}")
        prepared: dict[str, str] = json.loads(said)
        return prepared

    def _outcome(self, child: "subprocess.Popen[str]") -> tuple[str, str]:
        """What a child printed, and complained of, once it has ended; it is ended when we are, or takes too long."""
        until = time.monotonic() + PREPARE_SECONDS
        while True:
            try:
                return child.communicate(timeout=0.1)
            except subprocess.TimeoutExpired:
                if self.supervisor.stopping or time.monotonic() > until:
                    child.kill()

    def _await(self, host: str, port: int, name: str) -> None:
        """Wait until a process takes connections; raises Trouble if it does not, or died."""
        until = time.monotonic() + READY_SECONDS
        while not busy(host, port):
            if self.supervisor.stopping:
                raise _Stopped
            process = next(process for process in self.supervisor.processes if process.name == name)
            if not process.alive():
                raise Trouble(f"The {name} ended while starting; its last words are above.")
            if time.monotonic() > until:
                raise Trouble(f"The {name} did not start within {READY_SECONDS:.0f} seconds. See `earful doctor`.")
            time.sleep(0.02)

    def _await_hearing(self, channel: str) -> None:
        """Wait until the channel's stream is open, and at most ten seconds: the desk works before it hears."""
        until = time.monotonic() + HEARING_SECONDS
        try:
            with psycopg.connect(self._dsn, autocommit=True, connect_timeout=5) as database:
                while not database.execute(_HEARING, [int(channel), self.began_at]).fetchone():
                    if self.supervisor.stopping or time.monotonic() > until:
                        return
                    time.sleep(0.05)
        except psycopg.Error as error:
            log.warning("cannot tell whether the desk hears", reason=str(error).strip())

    def _announce(self, address: str) -> None:
        self._write_running()
        seconds = time.monotonic() - self.began
        say = self.console.print
        say(f"\n[bold]Earful is running[/bold] (ready in {seconds:.1f} s). Data: {self.data}\n")
        say(f"  Sign in, once:   [bold]{address}[/bold]", soft_wrap=True)
        if self.demo:
            words = "post there as a customer; nothing leaves this machine"
            say(f"  The pretend X:   {self._pretend}   {words}", soft_wrap=True)
        say("\nCtrl-C stops everything; the next `./earful up` continues where it was.\n")

    def _write_running(self) -> None:
        """Where this desk is, for `replay` and `doctor`: it holds the key of the pretend X, so it is ours alone."""
        told = {**self.environ, "pid": str(os.getpid())}
        path = self.data / RUNNING
        path.touch(mode=0o600)
        path.write_text(json.dumps(told))

    def _tend(self) -> None:
        self._tend_database()
        self._tend_refiner()

    def _tend_database(self) -> None:
        if self.cluster is not None and not self.cluster.alive() and not self.supervisor.stopping:
            self._start_again(self.cluster)

    def _tend_refiner(self) -> None:
        """A second stage that is made while the desk runs is asked from then on."""
        if not self.refining and needed.is_ready(self.data):
            self.refining = True
            self.supervisor.start(Process("refiner", _role("refiner")))

    def _start_again(self, cluster: Cluster) -> None:
        """Start a database that died; one that cannot be had now rests as a process does that dies again and again: the
        disk may be full just now, and everything else waits for it.
        """
        if time.monotonic() < self.database_due:
            return
        log.warning("database died", deaths=self.database_deaths + 1)
        try:
            cluster.stop()
            cluster.start()
        except (EmbeddedError, OSError) as error:
            self.database_deaths += 1
            rest = pause_after(self.database_deaths)
            self.database_due = time.monotonic() + rest
            log.error("database cannot be started", again_in=f"{rest:g} s", reason=str(error))
        else:
            self.database_deaths = 0
            log.info("database started again")

    def _end(self) -> None:
        began = time.monotonic()
        self.supervisor.end_all()
        if self.cluster is not None:
            self.cluster.stop()
        (self.data / RUNNING).unlink(missing_ok=True)
        self.console.print(f"Stopped in {time.monotonic() - began:.1f} s. Nothing is lost.")

    @property
    def _pretend(self) -> str:
        return f"http://{HOME}:{self.port + 2}"

    @property
    def _dsn(self) -> str:
        return self.cluster.dsn("earful") if self.cluster is not None else os.environ["DATABASE_URL"]

    def _step(self, what: str, work: Callable[[], T]) -> T:
        """Do one step of starting and say how long it took; raises _Stopped if it is over meanwhile."""
        began = time.monotonic()
        result = work()
        if self.supervisor.stopping:
            raise _Stopped
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


def origin(told: Mapping[str, str]) -> str:
    """The address that people type for the desk that told this of itself (see `running`)."""
    if told.get("EARFUL_ORIGIN"):
        return told["EARFUL_ORIGIN"].rstrip("/")
    host = told["EARFUL_HOST"]
    host = HOME if host in ("0.0.0.0", "::") else host  # noqa: S104  # nosec B104  # read, not bound
    return f"http://[{host}]:{told['EARFUL_PORT']}" if ":" in host else f"http://{host}:{told['EARFUL_PORT']}"


def _loopback(host: str) -> bool:
    """Whether only this machine gets there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def busy(host: str, port: int) -> bool:
    """Whether something takes connections at a port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as trying:
        trying.settimeout(0.5)
        return trying.connect_ex((host, port)) == 0


def _role(name: str) -> list[str]:
    return [sys.executable, "-m", "earful.supervisor.roles", name]
