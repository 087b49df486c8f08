"""Processes kept alive.

A process that dies is started again after a pause that doubles with each death in a row and is forgotten
after a minute of health. Children run in sessions of their own, so that Ctrl-C reaches the supervisor alone,
and are told by the kernel to end when the supervisor dies, however it dies.
"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog

log = structlog.get_logger("supervisor")

GRACE_SECONDS: Final = 3.5
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
HEALTHY_SECONDS: Final = 60.0
TICK_SECONDS: Final = 0.2
_PR_SET_PDEATHSIG: Final = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Process:
    """A program to keep running. `extra` is added to the environment."""

    name: str
    command: Sequence[str]
    extra: Mapping[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = 0.0

    def start(self) -> None:
        """Start it; it dies with us."""
        parent = os.getpid()
        self.started = time.monotonic()
        self.child = subprocess.Popen(
            self.command,
            env={**os.environ, **self.extra},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: die_with(parent),  # noqa: PLW1509  # we have no threads when we fork
        )

    def alive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def pause(self) -> float:
        """How long to wait before the next start, in seconds, after one more death."""
        if time.monotonic() - self.started > HEALTHY_SECONDS:
            self.deaths = 0
        self.deaths += 1
        return pause_after(self.deaths)


def pause_after(deaths: int) -> float:
    """How long something rests that died so many times in a row (once at least), in seconds."""
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (min(deaths, 10) - 1)))


class Supervisor:
    """Keeps processes running until told to stop. `tend` is called on every round (the database is tended
    there).
    """

    def __init__(self, tend: Callable[[], None] = lambda: None) -> None:
        self.processes: list[Process] = []
        self.stopping = False
        self._tend = tend

    def start(self, process: Process) -> None:
        """Start a process and keep it."""
        self.processes.append(process)
        process.start()

    def run(self) -> None:
        """Keep everything running until `stop` or a signal."""
        while not self.stopping:
            self._tend()
            for process in self.processes:
                self._keep(process)
            time.sleep(TICK_SECONDS)

    def stop(self, *_: object) -> None:
        """End at the next round; usable as a signal handler."""
        self.stopping = True

    def on_signals(self) -> None:
        """Stop on Ctrl-C and on SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)

    def end_all(self) -> None:
        """End every process: asked first, after 3.5 seconds made to."""
        running = [process.child for process in self.processes if process.child and process.alive()]
        for child in running:
            child.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for child in running:
            try:
                child.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                # Its session is its own: what it started itself goes with it.
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            else:
                # One that was ended while it started may have left children that it did not know yet how to end.
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)

    def _keep(self, process: Process) -> None:
        if process.alive():
            return
        now = time.monotonic()
        if process.due == 0.0:
            pause = process.pause()
            process.due = now + pause
            code = process.child.returncode if process.child else None
            if process.child:
                # What it had started itself would go on beside its successor, holding the same port.
                with suppress(ProcessLookupError):
                    os.killpg(process.child.pid, signal.SIGKILL)
            log.warning("died", name=process.name, how=_how(code), again_in=f"{pause:g} s")
        elif now >= process.due and not self.stopping:
            process.due = 0.0
            try:
                process.start()
            except OSError as error:
                # No memory or no process to be had just now: another death like the others.
                log.warning("cannot start", name=process.name, reason=str(error))
            else:
                log.info("started again", name=process.name)


def _how(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "never ran"
    return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"


def die_with(parent: int) -> None:
    """In the child, before it becomes the program: end when the parent does. The check closes the gap between
    the fork and the request.
    """
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
