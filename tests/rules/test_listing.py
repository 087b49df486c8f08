"""The list of rules: today, two weeks, cost, standing; in three statements."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from building import agent, brand
from earful.rules import breaker
from earful.rules.breaker import Find
from earful.rules.listing import listed
from earful.rules.models import ListeningRule, Standing, StandingState
from fishing import listening

NOON = datetime(2026, 8, 10, 12, 0, 30, tzinfo=UTC)


def found(rule: ListeningRule, count: int, *, days_ago: int = 0) -> None:
    at = NOON - timedelta(days=days_ago)
    breaker.note([Find(rule.pk, at, True, 0.005)] * count, at)


def test_a_rule_is_listed_with_what_it_found_and_cost_today_and_in_two_weeks(db: None) -> None:
    rule = listening("lumen", owner=agent())
    found(rule, 3)
    found(rule, 5, days_ago=13)
    found(rule, 7, days_ago=14)
    [row] = listed(NOON)
    assert (row.rule, row.today, row.cost_today) == (rule, 3, 0.015)
    assert row.trend == [5, *[0] * 12, 3]


def test_a_rule_that_found_nothing_is_listed_with_nothing(db: None) -> None:
    listening("lumen")
    [row] = listed(NOON)
    assert (row.today, row.cost_today, row.trend, row.standing) == (0, 0.0, [0] * 14, [])


def test_a_rule_is_listed_with_how_it_stands_on_each_channel(db: None) -> None:
    rule, other = listening("lumen"), listening("fibre")
    standing = Standing.objects.create(rule=rule, channel=brand(), state=StandingState.REFUSED, reason="Too short.")
    assert [row.standing for row in listed(NOON)] == [[standing], []]
    assert [row.rule for row in listed(NOON)] == [rule, other]


def test_a_hundred_rules_take_no_more_statements_than_one(db: None) -> None:
    channel = brand()
    for number in range(100):
        rule = ListeningRule.objects.create(name=str(number), text=f"brand{number}", owner=agent(f"a{number}"))
        Standing.objects.create(rule=rule, channel=channel, state=StandingState.IN_FORCE)
        found(rule, 1)
    with CaptureQueriesContext(connection) as asked:
        rows = listed(NOON)
        assert [(row.rule.owner, row.standing[0].channel.handle) for row in rows]
    assert len(asked) == 3
