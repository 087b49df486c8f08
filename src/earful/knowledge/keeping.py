"""What people do to articles: each is one transaction, and told once it is committed. Administrators alone."""

from __future__ import annotations

from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils import timezone

from earful import pulse
from earful.knowledge.models import Article
from earful.people.models import Agent
from earful.people.permitting import administrators_only

CHANGE = "change the articles"


class SamePlace(Exception):
    """Another article leads there already."""

    def __init__(self) -> None:
        super().__init__("Another article has this address already. Change that one, or name another address.")


class Overtaken(Exception):
    """Somebody saved something else meanwhile; `article` is as it stands now."""

    def __init__(self, article: Article) -> None:
        super().__init__(f"{article} was changed meanwhile")
        self.article = article


def keep(article: Article, by: Agent, *, seen: str = "") -> Article:
    """Save a new or a changed article. `seen` is the `version` that the change was made of.

    Raises NotYours for anybody who is no administrator, SamePlace, and Overtaken; nothing is saved then.
    """
    administrators_only(by, CHANGE)
    article.settle()
    article.changed_by = by
    try:
        with transaction.atomic():
            _still(article, seen)
            article.save()
            pulse.tell("article", [article.pk])
    except IntegrityError as error:
        raise SamePlace from error
    return article


def version(article: Article) -> str:
    """Another text whenever people have decided something else."""
    decided = [article.title, article.address, article.text, article.language, article.channel_id]
    return sha256(repr(decided).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _still(article: Article, seen: str) -> None:
    """The row is held until the change is saved, so that of two at once the second finds the first."""
    held = Article.objects.select_for_update().filter(pk=article.pk).first()
    if held is not None and seen and version(held) not in (seen, version(article)):
        raise Overtaken(held)


def retire(article: Article, by: Agent) -> None:
    """Suggest it no more. What was sent of it stays counted."""
    _switch(article, by, offered=False)


def bring_back(article: Article, by: Agent) -> None:
    """Suggest it again."""
    _switch(article, by, offered=True)


@transaction.atomic
def _switch(article: Article, by: Agent, *, offered: bool) -> None:
    administrators_only(by, CHANGE)
    held = Article.objects.select_for_update().get(pk=article.pk)
    held.retired_at = None if offered else held.retired_at or timezone.now()
    held.changed_by = by
    held.save(update_fields=["retired_at", "changed_by", "changed_at"])
    pulse.tell("article", [held.pk])
