"""The default belt: the journal itself. Frames are rows; a reader holds its batch by row locks until it
commits.

Because storing, opening cases and taking the frames off the belt are one transaction, a reader that dies at
any point leaves either everything or nothing. Another reader skips what is locked.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from earful.intake.belts import Carried
from earful.intake.models import Frame

CHANNEL: Final = "earful_belt"
LONGEST_REASON: Final = 500


class PostgresBelt:
    """One per thread: it listens on the thread's own database connection."""

    def __init__(self) -> None:
        self._listening: Any = None

    def put(self, frames: Sequence[Carried]) -> None:
        """Journal the frames; they are on the belt when the caller's transaction commits."""
        with transaction.atomic():
            Frame.objects.bulk_create(
                Frame(channel_id=f.channel, ear=f.ear, body=f.body, heard_at=f.heard_at) for f in frames
            )
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {CHANNEL}")

    @contextmanager
    def take(self, most: int) -> Iterator[list[Carried]]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, channel_id, ear, body, heard_at FROM intake_frame WHERE aside_at IS NULL "
                "ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
                [most],
            )
            batch = [
                Carried(channel, ear, bytes(body), heard_at, frame_id)
                for frame_id, channel, ear, body, heard_at in cursor.fetchall()
            ]
            yield batch
            if batch:
                cursor.execute(
                    "DELETE FROM intake_frame WHERE id = ANY(%s) AND aside_at IS NULL",
                    [[f.id for f in batch]],
                )

    def aside(self, frames: Sequence[tuple[Carried, str]]) -> None:
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE intake_frame SET aside_at = %s, reason = %s WHERE id = %s",
                [(now, reason.replace("\x00", "\ufffd")[:LONGEST_REASON], frame.id) for frame, reason in frames],
            )

    def wait(self, seconds: float) -> None:
        """Sleep until a NOTIFY of `put` arrives. A connection that was made anew is listened on anew."""
        connection.ensure_connection()
        raw = connection.connection
        if self._listening is not raw:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            self._listening = raw
            return  # whatever was put before we listened is to be looked for now
        with connection.wrap_database_errors:
            for _ in raw.notifies(timeout=seconds, stop_after=1):
                pass
