"""Spikes: suspected incidents, the posts and cases that each counts, and what a person says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from earful.cases.models import Case
from earful.console.asked import Asked
from earful.console.desk import frame, spikes_open
from earful.console.posts_shown import posts_shown
from earful.console.rows import status_in_words
from earful.console.spikes_shown import spikes_shown
from earful.core.lifecycle import MoveRefused
from earful.posts.models import Post
from earful.spikes.models import Spike

SPIKES_SHOWN: Final = 20
POSTS_SHOWN: Final = 50
CASES_SHOWN: Final = 200


@require_GET
def spikes(request: Asked) -> HttpResponse:
    """The spikes that are open, and those that were, newest first."""
    return render(request, "console/spikes/page.html", frame(request) | _listed(request))


@require_GET
def rows(request: Asked) -> HttpResponse:
    """The list as it stands now."""
    return render(request, "console/spikes/rows.html", _listed(request))


@require_GET
def spike(request: Asked, number: int) -> HttpResponse:
    """A spike with all that it counts."""
    return _page(request, number)


@require_GET
def live(request: Asked, number: int) -> HttpResponse:
    """The spike and what it counts as they stand now."""
    return render(request, "console/spikes/live.html", _of(request, number))


@require_GET
def told(request: Asked) -> HttpResponse:
    """What the rail tells of open spikes: a page asks for it when it hears of one."""
    return render(request, "console/spikes/told.html", spikes_open(request.user))


@require_POST
def act(request: Asked, number: int, verb: str) -> HttpResponse:
    """Say what a spike is; who comes second is told what it is by now."""
    if verb not in DEEDS:
        raise Http404
    found = _visible(request, number)
    try:
        DEEDS[verb](found, request)
    except MoveRefused as refused:
        return _page(request, number, str(refused), status=409)
    return redirect(found)


def _listed(request: Asked) -> dict[str, Any]:
    known = Spike.objects.visible_to(request.user).select_related("decided_by", "ended_by")
    newest = known.order_by("-noticed_at", "-pk")
    earlier: Page[Spike] = Paginator(newest.exclude(pk__in=known.open()), SPIKES_SHOWN).get_page(
        request.GET.get("page")
    )
    now = timezone.now()
    return {
        "here": "spikes",
        "open": spikes_shown(list(newest.open()), now),
        "earlier": spikes_shown(list(earlier), now),
        "page": earlier,
    }


def _page(request: Asked, number: int, refused: str = "", status: int = 200) -> HttpResponse:
    about = frame(request) | _of(request, number) | {"refused": refused}
    return render(request, "console/spikes/spike.html", about, status=status)


def _of(request: Asked, number: int) -> dict[str, Any]:
    found = _visible(request, number)
    counted = Post.objects.visible_to(request.user).filter(spikes__spike=found, deleted_at=None)
    newest = counted.select_related("author", "channel").order_by("-created_at", "-pk")
    page: Page[Post] = Paginator(newest, POSTS_SHOWN).get_page(request.GET.get("page"))
    cases = Case.objects.visible_to(request.user).filter(messages__post__spikes__spike=found).distinct()
    shown = [(case, status_in_words(case)) for case in cases.order_by("-opened_at", "-pk")[:CASES_SHOWN]]
    return {
        "here": "spikes",
        "spike": spikes_shown([found], timezone.now())[0],
        "posts": posts_shown([(post, None) for post in page], request.user),
        "page": page,
        "cases": shown,
    }


def _visible(request: Asked, number: int) -> Spike:
    known = Spike.objects.visible_to(request.user).select_related("decided_by", "ended_by")
    return get_object_or_404(known, pk=number)


DEEDS: Final[Mapping[str, Callable[[Spike, Asked], None]]] = {
    "confirm": lambda spike, request: spike.confirm(by=request.user),
    "dismiss": lambda spike, request: spike.dismiss(by=request.user),
    "end": lambda spike, request: spike.end(by=request.user),
}
