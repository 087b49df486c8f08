"""Budgets: they warn, stop the least important first, and let go on when they are raised or the month turns."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from building import agent, brand
from earful.channels.models import Channel
from earful.core.connector import OverBudget, Request
from earful.core.prices import Charge
from earful.core.spending import STOPS, Purpose
from earful.ledger import budgets, resting
from earful.ledger.booking import Line, ask, book
from earful.ledger.models import Budget, Rest, RuleBudget, Spending
from earful.ledger.till import Till
from earful.people.models import Agent
from earful.people.permitting import NotYours
from earful.rules import book as rulebook
from earful.rules.models import ListeningRule

DOLLAR = 1_000_000
SEARCH = Request("GET", "/2/tweets/search/recent")
RULES_OF_X = Request("POST", "/2/tweets/search/stream/rules")


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


def spend(channel: Channel, dollars: float, purpose: Purpose = Purpose.MENTIONS, rule: int = 0, ago: int = 0) -> None:
    """So many dollars in posts, some days ago."""
    begin = Spending.objects.count() * 100_000
    at = timezone.now() - timedelta(days=ago)
    posts = range(begin, begin + round(dollars * 200))
    book(Line(Charge("post", "read", str(post)), channel.pk, purpose, at, rule) for post in posts)


def boss(username: str) -> Agent:
    """An administrator."""
    return agent(username, is_staff=True)


def set_budget(channel: Channel, listening: float | None, sending: float | None = None) -> Budget:
    who = boss(f"staff{Budget.objects.count()}{timezone.now().timestamp()}")
    amounts = [None if amount is None else round(amount * DOLLAR) for amount in (listening, sending)]
    return budgets.set_budget(channel.pk, who, for_listening=amounts[0], for_sending=amounts[1], warn_at=80)


def stopped(channel: Channel) -> set[str]:
    return set(Rest.objects.filter(channel=channel, until=None).values_list("purpose", flat=True))


@pytest.mark.parametrize(
    ("spent", "rest"), [(8.9, 0), (9.0, 1), (9.4, 2), (9.7, 3), (9.9, 4), (10.0, 5), (12.0, 5)], ids=str
)
def test_as_a_budget_runs_out_the_least_important_stops_first(channel: Channel, spent: float, rest: int) -> None:
    spend(channel, spent)
    set_budget(channel, 10)
    assert stopped(channel) == {stop.purpose for stop in STOPS[:rest]}


def test_nobody_but_an_administrator_sets_a_budget(channel: Channel) -> None:
    who = agent()
    with pytest.raises(NotYours):
        budgets.set_budget(channel.pk, who, for_listening=DOLLAR, for_sending=None, warn_at=80)
    with pytest.raises(NotYours):
        budgets.set_rule_budget(1, who, DOLLAR)
    assert not Budget.objects.exists()
    assert not RuleBudget.objects.exists()


def test_raising_it_lets_all_go_on_and_says_who_did(channel: Channel) -> None:
    spend(channel, 10)
    set_budget(channel, 10)
    raised = set_budget(channel, 20)
    assert stopped(channel) == set()
    assert set(Rest.objects.values_list("ended_by", flat=True)) == {raised.set_by_id}
    assert all(rest.until is not None for rest in Rest.objects.all())


def test_the_turn_of_the_month_lets_all_go_on(channel: Channel) -> None:
    spend(channel, 10)
    set_budget(channel, 10)
    first = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=1) + timedelta(days=32)
    budgets.judge(first.replace(day=1))
    assert stopped(channel) == set()
    assert set(Rest.objects.values_list("ended_by", flat=True)) == {None}


def test_what_was_spent_last_month_counts_for_last_month(channel: Channel) -> None:
    spend(channel, 10, ago=40)
    set_budget(channel, 10)
    assert stopped(channel) == set()


def test_sending_has_a_budget_of_its_own_which_only_warns(channel: Channel) -> None:
    spend(channel, 10, Purpose.SENDING)
    budget = set_budget(channel, 10, sending=5)
    budget.refresh_from_db()
    assert stopped(channel) == set()
    assert budget.warned_at is not None
    Till(channel, Purpose.SENDING).before(channel.keyless, SEARCH)


def test_a_warning_ends_when_the_budget_is_raised(channel: Channel) -> None:
    spend(channel, 8)
    set_budget(channel, 10)
    assert Budget.objects.exclude(warned_at=None).exists()
    set_budget(channel, 100)
    assert not Budget.objects.exclude(warned_at=None).exists()


def test_what_may_have_been_billed_counts_as_if_it_was(channel: Channel) -> None:
    spend(channel, 8.996)
    counted = Charge("counts_recent", "request")
    ask(Line(counted, channel.pk, Purpose.RULES, timezone.now()), "lost")
    set_budget(channel, 10)
    assert stopped(channel) == {Purpose.ENRICHMENT}


def test_the_till_lets_nothing_through_for_what_is_stopped_and_says_how_to_go_on(channel: Channel) -> None:
    spend(channel, 9.4)
    set_budget(channel, 10)
    with pytest.raises(OverBudget, match=r"\$9\.40 of this month's \$10\.00 .* Raise the budget") as stop:
        Till(channel, Purpose.RULES).before(channel.keyless, SEARCH)
    assert stop.value.at is not None
    assert stop.value.at <= timezone.now() + timedelta(minutes=1)
    Till(channel, Purpose.MENTIONS).before(channel.keyless, SEARCH)
    # What costs nothing goes on: the rules must leave the network.
    Till(channel, Purpose.RULES).before(channel.keyless, RULES_OF_X)
    assert resting.rests(channel.pk, Purpose.RULES)


def test_one_channels_budget_is_no_others(channel: Channel) -> None:
    other = brand(account_id="77", handle="Other")
    spend(channel, 10)
    set_budget(channel, 10)
    set_budget(other, 10)
    assert stopped(other) == set()


def test_a_rule_over_its_budget_leaves_the_book_until_it_is_raised(channel: Channel) -> None:
    dear, cheap = (ListeningRule.objects.create(name=name, text=f"lumen {name}") for name in ("dear", "cheap"))
    spend(channel, 1, Purpose.RULES, rule=dear.pk)
    budgets.set_rule_budget(dear.pk, boss("ines"), DOLLAR)
    rulebook.look_again()
    assert [rule.tag for rule in rulebook.enabled()] == [str(cheap.pk)]
    assert rulebook.opening() == {cheap.pk}
    with pytest.raises(OverBudget, match="This rule has spent"):
        Till(channel, Purpose.RULES, dear.pk).before(channel.keyless, SEARCH)
    budgets.set_rule_budget(dear.pk, boss("mara"), 2 * DOLLAR)
    rulebook.look_again()
    assert rulebook.opening() == {dear.pk, cheap.pk}
    assert not RuleBudget.objects.exclude(over_at=None).exists()
