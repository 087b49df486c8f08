"""What the want of money has stopped, in sentences, beside a channel and beside a rule."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from earful.core.spending import IN_WORDS, Purpose
from earful.ledger.models import Outage, Rest, RuleBudget

OVER_BUDGET: Final = "stopped by its budget"


def of_channels() -> dict[int, list[str]]:
    """By channel: that it is out of credit, and each purpose that its budget stopped."""
    told: dict[int, list[str]] = {}
    for outage in Outage.objects.filter(until=None).order_by("since"):
        told.setdefault(outage.channel_id, []).append(f"{outage.reason} Since {outage.since:%d %b %H:%M} UTC.")
    for rest in Rest.objects.filter(until=None).order_by("pk"):
        words = IN_WORDS[Purpose(rest.purpose)]
        said = f"{words.name}: stopped by the budget since {rest.since:%d %b %H:%M} UTC; {words.missing}."
        told.setdefault(rest.channel_id, []).append(said)
    return told


def over_budget(rules: Collection[int]) -> set[int]:
    """Which of these rules have spent what they may in this month."""
    over = RuleBudget.objects.filter(rule__in=rules).exclude(over_at=None)
    return set(over.values_list("rule", flat=True))
