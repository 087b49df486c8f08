"""A PostgreSQL cluster of our own: made, started, asked, stopped."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.pq import PGconn, Ping

from earful.embedded.binaries import Binaries, reachable
from earful.embedded.leftovers import clear, socket_in_use
from earful.embedded.lock import DataLock
from earful.embedded.place import place_of, socket_folder
from earful.embedded.postmaster import Postmaster
from earful.embedded.transfer import sync_folder
from earful.embedded.trouble import EmbeddedError, explain
from earful.embedded.tuning import PORT, options

USER = "earful"  # the cluster's superuser, whoever serves it
PATIENCE = 30.0  # s without a sign of life from a starting server
RECOVERY = 600.0  # s for a server that answers that it is still recovering
LOG_LIMIT = 5_000_000  # bytes; then one older log is kept beside the new one
LOCALES = ("C.UTF-8", "C")  # not every system has the first; both sort alike, by code point


class Cluster:
    """The cluster of one data folder, served by us while started.

    It lies in `<data>/postgres`, or where root's lent user can reach it (see `place`); `folder` and `log` say
    where. One process serves it at a time: `start` takes a lock that goes with the process.
    """

    def __init__(self, data: Path, choice: Binaries, *, name: str = "postgres") -> None:
        """`choice` comes from `locate`. With a `name` of its own, a second cluster lies beside the first.

        Raises EmbeddedError when there is no place, or the server's user cannot run these binaries.
        """
        self._place = place_of(data, name)
        self.binaries = reachable(choice, self._place.account)
        self.folder = self._place.folder
        self.log = self._place.log
        self._lock = DataLock(self._place.home, f"{name}.lock")
        self._postmaster: Postmaster | None = None

    def create_if_missing(self) -> bool:
        """Make the cluster unless it is there; True if it was made now.

        Raises EmbeddedError, leaving no half of it.
        """
        with self._locked():
            if self._exists():
                return False
            _refuse_half_an_upgrade(self.folder)
            try:
                self._create()
            except OSError as error:
                raise explain("The database could not be made.", str(error), self.folder) from error
            finally:
                shutil.rmtree(self._place.unfinished, ignore_errors=True)
            return True

    def start(self) -> None:
        """Start the server, making the cluster first if need be, and return when it takes connections.

        Raises EmbeddedError: the cluster is being served already, or the server's own last words.
        """
        if self.alive():
            return
        self._lock.acquire()
        try:
            self.create_if_missing()
            clear(self.folder, self._sockets())
            self._launch()
        except OSError as error:
            self.stop()
            raise explain("PostgreSQL could not be started.", str(error), self.folder) from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server, fast and then immediately; nothing committed is lost either way.

        Safe to call twice.
        """
        if self._postmaster is not None:
            self._postmaster.stop()
            self._postmaster = None
            with suppress(OSError):
                self._sockets().rmdir()
        self._lock.release()

    def alive(self) -> bool:
        """Whether the server that this object started is still running."""
        return self._postmaster is not None and self._postmaster.alive()

    def dsn(self, database: str = "earful") -> str:
        """The libpq URL of `database`: by the socket in use now, whoever serves it, else by our own."""
        sockets = socket_in_use(self.folder) or self._sockets()
        place = urlencode({"host": str(sockets), "port": PORT})
        return f"postgresql://{USER}@/{quote(database, safe='')}?{place}"

    def ensure_database(self, name: str = "earful") -> bool:
        """Make the database `name` unless it is there; True if it was made now.

        The server must be running.
        """
        try:
            with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
                if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                    return False
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
                return True
        except psycopg.errors.DuplicateDatabase:
            return False
        except psycopg.Error as error:
            raise explain(f"The database {name} could not be made.", str(error), self.folder) from error

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _exists(self) -> bool:
        return self.folder.is_dir() and any(self.folder.iterdir())

    def _sockets(self) -> Path:
        return socket_folder(self._place.data, self._place.name, self._place.account)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        held = self._lock.held()
        self._lock.acquire()
        try:
            yield
        finally:
            if not held:
                self._lock.release()

    def _create(self) -> None:
        account, unfinished = self._place.account, self._place.unfinished
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if account.borrowed:
            os.chown(unfinished, account.uid, account.gid)
        self._initialise(unfinished)
        self._place.note()
        unfinished.rename(self.folder)
        sync_folder(self._place.home)

    def _initialise(self, folder: Path) -> None:
        for locale in LOCALES:
            done = self._initdb(folder, locale)
            if done.returncode == 0:
                return
            if "locale" not in done.stderr:
                break
        raise explain("The database could not be made.", done.stdout[-500:] + done.stderr, self.folder)

    def _initdb(self, folder: Path, locale: str) -> subprocess.CompletedProcess[str]:
        # "trust" is safe here: the only way in is a socket in a folder that is open to nobody else.
        access = ("--auth-local=trust", "--auth-host=reject")
        form = ("--encoding=UTF8", f"--locale={locale}", "--data-checksums")
        program = str(self.binaries.bin / "initdb")
        try:
            return self._place.account.run(
                [program, f"--pgdata={folder}", f"--username={USER}", *form, *access], timeout=300
            )
        except subprocess.TimeoutExpired as error:
            raise EmbeddedError("Making the database took over five minutes. Is the disk very slow?") from error

    def _launch(self) -> None:
        _turn_over(self.log)
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        begin = os.fstat(log).st_size
        try:
            command = [str(self.binaries.bin / "postgres"), "-D", str(self.folder)]
            command += options(self._sockets(), self.binaries.major)
            self._postmaster = Postmaster(command, self._place.account, log)
        finally:
            os.close(log)
        self._await(begin)

    def _await(self, begin: int) -> None:
        conninfo = (self.dsn("postgres") + "&connect_timeout=5").encode()
        start = seen = time.monotonic()
        while (answer := PGconn.ping(conninfo)) != Ping.OK:
            now = time.monotonic()
            # "Not yet" is a sign of life: recovery after a crash may outlast our patience with silence.
            seen = now if answer == Ping.REJECT and now - start < RECOVERY else seen
            if not self.alive() or now - seen > PATIENCE:
                raise explain("PostgreSQL did not start.", _tail(self.log, begin), self.folder)
            time.sleep(0.01)


def _refuse_half_an_upgrade(folder: Path) -> None:
    kept = sorted(folder.parent.glob(f"{folder.name}-[0-9]*"))
    if kept:
        raise EmbeddedError(
            f"{folder} is missing, but {kept[-1]} is there: an upgrade was cut short. "
            f"Bring it back (mv {kept[-1]} {folder}) and start again; or move it away to begin anew."
        )


def _turn_over(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(f"{log.name}.1"))


def _tail(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(max(begin, log.stat().st_size - 4000))
        return file.read().decode(errors="replace")
