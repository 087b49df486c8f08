"""Entry (one thing billed), Spending (entries added up), Budget, Rest (a purpose that is stopped), Outage."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from earful.channels.models import Channel
from earful.core.prices import MICRO
from earful.core.spending import IN_WORDS, WARN_AT, Purpose
from earful.people.models import Agent


class Entry(models.Model):
    """One thing that a network billed: a resource, which a network bills once a UTC day to each app that reads it, or a
    request, whose `resource` is a name of our own making. `price` is in millionths of a dollar.

    `sure` is false between asking and the answer of what is billed by the request, and for what a stream may have told
    while it broke: where nothing came, nobody knows.
    The rule is the one that found it (the first, where several did), 0 where none did. No reference of these is checked
    by the database: entries are written in bulk, and outlive a rule.
    """

    pk = models.CompositePrimaryKey("day", "app", "kind", "of", "resource")
    day = models.DateField()
    app = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    of = models.CharField(max_length=10)
    resource = models.CharField(max_length=100)
    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    purpose = models.CharField(max_length=20, choices=[(each.value, IN_WORDS[each].name) for each in Purpose])
    rule = models.BigIntegerField(default=0)
    price = models.IntegerField()
    sure = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["channel", "day"], name="entry_unsure", condition=Q(sure=False))]

    def __str__(self) -> str:
        return f"{self.kind} {self.resource} for {self.price / MICRO} dollars"


class Spending(models.Model):
    """Entries of one channel and day added up by what they were for: what every sum is made of."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    purpose = models.CharField(max_length=20)
    rule = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=40)
    of = models.CharField(max_length=10)
    entries = models.BigIntegerField()
    price = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "spendings"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "day", "purpose", "rule", "kind", "of"], name="one_spending_per_kind_and_day"
            ),
        ]
        indexes = [models.Index(fields=["rule", "day"], name="spending_of_rule", condition=~Q(rule=0))]

    def __str__(self) -> str:
        return f"{self.purpose} of channel {self.channel_id} on {self.day}: {self.price / MICRO} dollars"


class Budget(models.Model):
    """What a channel may spend in a calendar month (UTC), in millionths of a dollar: for listening, which stops by the
    table in `core.spending`, and for sending, which only warns. None is without end. `warned_at` is since when so
    much is spent that somebody should know.
    """

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="budget")
    listening = models.BigIntegerField(null=True)
    sending = models.BigIntegerField(null=True)
    warn_at = models.PositiveSmallIntegerField(default=WARN_AT)
    set_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    warned_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"budget of {self.channel}"


class RuleBudget(models.Model):
    """What a listening rule may spend in a calendar month (UTC), over all channels, in millionths of a dollar. Over it
    since `over_at`, the rule leaves the book and the networks until the budget is raised, or the month turns.
    """

    rule = models.BigIntegerField(unique=True)
    listening = models.BigIntegerField()
    set_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    over_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"budget of rule {self.rule}"


class Rest(models.Model):
    """A purpose that a channel's budget stopped, from when to when: what was written meanwhile was not heard by it.
    Over when the budget allows it again, by `ended_by` who raised it, or by nobody at the turn of the month.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="rests")
    purpose = models.CharField(max_length=20)
    spent = models.BigIntegerField()
    budget = models.BigIntegerField()
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "purpose"], condition=Q(until__isnull=True), name="one_rest_at_a_time"
            ),
        ]
        ordering = [F("until").desc(nulls_first=True), "-since"]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.channel} rests"


class Outage(models.Model):
    """A network lets a channel do nothing more for want of money: since when, in its words, and when it is asked again.
    `only` is the kind of resource that is used up where the rest goes on, "" for everything.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="outages")
    only = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500)
    since = models.DateTimeField(default=timezone.now)
    probes = models.PositiveIntegerField(default=0)
    probe_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "only"], condition=Q(until__isnull=True), name="one_outage_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} is out of credit"
