"""Where a cluster lives, and the private folder of its socket."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path

from earful.embedded.account import Account, account_for
from earful.embedded.trouble import EmbeddedError

STATE = Path("/var/lib/earful")
"""Where root puts what the server's user must reach, when the data folder lies behind a closed door."""

_SOCKET_LIMIT = 107  # bytes: sizeof(sun_path) - 1, unix(7)
_FOLDER_LIMIT = 900  # bytes: MAXPGPATH is 1024 (pg_config_manual.h) and the server appends file names


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of a cluster, the folder around it (its log and lock lie there), and who serves it."""

    data: Path
    home: Path
    name: str
    account: Account

    @property
    def folder(self) -> Path:
        return self.home / self.name

    @property
    def unfinished(self) -> Path:
        """Where a new cluster is made before it takes its name: half of one is never mistaken for data."""
        return self.home / f"{self.name}.new"

    @property
    def log(self) -> Path:
        return self.home / f"{self.name}.log"

    def note(self) -> None:
        """Leave a line in the data folder that says where the cluster is, unless it is right there."""
        if self.home != self.data:
            (self.data / "postgres.where").write_text(f"{self.home / 'postgres'}\n")


def make_data_folder(data: Path) -> None:
    """Make `data` if it is missing: closed to others, but passable if root must lend the server a user."""
    data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)


def place_of(data: Path, name: str = "postgres") -> Place:
    """The place for the cluster `name` of `data`; an existing home is kept, a new one is chosen and made.

    Raises EmbeddedError when none can be used.
    """
    data = data.absolute()
    try:
        make_data_folder(data)
        home = home_of(data)
        place = Place(data, home or data, name, account_for((home or data) / "postgres"))
        return place if home else _first_home(place)
    except OSError as error:
        raise EmbeddedError(f"No place for a database could be made: {error}. Choose a data folder you own.") from error


def home_of(data: Path) -> Path | None:
    """The home of the cluster that `data` already has, or None if there is none yet.

    Raises EmbeddedError when `postgres.where` is not ours or names a cluster that is gone: an empty one in
    its stead would look like lost data.
    """
    data, where = data.absolute(), data.absolute() / "postgres.where"
    if _filled(data / "postgres"):
        return data
    if not where.is_file():
        return None
    # Only our own pattern is followed: the file may lie in somebody's folder while we are root.
    line = where.read_text(errors="replace").strip()
    if not re.fullmatch(re.escape(str(STATE)) + r"/[0-9a-f]{8}/postgres", line):
        raise EmbeddedError(f"{where} names no database of Earful's: {line[:200]!r}. Remove it to begin anew.")
    home = Path(line).parent
    if not Path(line).is_dir() and (home / "postgres.new").exists():
        return None  # the making was cut short after the line was written: there is nothing to lose yet
    if not Path(line).is_dir():
        raise EmbeddedError(f"{where} names {line}, which is gone. Bring it back, or remove {where} to begin anew.")
    return home


def socket_folder(data: Path, name: str, account: Account) -> Path:
    """The private folder for the socket, made if need be: mode 0700, owned by `account`, its path short.

    Raises EmbeddedError when somebody else made it first, or laid a link there.
    """
    folder = _runtime(account) / f"earful-{account.uid}-{_mark(data, name)}"
    try:
        folder.mkdir(mode=0o700)
        if account.borrowed:
            os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid:
        raise EmbeddedError(
            f"{folder} is not a folder of {account.name}'s. Remove it: nobody else may hold our socket."
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
    return folder


def _first_home(place: Place) -> Place:
    if len(os.fsencode(place.folder)) > _FOLDER_LIMIT:
        raise EmbeddedError(f"The path of the data folder is longer than {_FOLDER_LIMIT} bytes. Choose a shorter one.")
    if not place.account.borrowed or place.account.reaches(place.data):
        return place
    home = STATE / _mark(place.data, "postgres")
    if _filled(home / "postgres"):
        raise EmbeddedError(
            f"{home} holds a database of an earlier {place.data}. To go on with it, write {home}/postgres "
            f"into {place.data}/postgres.where; to begin anew, move it away."
        )
    return replace(place, home=home)


def _filled(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except PermissionError:
        return True  # somebody's, closed to us: account_for says whose


def _runtime(account: Account) -> Path:
    own = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    # A server that runs as another user cannot enter our runtime folder; the setting's syntax forbids odd
    # names.
    plain = re.fullmatch(r"/[\w./-]+", str(own)) and len(os.fsencode(own)) < _SOCKET_LIMIT - 60
    if plain and not account.borrowed and own.is_dir() and own.stat().st_uid == account.uid:
        return own
    return Path("/tmp")  # noqa: S108  # nosec B108 - the folder inside is private, and checked to be


def _mark(data: Path, name: str) -> str:
    return hashlib.sha256(os.fsencode(data.resolve() / name)).hexdigest()[:8]
