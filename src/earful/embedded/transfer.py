"""Taking a database out into one file, and into an empty database from one."""

import os
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from earful.embedded.account import plain_environment
from earful.embedded.trouble import EmbeddedError, explain

OWN_OBJECTS = """
    WITH own AS (
        SELECT oid, nspname FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    )
    SELECT (SELECT count(*) FROM pg_class WHERE relnamespace IN (SELECT oid FROM own))
         + (SELECT count(*) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM own))
         + (SELECT count(*) FROM pg_type WHERE typnamespace IN (SELECT oid FROM own))
         + (SELECT count(*) FROM own WHERE nspname <> 'public')
         + (SELECT count(*) FROM pg_largeobject_metadata)
"""
"""How many things in a database are its users', not the system's: nothing may be restored over them."""


def dump(dsn: str, bin: Path, file: Path) -> None:
    """Write the database of `dsn` to `file`, in pg_dump's custom format, mode 0600, with the tools in `bin`.

    `file` appears whole or not at all; one that was there stays until then. Raises EmbeddedError with the
    tool's words.
    """
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
        tool(bin, "pg_dump", dsn, "--format=custom", f"--file={part}", about=file.parent)
        part.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise explain("The dump could not be written.", str(error), file.parent) from error
    finally:
        part.unlink(missing_ok=True)


def restore(dsn: str, bin: Path, file: Path, *, owners: bool = False) -> None:
    """Fill the empty database of `dsn` from `file`, wholly or not at all, with the tools in `bin`.

    Everything will belong to the user of `dsn` unless `owners`, which keeps owners and grants and needs the
    same roles to exist. Raises EmbeddedError when the database is not empty, the file is missing, or the tool
    fails.
    """
    if not file.is_file():
        raise EmbeddedError(f"{file} is not there: nothing was restored.")
    _refuse_unless_empty(dsn)
    whole = ("--single-transaction", "--exit-on-error")
    tool(bin, "pg_restore", dsn, *whole, *(() if owners else ("--no-owner", "--no-privileges")), str(file))


def tool(bin: Path, name: str, dsn: str, *options: str, about: Path | None = None) -> str:
    """Run PostgreSQL's client program `name` from `bin` on `dsn` and return its output. Raises EmbeddedError.

    `about` is the folder to name when the disk is full. A password goes by the environment: a command line
    is there for every user of the machine to read.
    """
    if not os.access(bin / name, os.X_OK):
        raise EmbeddedError(f"{bin}/{name} is not there. Install PostgreSQL's client programs: postgresql-client.")
    parameters = conninfo_to_dict(dsn)
    password = parameters.pop("password", None)
    environment = plain_environment() | ({"PGPASSWORD": str(password)} if password else {})
    done = subprocess.run(
        [str(bin / name), f"--dbname={make_conninfo('', **parameters)}", "--no-password", *options],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise explain(f"{name} failed.", done.stderr, about or bin)
    return done.stdout


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable: without this a power cut may undo it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_unless_empty(dsn: str) -> None:
    try:
        with psycopg.connect(dsn) as connection:
            row = connection.execute(OWN_OBJECTS).fetchone()
            name = connection.info.dbname
    except psycopg.Error as error:
        raise EmbeddedError(f"The database to restore into cannot be opened: {error}") from error
    if row is None or row[0] != 0:
        raise EmbeddedError(f"The database {name} is not empty, and nothing was restored. Restore into a new one.")
