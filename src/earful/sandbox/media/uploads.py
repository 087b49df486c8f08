"""Files on their way to a post or a message: begun, filled in segments, finished, worked on, and in the end forgotten.

The bytes lie beside the store, in a folder of its name, so that the store stays small and a file is never all in
memory. What a video goes through takes time by the world's clock, and nothing runs meanwhile: its state is told from
the moment at which it was finished.
"""

import secrets
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from earful.sandbox.media.categories import CATEGORIES, Category, unfit
from earful.sandbox.media.measuring import Measured, measure_file
from earful.sandbox.numerals import identifier
from earful.sandbox.snowflake import Snowflakes
from earful.sandbox.store import Store

SESSION_S = 1_295_999
USABLE_S = 86_400
PENDING_S = 1.0

Stage = Literal["begun", "pending", "in_progress", "succeeded", "failed"]


@dataclass(frozen=True, slots=True)
class Upload:
    """One file. `finished` is when its last segment was in (seconds since 1970; 0 before that), `takes` how long it is
    worked on after that, and `fault` why it failed.
    """

    id: int
    owners: frozenset[int]
    category: str
    mime: str
    total: int
    begun: float
    finished: float
    takes: float
    fault: str
    resource: str
    measured: Measured
    alt: str
    used: bool

    @property
    def kind(self) -> Category:
        """The category with its limits."""
        return CATEGORIES[self.category]

    @property
    def key(self) -> str:
        """The media key: the category's number and the id."""
        return f"{self.kind.number}_{self.id}"

    @property
    def extension(self) -> str:
        """How its name ends, without the dot."""
        return self.resource.rpartition(".")[2]

    def stage(self, now: float) -> Stage:
        """How far it is."""
        if not self.finished:
            return "begun"
        if now < self.finished + self.takes:
            return "pending" if now < self.finished + min(PENDING_S, self.takes / 2) else "in_progress"
        return "failed" if self.fault else "succeeded"

    def gone(self, now: float) -> bool:
        """Whether it has expired: a session that was never finished, or a file that nothing carries."""
        if self.used:
            return False
        return now > (self.finished + USABLE_S if self.finished else self.begun + SESSION_S)


class Uploads:
    """All files. A video or a GIF is worked on for `lasts` seconds; the next `failing` ones of them fail."""

    def __init__(self, store: Store, ids: Snowflakes, clock: Callable[[], float], folder: Path) -> None:
        self.store = store
        self.ids = ids
        self.clock = clock
        self.folder = folder
        self.lasts = 2.0
        self.failing = 0

    def begin(self, owners: list[int], category: str, mime: str, total: int) -> Upload:
        """A new file, empty yet; its owners may use it."""
        self._sweep()
        new = self.ids.next()
        self.store.write(
            "INSERT INTO uploads (id, owners, category, mime, total, begun) VALUES (?, ?, ?, ?, ?, ?)",
            new, ",".join(map(str, owners)), category, mime, total, self.clock(),
        )  # fmt: skip
        return self.known(new)

    def append(self, upload: Upload, segment: int, data: bytes) -> bool:
        """Keep one segment, in place of a former of its number; False when it is more than was announced."""
        part = self._segments(upload) / f"{segment:03d}"
        part.parent.mkdir(parents=True, exist_ok=True)
        had = part.stat().st_size if part.exists() else 0
        if self.size(upload) - had + len(data) > upload.total:
            return False
        part.write_bytes(data)
        return True

    def size(self, upload: Upload) -> int:
        """How many bytes are there."""
        whole = self.path(upload)
        if whole.exists():
            return whole.stat().st_size
        return sum(part.stat().st_size for part in self._segments(upload).glob("*"))

    def finish(self, upload: Upload) -> Upload:
        """Put the segments together and look at what they make; a video or a GIF is worked on from now on."""
        self._join(upload)
        measured = measure_file(self.path(upload))
        fault = unfit(upload.kind, measured, upload.total) or self._failure(upload)
        takes = self.lasts if upload.kind.slow else 0.0
        # The name tells the kind by our own measuring, so that no file is served as what it is not.
        resource = f"{secrets.token_urlsafe(6)}.{measured.mime.rpartition('/')[2] or 'bin'}"
        self.store.write(
            "UPDATE uploads SET finished = ?, takes = ?, fault = ?, resource = ?, mime = ?,"
            " width = ?, height = ?, frames = ?, seconds = ? WHERE id = ?",
            self.clock(), takes, fault, resource, measured.mime or upload.mime,
            measured.width, measured.height, measured.frames, measured.seconds, upload.id,
        )  # fmt: skip
        return self.known(upload.id)

    def describe(self, upload: Upload, alt: str) -> None:
        """Keep the words for those who do not see it."""
        self.store.write("UPDATE uploads SET alt = ? WHERE id = ?", alt, upload.id)

    def use(self, *uploads: int) -> None:
        """Something carries these files now: they stay."""
        for upload in uploads:
            self.store.write("UPDATE uploads SET used = 1 WHERE id = ?", upload)

    def find(self, upload: int) -> Upload | None:
        """The file with an id, unless it has expired."""
        row = self.store.row("SELECT * FROM uploads WHERE id = ?", upload)
        found = _upload(row) if row else None
        if found and found.gone(self.clock()):
            self._forget(found)
            return None
        return found

    def of(self, item: Mapping[str, Any]) -> Upload | None:
        """The file that an item of a post's media stands for; None for one that was never uploaded here."""
        return self.find(identifier(str(item.get("upload", ""))) or 0)

    def known(self, upload: int) -> Upload:
        """The file with an id that certainly exists."""
        found = self.find(upload)
        if found is None:
            raise LookupError(f"no upload {upload}")
        return found

    def path(self, upload: Upload) -> Path:
        """Where the whole file lies."""
        return self.folder / str(upload.id)

    def _segments(self, upload: Upload) -> Path:
        return self.folder / f"{upload.id}.parts"

    def _join(self, upload: Upload) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.path(upload).open("wb") as whole:
            for part in sorted(self._segments(upload).glob("*")):
                with part.open("rb") as segment:
                    shutil.copyfileobj(segment, whole)
        shutil.rmtree(self._segments(upload), ignore_errors=True)

    def _failure(self, upload: Upload) -> str:
        if not (upload.kind.slow and self.failing):
            return ""
        self.failing -= 1
        return "The file could not be worked on."

    def _sweep(self) -> None:
        """Forget what has expired without anybody asking for it again, or the folder would only grow."""
        question = "SELECT * FROM uploads WHERE NOT used AND begun < ?"
        for upload in map(_upload, self.store.rows(question, self.clock() - USABLE_S)):
            if upload.gone(self.clock()):
                self._forget(upload)

    def _forget(self, upload: Upload) -> None:
        self.path(upload).unlink(missing_ok=True)
        shutil.rmtree(self._segments(upload), ignore_errors=True)
        self.store.write("DELETE FROM uploads WHERE id = ?", upload.id)


def _upload(row: sqlite3.Row) -> Upload:
    return Upload(
        id=row["id"],
        owners=frozenset(map(int, row["owners"].split(","))),
        category=row["category"],
        mime=row["mime"],
        total=row["total"],
        begun=row["begun"],
        finished=row["finished"],
        takes=row["takes"],
        fault=row["fault"],
        resource=row["resource"],
        measured=Measured(row["mime"], row["width"], row["height"], row["frames"], row["seconds"]),
        alt=row["alt"],
        used=bool(row["used"]),
    )
