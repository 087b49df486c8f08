"""Rows that fall due, claimed in batches, each by one worker at a time.

A room that has such rows (deliveries now; clocks, promises and snoozes later) gives its model `due_at` and
`leased_until`. A claim is one guarded statement: rows that are due and not leased, oldest first, skipping
what another worker holds this instant; the lease says until when the claimer may work. Who dies loses the
lease, and the row falls due again by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models


def claim(
    model: type[models.Model],
    condition: str,
    params: Sequence[Any],
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
) -> list[int]:
    """Lease up to `limit` due rows that satisfy the SQL `condition` (a constant of the calling room). Their
    ids.

    Ids come back in the order in which they fell due.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    # Table and condition are names and constants of our own code; every value travels as a parameter.
    statement = f"""
        WITH due AS (
            SELECT id, due_at FROM {table}
            WHERE due_at <= %s AND (leased_until IS NULL OR leased_until <= %s) AND ({condition})
            ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED
        )
        UPDATE {table} AS row SET leased_until = %s FROM due WHERE row.id = due.id
        RETURNING row.id, due.due_at
    """  # noqa: S608  # nosec B608
    with connection.cursor() as cursor:
        cursor.execute(statement, [now, now, *params, limit, now + lease])
        return [row_id for row_id, _ in sorted(cursor.fetchall(), key=lambda row: (row[1], row[0]))]


def next_due(model: type[models.Model], condition: str, params: Sequence[Any]) -> datetime | None:
    """When the next row will be due or lose its lease, whichever is later for that row; None when nothing
    waits.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"""
        SELECT min(greatest(due_at, coalesce(leased_until, due_at))) FROM {table}
        WHERE due_at IS NOT NULL AND ({condition})
    """  # noqa: S608  # nosec B608
    with connection.cursor() as cursor:
        cursor.execute(statement, list(params))
        row = cursor.fetchone()
        return row[0] if row else None
