"""Priority: the weights in words, tried on the last week before they are saved, and their history."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from earful.cases.models import Weighing
from earful.cases.trial import try_out
from earful.cases.weighing import Mistaken, Overtaken, write
from earful.cases.weights import in_force
from earful.console.asked import Asked, number_asked
from earful.console.desk import frame
from earful.console.priority_form import Written, as_they_stand, as_written, note_of
from earful.console.priority_shown import history, shown
from earful.core.priority import Weights
from earful.people.permitting import NotYours

_NOT_SAVED: Final = "Nothing of yours is saved yet; save again to replace theirs."


@require_http_methods(["GET", "POST"])
def priority(request: Asked) -> HttpResponse:
    """The page. Posted, the weights are saved, or, where no script runs, tried."""
    if request.method != "POST":
        return _page(request, as_they_stand(in_force()))
    written = as_written(request.POST)
    if request.POST.get("do") == "try":
        return _page(request, written, {"tried": _tried(request, written)})
    return _saved(request, written)


@require_POST
def trial(request: Asked) -> HttpResponse:
    """What these weights would do to the cases of the last week."""
    return render(request, "console/priority/tried.html", {"tried": _tried(request, as_written(request.POST))})


@require_POST
def back(request: Asked, number: int) -> HttpResponse:
    """Put weights of the history in force again; 0 stands for those that Earful comes with."""
    row = get_object_or_404(Weighing, pk=number) if number else None
    note = f"back to those of {row.at:%d %b %Y, %H:%M} UTC" if row else "back to what Earful comes with"
    try:
        write(Weights(row.written if row else {}), request.user, note=note)
    except NotYours as sorry:
        return _page(request, as_they_stand(in_force()), {"refused": str(sorry)}, status=403)
    except Mistaken as wrong:
        # What was right when it was written may not be by a later table; then it is put into the fields, to be mended.
        stands = as_they_stand(Weights(row.written if row else {}))
        return _page(request, Written(stands.values, None, wrong.said), status=422)
    return redirect("console:priority")


def _saved(request: Asked, written: Written) -> HttpResponse:
    if written.weights is None:
        return _page(request, written, status=422)
    try:
        write(
            written.weights, request.user, note=note_of(request.POST), seen=number_asked(request.POST.get("seen", ""))
        )
    except NotYours as sorry:
        return _page(request, written, {"refused": str(sorry)}, status=403)
    except Overtaken as late:
        who = late.newest.by.shown_name if late.newest.by else "Somebody"
        refused = f"{who} saved other weights meanwhile: see the history. {_NOT_SAVED}"
        return _page(request, written, {"refused": refused, "seen": late.newest.pk}, status=409)
    return redirect("console:priority")


def _tried(request: Asked, written: Written) -> dict[str, Any]:
    if written.weights is None:
        return {"refused": "Mend the marked figures first; then they can be tried."}
    return {"trial": shown(try_out(written.weights, request.user, timezone.now()))}


def _page(request: Asked, written: Written, more: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    kept = history()
    about = {
        "here": "priority",
        "groups": written.groups(),
        "wrong": len(written.wrong),
        "history": kept,
        "seen": request.POST.get("seen") or (kept[0].row.pk if kept else 0),
        "note": note_of(request.POST),
        **(more or {}),
    }
    return render(request, "console/priority/page.html", frame(request) | about, status=status)
