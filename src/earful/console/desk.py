"""The frame that every page of the desk shares: the rail, its counts, and where to hear what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.http import urlencode

from earful.cases.finding import VIEWS, View
from earful.console.access_shown import who_may_link
from earful.console.alarms import alarms
from earful.console.asked import Asked, number_asked
from earful.console.cases_asked import CasesAsked
from earful.console.counts import counts
from earful.console.live import events_url, ticket_of
from earful.console.spikes_shown import spikes_told
from earful.people.models import Agent
from earful.spikes.models import Spike


@dataclass(frozen=True, slots=True)
class Station:
    """A view in the rail with its number."""

    name: str
    title: str
    count: str
    here: bool


def rail(agent: Agent, here: str = "") -> list[Station]:
    """The views with their counts; `here` is the one being looked at."""
    numbers = counts(agent)
    return [Station(view.name, view.title, f"{numbers[view.name]:,}", view.name == here) for view in VIEWS.values()]


def frame(request: Asked, here: str = "") -> dict[str, Any]:
    """What the frame's templates need."""
    return (
        lost_access(request)
        | spikes_open(request.user)
        | {
            "rail": rail(request.user, here),
            "trouble": alarms().channels,
            "rules_in_trouble": alarms().rules,
            "duties_late": alarms().duties,
            "costs_in_trouble": alarms().costs,
            "events_url": events_url(request),
            "ticket": ticket_of(request),
            "sandbox_url": settings.SANDBOX_URL,
        }
    )


def lost_access(request: Asked) -> dict[str, Any]:
    """The channels that wait to be linked again, and whom to ask where that is not this agent's to do."""
    lost = alarms().lost
    return {"lost": lost, "ask_to_link": who_may_link() if lost and not request.user.may_link else ""}


def spikes_open(agent: Agent) -> dict[str, Any]:
    """The open spikes, newest first, as the rail tells of them."""
    told = spikes_told(list(Spike.objects.visible_to(agent).open().order_by("-noticed_at", "-pk")))
    return {"spikes_told": told, "spikes_suspected": any(spike.suspected for spike in told)}


def view_of(request: Asked) -> View:
    """The view that a case was opened from; "Waiting on us" when none is named."""
    return VIEWS.get(request.GET.get("view", ""), VIEWS["waiting"])


def trail(view: View, asked: CasesAsked) -> str:
    """The query string that lets a case's page keep its list: "" for the default."""
    parts = [urlencode({"view": view.name})] if view.name != "waiting" else []
    kept = "&".join([*parts, asked.query] if asked.query else parts)
    return f"?{kept}" if kept else ""


def ids_of(asked: str, most: int = 200) -> Sequence[int]:
    """Case numbers from "12,15": what is no number, or too many, is left out."""
    return [number for part in asked.split(",")[:most] if (number := number_asked(part)) is not None]
