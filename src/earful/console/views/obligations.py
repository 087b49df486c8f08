"""Obligations: what networks may demand of those who keep what was said there, and how it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from earful.connectors.registry import CONNECTORS
from earful.console.asked import Asked, number_asked
from earful.console.dates_asked import day_named
from earful.console.desk import frame
from earful.console.rows import network_name
from earful.duties.models import Round, Subject
from earful.duties.standing import Kept, standing
from earful.people.permitting import NotYours
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


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as it stands, and how many removals its last round led to."""

    kept: Kept
    removals: int


@require_GET
def obligations(request: Asked) -> HttpResponse:
    """How the duties stand, what had to go lately, and whether anybody may learn from posts."""
    return _page(request)


@require_GET
def removals(request: Asked) -> HttpResponse:
    """What had to go, newest first: all of it, or that of one day, reason or nightly round."""
    walk = _round(request.GET.get("round", ""))
    found = _asked_for(request, _of_round(walk) if walk else Removal.objects.all())
    shown: Page[Removal] = Paginator(found, REMOVALS_SHOWN).get_page(request.GET.get("page"))
    rows = [(removal, WHY.get(removal.why, removal.why)) for removal in shown]
    asked = {name: request.GET[name] for name in ("day", "why", "round") if request.GET.get(name)}
    about = frame(request) | {"here": "obligations", "page": shown, "rows": rows, "asked": asked, "walk": walk}
    return render(request, "console/obligations/removals.html", about)


@require_POST
def decide(request: Asked, network: str) -> HttpResponse:
    """Record whether models may learn from a network's posts."""
    if network not in CONNECTORS:
        return _page(request, "There is no such network.", status=400)
    granted, grounds = request.POST.get("granted") == "yes", request.POST.get("grounds", "").replace("\0", " ")
    try:
        consent.decide(network, granted=granted, grounds=grounds[:2_000], by=request.user)
    except NotYours as sorry:
        return _page(request, str(sorry), status=403)
    except ValueError as wrong:
        return _page(request, str(wrong), status=400)
    return redirect("console:obligations")


def _page(request: Asked, refused: str = "", status: int = 200) -> HttpResponse:
    about = frame(request) | {
        "here": "obligations",
        "duties": [Duty(kept, _of_round(kept.last).count() if kept.last else 0) for kept in standing(timezone.now())],
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


def _round(asked: str) -> Round | None:
    """The round that an address names; a 404 for one that never was."""
    if not asked:
        return None
    if (number := number_asked(asked)) is None:
        raise Http404
    return get_object_or_404(Round.objects.select_related("channel"), pk=number)


def _of_round(walk: Round) -> QuerySet[Removal]:
    """What went because this round asked. A removal does not know its round: it is what was asked for of this network,
    of such a thing and in this time. With one app for a network that is exact; with several, the removals of another
    app's round that went on at the same time are among them.
    """
    what = Removal.Subject.POST if walk.subject == Subject.POSTS else Removal.Subject.PERSON
    found = Removal.objects.filter(network=walk.channel.network, learned=Removal.Learned.ASKED, subject=what)
    return found.filter(at__gte=walk.began_at, at__lte=walk.ended_at or timezone.now())


def _asked_for(request: Asked, among: QuerySet[Removal]) -> QuerySet[Removal]:
    found = among.order_by("-at", "-pk")
    if (why := request.GET.get("why")) in WHY:
        found = found.filter(why=why)
    if not (asked := request.GET.get("day", "")):
        return found
    day = day_named(asked)
    return found.filter(at__date=day) if day else found.none()
