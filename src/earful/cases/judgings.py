"""Judging again: that somebody asked for it, of which cases, and how far it got. A history to which one only adds."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from earful.people.models import Agent


class JudgingAgain(models.Model):
    """The posts of these cases are judged again, case after case in order of their ids: `reached` is how far that got,
    `done_at` when it was through. `version` is the model that was in force when it was asked for.
    """

    class Scope(models.TextChoices):
        RUNNING = "running", "the running cases"
        WEEK = "week", "the cases of the last seven days"

    scope = models.CharField(max_length=10, choices=Scope.choices)
    version = models.CharField(max_length=40)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    reached = models.BigIntegerField(default=0)
    posts = models.IntegerField(default=0)
    cases = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "judgings again"
        constraints = [
            models.UniqueConstraint(fields=["scope"], condition=models.Q(done_at=None), name="one_judging_of_a_scope")
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} judged again by {self.version}"
