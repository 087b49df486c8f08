"""A whole desk in processes of its own, as `earful up` runs it, and what tests say to it and ask of it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from earful.embedded.place import make_data_folder

ROOT = Path(__file__).resolve().parents[2]
READY_S = 90.0
PATIENCE_S = 60.0


# How many channels hear what is said, as it is said.
HEARS = "SELECT count(*) FROM channels_hearing WHERE ear = 'stream' AND alive_at IS NOT NULL"
# A database that was made and brought up to date, and knows nothing yet.
TABLES = """
import os, sys
from pathlib import Path
import django
from earful.embedded import Cluster, locate

data = Path(sys.argv[1])
with Cluster(data, locate(data)) as cluster:
    cluster.ensure_database("earful")
    told = {"DATABASE_URL": cluster.dsn("earful"), "EARFUL_DATA": str(data)}
    os.environ |= told | {"DJANGO_SETTINGS_MODULE": "earful.settings"}
    django.setup()
    from earful.supervisor.preparing import migrate

    migrate()
"""


class RunningDesk:
    """One `earful up` on one data folder. Start it with `start`, end it with `stop` or `interrupt`. It begins with a
    copy of the database in `tables`, if one is given and nothing lies in its folder yet.
    """

    def __init__(self, data: Path, *, crowd: bool = False, tables: Path | None = None) -> None:
        self.data, self.crowd, self.tables = data, crowd, tables
        self.port = free_ports()
        self.process: subprocess.Popen[str] | None = None
        self.log = data.parent / f"{data.name}.log"

    def start(self, *more: str) -> None:
        """Start it and wait until its address is printed."""
        if self.tables and not self.data.exists():
            make_data_folder(self.data)
            # With its owner: where root runs the tests, the database belongs to another user.
            subprocess.run(["cp", "-a", str(self.tables / "postgres"), str(self.data)], check=True)
        command, environ = _command("up", "--data", str(self.data), "--port", str(self.port), *more)
        environ["EARFUL_CROWD"] = "1" if self.crowd else "0"
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stderr=log, stdout=log, env=environ, text=True)
        wait_for(lambda: self.running_file() and self._says_ready(), READY_S, self.ended)

    def running_file(self) -> dict[str, str]:
        try:
            told: dict[str, str] = json.loads((self.data / "running.json").read_text())
        except (OSError, ValueError):
            return {}
        return told

    def _says_ready(self) -> bool:
        return "Ctrl-C stops" in self.log.read_text().rsplit("Earful is running", 1)[-1]

    def ended(self) -> str:
        """How `up` ended, with the end of its log; "" while it runs."""
        code = self.process.poll() if self.process else None
        return "" if code is None else f"`up` ended with {code}:\n{self.log.read_text()[-3000:]}"

    def interrupt(self) -> float:
        """Ctrl-C; how many seconds until all was down."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(15)
        return time.monotonic() - began

    def stop(self) -> None:
        """End it, whatever state it is in, with everything that it started."""
        if self.process is None:
            return
        family = self.family()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for process in family:
            if process.is_running():
                process.kill()

    def family(self) -> list[psutil.Process]:
        """Every process of the desk."""
        if self.process is None or self.process.poll() is not None:
            return []
        return psutil.Process(self.process.pid).children(recursive=True)

    def pid_of(self, role: str) -> int:
        """The process that plays a role now: reader, worker, listener, or the database."""
        for process in self.family():
            try:
                words = process.cmdline()
            except psutil.Error:
                continue
            if role == "database" and words and words[0].endswith("/postgres"):
                return process.pid
            if words[-1:] == [role]:
                return process.pid
        raise LookupError(role)

    def runs(self, role: str) -> int:
        """The process that plays a role just now; 0 if none does."""
        try:
            return self.pid_of(role)
        except LookupError:
            return 0

    def kill(self, role: str) -> None:
        """Kill -9 a process of the desk; wait until it plays its role again first, if it was killed before."""
        os.kill(wait_for(lambda: self.runs(role), PATIENCE_S, self.ended), signal.SIGKILL)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pretend(self) -> str:
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def enter(self) -> str:
        """The newest one-time sign-in link."""
        return re.findall(r"http://\S+/enter/\S+", self.log.read_text())[-1]

    @contextmanager
    def door(self) -> Iterator[httpx.Client]:
        """The control door of the pretend X."""
        key = self.running_file()["EARFUL_SANDBOX_KEY"]
        headers = {"authorization": f"Bearer {key}"}
        with httpx.Client(base_url=self.pretend, headers=headers, timeout=30) as client:
            yield client

    def say(self, handle: str, text: str, **fields: str) -> str:
        """A post by a customer; its number on the pretend X."""
        with self.door() as door:
            post = door.post("/pretend/posts", json={"username": handle, "text": text, **fields})
        return str(post.raise_for_status().json()["id"])

    def ask(self, query: str, *params: Any) -> list[tuple[Any, ...]]:
        """Ask the desk's database."""
        with psycopg.connect(self.running_file()["DATABASE_URL"], autocommit=True, connect_timeout=5) as database:
            return database.execute(query, params).fetchall()

    def count(self, query: str, *params: Any) -> int:
        return int(self.ask(query, *params)[0][0])

    def inside(self, code: str) -> str:
        """Run a few lines of Python inside the desk's environment; what they print."""
        environ = {**os.environ, **self.running_file(), "PYTHONPATH": str(ROOT / "src")}
        begin = "import django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", begin + code], env=environ, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def wait_for(met: Callable[[], Any], seconds: float = PATIENCE_S, ended: Callable[[], str] = str) -> Any:
    """Wait until something is true and return it; fails after `seconds`, or when `ended` says why it never will be."""
    until = time.monotonic() + seconds
    while True:
        value = met()
        if value:
            return value
        assert not (why := ended()), why
        assert time.monotonic() < until, f"not within {seconds:.0f} s: {met}"
        time.sleep(0.1)


