"""The composer: keeping drafts, sending, notes, and what becomes of a reply that did not go out."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from earful.cases.models import Case
from earful.console import counts
from earful.console.asked import Asked, number_asked
from earful.console.composing import Panel, panel, saying
from earful.console.views.case import case_of, done
from earful.core.lifecycle import MoveRefused
from earful.replies import by_hand, writing
from earful.replies.models import Reply, Route

LONGEST_TEXT = 25_000


@require_POST
def draft(request: Asked, number: int, route: str) -> HttpResponse:
    """Keep what was typed, and say what would become of it."""
    case, text = case_of(request, number), _text(request)
    kept = None
    if not _sent_meanwhile(request, case, _known(route), text):
        kept = writing.keep_draft(case, request.user, route, text, _aside(request))
        # Send may have finished between the look and the keeping.
        if _sent_meanwhile(request, case, route, text):
            writing.keep_draft(case, request.user, route, "")
    said = saying(case, route, text, kept)
    return render(request, "console/case/saying.html", {"saying": said, "route": route, "afresh": True})


@require_POST
def send(request: Asked, number: int, route: str) -> HttpResponse:
    """Hand the text to the outbox. A collision or a refusal keeps it, and says so above the textarea."""
    case, text = case_of(request, number), _text(request)
    if request.POST.get("by") == "hand":
        return _by_hand(request, case, _known(route), text)
    try:
        writing.send(
            case,
            request.user,
            _known(route),
            text,
            seen_reply=_seen(request),
            aside=_aside(request),
            anyway="anyway" in request.POST,
        )
    except writing.Collision as collision:
        return _kept(request, case, route, text, collision=collision.other)
    except (writing.NotSendable, MoveRefused) as refused:
        return _kept(request, case, route, text, refused=str(refused))
    counts.forget()
    return _gone(request, case, route)


def _by_hand(request: Asked, case: Case, route: str, text: str) -> HttpResponse:
    """The network lets only a person say this: open it there, filled in, and wait to see it arrive."""
    try:
        link = by_hand.answer_by_hand(case, request.user, route, text)
    except (writing.NotSendable, MoveRefused) as refused:
        return _kept(request, case, route, text, refused=str(refused))
    if not request.htmx:
        return redirect(link)
    empty = panel(case, request.user, route, seen=writing.latest_reply_id(case))
    response = trigger_client_event(_panel_page(request, case, empty), "desk:case", {"id": case.pk})
    return trigger_client_event(response, "desk:elsewhere", {"link": link})


@require_POST
def note(request: Asked, number: int) -> HttpResponse:
    """Keep an internal note. An empty one is no note."""
    case, text = case_of(request, number), _text(request)[:10_000].strip()
    if text:
        case.note(text, by=request.user)
    if not request.htmx:
        return redirect(case)
    response = render(request, "console/case/note_panel.html", {"case": case})
    return trigger_client_event(response, "desk:case", {"id": case.pk})


@require_POST
def edit_again(request: Asked, number: int) -> HttpResponse:
    """Make a reply that has not left a draft again, and open it."""
    reply = _reply_of(request, number)
    try:
        writing.edit_again(reply, request.user)
    except (writing.NotSendable, MoveRefused) as refused:
        return done(request, reply.case, str(refused))
    if not request.htmx:
        return redirect(reply.case)
    fresh = panel(reply.case, request.user, reply.route, seen=writing.latest_reply_id(reply.case))
    response = _panel_page(request, reply.case, fresh, afresh=True)
    trigger_client_event(response, "desk:write", {"route": reply.route})
    return trigger_client_event(response, "desk:case", {"id": reply.case_id})


@require_POST
def answer_by_hand(request: Asked, number: int) -> HttpResponse:
    """A refused reply is answered on the network itself: opened there, filled in."""
    reply = _reply_of(request, number)
    try:
        link = by_hand.hand_over(reply, request.user)
    except (writing.NotSendable, MoveRefused) as refused:
        return done(request, reply.case, str(refused))
    return trigger_client_event(done(request, reply.case, ""), "desk:elsewhere", {"link": link})


def _text(request: Asked) -> str:
    # A browser sends line ends as CR LF; networks count and show LF.
    return request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "")[:LONGEST_TEXT]


def _known(route: str) -> str:
    if route not in Route.values:
        raise Http404
    return route


def _aside(request: Asked) -> writing.Aside | None:
    """What was chosen beside the words; None where the form offers nothing to choose."""
    if "aside" not in request.POST:
        return None
    left_out = frozenset(request.POST.getlist("notified")) - frozenset(request.POST.getlist("notify"))
    return writing.Aside(left_out, invite="invite" in request.POST)


def _seen(request: Asked) -> int:
    return number_asked(request.POST.get("seen_reply", "")) or 0


def _sent_meanwhile(request: Asked, case: Case, route: str, text: str) -> bool:
    """The last keystroke's draft may arrive after Send: kept, it would put sent words back."""
    newest = case.replies.filter(pk=writing.latest_reply_id(case)).first()
    return (
        newest is not None
        and newest.pk > _seen(request)
        and (newest.agent_id, newest.route, newest.text) == (request.user.pk, route, text)
    )


def _kept(
    request: Asked, case: Case, route: str, text: str, *, collision: Reply | None = None, refused: str = ""
) -> HttpResponse:
    """The panel again, text, choices and all. Having been shown the collision, the writer has seen the other reply."""
    writing.keep_draft(case, request.user, route, text, _aside(request))
    if not request.htmx:
        return redirect(case)
    seen = writing.latest_reply_id(case)
    kept = panel(case, request.user, route, seen=seen, collision=collision, refused=refused)
    return trigger_client_event(_panel_page(request, case, kept), "desk:case", {"id": case.pk})


def _gone(request: Asked, case: Case, route: str) -> HttpResponse:
    if not request.htmx:
        return redirect(case)
    empty = panel(case, request.user, route, seen=writing.latest_reply_id(case))
    response = trigger_client_event(_panel_page(request, case, empty), "desk:case", {"id": case.pk})
    trigger_client_event(response, "desk:say", {"words": "On its way."})
    if request.POST.get("then") == "next":
        trigger_client_event(response, "desk:next", {})
    return response


def _panel_page(request: Asked, case: Case, shown: Panel, *, afresh: bool = False) -> HttpResponse:
    return render(request, "console/case/panel.html", {"case": case, "panel": shown, "afresh": afresh})


def _reply_of(request: Asked, number: int) -> Reply:
    """A reply in a case that this agent may see."""
    replies = Reply.objects.filter(case__in=Case.objects.visible_to(request.user))
    return get_object_or_404(replies.select_related("case__channel", "case__customer"), pk=number)
