"""What the page of costs shows of a channel in a month: sums, their forecast, its budget, and what that has stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import models
from django.urls import reverse
from django.utils.http import urlencode

from earful.channels.models import Channel
from earful.channels.pricing import complaint
from earful.connectors.registry import connector_for
from earful.console.amounts import price_in_words, sum_in_words
from earful.console.rows import network_name
from earful.console.spark import Size, Spark, spark
from earful.core.days import utc_day
from earful.core.forecast import LOOK_BACK, forecast
from earful.core.prices import MICRO, PriceClass
from earful.core.spending import IN_WORDS, WARN_AT, Purpose
from earful.ledger.models import Budget, Entry, Outage, Rest, RuleBudget
from earful.ledger.spent import Sum, by_day, by_purpose, listening, month_of, of_rules_on
from earful.rules import authors
from earful.rules.models import ListeningRule

_DAYS: Final = Size(step=11, bar=8, height=44)
_KINDS: Final[Mapping[str, str]] = {
    "post": "A post read",
    "user": "An account read",
    "dm_event": "A private message read",
    "chat_event": "An encrypted message read",
    "profile_update": "A change of a profile",
    "follow": "A follow",
    "post_create": "A post",
    "post_create_summoned": "An answer to somebody who called us",
    "post_create_with_url": "A post with a link",
    "dm_create": "A private message sent",
    "interaction_delete": "A deletion",
    "content_manage": "An answer hidden or shown again",
    "media_metadata": "A description of a picture",
    "counts_recent": "A question about counts",
    "counts_all": "A question about counts of all time",
}
_CLASSES: Final[Mapping[PriceClass, str]] = {"read": "", "owned": "our own", "request": ""}


@dataclass(frozen=True, slots=True)
class Line:
    """A sum and the way to its entries. `note` is said below its name."""

    name: str
    note: str
    entries: int
    price: str
    opens: str
    alarm: str = ""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """What one rule spent, and may spend."""

    line: Line
    number: int
    budget: int | None
    known: bool


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A price in force, with the day from which it is, and who says so."""

    name: str
    price: str
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A purpose that rests, what is missing meanwhile, and since when."""

    name: str
    missing: str
    since: datetime


@dataclass(frozen=True, slots=True)
class NotHeard:
    """A purpose that rested, from when to when, and who let it go on ("" for the turn of the month)."""

    name: str
    since: datetime
    until: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ChannelCosts:
    """Everything of one channel. `share` is how much of the budget for listening is spent, in hundredths."""

    channel: Channel
    network: str
    spent: str
    opens: str
    unsure: str
    forecast: str
    budget: Budget
    listening: str
    sending: str
    share: int | None
    stopped: Sequence[Stopped]
    not_heard: Sequence[NotHeard]
    outages: Sequence[Outage]
    days: Spark
    day_lines: Sequence[Line]
    purposes: Sequence[Line]
    rules: Sequence[RuleLine]
    prices: Sequence[PriceLine]
    complaint: str
    authors: str
    asking: Sequence[ListeningRule]


def months(now: datetime, many: int = 13) -> list[date]:
    """The first days of this month and those before it, newest first."""
    found = [utc_day(now).replace(day=1)]
    while len(found) < many:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def costs(now: datetime, month: date) -> list[ChannelCosts]:
    """All channels, those that are no practice first."""
    since, until = month_of(month)
    spent = by_purpose(since, until)
    found = Channel.objects.select_related("budget").order_by("practice", "network", "handle", "pk")
    return [_costs(channel, spent.get(channel.pk, {}), now, month) for channel in found]


def total(month: date) -> str:
    """What all channels cost in the month together."""
    spent = by_purpose(*month_of(month))
    return sum_in_words(sum(each.price for one in spent.values() for each in one.values()))


def entry_kind(kind: str) -> str:
    """What an entry was for, in words."""
    return _KINDS.get(kind, kind.replace("_", " ").capitalize())


def _costs(channel: Channel, spent: Mapping[Purpose, Sum], now: datetime, month: date) -> ChannelCosts:
    since, until = month_of(month)
    budget = getattr(channel, "budget", None) or Budget(channel=channel, warn_at=WARN_AT)
    used = listening(spent)
    days = by_day(channel.pk, since - timedelta(days=LOOK_BACK), until)
    of_month = {day: summed for day, summed in days.items() if day >= since}
    asking = list(ListeningRule.objects.filter(pk__in=authors.asking(channel.network)))
    rests = list(Rest.objects.filter(channel=channel).select_related("ended_by")[:40])
    return ChannelCosts(
        channel=channel,
        network=network_name(channel.network),
        spent=sum_in_words(sum(each.price for each in spent.values())),
        opens=_opens(channel, month),
        unsure=_unsure(channel, since, until),
        forecast=_forecast(days, now) if since <= utc_day(now) < until else "",
        budget=budget,
        listening=sum_in_words(used),
        sending=sum_in_words(spent.get(Purpose.SENDING, Sum(0, 0)).price),
        share=min(999, used * 100 // budget.listening) if budget.listening else None,
        stopped=[_stopped(rest) for rest in rests if rest.until is None],
        not_heard=[_not_heard(rest, rest.until) for rest in rests if rest.until and rest.until.date() >= since],
        outages=list(Outage.objects.filter(channel=channel, until=None).order_by("since")),
        days=_spark(of_month, since, until, utc_day(now)),
        day_lines=[_day(channel, day, summed) for day, summed in sorted(of_month.items(), reverse=True)],
        purposes=[_purpose(channel, month, purpose, spent, rests) for purpose in Purpose if purpose in spent],
        rules=_rules(channel, month, since, until),
        prices=_prices(channel, utc_day(now)),
        complaint=complaint(channel.network, channel.settings.get("prices")),
        authors=_authors(channel, asking),
        asking=asking,
    )


def _opens(channel: Channel, month: date, **more: str | int) -> str:
    asked: dict[str, str | int] = {"channel": channel.pk, "month": month.strftime("%Y-%m"), **more}
    return f"{reverse('console:entries')}?{urlencode(asked)}"


def _unsure(channel: Channel, since: date, until: date) -> str:
    asked = Entry.objects.filter(channel=channel, sure=False, day__gte=since, day__lt=until)
    lost = asked.aggregate(together=models.Sum("price"))["together"]
    return sum_in_words(lost) if lost else ""


def _forecast(days: Mapping[date, Sum], now: datetime) -> str:
    told = forecast({day: summed.price for day, summed in days.items()}, now)
    if told is None:
        return "What the month will cost can be said after two whole days."
    likely, low, high = (sum_in_words(amount) for amount in (told.likely, told.low, told.high))
    span = "" if low == high else f", probably between {low} and {high}"
    return f"About {likely} by the end of the month{span}: by what the last {told.days} whole days cost."


def _stopped(rest: Rest) -> Stopped:
    words = IN_WORDS[Purpose(rest.purpose)]
    return Stopped(words.name, words.missing, rest.since)


def _not_heard(rest: Rest, until: datetime) -> NotHeard:
    by = rest.ended_by.shown_name if rest.ended_by else ""
    return NotHeard(IN_WORDS[Purpose(rest.purpose)].name, rest.since, until, by)


def _spark(days: Mapping[date, Sum], since: date, until: date, now: date) -> Spark:
    last = min(now, until - timedelta(days=1))
    every = [since + timedelta(days=number) for number in range(max(0, (last - since).days) + 1)]
    # The drawing wants whole numbers that are not too large: hundredths of a cent.
    prices = {day: summed.price for day, summed in days.items()}
    values = [prices.get(day, 0) * 10_000 // MICRO for day in every]
    dearest = max(every, key=lambda day: prices.get(day, 0))
    words = f"{len(every)} days, the dearest {dearest:%d %b} with {sum_in_words(prices.get(dearest, 0))}"
    return spark(values, words, size=_DAYS)


def _day(channel: Channel, day: date, summed: Sum) -> Line:
    opens = _opens(channel, day, day=day.isoformat())
    return Line(f"{day:%a %d %b}", "", summed.entries, sum_in_words(summed.price), opens)


def _purpose(
    channel: Channel, month: date, purpose: Purpose, spent: Mapping[Purpose, Sum], rests: Sequence[Rest]
) -> Line:
    words, summed = IN_WORDS[purpose], spent[purpose]
    rests_now = any(rest.purpose == purpose and rest.until is None for rest in rests)
    opens = _opens(channel, month, purpose=purpose.value)
    return Line(
        words.name, words.pays_for, summed.entries, sum_in_words(summed.price), opens, "stopped" if rests_now else ""
    )


def _rules(channel: Channel, month: date, since: date, until: date) -> list[RuleLine]:
    spent = of_rules_on(channel.pk, since, until)
    named = ListeningRule.objects.in_bulk(spent)
    budgets = {budget.rule: budget for budget in RuleBudget.objects.filter(rule__in=spent)}
    found = sorted(spent.items(), key=lambda one: -one[1].price)
    return [_rule(channel, month, number, summed, named, budgets) for number, summed in found]


def _rule(
    channel: Channel,
    month: date,
    number: int,
    summed: Sum,
    named: Mapping[int, ListeningRule],
    budgets: Mapping[int, RuleBudget],
) -> RuleLine:
    rule, budget = named.get(number), budgets.get(number)
    name = rule.name if rule else f"a rule that was deleted ({number})"
    stopped = "stopped by its budget" if budget and budget.over_at else ""
    opens = _opens(channel, month, rule=number)
    line = Line(name, rule.text if rule else "", summed.entries, sum_in_words(summed.price), opens, stopped)
    return RuleLine(line, number, budget.listening if budget else None, rule is not None)


def _prices(channel: Channel, day: date) -> list[PriceLine]:
    found = channel.price_list.in_force(day)
    named = [(of, kind, price, table) for of, kind, price, table in found if kind in _KINDS]
    in_order = sorted(named, key=lambda one: (one[0] == "request", list(_KINDS).index(one[1]), one[0]))
    return [
        PriceLine(", ".join(filter(None, (entry_kind(kind), _CLASSES[of]))), price_in_words(price), table.since,
                  table.source)
        for of, kind, price, table in in_order
    ]  # fmt: skip


def _authors(channel: Channel, asking: Sequence[ListeningRule]) -> str:
    account = channel.keyless
    rates = connector_for(channel.network).rates(account)
    if not rates.author:
        return ""
    decided = channel.settings.get("authors")
    if decided == "with_posts" or (decided is None and asking):
        why = "because the channel says so" if decided else "because these rules ask who wrote a post"
        return f"Authors come along with every post, {why}."
    each = price_in_words(rates.author)
    return f"Authors are looked up only of whom a case came: {each} for each, once a day."