def quietly(ask: Callable[[], Any]) -> Any:
    """The answer, or None while the database is away: it is being killed on purpose."""
    try:
        return ask()
    except psycopg.Error:
        return None


def free_ports(count: int = 3) -> int:
    """The first of several ports in a row that nobody uses."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
        if port + count < 65_000 and all(_free(port + more) for more in range(count)):
            return port


def _free(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) != 0


def typed(*words: str, said: str = "") -> "subprocess.CompletedProcess[str]":
    """What came of a command line of Earful; `said` is typed into it."""
    command, environ = _command(*words)
    return subprocess.run(command, env=environ, input=said, capture_output=True, text=True, timeout=120, cwd="/")


def begun(*words: str) -> "subprocess.Popen[str]":
    """A command line of Earful that runs, in a group of its own."""
    command, environ = _command(*words)
    pipe, merged = subprocess.PIPE, subprocess.STDOUT
    return subprocess.Popen(
        command, env=environ, stdout=pipe, stderr=merged, text=True, cwd="/", start_new_session=True
    )


def make_tables(data: Path) -> None:
    """Make the database of a data folder and bring it up to date, which is most of the work of a first start."""
    command = [sys.executable, "-P", "-c", TABLES, str(data)]
    done = subprocess.run(command, env=_environ(), capture_output=True, text=True, timeout=120, cwd="/")
    assert done.returncode == 0, done.stderr


def _command(*words: str) -> tuple[list[str], dict[str, str]]:
    return [sys.executable, "-P", "-m", "earful.cli", *words], _environ() | {"COLUMNS": "200"}


def _environ() -> dict[str, str]:
    """What a process is told that has nothing to do with the database of this one."""
    environ = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "EARFUL_DATA")}
    return environ | {"PYTHONPATH": str(ROOT / "src")}
