"""A case: its page, its live parts, and what an agent does to it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from earful.cases.models import Case
from earful.cases.weights import in_force
from earful.console import answers_shown, counts
from earful.console.asked import Asked, fragment
from earful.console.cases_asked import cases_asked
from earful.console.composing import panels, usual_route
from earful.console.context import context, reasons
from earful.console.conversation import conversation
from earful.console.desk import frame, trail, view_of
from earful.console.rows import network_name, status_in_words
from earful.console.spikes_shown import spikes_of
from earful.console.views.inbox import listing
from earful.core.lifecycle import Category, MoveRefused
from earful.knowledge.models import Article


@require_GET
def case(request: Asked, number: int) -> HttpResponse:
    """The case beside its list; asked for as a part of the page, without the list."""
    found = case_of(request, number)
    usual = usual_route(found)
    shown = live_parts(request, found) | {
        "panels": panels(found, request.user) if usual != "note" else [],
        "usual": usual,
        "offers": Article.objects.offered().on(found.channel_id).exists(),
    }
    if fragment(request):
        return render(request, "console/case/case.html", shown)
    view = view_of(request)
    return render(request, "console/inbox/page.html", listing(request, view) | shown | frame(request, view.name))


@require_GET
def live(request: Asked, number: int) -> HttpResponse:
    """What may have changed while the case is open: everything but the composer."""
    return render(request, "console/case/live.html", live_parts(request, case_of(request, number)))


@require_POST
def act(request: Asked, number: int, verb: str) -> HttpResponse:
    """Do one thing to a case; what cannot be done any more is said, and nothing is lost."""
    if verb not in DEEDS:
        raise Http404
    found = case_of(request, number)
    try:
        said = DEEDS[verb](found, request)
    except MoveRefused as refused:
        said = str(refused)
    counts.forget()
    return done(request, found, said)


def case_of(request: Asked, number: int) -> Case:
    """The case of this number as far as this agent may see it: "not there" and "not yours" look alike."""
    cases = Case.objects.visible_to(request.user).select_related("channel", "customer", "owner")
    return get_object_or_404(cases, pk=number)


def live_parts(request: Asked, case: Case) -> dict[str, Any]:
    """What the header, the conversation and the context need."""
    now, weights = timezone.now(), in_force()
    view, asked = view_of(request), cases_asked(request.GET)
    return {
        "case": case,
        "view": view,
        "asked": asked,
        "trail": trail(view, asked),
        "status": status_in_words(case),
        "running": case.category is not Category.DONE,
        "owner": _owner(case, request),
        "priority": case.priority(now, weights),
        "reasons": reasons(case, now, weights),
        "answers": answers_shown.of_case(case),
        "part_of": spikes_of(case, request.user),
        "network": network_name(case.channel.network),
        "talk": conversation(case, now, whole="whole" in request.GET),
        "context": context(case, request.user),
    }


def done(request: Asked, case: Case, said: str) -> HttpResponse:
    """The answer to a deed: htmx hears what to bring up to date; a browser without it gets the page again."""
    if not request.htmx:
        return redirect(case)
    response = HttpResponse(status=204)
    if said:
        trigger_client_event(response, "desk:say", {"words": said})
    return trigger_client_event(response, "desk:case", {"id": case.pk})


def _owner(case: Case, request: Asked) -> str:
    if case.owner is None:
        return "nobody’s yet"
    return "yours" if case.owner_id == request.user.pk else f"{case.owner.shown_name}’s"


def _assign(case: Case, request: Asked) -> str:
    """The form says whose the case was when it was read: of two who reach for it, one is told."""
    if case.owner_id == request.user.pk:
        return "It is yours already."
    as_read = request.POST.get("owner", "") == str(case.owner_id or "")
    if as_read and case.assign(request.user, by=request.user, taken_from=case.owner):
        return "It is yours."
    case.refresh_from_db()
    faster = case.owner.shown_name if case.owner else "Somebody"
    return f"{faster} was faster. Look again before you take it over."


def _release(case: Case, request: Asked) -> str:
    won = case.owner_id == request.user.pk and case.assign(None, by=request.user, taken_from=request.user)
    return "It is nobody’s again." if won else "It was not yours any more."


def _solve(case: Case, request: Asked) -> str:
    case.solve(by=request.user)
    return "Solved."


def _reopen(case: Case, request: Asked) -> str:
    case.reopen(by=request.user)
    return "Open again."


def _put_aside(case: Case, request: Asked) -> str:
    case.close_as_spam(by=request.user)
    return "Put aside. It stays under “Put aside”, from where it can be reopened."


DEEDS: Final[Mapping[str, Callable[[Case, Asked], str]]] = {
    "assign": _assign,
    "release": _release,
    "solve": _solve,
    "reopen": _reopen,
    "aside": _put_aside,
}
