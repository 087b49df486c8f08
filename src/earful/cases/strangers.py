"""Stranger: a customer with a new case of whom a network told nothing but the account's id, until they are looked up.

Looking up is billed, so only those are of whom a case came, and each once a UTC day.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import connection, models
from django.db.models import Q

from earful import pulse
from earful.channels.models import Channel
from earful.people.models import Identity


class Stranger(models.Model):
    """`due_at` is when to look them up, none when that is done; `looked_up_on` the last day (UTC) on which it was."""

    identity = models.OneToOneField(Identity, on_delete=models.CASCADE, related_name="stranger")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    looked_up_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="stranger_due", condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return f"stranger {self.identity_id}"


def met(customers: Iterable[tuple[int, int]]) -> None:
    """New cases of people (identities, each with the channel that heard them) of whom nothing was told: they are looked
    up, unless they were on this day. In the transaction that holds their rows.
    """
    found = dict(customers)
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_MEET, [list(found), list(found.values())])
            due = [identity for (identity,) in cursor.fetchall()]
        pulse.tell("stranger", due)


_MEET: Final = """
    INSERT INTO cases_stranger AS known (identity_id, channel_id, due_at)
    SELECT identity, channel, now() FROM unnest(%s::bigint[], %s::bigint[]) AS met (identity, channel)
    ORDER BY identity
    ON CONFLICT (identity_id) DO UPDATE SET due_at = excluded.due_at, channel_id = excluded.channel_id
    WHERE known.due_at IS NULL AND known.looked_up_on IS DISTINCT FROM (now() AT TIME ZONE 'UTC')::date
    RETURNING identity_id
"""
