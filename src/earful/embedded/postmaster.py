"""The server's process: started so that it cannot outlive us, stopped with growing insistence."""

import signal
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from earful.embedded.account import Account, plain_environment

INSISTENCE = ((signal.SIGINT, 5.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
"""Fast, then immediate shutdown (PostgreSQL's manual, "Shutting Down the Server"), then the kernel's; seconds
each.
"""


class Postmaster:
    """One running server process."""

    def __init__(self, command: Sequence[str], account: Account, log: int) -> None:
        """Start `command` as `account`, its output going to the open file `log`. Raises OSError if refused.

        The kernel's notice of our death goes by the *thread* that started a process, so a thread of its own
        starts the server and stays for as long as it runs: the caller's may end.
        """
        started: Future[subprocess.Popen[bytes]] = Future()
        task = (account.tied(command), log, started)
        keeper = threading.Thread(target=_keep, args=task, name="postgres-keeper", daemon=True)
        keeper.start()
        self._process = started.result()

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process and wait until it is gone: at most 15 s, and then it is beyond anybody's reach."""
        for insistence, seconds in INSISTENCE:
            self._process.send_signal(insistence)
            try:
                self._process.wait(seconds)
                return
            except subprocess.TimeoutExpired:
                continue


def _keep(words: list[str], log: int, started: "Future[subprocess.Popen[bytes]]") -> None:
    try:
        # A session of its own: Ctrl-C at the terminal reaches the desk, which stops the server when it is
        # done.
        process = subprocess.Popen(
            words,
            cwd="/",
            env=plain_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    except OSError as error:
        started.set_exception(error)
        return
    started.set_result(process)
    process.wait()
