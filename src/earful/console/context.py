"""What stands beside the conversation: who the customer is, what they have been through, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count

from earful.cases.models import Case, Closing
from earful.connectors.registry import CONNECTORS
from earful.console.events import in_words
from earful.console.rows import network_name, status_in_words
from earful.core.conversation import Role
from earful.core.priority import Weights, waiting_points
from earful.people.models import Agent, Identity
from earful.posts import spread
from earful.posts.models import Post

EARLIER_SHOWN: Final = 8
EVENTS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """A case that this person had before, or has beside this one."""

    id: int
    subject: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An event, in words."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Context:
    """The whole pane. `bystanders` are people; `spread` is how often the customer's posts were passed on."""

    customer: Identity
    network: str
    profile: str
    earlier: Sequence[EarlierCase]
    bystanders: int
    spread: int
    timeline: Sequence[Told]


def context(case: Case, agent: Agent) -> Context:
    """The context of `case`, as `agent` may see it; channel and customer must be loaded. Five questions."""
    bystanders = case.messages.filter(role=Role.BYSTANDER).aggregate(many=Count("post__author", distinct=True))
    said = Post.objects.filter(message__case=case, message__role=Role.CUSTOMER)
    said = said.only("network", "network_id", "spread")
    events = case.events.select_related("agent").order_by("-at", "-pk")[:EVENTS_SHOWN]
    return Context(
        customer=case.customer,
        network=network_name(case.channel.network),
        profile=_profile(case),
        earlier=_earlier(case, agent),
        bystanders=bystanders["many"],
        spread=sum(each.total for each in spread.of(list(said)).values()),
        timeline=[Told(in_words(event), event.at) for event in events],
    )


def reasons(case: Case, now: datetime, weights: Weights) -> list[str]:
    """Why the priority is what it is, strongest first; waiting is a reason too, and grows."""
    said = [(says, points) for says, points in case.reasons]
    waited = waiting_points(case.waiting_since, now, weights)
    if case.waiting_since is not None and waited:
        minutes = int((now - case.waiting_since).total_seconds() // 60)
        said.append((f"waiting {_long(minutes)}", waited))
    return [says for says, _ in sorted(said, key=lambda reason: -reason[1])]


def _long(minutes: int) -> str:
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _profile(case: Case) -> str:
    known = case.channel.network in CONNECTORS and case.customer.handle
    return f"{case.channel.site}/{case.customer.handle}" if known else ""


def _earlier(case: Case, agent: Agent) -> list[EarlierCase]:
    others = Case.objects.visible_to(agent).filter(customer=case.customer_id).exclude(pk=case.pk)
    others = others.exclude(closing=Closing.SPAM).order_by("-touched_at")[:EARLIER_SHOWN]
    return [EarlierCase(other.pk, other.subject, status_in_words(other), other.opened_at) for other in others]
