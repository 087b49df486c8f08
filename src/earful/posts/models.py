"""Post, earlier versions, and what was said about posts before they came."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from earful.channels.models import Channel
from earful.people.models import Agent, Identity


class Post(models.Model):
    """One utterance on a network, public or private. (network, network_id) is the network's own key.

    A deleted post keeps its row and loses its words; an edited one shows the newest version it has. `facts` is what
    else a rule can ask of it (see `remembering`). `spread` counts reposts and quotes, `reach` the followers of those
    who reposted or quoted it, as far as they were heard. An ignored post was put aside by a person.
    """

    network = models.CharField(max_length=20)
    network_id = models.CharField(max_length=100)
    version = models.CharField(max_length=100, blank=True)
    channel = models.ForeignKey(Channel, null=True, on_delete=models.SET_NULL, db_index=False)
    author = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="posts", db_index=False)
    ours = models.BooleanField(default=False)
    private = models.BooleanField(default=False)
    text = models.TextField()
    search = SearchVectorField(null=True)
    lang = models.CharField(max_length=10, blank=True)
    root = models.CharField(max_length=100, blank=True)
    reply_to = models.CharField(max_length=100, blank=True)
    reposts = models.CharField(max_length=100, blank=True)
    quotes = models.CharField(max_length=100, blank=True)
    quotes_author = models.CharField(max_length=100, blank=True)
    reply_to_author = models.CharField(max_length=100, blank=True)
    mentions = models.JSONField(default=list)
    links = models.JSONField(default=list)
    media = models.JSONField(default=list)
    intent = models.CharField(max_length=20, blank=True)
    signals = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    spread = models.IntegerField(default=0)
    reach = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    ignored_at = models.DateTimeField(null=True)
    ignored_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, db_index=False, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "network_id"], name="one_post_per_network_id")]
        indexes = [
            models.Index(fields=["root"], name="post_root"),
            models.Index(fields=["author", "-created_at"], name="post_author"),
            models.Index(fields=["reply_to"], name="post_our_answer", condition=Q(ours=True)),
            models.Index(fields=["reposts"], name="post_reposts", condition=~Q(reposts="")),
            models.Index(fields=["quotes"], name="post_quotes", condition=~Q(quotes="")),
            GinIndex(fields=["search"], name="post_search", fastupdate=True),
        ]

    def __str__(self) -> str:
        return f"{self.network} {self.network_id}"


class PostVersion(models.Model):
    """How a post read before it was edited."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    version = models.CharField(max_length=100, blank=True)
    text = models.TextField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"version {self.version} of {self.post_id}"


class Forewarning(models.Model):
    """A deletion that came before its post: streams are not in order. The post is born without words."""

    network = models.CharField(max_length=20)
    network_id = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "network_id"], name="one_forewarning_per_post")]

    def __str__(self) -> str:
        return f"{self.network} {self.network_id} was deleted"
