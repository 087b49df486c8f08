"""Which articles may answer a case, and why: for people to choose from, and never sent by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from earful.cases.models import Case
from earful.core.articles.reading import joined
from earful.core.articles.shelf import Asked
from earful.core.articles.suggesting import Reason, Suggestion, short, suggest
from earful.core.conversation import Role
from earful.core.triage.personal import masked
from earful.knowledge.models import Article
from earful.people.models import Agent
from earful.posts.models import Post
from earful.replies import library
from earful.replies.library import Library, Past

SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Suggested:
    """An article to send, and why, in words."""

    article: Article
    reasons: Sequence[str]


def suggested(case: Case, agent: Agent, now: datetime) -> list[Suggested] | None:
    """The best few for what the customer said, best first; None while the articles are still being read."""
    known = library.in_force()
    if known is None:
        return None
    found = _found(known, case, now)
    articles = Article.objects.offered().in_bulk([int(each.article) for each in found])
    return [
        Suggested(article, [_in_words(reason, agent) for reason in each.reasons])
        for each in found
        if (article := articles.get(int(each.article)))
    ]


def _found(known: Library, case: Case, now: datetime) -> list[Suggestion]:
    """Those that a reason speaks for; all else would be a guess."""
    of_channel = known.shelves.get(case.channel_id) or known.shelves.get(0)
    said = _said(case)
    if of_channel is None or not said:
        return []
    found = suggest(of_channel, known.weights, Asked(masked(said), now.timestamp()), SHOWN)
    return [each for each in found if each.reasons]


def _said(case: Case) -> str:
    """What the customer said in the case."""
    said = Post.objects.filter(message__case=case, message__role=Role.CUSTOMER).order_by("-created_at", "-pk")
    return joined(list(said.values_list("text", flat=True)[:50])[::-1])


def _in_words(reason: Reason, agent: Agent) -> str:
    if not isinstance(reason.like, Past):
        return reason.says
    said = _quotable(reason.like, agent)
    return f"{reason.says}: “{short(masked(said))}”" if said else reason.says


def _quotable(past: Past, agent: Agent) -> str:
    """Of another case what was said in public, as it stands there now: words may have been taken back."""
    visible = Post.objects.filter(message__case__in=Case.objects.visible_to(agent).filter(pk=past.case))
    posts = visible.filter(message__role=Role.CUSTOMER, private=False).order_by("created_at", "pk")
    before = posts.filter(created_at__lt=datetime.fromtimestamp(past.at or 0, tz=UTC))
    return joined([text for text in before.values_list("text", flat=True)[:50] if text])
