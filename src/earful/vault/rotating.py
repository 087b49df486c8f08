"""Changing the vault's key under a running desk, safely however it ends.

The new key goes in front of the old one, into the file that every process reads; from then on all sealing is done with
it, and both open. Then everything that is sealed is sealed anew, some rows in one transaction. Only when a whole pass
finds nothing that the new key does not open is the old one dropped. Killed at any point, each secret opens with one of
the keys in the file, and the next call takes the change up where it was.
"""

import time
from dataclasses import dataclass
from typing import Final

from django.db import connection, models, transaction

from earful.vault import Unopenable, keys, opened, seal
from earful.vault.fields import sealed_columns

ROWS: Final = 100
# What a process had sealed with the old key, and not yet written, in the instant when the keys changed.
SETTLING_SECONDS: Final = 1.0
# The advisory lock of whoever changes the key: two at once would each put another key in front.
ROTATING: Final = 0x0EA2F08


@dataclass
class Tally:
    """Sealed secrets: all, those that an older key alone opens, those that none does; and how many were sealed anew."""

    all: int = 0
    older: int = 0
    lost: int = 0
    anew: int = 0


def rotate(settling: float = SETTLING_SECONDS) -> Tally:
    """Change the key, or finish a change that was begun. Keys from the environment are left; the sealing is done.

    A secret that no key opens stays as it is: no key is kept for its sake.
    """
    with connection.cursor() as cursor:
        # The session's, and so gone when we die.
        cursor.execute("SELECT pg_advisory_lock(%s)", [ROTATING])
        try:
            return _rotate(settling)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ROTATING])


def _rotate(settling: float) -> Tally:
    if not keys.fixed() and len(keys.present()) == 1:
        keys.replace((keys.new(), *keys.present()))
        time.sleep(settling)
    tally = _pass(anew=True)
    while (left := _pass(anew=True)).anew:
        tally.anew += left.anew
    if not keys.fixed():
        keys.replace(keys.present()[:1])
    return tally


def check() -> Tally:
    """Try every sealed secret; nothing is changed."""
    return _pass(anew=False)


def _pass(*, anew: bool) -> Tally:
    tally = Tally()
    for model, names in sealed_columns():
        last = None
        while rows := _rows(model, names, last, tally, anew=anew):
            last = rows
    return tally


def _rows(model: type[models.Model], names: list[str], after: object, tally: Tally, *, anew: bool) -> object:
    """Some rows past the primary key `after`, in one transaction; the last one's key, None at the end."""
    with transaction.atomic():
        rows = model._base_manager.order_by("pk")
        rows = rows.filter(pk__gt=after) if after is not None else rows
        locked = rows.select_for_update(of=("self",)) if anew else rows
        last = None
        for last, *sealed in locked.values_list("pk", *names)[:ROWS]:
            changed = _looked_at(dict(zip(names, sealed, strict=True)), tally)
            if anew and changed:
                model._base_manager.filter(pk=last).update(**changed)
                tally.anew += len(changed)
        return last


def _looked_at(sealed: dict[str, str], tally: Tally) -> dict[str, str]:
    """Count a row's secrets; those that are to be sealed anew, so sealed."""
    changed = {}
    for name, token in sealed.items():
        if not token:
            continue
        tally.all += 1
        try:
            secret, number = opened(token)
        except Unopenable:
            tally.lost += 1
            continue
        if number:
            tally.older += 1
            changed[name] = seal(secret)
    return changed
