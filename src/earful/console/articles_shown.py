"""Articles as their page lists them: what each is, whose, and how often customers got it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet

from earful.channels.models import Channel
from earful.console.rows import network_name
from earful.knowledge.models import Article
from earful.replies.models import ArticleSent

LATELY: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ArticleShown:
    """One row: `sent` counts the last thirty days, `ever` all."""

    article: Article
    whose: str
    sent: int
    ever: int


def found(words: str, *, retired: bool) -> QuerySet[Article]:
    """The articles that say all the words in their title, address or text, those in use or those retired."""
    articles = Article.objects.filter(retired_at__isnull=not retired).select_related("channel")
    for word in words.split()[:10]:
        articles = articles.filter(Q(title__icontains=word) | Q(address__icontains=word) | Q(text__icontains=word))
    return articles.order_by("title", "pk")


def shown(articles: Iterable[Article], now: datetime) -> list[ArticleShown]:
    """Rows of the page, in their order."""
    articles = list(articles)
    counted = ArticleSent.objects.filter(article__in=[article.pk for article in articles]).values("article")
    counts = counted.annotate(ever=Count("pk"), lately=Count("pk", filter=Q(at__gt=now - LATELY)))
    sent = {row["article"]: (row["lately"], row["ever"]) for row in counts}
    return [ArticleShown(each, whose(each.channel), *sent.get(each.pk, (0, 0))) for each in articles]


def whose(channel: Channel | None) -> str:
    """For which channel an article is."""
    return f"@{channel.handle} on {network_name(channel.network)}" if channel else "every channel"
