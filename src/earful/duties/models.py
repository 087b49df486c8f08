"""Round: one walk over all that is stored of a network, asking which of it may no longer be shown."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from earful.channels.models import Channel


class Subject(models.TextChoices):
    POSTS = "posts", "posts"
    PEOPLE = "people", "people"


class Round(models.Model):
    """One nightly walk of one channel over stored posts, or over the people who wrote them.

    It goes in steps: so many ids are handed in (`ticket` is what their answer is asked by, `upto` the last row among
    them), and once the answer is there and carried out, `cursor` moves up to them. Both happen in one transaction, so a
    process that dies asks again at worst. `checked` counts ids answered for, `found` the removals that came of it.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="rounds")
    subject = models.CharField(max_length=10, choices=Subject.choices)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    cursor = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(default=0)
    asked = models.IntegerField(default=0)
    ticket = models.CharField(max_length=200, blank=True)
    checked = models.IntegerField(default=0)
    found = models.IntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    tries = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "subject"], condition=Q(ended_at=None), name="one_round_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="round_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["channel", "subject", "-began_at"], name="round_newest"),
        ]

    def __str__(self) -> str:
        return f"round over {self.subject} of {self.channel}"
