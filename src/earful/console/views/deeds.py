"""Deeds on posts that are out: hiding, showing again, deleting. Asked for here, done by the worker."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from earful.console.asked import Asked
from earful.console.views.case import case_of, done
from earful.core.delivering import DeedKind
from earful.replies import deeds

_KINDS: dict[str, DeedKind] = {"hide": "hide", "unhide": "unhide", "delete": "delete"}
_MOST = 25


@require_POST
def ask(request: Asked, number: int, kind: str) -> HttpResponse:
    """Let it be done to these posts: all parts of an answer are one thing."""
    if kind not in _KINDS:
        raise Http404
    case = case_of(request, number)
    try:
        for post in request.POST.getlist("post")[:_MOST]:
            deeds.ask(case, request.user, _KINDS[kind], post)
    except deeds.NotPossible as refused:
        return done(request, case, str(refused))
    return done(request, case, "")
