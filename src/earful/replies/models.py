"""Reply (the intent) and Delivery (one attempt)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from earful.cases.models import Case
from earful.core.lifecycle import DeliveryMove, DeliveryState, next_delivery
from earful.people.models import Agent
from earful.posts.models import Post


class Route(models.TextChoices):
    PUBLIC = "public", "public reply"
    PRIVATE = "private", "private message"


class Reply(models.Model):
    """One intent to answer: exactly one post (or numbered thread of parts) on the network will come of it.

    `parts` is frozen when the text is approved; `sent` grows by one {id, link} for each part that the network
    confirmed taking, so the next part to send is always `parts[len(sent)]`, whatever crashed in between.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="replies")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    route = models.CharField(max_length=10, choices=Route.choices)
    text = models.TextField(max_length=25_000, blank=True)
    state = models.CharField(max_length=12, default=DeliveryState.DRAFT)
    answers = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="answered_by")
    parts = models.JSONField(default=list)
    sent = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    looks = models.SmallIntegerField(default=0)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "replies"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agent", "route"], condition=Q(state="draft"), name="one_draft_per_route"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="reply_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["case", "id"], name="reply_case"),
        ]

    def __str__(self) -> str:
        return f"{self.state} reply in case {self.case_id}"

    def move(self, move: DeliveryMove) -> None:
        """Take a move of the table, in memory; the caller writes it with what belongs to it."""
        self.state = next_delivery(DeliveryState(self.state), move)

    @property
    def private(self) -> bool:
        return self.route == Route.PRIVATE

    @property
    def goes_under(self) -> str:
        """The network's id of the post that the next part answers: our part before it, else the customer's post.

        "" where there is none: in private, and in public for somebody who only ever wrote in private.
        """
        if self.private:
            return ""
        if self.sent:
            return str(self.sent[-1]["id"])
        return self.answers.network_id if self.answers and not self.answers.private else ""

    @property
    def link(self) -> str:
        return self.sent[0]["link"] if self.sent else ""


class Delivery(models.Model):
    """One attempt to deliver one part: when, what came of it, in the network's words and ours."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="deliveries")
    part = models.SmallIntegerField(default=0)
    looked = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    raw = models.TextField(blank=True)
    network_id = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"attempt {self.pk} of reply {self.reply_id}: {self.outcome or 'under way'}"
