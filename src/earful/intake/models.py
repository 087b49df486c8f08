"""Frame: what was heard, before it is understood."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from earful.channels.models import Channel


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
