"""The user as whom the server runs. PostgreSQL refuses to be root, so root lends it an ordinary user."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from earful.embedded import launch
from earful.embedded.trouble import EmbeddedError

PREFERRED = ("postgres", "earful")
OURS = "earful"
LAST_RESORT = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine by name, user id and group id."""

    name: str
    uid: int
    gid: int

    @property
    def borrowed(self) -> bool:
        """Whether it is another user than ours, so that children have to change into it."""
        return self.uid != os.geteuid()

    def tied(self, command: Sequence[str]) -> list[str]:
        """The command line that runs `command` as this user, and ends it with the thread that started it."""
        return [
            sys.executable,
            "-I",
            "-S",
            launch.__file__,
            str(self.uid),
            str(self.gid),
            str(os.getpid()),
            *command,
        ]

    def run(self, command: Sequence[str], *, timeout: float) -> subprocess.CompletedProcess[str]:
        """Run `command` as this user, from `/` (our own folder may be closed to it), with its output as text.

        Raises subprocess.TimeoutExpired after `timeout` seconds. One that cannot be run has failed.
        """
        return subprocess.run(
            self.tied(command),
            cwd="/",
            env=plain_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )

    def reaches(self, path: Path) -> bool:
        """Whether this user may enter the folder `path`, or run the program.

        The system is asked, not the mode bits: access lists and security modules have their say too.
        """
        return self.run(["/usr/bin/test", "-x", str(path)], timeout=10).returncode == 0


def plain_environment() -> dict[str, str]:
    """Our environment, without what leads a PostgreSQL tool elsewhere (PG*), and with messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "LANG": "C"}


def account_for(cluster: Path) -> Account:
    """Who serves the folder `cluster`: its owner if it exists; else ourselves, or the user that root lends.

    Raises EmbeddedError when it belongs to root, or to somebody else and we are not root.
    """
    me = os.geteuid()
    owner = cluster.stat().st_uid if cluster.is_dir() else None
    if me != 0:
        return _myself(cluster, owner)
    if owner is None or (owner == 0 and not any(cluster.iterdir())):
        return lent()
    if owner == 0:
        raise EmbeddedError(f"{cluster} belongs to root, whom PostgreSQL refuses: chown -R {lent().name} {cluster}")
    return _known(owner)


def lent(preferred: Sequence[str] = PREFERRED) -> Account:
    """Whom root lends to the server: the first of `preferred`, else a new `earful`, else `nobody`."""
    for name in preferred:
        if found := _named(name):
            return found
    if OURS in preferred and _added(OURS) and (found := _named(OURS)):
        return found
    if found := _named(LAST_RESORT):
        return found
    raise EmbeddedError("PostgreSQL cannot run as root, and there is no other user: useradd --system earful")


def _myself(cluster: Path, owner: int | None) -> Account:
    me = _known(os.geteuid())
    if owner is not None and owner != me.uid:
        name = _known(owner).name
        raise EmbeddedError(f"{cluster} belongs to {name}, not to you ({me.name}). Start Earful as {name} or as root.")
    return me


def _known(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        # A container may run us as a number without a name; the group is then ours, or of the same number.
        return Account(str(uid), uid, os.getegid() if uid == os.geteuid() else uid)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _named(name: str) -> Account | None:
    with suppress(KeyError):
        entry = pwd.getpwnam(name)
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return None


def _added(name: str) -> bool:
    program = shutil.which("useradd")
    if program is None:
        return False
    command = [program, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0
