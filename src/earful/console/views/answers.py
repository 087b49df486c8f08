"""What triage told, corrected: of a case, or of a post outside of cases; and a correction taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from earful.cases.correcting import NothingToCorrect, correct_case, correct_post, post_that_told
from earful.cases.models import Case
from earful.cases.taking_back import NotTheLastWord, take_back_in_case, take_back_of_post
from earful.console.answers_shown import answers_of
from earful.console.answers_why import why
from earful.console.asked import Asked, number_asked
from earful.console.heads_shown import SHOWN, HeadShown, choices
from earful.console.rows import network_name
from earful.console.views.case import case_of
from earful.core.triage.answers import from_kept
from earful.posts.models import Post
from earful.triage.correcting import NoSuchAnswer
from earful.triage.lessons import teaches
from earful.triage.models import Correction
from earful.triage.topics import in_words

TAKEN_BACK: Final = "Taken back. It says again what it said before."


@dataclass(frozen=True, slots=True)
class _Saying:
    """What an answer of htmx makes the page say and fetch anew; without htmx the page `back` comes again."""

    back: str
    changed: tuple[str, dict[str, object]]
    words: str = ""
    undo: dict[str, object] = field(default_factory=dict)


@require_http_methods(["GET", "POST"])
def of_case(request: Asked, number: int, head: str) -> HttpResponse:
    """The answers that a head has, to choose another one for a case; and the choice."""
    case, shown = case_of(request, number), _head(head)
    try:
        if request.method == "GET":
            return _popover(request, shown, case.answers.get(head, ""), post_that_told(case, head))
        correction = correct_case(case, head, request.POST.get("says", ""), request.user)
    except (NothingToCorrect, NoSuchAnswer) as refused:
        return _done(request, _of_case(case, str(refused)))
    return _done(request, _of_case(case, _kept(correction), _undo(request, correction)))


@require_POST
def case_back(request: Asked, number: int, head: str) -> HttpResponse:
    """Take back what this agent has just said of a case."""
    case, shown = case_of(request, number), _head(head)
    try:
        take_back_in_case(case, shown.name, number_asked(request.POST.get("first", "")) or 0, request.user)
    except NotTheLastWord as refused:
        return _done(request, _of_case(case, str(refused)))
    return _done(request, _of_case(case, TAKEN_BACK))


@require_http_methods(["GET", "POST"])
def of_post(request: Asked, number: int, head: str) -> HttpResponse:
    """The same for a post of the posts page."""
    post, shown = correctable(request, number), _head(head)
    if request.method == "GET":
        return _popover(request, shown, answers_of(post).get(head, ""), post)
    try:
        correction = correct_post(post, head, request.POST.get("says", ""), request.user)
    except NoSuchAnswer as refused:
        return _done(request, _of_post(post, str(refused)))
    return _done(request, _of_post(post, _kept(correction), _undo(request, correction)))


@require_POST
def post_back(request: Asked, number: int, head: str) -> HttpResponse:
    """Take back what this agent has just said of a post."""
    post, shown = correctable(request, number), _head(head)
    try:
        take_back_of_post(post, shown.name, number_asked(request.POST.get("first", "")) or 0, request.user)
    except NotTheLastWord as refused:
        return _done(request, _of_post(post, str(refused)))
    return _done(request, _of_post(post, TAKEN_BACK))


def _head(name: str) -> HeadShown:
    if name not in SHOWN:
        raise Http404
    return SHOWN[name]


def correctable(request: Asked, number: int) -> Post:
    """A post whose words are still there, as far as this agent may see it."""
    return get_object_or_404(Post.objects.visible_to(request.user).filter(deleted_at=None, ours=False), pk=number)


def _popover(request: Asked, head: HeadShown, current: str, post: Post) -> HttpResponse:
    told = from_kept(post.verdict.get("answers", {})).get(head.name)
    offered = choices(head.name, current, told.says if told else "")
    shown = {
        "head": head,
        "choices": offered,
        "many": any(not choice.key for choice in offered),
        "why": why(post, head.name),
        "others": [other for other in SHOWN.values() if other.name != head.name],
    }
    return render(request, "console/answers/popover.html", shown)


def _kept(correction: Correction) -> str:
    """As in: Intent: request. Kept to learn from. So is whatever was said on the pretend X, which is nobody's."""
    said = f"{SHOWN[correction.head].title}: {in_words(correction.head, correction.new)}."
    if teaches(correction.post):
        return f"{said} Kept to learn from."
    return f"{said} Kept as a check only: nobody allowed training on {network_name(correction.post.network)}’s posts."


def _undo(request: Asked, correction: Correction) -> dict[str, object]:
    return {"undo": f"{request.path}back/", "first": correction.pk}


def _of_case(case: Case, words: str, undo: dict[str, object] | None = None) -> _Saying:
    return _Saying(case.get_absolute_url(), ("desk:case", {"id": case.pk}), words, undo or {})


def _of_post(post: Post, words: str, undo: dict[str, object] | None = None) -> _Saying:
    return _Saying("/posts/", ("desk:corrected", {"ids": [post.pk]}), words, undo or {})


def _done(request: Asked, saying: _Saying) -> HttpResponse:
    if not request.htmx:
        return redirect(saying.back)
    response = HttpResponse(status=204)
    trigger_client_event(response, "desk:say", {"words": saying.words, **saying.undo})
    return trigger_client_event(response, *saying.changed)
