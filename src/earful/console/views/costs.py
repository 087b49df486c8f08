"""Costs: what each channel spent on what, what the month will cost, what its budget stopped, what is behind it all."""

from __future__ import annotations

import csv
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from earful.channels.models import Channel
from earful.console import alarms
from earful.console.amounts import amount_asked, written
from earful.console.asked import Asked
from earful.console.costs_shown import costs as costs_of
from earful.console.costs_shown import months, total
from earful.console.dates_asked import month_asked
from earful.console.desk import frame
from earful.console.entries_shown import asked_for, shown
from earful.core.connector import Refused
from earful.core.prices import dollars
from earful.core.spending import IN_WORDS, STOPS, WARN_AT
from earful.ledger import budgets, credit
from earful.ledger.models import Spending
from earful.ledger.spent import month_of
from earful.people.permitting import NotYours
from earful.rules.models import ListeningRule

ENTRIES_SHOWN: Final = 100


@require_GET
def costs(request: Asked) -> HttpResponse:
    """The page: every channel in a month, this one if none is asked for."""
    return _page(request)


@require_GET
def entries(request: Asked) -> HttpResponse:
    """What a sum is made of, newest day first."""
    asked = asked_for(request.GET)
    found, after = shown(asked, request.GET.get("after", ""), ENTRIES_SHOWN, request.user)
    about = {"here": "costs", "asked": asked, "entries": found, "after": after, "query": asked.query}
    return render(request, "console/costs/entries.html", frame(request) | about)


@require_GET
def spending(request: Asked) -> HttpResponse:
    """The month's sums as a table for other programs: dollars exactly."""
    month = month_asked(request.GET)
    since, until = month_of(month)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="spending-{month:%Y-%m}.csv"'
    table = csv.writer(answer)
    table.writerow(["day", "channel", "network", "purpose", "rule", "kind", "class", "entries", "dollars"])
    rows = Spending.objects.filter(day__gte=since, day__lt=until).select_related("channel")
    for row in rows.order_by("day", "channel", "purpose", "rule", "kind", "of"):
        handle = f"@{row.channel.handle}"
        table.writerow([row.day.isoformat(), handle, row.channel.network, row.purpose, row.rule or "", row.kind,
                        row.of, row.entries, f"{dollars(row.price):f}"])  # fmt: skip
    return answer


@require_POST
def budget(request: Asked, number: int) -> HttpResponse:
    """Set what a channel may spend in a month."""
    channel = get_object_or_404(Channel, pk=number)
    try:
        amounts = {f"for_{name}": amount_asked(request.POST.get(name, "")) for name in ("listening", "sending")}
        budgets.set_budget(channel.pk, request.user, warn_at=_share(request.POST.get("warn_at", "")), **amounts)
    except NotYours as sorry:
        return _page(request, str(sorry), status=403)
    except Refused as wrong:
        return _page(request, f"@{channel.handle}: {wrong.reason}", status=400, kept={number: request.POST})
    alarms.forget()
    return redirect("console:costs")


@require_POST
def rule_budget(request: Asked, number: int) -> HttpResponse:
    """Set what a listening rule may spend in a month."""
    rule = get_object_or_404(ListeningRule, pk=number)
    try:
        budgets.set_rule_budget(rule.pk, request.user, amount_asked(request.POST.get("amount", "")))
    except NotYours as sorry:
        return _page(request, str(sorry), status=403)
    except Refused as wrong:
        return _page(request, f"{rule.name}: {wrong.reason}", status=400)
    alarms.forget()
    return redirect("console:costs")


@require_POST
def topped_up(request: Asked, number: int) -> HttpResponse:
    """Somebody has bought credit: the next request asks at once."""
    credit.ask_now(get_object_or_404(Channel, pk=number).pk, timezone.now())
    return redirect("console:costs")


def _page(request: Asked, refused: str = "", status: int = 200, kept: dict[int, Any] | None = None) -> HttpResponse:
    now, month = timezone.now(), month_asked(request.GET)
    about = {
        "here": "costs",
        "month": month,
        "months": months(now),
        "total": total(month),
        "channels": [(each, _fields(each.budget, (kept or {}).get(each.channel.pk))) for each in costs_of(now, month)],
        "stops": [(IN_WORDS[stop.purpose].name.lower(), stop.at) for stop in STOPS],
        "refused": refused,
    }
    return render(request, "console/costs/page.html", frame(request) | about, status=status)


def _fields(known: Any, kept: Any) -> dict[str, str]:
    """What stands in the fields of a budget: what was just written, if it was refused."""
    if kept is not None:
        return {name: kept.get(name, "") for name in ("listening", "sending", "warn_at")}
    return {"listening": written(known.listening), "sending": written(known.sending), "warn_at": str(known.warn_at)}


def _share(asked: str) -> int:
    asked = asked.strip().removesuffix("%").strip()
    if not asked:
        return WARN_AT
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 3 and 1 <= int(asked) <= 100):
        raise Refused("Say at what share of the budget to warn: a whole number of percent from 1 to 100.")
    return int(asked)
