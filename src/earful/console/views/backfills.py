"""Backfills: taking a rule into the past. What it would cost is asked first; then it walks, and can be held."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from earful.console.asked import Asked
from earful.console.backfills_shown import backfills_of
from earful.console.checking import check
from earful.console.desk import frame
from earful.console.pricing import Searchable, priced, searchable
from earful.console.views.rules import rule_of
from earful.core.connector import Refused
from earful.intake import backfilling
from earful.intake.models import Backfill
from earful.rules.models import ListeningRule

# A cap beyond this is a slip of the finger: nobody means to spend more on one look back.
MOST_DOLLARS: Final = Decimal(10_000)
_ONE_AT_A_TIME: Final = (
    "A backfill of this rule runs on that channel already. Let it come to its end, or stop it, before the next begins."
)
_NO_CAP: Final = "Write the most that it may cost, in dollars: 5.00, say."


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
    where = _where(request)
    days = _whole(request.POST.get("days", ""), most=where.days)
    shown = {"rule": rule, "priced": priced(where, rule.text, days, timezone.now()), "days": days}
    if request.htmx:
        return render(request, "console/rules/priced.html", shown)
    return _page(request, rule, shown)


def _begin(request: Asked, rule: ListeningRule) -> HttpResponse:
    where, now = _where(request), timezone.now()
    cap = _dollars(request.POST.get("cap", ""))
    if cap is None:
        return _page(request, rule, {"refused": _NO_CAP}, status=422)
    days = _whole(request.POST.get("days", ""), most=where.days)
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
                expected=_expected(request.POST.get("expected", "")),
            )
    except IntegrityError:
        return _page(request, rule, {"refused": _ONE_AT_A_TIME}, status=409)
    except Refused as error:
        return _page(request, rule, {"refused": error.reason}, status=409)
    return redirect("console:backfill", number=rule.pk)


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


def _whole(asked: str, *, most: int) -> int:
    """A number of days between 1 and `most`; what is none is as many as there are."""
    return max(1, min(int(asked), most)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else most


def _expected(asked: str) -> int | None:
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def _dollars(asked: str) -> Decimal | None:
    """An amount above nothing and within reason, to the cent; None when it is none."""
    try:
        amount = Decimal(asked.strip().removeprefix("$")[:20])
    except InvalidOperation:
        return None
    return (
        amount.quantize(Decimal("0.01")) if amount.is_finite() and Decimal("0.01") <= amount <= MOST_DOLLARS else None
    )


def _pause(walk: Backfill, request: Asked) -> None:
    backfilling.pause(walk)


def _resume(walk: Backfill, request: Asked) -> None:
    backfilling.resume(walk)


def _raise(walk: Backfill, request: Asked) -> None:
    """Go on with a higher cap."""
    cap = _dollars(request.POST.get("cap", ""))
    if cap is None:
        raise Refused(_NO_CAP)
    backfilling.resume(walk, price_cap=cap)


def _stop(walk: Backfill, request: Asked) -> None:
    backfilling.stop(walk)


DEEDS: Final[Mapping[str, Callable[[Backfill, Asked], None]]] = {
    "pause": _pause,
    "resume": _resume,
    "raise": _raise,
    "stop": _stop,
}
