"""The weights of priority as this desk has written them: a history to which one only adds. The newest row holds."""

from __future__ import annotations

from typing import Final

from django.db import connection, models
from django.utils import timezone

from earful.core.priority import Weights
from earful.people.models import Agent

# The advisory lock between those who weigh cases (side by side) and who writes new weights (alone): when new ones are
# written, nobody is still weighing by the old ones.
WEIGHING: Final = 0x0EA2F0D


class Weighing(models.Model):
    """What somebody wrote: `written` is what differs from the table of the core. The running cases are weighed anew in
    order of their ids, `reached` is how far that got, and `done_at` when it was through.
    """

    written = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    reached = models.BigIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"weights of {self.at:%Y-%m-%d %H:%M}"


def in_force() -> Weights:
    """The weights that hold now, to show something by."""
    newest = Weighing.objects.order_by("-pk").values_list("written", flat=True).first()
    return Weights(newest or {})


def held() -> Weights:
    """The weights that hold until the caller's transaction ends, to write something by. To be asked for when the rows
    that are weighed are locked already, or not there yet.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WEIGHING])
    return in_force()
