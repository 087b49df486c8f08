"""Reply (the intent) with its Files and ArticleSent, Delivery (one attempt), Act (a deed on a post), ShutDoor."""

from __future__ import annotations

import msgspec
from django.db import models
from django.db.models import Q
from django.utils import timezone

from earful.cases.models import Case
from earful.channels.models import Channel
from earful.core.delivering import Attachment, Uploading
from earful.core.lifecycle import DeedMove, DeedState, DeliveryMove, DeliveryState, next_deed, next_delivery
from earful.core.media import Seen
from earful.knowledge.models import Article
from earful.people.models import Agent, Identity
from earful.posts.models import Post


class Route(models.TextChoices):
    PUBLIC = "public", "public reply"
    PRIVATE = "private", "private message"


class Reply(models.Model):
    """One intent to answer: exactly one post (or numbered thread of parts) on the network will come of it.

    `parts` is frozen when the text is approved; `sent` grows by one {id, link} for each part that the network
    confirmed taking, so the next part to send is always `parts[len(sent)]`, whatever crashed in between. Frozen with it
    are its files, which go with the first part, whom it shall not notify (`without`, as {id, handle}), and whether its
    last part carries a button by which people write to us in private (`invite`).
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="replies")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    route = models.CharField(max_length=10, choices=Route.choices)
    text = models.TextField(max_length=25_000, blank=True)
    state = models.CharField(max_length=12, default=DeliveryState.DRAFT)
    answers = models.ForeignKey(Post, null=True, on_delete=models.SET_NULL, related_name="answered_by")
    without = models.JSONField(default=list, db_default=[])
    invite = models.BooleanField(default=False, db_default=False)
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


class File(models.Model):
    """A picture, animation or film that goes with a reply, and how far it has come on its way to the network.

    `kept` is the name under which its bytes lie in the data folder, "" when they are gone: the reply is out, or nobody
    came back to the draft. What it was stays. `anew` counts how often the network lost hold of it.
    """

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    alt = models.TextField(max_length=1_000, blank=True)
    kind = models.CharField(max_length=10)
    media_type = models.CharField(max_length=40)
    size = models.BigIntegerField()
    width = models.IntegerField(default=0)
    height = models.IntegerField(default=0)
    seconds = models.FloatField(default=0)
    kept = models.CharField(max_length=60, blank=True)
    uploading = models.JSONField(default=dict)
    anew = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="file_kept", condition=~Q(kept=""))]

    def __str__(self) -> str:
        return f"{self.kind} of reply {self.reply_id}"

    def remember(self, seen: Seen) -> None:
        """What its bytes told."""
        self.kind, self.media_type, self.size = seen.kind, seen.media_type, seen.size
        self.width, self.height, self.seconds = seen.width, seen.height, seen.seconds

    def attachment(self, *, private: bool) -> Attachment:
        """It as a connector needs it."""
        return msgspec.convert(
            {"kind": self.kind, "media_type": self.media_type, "size": self.size, "alt": self.alt, "private": private},
            Attachment,
        )

    @property
    def so_far(self) -> Uploading:
        return msgspec.convert(self.uploading, Uploading)

    @so_far.setter
    def so_far(self, uploading: Uploading) -> None:
        self.uploading = msgspec.to_builtins(uploading)


class ArticleSent(models.Model):
    """An article that went out to a customer: in a reply, or in a post of ours (`said`, by its id at the network) that
    was written without the desk. Once for each; the words are not kept here.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="sent", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="articles_sent")
    reply = models.ForeignKey(Reply, null=True, on_delete=models.CASCADE, related_name="articles_sent")
    said = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "articles sent"
        constraints = [
            models.UniqueConstraint(fields=["article", "reply"], name="one_article_sent_per_reply"),
            models.UniqueConstraint(
                fields=["article", "case", "said"], condition=Q(reply=None), name="one_article_sent_per_post"
            ),
        ]
        indexes = [models.Index(fields=["-at"], name="article_sent_newest")]

    def __str__(self) -> str:
        return f"article {self.article_id} in case {self.case_id}"


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
        # What was sent lately is counted against the network's limits.
        indexes = [models.Index(fields=["started_at"], name="delivery_sends", condition=Q(looked=False))]

    def __str__(self) -> str:
        return f"attempt {self.pk} of reply {self.reply_id}: {self.outcome or 'under way'}"


class Act(models.Model):
    """One deed asked of the network by an agent: exactly one, shown as done only when the network said so.

    `network_id` is that of the post.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="acts")
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL)
    kind = models.CharField(max_length=10)
    network_id = models.CharField(max_length=100)
    state = models.CharField(max_length=10, default=DeedState.QUEUED)
    reason = models.CharField(max_length=500, blank=True)
    raw = models.TextField(blank=True)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Whoever presses twice, or beside a colleague, asks for one deed.
            models.UniqueConstraint(
                fields=["case", "network_id"], condition=Q(state="queued"), name="one_act_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="act_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["case", "id"], name="act_case"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.network_id}: {self.state}"

    def move(self, move: DeedMove) -> None:
        """Take a move of the table, in memory; the caller writes it with what belongs to it."""
        self.state = next_deed(DeedState(self.state), move)


class ShutDoor(models.Model):
    """The network refused us somebody for good on one route: it is said before the next one writes in vain."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, db_index=False)
    person = models.ForeignKey(Identity, on_delete=models.CASCADE)
    route = models.CharField(max_length=10, choices=Route.choices)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "person", "route"], name="one_shut_door_per_route")]

    def __str__(self) -> str:
        return f"{self.person} does not take {self.route} answers"
