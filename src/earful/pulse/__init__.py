"""Pulse: says what changed, with ids only, once it is committed. Who is told fetches the row under own
permission.

PostgreSQL's NOTIFY carries it: delivered at commit and never after a rollback. A payload is a word and some
ids, "case 12,15"; it is limited to 8,000 bytes, so many ids become several notifications.
"""

from collections.abc import Iterable
from typing import Final

from django.db import connection

CHANNEL: Final = "earful"
IDS_AT_ONCE: Final = 390


def tell(kind: str, ids: Iterable[int]) -> None:
    """Say, when the transaction commits, that these rows of `kind` changed."""
    several = sorted(set(ids))
    payloads = [
        f"{kind} {','.join(map(str, several[start : start + IDS_AT_ONCE]))}"
        for start in range(0, len(several), IDS_AT_ONCE)
    ]
    if payloads:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload", [CHANNEL, payloads])
