"""Contact reasons: the list, and the editor of one, tried on the last week before it is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from earful.console.asked import Asked
from earful.console.desk import frame
from earful.console.reason_form import Written, as_it_stands, as_written, empty
from earful.console.reasons_shown import by_group, shown
from earful.core.triage.topics import MOST_TOPICS, TopicsError
from earful.people.permitting import NotYours
from earful.triage import topics
from earful.triage.topics import Overtaken, Reason
from earful.triage.trying import try_out


@require_GET
def reasons(request: Asked) -> HttpResponse:
    """All contact reasons, by their groups."""
    known = topics.reasons()
    about = {"here": "reasons", "groups": by_group(known), "room": len(known) < MOST_TOPICS}
    return render(request, "console/reasons/page.html", frame(request) | about)


@require_http_methods(["GET", "POST"])
def new(request: Asked) -> HttpResponse:
    """The editor of a reason that there is not yet."""
    if request.method != "POST":
        return _editor(request, empty(), None)
    return _posted(request, as_written(request.POST, ""), None)


@require_http_methods(["GET", "POST"])
def reason(request: Asked, name: str) -> HttpResponse:
    """The editor of a reason. Posted, it is saved, or, where no script runs, tried."""
    there = _reason(name)
    if request.method != "POST":
        return _editor(request, as_it_stands(there), there)
    return _posted(request, as_written(request.POST, name), there)


@require_POST
def trial(request: Asked) -> HttpResponse:
    """What the reason, as it is written, would do to the posts of the last week."""
    name = request.POST.get("name", "")
    written = as_written(request.POST, _reason(name).topic.name if name else "")
    return render(request, "console/reasons/tried.html", {"tried": _tried(request, written)})


@require_POST
def put_back(request: Asked, name: str) -> HttpResponse:
    """Take the reason again as Earful comes with it."""
    there = _reason(name)
    try:
        topics.put_back(name, request.user)
    except NotYours as sorry:
        return _editor(request, as_it_stands(there), there, {"refused": str(sorry)}, status=403)
    topics.look_again()
    return redirect("console:reason", name)


def _reason(name: str) -> Reason:
    there = next((each for each in topics.reasons() if each.topic.name == name), None)
    if there is None:
        raise Http404
    return there


def _posted(request: Asked, written: Written, there: Reason | None) -> HttpResponse:
    if request.POST.get("do") == "try":
        return _editor(request, written, there, {"tried": _tried(request, written)})
    if written.wrong:
        return _editor(request, written, there, status=422)
    try:
        seen = request.POST.get("seen", "")
        topics.keep(written.reason.topic, request.user, active=written.active, seen=seen)
    except NotYours as sorry:
        return _editor(request, written, there, {"refused": str(sorry)}, status=403)
    except TopicsError as wrong:
        return _editor(request, replace(written, wrong={"says": wrong.words}), there, status=422)
    except Overtaken as late:
        return _overtaken(request, written, late.theirs)
    topics.look_again()
    return redirect("console:reasons")


def _overtaken(request: Asked, written: Written, theirs: Reason) -> HttpResponse:
    by = theirs.row.changed_by if theirs.row else None
    said = (
        f"{by.shown_name if by else 'Somebody'} saved this reason meanwhile: “{theirs.topic.says}”, "
        f"{len(theirs.topic.words):,} words and phrases. Yours is not saved yet; save again to replace theirs."
    )
    return _editor(request, written, theirs, {"refused": said, "seen": theirs.version}, status=409)


def _tried(request: Asked, written: Written) -> dict[str, Any]:
    if written.wrong:
        return {"refused": "Mend what is marked first; then it can be tried."}
    one = written.reason
    if not written.name:
        # It gets its own name when it is saved; until then one that no other can have.
        one = replace(one, topic=replace(one.topic, name="(new)"))
    try:
        return {"trial": shown(try_out(one, request.user, timezone.now()), one)}
    except TopicsError as wrong:
        return {"refused": wrong.words}


def _editor(
    request: Asked,
    written: Written,
    there: Reason | None,
    more: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    about = {
        "here": "reasons",
        "written": written,
        "there": there,
        "seen": request.POST.get("seen", there.version if there else ""),
        "groups": [group for group, _ in by_group(topics.reasons())],
        **(more or {}),
    }
    return render(request, "console/reasons/editor.html", frame(request) | about, status=status)
