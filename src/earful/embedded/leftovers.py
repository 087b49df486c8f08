"""What an earlier server left in a cluster: proof of who still serves it, and the clearing away of what is
stale.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from earful.embedded.trouble import EmbeddedError

GRACE = 1.0  # s: a server whose parent was killed a moment ago is on its way out, and so are its backends
LEAVING = 8.0  # s: a server that was killed with everything around it; on a busy machine that takes a while
STOPPING = 60.0  # s: a server that says that it stops may still be writing its last checkpoint


def clear(cluster: Path, sockets: Path) -> None:
    """Make way for a new server: wait for one that is ending, end orphaned backends, remove a stale
    postmaster.pid and the stale locks in `sockets`, the folder of this cluster's sockets alone.

    The files go only once no process of PostgreSQL's works in the folder; the pid inside proves nothing: it may
    have been given to another program, or be that of a dead server which nobody has reaped, and to PostgreSQL
    both live. Raises EmbeddedError, naming the pid of a living server.
    """
    if not _gone(cluster, GRACE) and postmaster(cluster) is not None:
        _gone(cluster, STOPPING if _stopping(cluster) else LEAVING)
    if postmaster(cluster) is None:
        _end_backends(cluster)
    if living := serving(cluster):
        pid = postmaster(cluster) or living[0]
        raise EmbeddedError(
            f"Another Earful is running on this data: PostgreSQL, process {pid}, serves {cluster}. "
            f"Stop that one first (kill -INT {pid} if nothing else is left of it)."
        )
    for stale in (cluster / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")):
        stale.unlink(missing_ok=True)


def serving(cluster: Path) -> list[int]:
    """The pids of all processes of PostgreSQL's that work in the folder `cluster`, in rising order.

    Every one of them has the folder as its working folder. Those whose working folder we may not see belong
    to another user than ours, and PostgreSQL serves no folder but its own user's.
    """
    if not cluster.is_dir():
        return []
    folder = cluster.stat()
    return [pid for pid in _postgres_processes() if _works_in(pid, folder)]


def postmaster(cluster: Path) -> int | None:
    """The pid of the living server of `cluster`, by its own file and by proof; None if there is none."""
    words = _pid_file(cluster)
    pid = int(words[0]) if words and words[0].isdecimal() else None
    return pid if pid in serving(cluster) else None


def socket_in_use(cluster: Path) -> Path | None:
    """The socket folder of the living server of `cluster`, by its postmaster.pid; None if there is none."""
    if postmaster(cluster) is None:
        return None
    lines = _pid_file(cluster)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def _gone(cluster: Path, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while serving(cluster):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _end_backends(cluster: Path) -> None:
    # A backend in a long query notices its server's death late; with no server left, quitting loses nothing.
    for pid in serving(cluster):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
    _gone(cluster, GRACE)


def _stopping(cluster: Path) -> bool:
    lines = _pid_file(cluster)
    return len(lines) > 7 and lines[7] == "stopping"


def _pid_file(cluster: Path) -> list[str]:
    # Lines: pid, folder, start time, port, socket folder, address, memory key, status (utils/pidfile.h).
    with suppress(OSError):
        return [line.strip() for line in (cluster / "postmaster.pid").read_text(errors="replace").splitlines()]
    return []


def _postgres_processes() -> list[int]:
    pids = sorted(int(entry) for entry in os.listdir("/proc") if entry.isdecimal())
    return [pid for pid in pids if _command(pid) in ("postgres", "postmaster")]


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
    return ""


def _works_in(pid: int, folder: os.stat_result) -> bool:
    with suppress(OSError):
        return os.path.samestat(os.stat(f"/proc/{pid}/cwd"), folder)
    return False
