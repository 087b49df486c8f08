"""Frame: what was heard, before it is understood. Backfill: a walk into the past by a network's search. Gap: a stretch
of time in which an ear did not hear. Pushed: what came to our door.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from earful.channels.models import Channel
from earful.people.models import Agent
from earful.rules.models import ListeningRule


class Frame(models.Model):
    """A raw frame, kept from the moment it was heard until it is understood and stored; or put aside, with
    why.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE)
    ear = models.CharField(max_length=30)
    body = models.BinaryField()
    heard_at = models.DateTimeField()
    aside_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="frame_waiting", condition=Q(aside_at__isnull=True)),
            models.Index(fields=["aside_at"], name="frame_aside", condition=Q(aside_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"frame {self.pk} of {self.channel}"


_WALK: Final = "backfill-"


@lru_cache(maxsize=1024)
def walk_of(ear: str) -> int | None:
    """The id of the backfill by whose search a frame was fetched; None for what an ear of a channel heard."""
    number = ear.removeprefix(_WALK)
    return int(number) if ear.startswith(_WALK) and number.isdecimal() else None


class BackfillState(models.TextChoices):
    RUNNING = "running", "running"
    PAUSED = "paused", "paused"
    DONE = "done", "done"
    STOPPED = "stopped", "stopped"
    CAPPED = "capped", "stopped at its price cap"
    FAILED = "failed", "stopped by the network"


class Backfill(models.Model):
    """A rule taken into the past: page after page of a network's search, newest first, between two moments.

    The page's frame goes into the journal and the `cursor` moves in one transaction, so that a desk that dies goes on
    where it was; whatever is fetched twice is stored once. `reached` is how far back it has come, `fetched` the posts
    that the network handed over, `found` those that were new to the desk, `spent` dollars by the prices in force, at
    most: as if nothing had been billed before on that day.
    """

    rule = models.ForeignKey(ListeningRule, on_delete=models.CASCADE, related_name="backfills")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=1024)
    since = models.DateTimeField()
    until = models.DateTimeField()
    opens_cases = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=BackfillState.choices, default=BackfillState.RUNNING)
    reason = models.CharField(max_length=500, blank=True)
    cursor = models.TextField(blank=True)
    reached = models.DateTimeField(null=True)
    pages = models.PositiveIntegerField(default=0)
    fetched = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(null=True)
    spent = models.DecimalField(max_digits=10, decimal_places=3, default=0)
    price_cap = models.DecimalField(max_digits=10, decimal_places=3)
    due_at = models.DateTimeField(default=timezone.now, null=True)
    leased_until = models.DateTimeField(null=True)
    started_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Two walks over the same rule and channel would pay twice for the same posts.
            models.UniqueConstraint(
                fields=["rule", "channel"], condition=Q(state__in=["running", "paused"]), name="one_backfill_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"backfill {self.pk} of {self.rule}"

    @property
    def ear(self) -> str:
        """The name under which its frames travel."""
        return f"{_WALK}{self.pk}"


class GapState(models.TextChoices):
    WAITING = "waiting", "being filled"
    FILLED = "filled", "filled"
    PARTLY = "partly", "partly filled"
    LOST = "lost", "could not be filled"


class GapWay(models.TextChoices):
    """How what an ear missed is had after all."""

    STREAM = "stream", "the stream itself, when it opened again"
    SEARCH = "search", "searches"
    POLLS = "polls", "polls"
    REPLAY = "replay", "a replay to the webhook, and polls"


class Gap(models.Model):
    """A stretch of time in which an ear of a channel did not hear, how that was found, and what filled it.

    The row is the memory of whoever fills it: `reached` is how far back from its end a search has come and moves in the
    transaction that journals the page, `spent` are dollars at most, `posts` those that were handed over. `lost_since`
    and `lost_until` are what was given up. One connection that breaks again and again is one gap, `times` over.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="gaps")
    ear = models.CharField(max_length=30)
    since = models.DateTimeField()
    until = models.DateTimeField()
    cause = models.CharField(max_length=300)
    times = models.PositiveIntegerField(default=1)
    way = models.CharField(max_length=10, choices=GapWay.choices)
    state = models.CharField(max_length=10, choices=GapState.choices, default=GapState.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    reached = models.DateTimeField(null=True)
    posts = models.PositiveIntegerField(default=0)
    spent = models.DecimalField(max_digits=10, decimal_places=3, default=0)
    lost_since = models.DateTimeField(null=True)
    lost_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["channel", "-since"], name="gap_newest"),
            models.Index(fields=["due_at"], name="gap_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"gap of {self.ear} of {self.channel_id}, {self.since:%d %b %H:%M:%S} to {self.until:%H:%M:%S}"

    @property
    def given_up(self) -> bool:
        """Whether part of it, or all, is gone unless somebody fetches it."""
        return self.state in (GapState.PARTLY, GapState.LOST)


class Pushed(models.Model):
    """What a network told at our door, by the digest of its body: told again, it is not taken in a second time."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "pushed"
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="one_row_per_pushed_body")]
        indexes = [models.Index(fields=["at"], name="pushed_at")]

    def __str__(self) -> str:
        return f"pushed to channel {self.channel_id} at {self.at}"
