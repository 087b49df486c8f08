"""The posts page: everything heard, found again in the rule language, and what is done to a post outside of cases."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from earful.cases.by_hand import NotForACase, make_case
from earful.connectors.registry import CONNECTORS
from earful.console import counts
from earful.console.asked import Asked, fragment
from earful.console.checking import check
from earful.console.desk import frame, ids_of
from earful.console.posts_asked import CASED, INTENTS, Wanted, found, key, newer, said_of, wanted
from earful.console.posts_shown import carriers_shown, posts_shown
from earful.console.rows import network_name
from earful.core.language.errors import RuleError
from earful.posts import ignoring
from earful.posts.models import Post
from earful.posts.searching import CursorError, HitsPage, TooBroad
from earful.posts.spread import CARRIERS_SHOWN
from earful.rules.listing import finding_lately
from earful.rules.models import ListeningRule

# A choice among more is no choice: whoever means another rule comes from the list of rules.
RULES_OFFERED: Final = 100
_NOTHING = HitsPage(hits=[], next="", looked=0)


@require_GET
def posts(request: Asked) -> HttpResponse:
    """The posts asked for, newest first. htmx asks for a part: the list, or what stands behind it."""
    asked = wanted(request.GET)
    try:
        listed = _listed(request, asked)
    except CursorError:
        return HttpResponseBadRequest("This is no place in the list. Open the page again.")
    if not fragment(request):
        return render(request, "console/posts/page.html", frame(request) | listed | _filters(listed["rule"]))
    if "after" in request.GET:
        return render(request, "console/posts/rows.html", listed)
    response = render(request, "console/posts/found.html", listed)
    if asked.text == asked.typed:
        response.headers["HX-Push-Url"] = f"{request.path}?{asked.query}" if asked.query else request.path
    return response


@require_GET
def check_posts(request: Asked) -> HttpResponse:
    """What a query means, or what is wrong with it, while it is being typed."""
    return render(request, "console/posts/asked.html", {"checked": check(wanted(request.GET).typed, "stored")})


@require_GET
def newer_posts(request: Asked) -> HttpResponse:
    """How many of the posts asked for are newer than the first one shown: {"many": 3}."""
    try:
        return JsonResponse({"many": newer(wanted(request.GET), request.GET.get("than", ""))})
    except (RuleError, TooBroad, CursorError):
        return JsonResponse({"many": 0})


@require_GET
def changed_posts(request: Asked) -> HttpResponse:
    """Those of the posts `ids` that this agent may see, as they are now, marked by the query of the page."""
    seen = _visible(request).filter(pk__in=ids_of(request.GET.get("ids", ""))).order_by("-created_at", "-pk")
    asked = wanted(request.GET)
    shown = posts_shown([(post, said_of(asked, post)) for post in seen], request.user)
    return render(request, "console/posts/rows.html", {"posts": shown, "asked": asked, "only_rows": True})


@require_GET
def carriers(request: Asked, number: int) -> HttpResponse:
    """Who carried a post on, in the thread and in the list."""
    post = get_object_or_404(_visible(request), pk=number)
    shown = carriers_shown(post)
    told = {"carriers": shown, "more": len(shown) >= CARRIERS_SHOWN, "network": network_name(post.network)}
    return render(request, "console/posts/carriers.html", told)


@require_POST
def post_case(request: Asked, number: int) -> HttpResponse:
    """Make a case of a post by hand, and go there; of two agents who do it at once, both arrive at the one case."""
    post = get_object_or_404(_visible(request), pk=number)
    try:
        made = make_case(post, by=request.user)
    except NotForACase as refused:
        return _done(request, [number], str(refused))
    counts.forget()
    there = made.case.get_absolute_url()
    return HttpResponseClientRedirect(there) if request.htmx else redirect(there)


@require_POST
def ignore_posts(request: Asked) -> HttpResponse:
    """Put the posts `post` aside, one or several."""
    ids = _chosen(request)
    many = ignoring.ignore(ids, by=request.user)
    said = f"{many} posts ignored. Each can be put back where it stands, or under “Ignored”." if many > 1 else ""
    return _done(request, ids, said)


@require_POST
def put_back_posts(request: Asked) -> HttpResponse:
    """Take the posts `post` back that were put aside."""
    ids = _chosen(request)
    ignoring.put_back(ids, by=request.user)
    return _done(request, ids, "")


def _listed(request: Asked, asked: Wanted) -> dict[str, Any]:
    """What the list's templates need; raises CursorError."""
    checked, advice, page = check(asked.typed, "stored"), "", _NOTHING
    try:
        page = found(asked, after=request.GET.get("after", "")) if checked.fault is None else _NOTHING
    except TooBroad as error:
        advice = str(error)
    first = page.hits[0].post if page.hits else None
    return {
        "here": "posts",
        "asked": asked,
        "checked": checked,
        "too_broad": advice,
        "posts": posts_shown([(hit.post, hit.match if asked.text else None) for hit in page.hits], request.user),
        "after": page.next,
        "than": key(first.created_at, first.pk) if first else key(timezone.now(), 0),
        "rule": ListeningRule.objects.filter(pk=asked.rule).first() if asked.rule else None,
    }


def _filters(chosen: ListeningRule | None) -> dict[str, Any]:
    lately = set(finding_lately(RULES_OFFERED)) | ({chosen} if chosen else set())
    return {
        "rules": sorted(lately, key=lambda rule: (rule.name.lower(), rule.pk)),
        "more_rules": len(lately) >= RULES_OFFERED,
        "networks": [(network, network_name(network)) for network in CONNECTORS],
        "intents": INTENTS.items(),
        "cased": CASED.items(),
    }


def _visible(request: Asked) -> QuerySet[Post]:
    return Post.objects.visible_to(request.user).select_related("author", "channel")


def _chosen(request: Asked) -> Sequence[int]:
    return ids_of(",".join(request.POST.getlist("post")))


def _done(request: Asked, ids: Sequence[int], said: str) -> HttpResponse:
    """The answer to a deed: htmx hears which rows to bring up to date; a browser without it gets the list again."""
    if not request.htmx:
        query = wanted(QueryDict(request.POST.get("back", ""))).query
        return redirect(f"/posts/?{query}" if query else "/posts/")
    response = HttpResponse(status=204)
    if said:
        trigger_client_event(response, "desk:say", {"words": said})
    return trigger_client_event(response, "desk:posts", {"ids": list(ids)})
