"""Posts that wait for a second look: written down by the reader in the transaction that stores them, so that none is
lost; taken by the refiner (`cases.refining`), one process, which may die at any moment.

Only a desk that has a second stage writes any down.
"""

import time
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from earful.core.triage import Verdict
from earful.core.triage.doubting import LeastSure, sureness
from earful.deep import needed

LOOK_AGAIN_SECONDS: Final = 5.0


class _Desk:
    """Whether this desk has a second stage, looked for every few seconds; and what this reader doubted lately."""

    def __init__(self) -> None:
        self.least = LeastSure()
        self._has = False
        self._looked_at = float("-inf")

    @property
    def looks_twice(self) -> bool:
        if time.monotonic() - self._looked_at >= LOOK_AGAIN_SECONDS:
            self.look_again()
        return self._has

    def look_again(self) -> None:
        self._has, self._looked_at = needed.is_ready(settings.DATA), time.monotonic()


_desk = _Desk()


def look_again() -> None:
    """Look now whether there is a second stage, and begin to doubt anew; for who has just made one."""
    _desk.least = LeastSure()
    _desk.look_again()


def doubt(verdicts: Mapping[int, Verdict]) -> None:
    """Write down which of these posts (by row) deserve a second look. A post that was edited is looked at anew, and who
    is looking at its older words has lost it.
    """
    told = {row: each for row, each in verdicts.items() if each.lang[:2] in needed.LANGUAGES and each.answers}
    if not told or not _desk.looks_twice:
        return
    among = _desk.least.among([sureness(each.answers) for each in told.values()])
    rows = [row for row, doubted in zip(told, among, strict=True) if doubted]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_DOWN, [timezone.now(), sorted(rows)])


_WRITE_DOWN: Final = """
    INSERT INTO triage_doubt (post_id, due_at)
    SELECT post, %s FROM unnest(%s::bigint[]) AS post
    ON CONFLICT (post_id) DO UPDATE SET due_at = excluded.due_at, leased_until = NULL
"""
