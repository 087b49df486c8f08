"""Listening rules: the list of them, and what is done to a rule. Its editor has a file of its own."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import push_url

from earful.console import alarms
from earful.console.asked import Asked, fragment, words_asked
from earful.console.checking import check
from earful.console.desk import frame, ids_of
from earful.console.rules_shown import rules_shown
from earful.intake.models import Backfill
from earful.rules import breaker, keeping
from earful.rules.listing import CursorError, listed, rows_of
from earful.rules.models import ListeningRule

# What a first rule may look like, offered where there is none yet.
EXAMPLE: Final = '(broadband OR wifi OR "no internet") (down OR slow OR broken) lang:en -is:retweet'


@require_GET
def rules(request: Asked) -> HttpResponse:
    """The listening rules that say the words asked for. htmx asks for a part: the list, or what stands behind it."""
    try:
        shown = _listed(request, after=request.GET.get("after", ""))
    except CursorError:
        return HttpResponseBadRequest("This is no place in the list. Open the page again.")
    if not fragment(request):
        first = {"here": "rules", "example": EXAMPLE, "first": check(EXAMPLE)}
        return render(request, "console/rules/page.html", frame(request) | shown | first)
    if "after" in request.GET:
        return render(request, "console/rules/rows.html", shown)
    response = render(request, "console/rules/list.html", shown)
    return push_url(response, f"{request.path}?{urlencode({'q': shown['words']})}" if shown["words"] else request.path)


@require_GET
def rows(request: Asked) -> HttpResponse:
    """The rules `ids` and those of the `backfills`, as they stand now; without either, the first page."""
    if not {"ids", "backfills"} & request.GET.keys():
        return render(request, "console/rules/rows.html", _listed(request))
    walked = Backfill.objects.filter(pk__in=ids_of(request.GET.get("backfills", ""))).values_list("rule", flat=True)
    return _rows(request, [*ids_of(request.GET.get("ids", "")), *walked])


@require_GET
def station(request: Asked) -> HttpResponse:
    """The way here in the rail, its alarms counted anew: a page asks for it when it hears that a rule has changed."""
    alarms.forget()
    return render(request, "console/rules/station.html", {"rules_in_trouble": alarms.alarms().rules})


@require_http_methods(["GET", "POST"])
def remove(request: Asked, number: int) -> HttpResponse:
    """Ask whether the rule shall really go, and say what goes with it; posted, it goes."""
    found = rule_of(number)
    if request.method == "POST":
        keeping.remove(found)
        return redirect("console:rules")
    asked = {"here": "rules", "rule": found, "matches": found.matches.count()}
    return render(request, "console/rules/remove.html", frame(request) | asked)


@require_POST
def act(request: Asked, number: int, verb: str) -> HttpResponse:
    """Pause a rule, listen for it again, or let it go on after its breaker tripped."""
    if verb not in DEEDS:
        raise Http404
    DEEDS[verb](rule_of(number))
    alarms.forget()
    if request.htmx:
        return _rows(request, [number])
    return redirect("console:rules")


def _listed(request: Asked, after: str = "") -> dict[str, Any]:
    """What the list's templates need; raises CursorError."""
    now, words = timezone.now(), _words(request)
    page = listed(now, words=words, after=after)
    return {"rules": rules_shown(page.rows, now), "after": page.next, "words": words}


def _rows(request: Asked, ids: Collection[int]) -> HttpResponse:
    now = timezone.now()
    shown = rules_shown(rows_of(ids, now, words=_words(request)), now)
    return render(request, "console/rules/rows.html", {"rules": shown, "only_rows": True})


def _words(request: Asked) -> str:
    return words_asked(request.GET).strip()


def rule_of(number: int) -> ListeningRule:
    """The rule of this number; every agent may see and change every rule."""
    return get_object_or_404(ListeningRule.objects.select_related("owner"), pk=number)


DEEDS: Final[Mapping[str, Callable[[ListeningRule], None]]] = {
    "pause": keeping.pause,
    "wake": keeping.wake,
    "resume": breaker.resume,
}
