"""The model: how good it is, what it learned, its versions; and the posts it asks people about."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from earful.cases import judging_again
from earful.cases.correcting import correct_post
from earful.console.asked import Asked, number_asked
from earful.console.desk import frame
from earful.console.heads_shown import SHOWN
from earful.console.model_shown import drawing, rows, version_in_words
from earful.console.views.answers import correctable
from earful.core.triage.heads import HEADS
from earful.core.triage.personal import dotted
from earful.people.permitting import NotYours
from earful.posts.models import Post
from earful.triage import nightly, standing, teaching
from earful.triage.correcting import NoSuchAnswer
from earful.triage.in_force import in_force
from earful.triage.learning import put_in_force
from earful.triage.lessons import teaches
from earful.triage.models import Learning, Version
from earful.triage.topics import answers, in_words

VERSIONS: Final = 20
SAID: Final = 50
REMEMBERED: Final = 300


@require_GET
def model(request: Asked) -> HttpResponse:
    """The page."""
    return _page(request)


@require_POST
def learn(request: Asked) -> HttpResponse:
    """Have the desk learn now."""
    try:
        begun = nightly.ask_for(request.user)
    except NotYours as sorry:
        return _page(request, refused=str(sorry), status=403)
    if begun is None:
        return _page(request, refused="It is learning already. The page says when it is through.", status=409)
    return redirect("console:model")


@require_POST
def back(request: Asked, number: int) -> HttpResponse:
    """Put a version in force again; 0 stands for the model that Earful comes with."""
    version = get_object_or_404(Version, pk=number) if number else None
    try:
        put_in_force(version, request.user)
    except NotYours as sorry:
        return _page(request, refused=str(sorry), status=403)
    except ValueError as sorry:
        return _page(request, refused=str(sorry), status=409)
    return redirect("console:model")


@require_POST
def judge_again(request: Asked) -> HttpResponse:
    """Judge the posts of the running cases, or of last week's, by the model in force."""
    scopes = judging_again.JudgingAgain.Scope
    if (asked := request.POST.get("scope", "")) not in scopes.values:
        return HttpResponseBadRequest("Say which cases: the running ones, or those of last week.")
    try:
        judging_again.ask(scopes(asked), request.user)
    except NotYours as sorry:
        return _page(request, refused=str(sorry), status=403)
    except judging_again.UnderWay as sorry:
        return _page(request, refused=str(sorry), status=409)
    return redirect("console:model")


@require_GET
def head(request: Asked, name: str) -> HttpResponse:
    """One head: its two pictures, and what people said of it."""
    if name not in HEADS:
        raise Http404
    pictured = standing.pictured(name)
    said = teaching.newest(name, SAID)
    about = {
        "here": "model",
        "head": name,
        "title": SHOWN[name].title,
        "drawn": drawing(pictured, name) if pictured else None,
        "said": [(each, _words(each.post)) for each in said],
    }
    return render(request, "console/model/head.html", frame(request) | about)


@require_http_methods(["GET", "POST"])
def teach(request: Asked) -> HttpResponse:
    """One post after another, each with one question. Posted, it is answered or skipped, and the next one comes."""
    head_asked = request.GET.get("head", "")
    if request.method == "POST":
        if (wrong := _answered(request)) is not None:
            return wrong
        return redirect(request.get_full_path())
    question = teaching.next_question(request.user, request.session.get("skipped", ()), head_asked)
    about = {
        "here": "model",
        "question": question,
        "words": dotted(question.post.text) if question else "",
        "title": SHOWN[question.head].title if question else "",
        "answers": _choices(question.head) if question else [],
        "today": teaching.taught_today(request.user),
        "teaches": question and teaches(question.post),
    }
    return render(request, "console/model/teach.html", frame(request) | about)


def _answered(request: Asked) -> HttpResponse | None:
    number = number_asked(request.POST.get("post", "")) or 0
    if "skip" in request.POST:
        request.session["skipped"] = [*request.session.get("skipped", ()), number][-REMEMBERED:]
        return None
    post = correctable(request, number)
    try:
        correct_post(post, request.POST.get("head", ""), request.POST.get("says", ""), request.user, asked=True)
    except NoSuchAnswer as sorry:
        return HttpResponseBadRequest(str(sorry))
    return None


def _choices(head: str) -> list[dict[str, str]]:
    """Every answer of a head, as far as there are keys with one: digits, then letters; "s" skips."""
    keys = iter("123456789abcdefghijklmnopqrtuvwxyz")
    return [{"says": says, "words": in_words(head, says), "key": next(keys, "")} for says in answers(head)]


def _words(post: Post) -> str:
    return "" if post.private or post.deleted_at else dotted(post.text)[:160]


def _page(request: Asked, *, refused: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    kept = Version.objects.select_related("by").defer("body").annotate(has_body=Q(body__isnull=False))
    versions = list(kept.order_by("-pk")[:VERSIONS])
    judging = judging_again.newest()
    about: dict[str, Any] = {
        "here": "model",
        "refused": refused,
        "in_force": in_force(),
        "learning": Learning.objects.filter(ended_at=None).first(),
        "learned": Learning.objects.exclude(ended_at=None).order_by("-pk").first(),
        "rows": rows(standing.stands(), standing.moved(now)),
        "versions": [(each, version_in_words(each)) for each in versions],
        "judging": judging,
        "judging_left": judging_again.left(judging) if judging else 0,
    }
    return render(request, "console/model/page.html", frame(request) | about, status=status)
