"""`earful doctor`: what is well, what is not, and what to do about it."""

import math
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import psycopg
from rich.console import Console

from earful.channels import SILENT_AFTER
from earful.cli.trouble import Trouble
from earful.cli.up import LEAST_DISK, RUNNING, busy, running
from earful.embedded import Cluster, EmbeddedError, locate

LONG: Final = timedelta(minutes=15)
"""How long a reply may wait for a person, or for its turn, before it wants somebody."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, in words, with what to do if it is not."""

    well: bool
    what: str


def examine(data: Path, port: int) -> int:
    """Look at everything; 0 if all is well, 1 if something wants doing."""
    console = Console(highlight=False)
    findings = [finding for look in LOOKS for finding in look(data, port)]
    for finding in findings:
        console.print(f"[green]well[/green]  {finding.what}" if finding.well else f"[red]DO  [/red]  {finding.what}")
    return 0 if all(finding.well for finding in findings) else 1


def _python(data: Path, port: int) -> Iterator[Finding]:
    yield Finding(sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}")


def _disk(data: Path, port: int) -> Iterator[Finding]:
    folder = next(folder for folder in (data, *data.parents) if folder.exists())
    free = shutil.disk_usage(folder).free
    if free < LEAST_DISK:
        yield Finding(False, f"Only {free // 1_000_000} MB are free on the disk of {folder}. Free some space.")
    else:
        yield Finding(True, f"{free / 1e9:.0f} GB free on the disk of {folder}")
    if data.exists() and not os.access(data, os.W_OK):
        yield Finding(False, f"{data} cannot be written to. Make it yours, or choose another with --data.")


def _ports(data: Path, port: int) -> Iterator[Finding]:
    try:
        told = running(data)
    except Trouble:
        for each in (port, port + 1, port + 2):
            if busy("127.0.0.1", each):
                yield Finding(False, f"Port {each} is in use by another program. Use --port with `up`.")
            else:
                yield Finding(True, f"Port {each} is free")
    else:
        yield Finding(True, f"A desk is running on this data, process {told['pid']}, port {told['EARFUL_PORT']}")


def kept(data: Path, port: int) -> Iterator[Finding]:
    """How the keys are kept, and the settings that others could use against us."""
    for name in ("secret.key", "vault.key"):
        path = data / name
        if path.exists() and path.stat().st_mode & 0o077:
            yield Finding(False, f"{path} can be read by others. Run: chmod 600 {path}")
    if _rotation_cut_off(data / "vault.key"):
        yield Finding(False, "A change of the vault's key was cut off. Nothing is lost. Run: ./earful vault rotate")
    if os.environ.get("EARFUL_DEBUG") == "1":
        yield Finding(False, "EARFUL_DEBUG is on: faults show the desk's inside. Unset it where others reach the desk.")
    if os.environ.get("EARFUL_ORIGIN", "").startswith("https://") and os.environ.get("EARFUL_SECURE") != "1":
        yield Finding(False, "The desk is reached by https but EARFUL_SECURE is not 1: cookies would travel unsealed.")


def _rotation_cut_off(key_file: Path) -> bool:
    """Whether the file holds two keys: the new one, and the old one that is dropped when all is sealed anew."""
    try:
        return "," in key_file.read_text()
    except OSError:
        return False


def _database(data: Path, port: int) -> Iterator[Finding]:
    try:
        binaries = locate(data)
        dsn = os.environ["DATABASE_URL"] if binaries is None else Cluster(data, binaries).dsn("earful")
    except EmbeddedError as error:
        yield Finding(False, str(error))
        return
    if binaries is not None:
        yield Finding(True, f"Embedded PostgreSQL {binaries.version} from {binaries.bin}")
    try:
        with psycopg.connect(dsn, connect_timeout=3, autocommit=True) as database:
            yield from asked(database, _up_since(data))
    except psycopg.OperationalError as error:
        if binaries is None:
            yield Finding(False, f"The database of DATABASE_URL does not answer: {str(error).strip()}")
        elif (data / RUNNING).exists():
            yield Finding(False, f"The desk is running, but its database refuses: {str(error).strip()}")
        else:
            yield Finding(True, "The database is not running; `./earful up` starts it")


