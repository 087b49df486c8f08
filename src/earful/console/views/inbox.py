"""The inbox: a view with its list, a page of the list, rows brought up to date, and the counts."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from earful.cases.finding import VIEWS, CursorError, View, among, page
from earful.console.asked import Asked, fragment, words_asked
from earful.console.desk import frame, ids_of, rail, trail
from earful.console.rows import rows


@require_GET
def home(request: Asked) -> HttpResponse:
    """The desk opens on what waits for us."""
    return redirect("console:inbox", view="waiting")


@require_GET
def inbox(request: Asked, view: str) -> HttpResponse:
    """A view of the inbox; asked for as a part of the page, the rows alone."""
    try:
        listed = listing(request, named(view), after=request.GET.get("after", ""))
    except CursorError:
        return HttpResponseBadRequest("This is no place in the list. Open the view again.")
    if fragment(request):
        return render(request, "console/inbox/rows.html", listed)
    return render(request, "console/inbox/page.html", listed | frame(request, view))


@require_GET
def changed_rows(request: Asked, view: str) -> HttpResponse:
    """Those of the cases `ids` that stand in the view now; the page takes away the others."""
    asked, words = named(view), words_asked(request.GET)
    cases = among(asked, request.user, ids_of(request.GET.get("ids", "")), words=words)
    return render(request, "console/inbox/rows.html", _shown(request, asked, words) | {
        "rows": rows(cases, asked, request.user, timezone.now()),
    })  # fmt: skip


@require_GET
def counted(request: Asked, view: str) -> HttpResponse:
    """The rail's views with fresh counts."""
    return render(request, "console/rail_views.html", {"rail": rail(request.user, view)})


def listing(request: Asked, view: View, *, after: str = "") -> dict[str, Any]:
    """What the list's templates need; raises CursorError."""
    words = words_asked(request.GET)
    found = page(view, request.user, words=words, after=after)
    return _shown(request, view, words) | {
        "rows": rows(found.cases, view, request.user, timezone.now()),
        "after": found.after,
    }


def named(view: str) -> View:
    """The view of this name; a 404 when there is none."""
    if view not in VIEWS:
        raise Http404
    return VIEWS[view]


def _shown(request: Asked, view: View, words: str) -> dict[str, Any]:
    return {"view": view, "words": words, "trail": trail(view, words)}
