"""Corrections, the versions of the model, when the desk learns, and the contact reasons as this desk has them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from earful.people.models import Agent
from earful.posts.models import Post


class Correction(models.Model):
    """What a person says of a post, for one head: `old` is what was told before ("" if it was not sure), `sure` how
    sure that was. Old and new may be the same: somebody was asked, and agreed (`asked`). Rows are written and never
    changed; of several for one post and head the newest holds.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="corrections")
    head = models.CharField(max_length=40)
    old = models.CharField(max_length=60, blank=True)
    new = models.CharField(max_length=60)
    sure = models.FloatField(default=0.0)
    model = models.CharField(max_length=40, blank=True)
    asked = models.BooleanField(default=False)
    agent = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="correction_newest")]

    def __str__(self) -> str:
        return f"{self.head} of post {self.post_id}: {self.new}"


class Doubt(models.Model):
    """A post that waits for a second look; gone when that was taken. `due_at` and `leased_until` are `clockwork`'s."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField(db_index=True)
    leased_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"doubt about post {self.post_id}"


class Version(models.Model):
    """A model that was learned here. One is in force at most; without one it is the model that comes with the product.

    `heads` are those that learned from corrections; `figures` how good each was, before and after, on what was held
    back; `why` is what people are told of it. A refused one keeps its figures and loses its `body`.
    """

    class State(models.TextChoices):
        IN_FORCE = "in_force", "in force"
        RESTING = "resting", "was in force"
        REFUSED = "refused", "refused"

    state = models.CharField(max_length=10, choices=State.choices)
    body = models.BinaryField(null=True)
    heads = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    learned_from = models.IntegerField(default=0)
    held_back = models.IntegerField(default=0)
    why = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(default=0.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="in_force"), name="one_version_in_force")
        ]

    def __str__(self) -> str:
        return f"version {self.pk}, {self.state}"


class Topic(models.Model):
    """A contact reason that this desk has changed or made: it stands for the shipped one of its `name`, or beside them.
    The name is what posts are marked by and never changes; a topic that is not `active` is found in no new post.
    """

    name = models.CharField(max_length=40, unique=True)
    says = models.CharField(max_length=80)
    group = models.CharField(max_length=40, blank=True)
    words = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    order = models.IntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    def __str__(self) -> str:
        return self.name


class Learning(models.Model):
    """One time that the desk learns: every night, or because somebody asked (`by`). `said` is what came of it, in words
    for people. At most one waits or runs.
    """

    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.ForeignKey(Version, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    said = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=models.Q(ended_at=None), name="one_learning_at_a_time")
        ]

    def __str__(self) -> str:
        return f"learning asked for at {self.asked_at:%Y-%m-%d %H:%M}"
