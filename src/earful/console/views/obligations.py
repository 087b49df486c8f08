"""Obligations: what networks may demand of those who keep what was said there, and how it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from earful.connectors.registry import CONNECTORS
from earful.console.asked import Asked
from earful.console.dates_asked import day_named
from earful.console.desk import frame
from earful.console.rows import network_name
from earful.duties.standing import standing
from earful.posts import consent
from earful.posts.models import Removal, TrainingConsent

REMOVALS_SHOWN: Final = 50
DAYS_COUNTED: Final = 14
WHY: Final = {
    "deleted": "deleted by its author",
    "protected": "shown to chosen people alone",
    "suspended": "account suspended",
    "gone": "account closed",
    "withheld": "withheld by the network",
    "place": "place taken away",
}


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether models may learn from a network's posts, and who said so when."""

    network: str
    name: str
    allowed: bool
    newest: TrainingConsent | None


@require_GET
def obligations(request: Asked) -> HttpResponse:
    """How the duties stand, what had to go lately, and whether anybody may learn from posts."""
    return _page(request)


@require_GET
def removals(request: Asked) -> HttpResponse:
    """What had to go, newest first: all of it, or that of one day or reason."""
    found = _asked_for(request)
    shown: Page[Removal] = Paginator(found, REMOVALS_SHOWN).get_page(request.GET.get("page"))
    rows = [(removal, WHY.get(removal.why, removal.why)) for removal in shown]
    asked = {name: request.GET[name] for name in ("day", "why") if request.GET.get(name)}
    about = frame(request) | {"here": "obligations", "page": shown, "rows": rows, "asked": asked}
    return render(request, "console/obligations/removals.html", about)


@require_POST
def decide(request: Asked, network: str) -> HttpResponse:
    """Record whether models may learn from a network's posts."""
    if network not in CONNECTORS:
        return _page(request, "There is no such network.", status=400)
    granted, grounds = request.POST.get("granted") == "yes", request.POST.get("grounds", "").replace("\0", " ")
    try:
        consent.decide(network, granted=granted, grounds=grounds[:2_000], by=request.user)
    except consent.NotYours as sorry:
        return _page(request, str(sorry), status=403)
    except ValueError as wrong:
        return _page(request, str(wrong), status=400)
    return redirect("console:obligations")


def _page(request: Asked, refused: str = "", status: int = 200) -> HttpResponse:
    about = frame(request) | {
        "here": "obligations",
        "duties": standing(timezone.now()),
        "days": _days(),
        "permissions": [_permission(network) for network in CONNECTORS],
        "refused": refused,
    }
    return render(request, "console/obligations/page.html", about, status=status)


def _permission(network: str) -> Permission:
    newest = consent.newest_consent(network)
    return Permission(network, network_name(network), newest is not None and newest.granted, newest)


def _days() -> list[dict[str, object]]:
    """What went on each of the last days, by reason, newest first."""
    since = timezone.now() - timedelta(days=DAYS_COUNTED)
    counted = Removal.objects.filter(at__gte=since).annotate(day=TruncDate("at")).values("day", "why")
    days = counted.annotate(removals=Count("pk"), posts=Sum("posts")).order_by("-day", "why")
    return [day | {"says": WHY.get(str(day["why"]), day["why"])} for day in days]


def _asked_for(request: Asked) -> QuerySet[Removal]:
    found = Removal.objects.order_by("-at", "-pk")
    if (why := request.GET.get("why")) in WHY:
        found = found.filter(why=why)
    if not (asked := request.GET.get("day", "")):
        return found
    day = day_named(asked)
    return found.filter(at__date=day) if day else found.none()
