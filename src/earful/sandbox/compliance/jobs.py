"""Questions about many ids at once: what may still be shown? Each is a job with an address in and an address out.

Nothing runs meanwhile: how far a job is follows from the world's clock and the moment at which its ids came.
"""

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from earful.sandbox.snowflake import Snowflakes, moment
from earful.sandbox.store import Store

UPLOAD_S = 15 * 60
DOWNLOAD_S = 7 * 24 * 3600

Kind = Literal["tweets", "users"]
Status = Literal["created", "in_progress", "complete", "failed", "expired"]


@dataclass(frozen=True, slots=True)
class Job:
    """One question. `uploaded` is when its ids came (seconds since 1970; 0 before), `takes` how long they are looked
    at; `inlet` and `outlet` are the secrets in its two addresses.
    """

    id: int
    app: int
    kind: Kind
    name: str
    resumable: bool
    inlet: str
    outlet: str
    uploaded: float
    takes: float
    failed: bool

    @property
    def upload_until(self) -> float:
        """When its ids can no longer be handed in, in seconds since 1970."""
        return moment(self.id) + UPLOAD_S

    @property
    def download_until(self) -> float:
        """When its answer can no longer be fetched, in seconds since 1970."""
        return moment(self.id) + DOWNLOAD_S

    def status(self, now: float) -> Status:
        """How far it is."""
        if not self.uploaded:
            return "created" if now < self.upload_until else "expired"
        if now < self.uploaded + self.takes:
            return "in_progress"
        if self.failed:
            return "failed"
        return "complete" if now < self.download_until else "expired"


class Jobs:
    """All jobs. The ids of one are looked at for `lasts` seconds; the next `failing` ones come to nothing."""

    def __init__(self, store: Store, ids: Snowflakes, clock: Callable[[], float], folder: Path) -> None:
        self.store = store
        self.ids = ids
        self.clock = clock
        self.folder = folder
        self.lasts = 2.0
        self.failing = 0

    def make(self, app: int, kind: Kind, name: str, *, resumable: bool) -> Job:
        """A new job, without ids yet."""
        new, inlet, outlet = self.ids.next(), secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.store.write(
            "INSERT INTO jobs (id, app, kind, name, resumable, inlet, outlet) VALUES (?, ?, ?, ?, ?, ?, ?)",
            new, app, kind, name, int(resumable), inlet, outlet,
        )  # fmt: skip
        return self.known(new)

    def taken(self, job: Job, *, well: bool) -> None:
        """A job's ids are there; where they are not `well` formed, it comes to nothing."""
        failed = not well or self.failing > 0
        self.failing = max(self.failing - 1, 0)
        self.store.write(
            "UPDATE jobs SET uploaded = ?, takes = ?, failed = ? WHERE id = ?",
            self.clock(), self.lasts, int(failed), job.id,
        )  # fmt: skip

    def of(self, app: int, kind: Kind) -> list[Job]:
        """An app's jobs of a kind, newest first."""
        rows = self.store.rows("SELECT * FROM jobs WHERE app = ? AND kind = ? ORDER BY id DESC", app, kind)
        return [_job(row) for row in rows]

    def under_way(self, app: int, kind: Kind) -> bool:
        """Whether an app has a job of a kind that is not done."""
        return any(job.status(self.clock()) in ("created", "in_progress") for job in self.of(app, kind))

    def find(self, job: int) -> Job | None:
        """The job with an id."""
        row = self.store.row("SELECT * FROM jobs WHERE id = ?", job)
        return _job(row) if row else None

    def known(self, job: int) -> Job:
        """The job with an id that certainly exists."""
        found = self.find(job)
        if found is None:
            raise LookupError(f"no job {job}")
        return found

    def by(self, secret: str) -> Job | None:
        """The job with a secret in one of its two addresses."""
        row = self.store.row("SELECT * FROM jobs WHERE inlet = ?1 OR outlet = ?1", secret)
        return _job(row) if row else None

    def asked(self, job: Job) -> Path:
        """Where its ids lie."""
        return self.folder / f"{job.id}.ids"

    def answered(self, job: Job) -> Path:
        """Where its answer lies."""
        return self.folder / f"{job.id}.ndjson"


def _job(row: sqlite3.Row) -> Job:
    return Job(
        id=row["id"],
        app=row["app"],
        kind=row["kind"],
        name=row["name"],
        resumable=bool(row["resumable"]),
        inlet=row["inlet"],
        outlet=row["outlet"],
        uploaded=row["uploaded"],
        takes=row["takes"],
        failed=bool(row["failed"]),
    )
