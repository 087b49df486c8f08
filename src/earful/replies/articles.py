"""Which articles customers got, written down when their network has taken the words, and never when they are typed.

By this the use of an article is counted, and what was said before is known as what it was sent for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from earful import pulse
from earful.cases.models import Case
from earful.core.post import Post as Said
from earful.knowledge.carrying import carried
from earful.knowledge.models import Article
from earful.replies.models import ArticleSent, Reply


def went_out(reply: Reply, at: datetime, heard: Said | None = None) -> None:
    """A reply is out: by what it says, and by where its links led when it was `heard`. Told twice, it is kept once."""
    found = carried("\n".join(reply.parts), reply.case.channel_id, _addresses(heard))
    _keep(ArticleSent(article=article, case=reply.case, reply=reply, at=at) for article in found)


def was_said(case: Case, post: Said) -> None:
    """We answered on the network itself, without the desk."""
    found: Iterable[Article] = carried(post.text, case.channel_id, _addresses(post))
    _keep(ArticleSent(article=article, case=case, said=post.id, at=post.created_at) for article in found)


def _addresses(post: Said | None) -> list[str]:
    return [link.address for link in post.links if link.address] if post else []


def _keep(sent: Iterable[ArticleSent]) -> None:
    kept = ArticleSent.objects.bulk_create(sent, ignore_conflicts=True)
    pulse.tell("article", [each.article_id for each in kept])