def _up_since(data: Path) -> float:
    """When the desk on this data was up, in seconds since 1970; infinity if it is not running."""
    try:
        running(data)
        return (data / RUNNING).stat().st_mtime
    except (Trouble, OSError):
        return math.inf


def asked(database: "psycopg.Connection[tuple[object, ...]]", up_since: float) -> Iterator[Finding]:
    """What the database itself knows: its clock, unreadable frames, replies that are stuck, ears that do not hear.

    `up_since` is when the desk came up, in seconds since 1970, infinity if it is down: a desk that rests is neither
    deaf nor slow.
    """
    row = database.execute("SELECT extract(epoch FROM now())").fetchone()
    skew = abs(float(str(row[0])) - time.time()) if row else 0.0
    yield Finding(skew < 5, f"The clocks of database and desk differ by {skew:.1f} s")
    if database.execute("SELECT to_regclass('intake_frame') IS NULL").fetchone() == (True,):
        yield Finding(True, "The database is still empty; `./earful up` fills it")
        return
    told = {"up_since": up_since, "silent": SILENT_AFTER, "long": LONG}
    for question, words in QUESTIONS:
        rows = database.execute(question, told).fetchall()
        yield Finding(not rows, words(rows))
    rows = database.execute(_DEAF, told).fetchall()
    down = up_since == math.inf and not rows
    yield Finding(not rows, "No channel was in trouble when the desk last ran" if down else _deaf(rows))


def _aside(rows: list[tuple[object, ...]]) -> str:
    if not rows:
        return "Nothing heard was unreadable"
    listed = "; ".join(f"frame {row[0]}: {row[1]}" for row in rows[:5])
    return f"Frames were put aside unread, newest first: {listed}. The page Channels shows them and reads them again."


def _stuck(rows: list[tuple[object, ...]]) -> str:
    if not rows:
        return "Every reply is out, or not long on its way"
    return "Replies need somebody: " + "; ".join(f"case {row[0]}: {row[1]}" for row in rows[:5]) + _more(rows)


def _deaf(rows: list[tuple[object, ...]]) -> str:
    if not rows:
        return "Every channel hears"
    return "Channels in trouble: " + "; ".join(f"@{row[0]} {row[1]}: {row[2]}" for row in rows[:5]) + _more(rows)


def _more(rows: list[tuple[object, ...]]) -> str:
    return f"; and {len(rows) - 5} more" if len(rows) > 5 else ""


_STUCK = """
    SELECT case_id, CASE state
        WHEN 'refused' THEN reason
        WHEN 'by_hand' THEN 'waits for somebody to post it by hand'
        WHEN 'unsure' THEN 'nobody knows whether it went out'
        ELSE 'is ' || state || ' and overdue' END
    FROM replies_reply
    WHERE state = 'refused'
        OR (state IN ('by_hand', 'unsure') AND changed_at < now() - %(long)s)
        OR (state IN ('queued', 'try_later', 'sending')
            AND greatest(due_at, changed_at, to_timestamp(%(up_since)s)) < now() - %(long)s)
    ORDER BY id DESC LIMIT 20
"""
_DEAF = """
    SELECT c.handle, coalesce(h.ear, 'has no ear yet'), CASE
        WHEN h.state <> 'ok' THEN coalesce(nullif(h.reason, ''), h.state)
        ELSE 'no sign of life for minutes; see the log of the listener' END
    FROM channels_channel AS c LEFT JOIN channels_hearing AS h ON h.channel_id = c.id
    WHERE c.enabled AND (h.state <> 'ok'
        OR greatest(h.alive_at, c.created_at, to_timestamp(%(up_since)s)) < now() - %(silent)s)
    ORDER BY c.handle, h.ear LIMIT 20
"""
QUESTIONS: tuple[tuple[str, Callable[[list[tuple[object, ...]]], str]], ...] = (
    ("SELECT id, reason FROM intake_frame WHERE aside_at IS NOT NULL ORDER BY aside_at DESC LIMIT 20", _aside),
    (_STUCK, _stuck),
)
LOOKS: tuple[Callable[[Path, int], Iterator[Finding]], ...] = (_python, _disk, _ports, kept, _database)
