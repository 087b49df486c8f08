"""Backfills: taking a rule into the past. What it would cost is asked first; then it walks, and can be held."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from earful.console import kept_price
from earful.console.asked import Asked, number_asked
from earful.console.backfills_shown import backfills_of, in_the_way
from earful.console.checking import check
from earful.console.desk import frame
from earful.console.price_cap import price_cap
from earful.console.pricing import Priced, Searchable, priced, searchable
from earful.console.views.rules import rule_of
from earful.core.connector import Refused
from earful.intake import backfilling
from earful.intake.models import Backfill
from earful.rules.models import ListeningRule

_ONE_AT_A_TIME: Final = (
    "A backfill of this rule runs on that channel already. Let it come to its end, or stop it, before the next begins."
)


@require_http_methods(["GET", "POST"])
def backfill(request: Asked, number: int) -> HttpResponse:
    """The rule's backfills. Posted, the price of a new one is asked ("price"), or it begins ("begin")."""
    rule = rule_of(number)
    do = request.POST.get("do", "")
    if do == "price":
        return _price(request, rule)
    if do == "begin":
        return _begin(request, rule)
    return _page(request, rule)


@require_GET
def backfills(request: Asked, number: int) -> HttpResponse:
    """The rule's backfills alone, as they stand now."""
    return _walks(request, rule_of(number))


@require_POST
def act(request: Asked, number: int, verb: str) -> HttpResponse:
    """Hold a backfill, let it go on, or end it."""
    if verb not in DEEDS:
        raise Http404
    found = get_object_or_404(Backfill.objects.select_related("channel", "rule"), pk=number)
    try:
        DEEDS[verb](found, request)
    except Refused as error:
        return _not_done(request, found, error.reason)
    if request.htmx:
        return _walks(request, found.rule)
    return redirect("console:backfill", number=found.rule_id)


def _walks(request: Asked, rule: ListeningRule) -> HttpResponse:
    return render(request, "console/rules/backfills.html", {"rule": rule, "walks": backfills_of(rule.pk)})


def _not_done(request: Asked, walk: Backfill, why: str) -> HttpResponse:
    if not request.htmx:
        return _page(request, walk.rule, {"refused": why}, status=409)
    return trigger_client_event(_walks(request, walk.rule), "desk:say", {"words": why})


def _price(request: Asked, rule: ListeningRule) -> HttpResponse:
    """The price, and the form to begin. Nothing is asked, and billed, while an earlier backfill stands in the way."""
    where, now = _where(request), timezone.now()
    waiting = in_the_way(rule, where.channel, where.days, now)
    if waiting is not None and not (waiting.passable and request.POST.get("anew") == "yes"):
        shown = {"rule": rule, "where": where, "days": _days(request, where)}
        shown |= {"waiting": waiting, "refusal": _ONE_AT_A_TIME}
    else:
        shown = _box(rule, where, priced(where, rule.text, _days(request, where), now))
    if request.htmx:
        return render(request, "console/rules/priced.html", shown)
    return _page(request, rule, shown)


def _begin(request: Asked, rule: ListeningRule) -> HttpResponse:
    where, now = _where(request), timezone.now()
    days = _days(request, where)
    kept = kept_price.opened(request.POST.get("kept", ""), rule, where.channel, days)
    try:
        cap = price_cap(request.POST.get("cap", ""), where.channel)
    except Refused as error:
        return _not_begun(request, rule, where, kept, {"cap_wrong": error.reason}, status=422)
    try:
        with transaction.atomic():
            backfilling.begin(
                rule,
                where.channel,
                since=now - timedelta(days=days),
                until=now,
                price_cap=cap,
                agent=request.user,
                opens_cases=request.POST.get("opens_cases") == "yes",
                expected=kept.expected if kept else None,
            )
    except IntegrityError:
        return _not_begun(request, rule, where, kept, {"refused": _ONE_AT_A_TIME}, status=409)
    except Refused as error:
        return _not_begun(request, rule, where, kept, {"refused": error.reason}, status=409)
    return redirect("console:backfill", number=rule.pk)


def _not_begun(
    request: Asked, rule: ListeningRule, where: Searchable, kept: Priced | None, why: Mapping[str, str], status: int
) -> HttpResponse:
    """The page with what is wrong, and with the price that was bought and all that was chosen still there."""
    if kept is None:
        return _page(request, rule, {"where": where, "refused": next(iter(why.values()))}, status=status)
    chosen = {"cap": request.POST.get("cap", ""), "opens_cases": request.POST.get("opens_cases") == "yes"}
    return _page(request, rule, {**_box(rule, where, kept), **chosen, **why}, status=status)


def _box(rule: ListeningRule, where: Searchable, price: Priced) -> dict[str, Any]:
    """What the template of a price needs."""
    kept = kept_price.sealed(rule, price)
    return {"rule": rule, "where": where, "days": price.days, "priced": price, "kept": kept, "cap": price.cap}


def _page(
    request: Asked, rule: ListeningRule, more: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    shown = {
        "here": "rules",
        "rule": rule,
        "checked": check(rule.text),
        "searchable": searchable(),
        "walks": backfills_of(rule.pk),
        **(more or {}),
    }
    return render(request, "console/rules/backfill.html", frame(request) | shown, status=status)


def _where(request: Asked) -> Searchable:
    """The channel that was chosen; a 404 when it cannot be searched."""
    asked = request.POST.get("channel", "")
    found = next((one for one in searchable() if str(one.channel.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _days(request: Asked, where: Searchable) -> int:
    """How many days back: at least 1, and at most as far as the search reaches; what is no number is as far."""
    asked, most = number_asked(request.POST.get("days", "")), where.days
    return most if asked is None else max(1, min(asked, most))


def _pause(walk: Backfill, request: Asked) -> None:
    backfilling.pause(walk)


def _resume(walk: Backfill, request: Asked) -> None:
    backfilling.resume(walk)


def _raise(walk: Backfill, request: Asked) -> None:
    """Go on with a higher cap."""
    backfilling.resume(walk, price_cap=price_cap(request.POST.get("cap", ""), walk.channel))


def _stop(walk: Backfill, request: Asked) -> None:
    backfilling.stop(walk)


DEEDS: Final[Mapping[str, Callable[[Backfill, Asked], None]]] = {
    "pause": _pause,
    "resume": _resume,
    "raise": _raise,
    "stop": _stop,
}
