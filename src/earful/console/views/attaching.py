"""Files of the composer: put on a draft, described, taken off, and shown to those who may see their case."""

from typing import Final

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from earful.cases.models import Case
from earful.console.asked import Asked
from earful.console.composing import saying
from earful.console.files_shown import files_shown
from earful.console.views.case import case_of
from earful.core.lifecycle import DeliveryState
from earful.replies import attaching, keeping, writing
from earful.replies.models import File, Route

# Nothing in a file of a stranger's making may run, load or be taken for a page of ours.
_SEALED: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@require_POST
def attach(request: Asked, number: int, route: str) -> HttpResponse:
    """Put one file on the draft. What cannot go is said in a sentence, with status 409, and is not kept."""
    case, given = case_of(request, number), request.FILES.get("file")
    if route not in Route.values or given is None:
        raise Http404
    try:
        attaching.attach(case, request.user, route, given.name or "", given.chunks())
    except attaching.NotAttachable as refused:
        return HttpResponse(str(refused), status=409, content_type="text/plain; charset=utf-8")
    return _files(request, case, route)


@require_POST
def describe(request: Asked, number: int) -> HttpResponse:
    """Keep what a file shows, for those who do not see it."""
    file = _own(request, number)
    attaching.describe(file, request.POST.get(f"alt-{file.pk}", ""))
    return _files(request, file.reply.case, file.reply.route, list_too=False)


@require_POST
def take_off(request: Asked, number: int) -> HttpResponse:
    """Take a file off its draft."""
    file = _own(request, number)
    attaching.take_off(file)
    return _files(request, file.reply.case, file.reply.route)


@require_GET
def content(request: Asked, number: int) -> FileResponse:
    """The bytes of a file, by its type as we saw it; never as a page."""
    replies = File.objects.filter(reply__case__in=Case.objects.visible_to(request.user)).exclude(kept="")
    file = get_object_or_404(replies, pk=number)
    try:
        bytes_of = keeping.opened(file.kept)
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(bytes_of, content_type=file.media_type, filename=file.name, as_attachment=_kept(request))
    for name, value in _SEALED.items():
        answer.headers[name] = value
    return answer


def _kept(request: Asked) -> bool:
    return "download" in request.GET


def _own(request: Asked, number: int) -> File:
    """A file on a draft of this agent's own, in a case that they may see."""
    drafts = File.objects.filter(reply__agent=request.user, reply__state=DeliveryState.DRAFT)
    visible = drafts.filter(reply__case__in=Case.objects.visible_to(request.user))
    return get_object_or_404(visible.select_related("reply__case__channel", "reply__case__customer"), pk=number)


def _files(request: Asked, case: Case, route: str, *, list_too: bool = True) -> HttpResponse:
    """The parts of the panel that a file changes: the list of files, and what is said of the draft."""
    draft = writing.draft_of(case, request.user, route)
    said = saying(case, route, draft.text if draft else "", draft)
    shown = files_shown(draft.files.order_by("pk")) if draft and list_too else []
    parts = {"saying": said, "route": route, "files": shown, "list_too": list_too, "afresh": True}
    return render(request, "console/case/attached.html", parts)
