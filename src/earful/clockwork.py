"""Rows that fall due, claimed in batches, each by one worker at a time.

A room that has such rows (deliveries now; clocks, promises and snoozes later) gives its model `due_at` and
`leased_until`. A claim is one guarded statement: rows that are due and not leased, oldest first, skipping
what another worker holds this instant; the lease says until when the claimer may work. Who dies loses the
lease, and the row falls due again by itself. Who was only slow finds out with `hold`, before anything is written.

`work_until` is the thread that looks for them, or for anything else that is to be looked for again and again.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

import structlog
from django.db import DatabaseError, InterfaceError, connection, models

log = structlog.get_logger("clockwork")

# How a database that is away shows: the work stands as it was, and the database is waited for.
AWAY: Final = (DatabaseError, InterfaceError)


class Superseded(Exception):
    """The lease ran out in the middle of the work, and another process took the row over: what this one learned is
    dropped.
    """


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


def hold(row: models.Model, lease: datetime | None) -> None:
    """Lock a row until the caller's transaction ends, if it is still ours by the lease that we claimed it with; raises
    Superseded otherwise.
    """
    rows = type(row)._default_manager.select_for_update()
    if not rows.filter(pk=row.pk, leased_until=lease).exists():
        raise Superseded


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


def night_of(now: datetime, begins: time) -> datetime:
    """When the night began that `now` is in, or that was last."""
    night = datetime.combine(now.date(), begins, tzinfo=now.tzinfo)
    return night if night <= now else night - timedelta(days=1)


def work_until(stop: threading.Event, work: Callable[[], object], *, rest: float) -> None:
    """Do the work again and again until `stop` is set; for a thread of its own.

    Where it finds nothing to do (it says something false), and after trouble, it rests so many seconds and holds no
    connection meanwhile. A database that is away is waited for. What nobody foresaw is logged and is no reason to end:
    the row over which it happened is leased, and falls due again when all others have had their turn.
    """
    while not stop.is_set():
        try:
            busy = work()
        except AWAY as error:
            log.warning("database away", work=threading.current_thread().name, reason=str(error).strip())
            busy = False
        except Exception:
            log.exception("fault", work=threading.current_thread().name)
            busy = False
        if not busy:
            connection.close()
            stop.wait(rest)
