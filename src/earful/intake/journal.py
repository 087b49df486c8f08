"""The journal: what is on the belt or was put aside, and how a frame that was put aside is read again."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from earful.channels.models import Hearing
from earful.core.connector import UNKNOWN_KIND
from earful.intake.belts import Belt, Carried
from earful.intake.belts.postgres import CHANNEL
from earful.intake.models import Frame


def keep(belt: Belt, hearing: Hearing, frames: Sequence[bytes], cursor: str) -> None:
    """Put what an ear heard on the belt, and move its cursor, in one transaction."""
    now = timezone.now()
    with transaction.atomic():
        if frames:
            belt.put([Carried(hearing.channel_id, hearing.ear, frame, now) for frame in frames])
            hearing.heard_at = now
        hearing.cursor, hearing.alive_at = cursor, now
        hearing.save(update_fields=["cursor", "alive_at", "heard_at"])


def carry(belt: Belt, channel: int, ear: str, frame: bytes) -> None:
    """Put one frame on the belt that no ear of the channel heard; the caller's transaction says what it belongs to."""
    belt.put([Carried(channel, ear, frame, timezone.now())])


def waiting() -> QuerySet[Frame]:
    """Frames heard and not yet understood."""
    return Frame.objects.filter(aside_at=None)


def aside() -> QuerySet[Frame]:
    """Frames that could not be understood, newest first."""
    return _put_aside().exclude(reason__startswith=UNKNOWN_KIND)


def of_unknown_kind() -> QuerySet[Frame]:
    """Sound frames of kinds that this version does not know, newest first."""
    return _put_aside().filter(reason__startswith=UNKNOWN_KIND)


def _put_aside() -> QuerySet[Frame]:
    return Frame.objects.exclude(aside_at=None).order_by("-aside_at", "-id")


def drop_aside(network_ids: Sequence[str]) -> int:
    """Drop frames that were put aside and hold one of these posts, which are to be shown no more; how many."""
    if not network_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_DROP_ASIDE, [list(network_ids)])
        return int(cursor.rowcount)


# Few frames are aside at a time, and a frame names a post as a string of its digits, whatever its shape.
_DROP_ASIDE: Final = """
    DELETE FROM intake_frame WHERE aside_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM unnest(%s::text[]) AS gone (id)
        WHERE position(convert_to('"' || gone.id || '"', 'UTF8') IN body) > 0)
"""


def read_again(frame_ids: Iterable[int]) -> int:
    """Put frames back on the belt, after a mended reader; how many there were."""
    return _back(_put_aside().filter(pk__in=list(frame_ids)))


def read_unknown_again() -> int:
    """Put back on the belt what was kept for a version that knows its kind; how many frames there were."""
    return _back(of_unknown_kind())


def _back(frames: QuerySet[Frame]) -> int:
    with transaction.atomic():
        count = frames.update(aside_at=None, reason="")
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
    return count
