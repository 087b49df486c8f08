"""Changes the user, ties the server's life to ours, and becomes the server.

    python -I -S launch.py UID GID PARENT PROGRAM [ARGUMENT...]

A program of its own, not code between fork and exec: that may deadlock in a process with threads (subprocess'
documentation on `preexec_fn`). Started by path with -I, so that our files cannot hide the standard library's.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(words: list[str]) -> None:
    """Become PROGRAM as UID and GID; end at once if PARENT is gone already. Raises OSError when refused."""
    uid, gid, parent = (int(word) for word in words[:3])
    if uid != os.geteuid():
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    end_with(parent)
    os.execvp(words[3], words[3:])  # noqa: S606  # nosec B606 - no shell is wanted: these words become the server


def end_with(parent: int) -> None:
    """Have the kernel send us SIGINT, to PostgreSQL a fast shutdown, when the thread that started us ends.

    After the change of user, which would clear it (prctl(2)); and it survives exec. A parent that died in
    between sends nothing any more, hence the second look.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        sys.exit("the process that started this server is gone")


if __name__ == "__main__":
    main(sys.argv[1:])
