"""Article: what the desk can send, kept by people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from earful.channels.models import Channel
from earful.core.articles.reading import same_place
from earful.people.models import Agent

LONGEST_ADDRESS = 1_000
LONGEST_TEXT = 20_000
# As much of an address as an index takes, whatever its letters.
_LONGEST_PLACE = 600


def place_of(address: str) -> str:
    """By this an article is known again, however its address is written; "" for none. PostgreSQL holds no NUL, and an
    address may have one (%00).
    """
    return same_place(address).replace("\x00", "\ufffd")[:_LONGEST_PLACE] if address.strip() else ""


class ArticleQuery(models.QuerySet["Article"]):
    """Questions about articles; they chain."""

    def offered(self) -> ArticleQuery:
        """Those that are not retired."""
        return self.filter(retired_at=None)

    def on(self, channel: int) -> ArticleQuery:
        """Those that may be sent by a channel: its own, and those of all."""
        return self.filter(Q(channel=channel) | Q(channel=None))


class Article(models.Model):
    """Something to send: an address, or words. Of one channel alone, or of all.

    `place` is its address without what does not change the page: by it the article is known again in a reply. A retired
    one is suggested no more, and what was sent of it stays counted.
    """

    title = models.CharField(max_length=200)
    address = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    place = models.CharField(max_length=_LONGEST_PLACE, blank=True, editable=False)
    text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    language = models.CharField(max_length=10, blank=True)
    channel = models.ForeignKey(Channel, null=True, blank=True, on_delete=models.CASCADE, related_name="articles")
    retired_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ArticleQuery.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "channel"], condition=~Q(place=""), name="one_article_per_place_and_channel"
            ),
            models.UniqueConstraint(
                fields=["place"], condition=~Q(place="") & Q(channel=None), name="one_article_per_place_of_all"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def inserted(self) -> str:
        """What a reply gets of it: its address, or its words where it has none."""
        return self.address or self.text

    def settle(self) -> None:
        """Let its place follow its address."""
        self.place = place_of(self.address)
