"""The inbox: a view with its list, a page of the list, rows brought up to date, and the counts."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_htmx.http import replace_url

from earful.cases.finding import MOST_COUNTED, VIEWS, CursorError, View, among, how_many, page
from earful.console.asked import Asked, fragment
from earful.console.cases_asked import CasesAsked, cases_asked, offered
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
    if not fragment(request):
        return render(request, "console/inbox/page.html", listed | frame(request, view))
    response = render(request, "console/inbox/rows.html", listed | {"afresh": "after" not in request.GET})
    return response if "after" in request.GET else replace_url(response, _address(request, listed))


@require_GET
def changed_rows(request: Asked, view: str) -> HttpResponse:
    """Those of the cases `ids` that stand in the view now; the page takes away the others."""
    shown, asked = named(view), cases_asked(request.GET)
    cases = among(shown, request.user, ids_of(request.GET.get("ids", "")), words=asked.words, heads=asked.heads)
    return render(request, "console/inbox/rows.html", _shown(shown, asked) | {
        "rows": rows(cases, shown, request.user, timezone.now()),
    })  # fmt: skip


@require_GET
def counted(request: Asked, view: str) -> HttpResponse:
    """The rail's views with fresh counts, and how many cases the list has where it is narrowed."""
    return render(request, "console/inbox/counted.html", {"rail": rail(request.user, view)} | _counted(request, view))


def listing(request: Asked, view: View, *, after: str = "") -> dict[str, Any]:
    """What the list's templates need; raises CursorError."""
    asked = cases_asked(request.GET)
    found = page(view, request.user, words=asked.words, heads=asked.heads, after=after)
    return _shown(view, asked) | {
        "rows": rows(found.cases, view, request.user, timezone.now()),
        "after": found.after,
        "offered": offered(asked),
        "many": "" if after else _many(request, view, asked),
    }


def named(view: str) -> View:
    """The view of this name; a 404 when there is none."""
    if view not in VIEWS:
        raise Http404
    return VIEWS[view]


def _shown(view: View, asked: CasesAsked) -> dict[str, Any]:
    return {"view": view, "asked": asked, "trail": trail(view, asked)}


def _counted(request: Asked, view: str) -> dict[str, Any]:
    asked = cases_asked(request.GET)
    return {"asked": asked, "many": _many(request, VIEWS[view], asked) if view in VIEWS else ""}


def _many(request: Asked, view: View, asked: CasesAsked) -> str:
    """As in: 12 cases. "" where no answer of triage narrows the list: the rail has its number."""
    if not asked.heads:
        return ""
    many = how_many(view, request.user, words=asked.words, heads=asked.heads)
    return f"{many:,}{' or more' if many == MOST_COUNTED else ''} case{'' if many == 1 else 's'}"


def _address(request: Asked, listed: dict[str, Any]) -> str:
    """What the browser remembers of this list: the case that is open beside it stays."""
    there = request.htmx.current_url_abs_path or ""
    if there.startswith("/cases/"):
        return f"{there.partition('?')[0]}{listed['trail']}"
    query = listed["asked"].query
    return f"{request.path}?{query}" if query else request.path
