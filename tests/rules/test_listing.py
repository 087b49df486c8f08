"""The list of rules: today, two weeks, cost, standing; in three statements and in pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from building import agent, brand
from earful.rules import breaker
from earful.rules.breaker import Find
from earful.rules.listing import CursorError, RulesPage, finding_lately, listed, rows_of
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
    [row] = listed(NOON).rows
    assert (row.rule, row.today, row.cost_today) == (rule, 3, 0.015)
    assert row.trend == [5, *[0] * 12, 3]


def test_a_rule_that_found_nothing_is_listed_with_nothing(db: None) -> None:
    listening("lumen")
    [row] = listed(NOON).rows
    assert (row.today, row.cost_today, row.trend, row.standing) == (0, 0.0, [0] * 14, [])


def test_a_rule_is_listed_with_how_it_stands_on_each_channel(db: None) -> None:
    rule, other = listening("lumen", name="First"), listening("fibre", name="Second")
    standing = Standing.objects.create(rule=rule, channel=brand(), state=StandingState.REFUSED, reason="Too short.")
    assert [row.standing for row in listed(NOON).rows] == [[standing], []]
    assert [row.rule for row in listed(NOON).rows] == [rule, other]


def test_a_hundred_rules_take_no_more_statements_than_one(db: None) -> None:
    channel = brand()
    for number in range(100):
        rule = ListeningRule.objects.create(name=str(number), text=f"brand{number}", owner=agent(f"a{number}"))
        Standing.objects.create(rule=rule, channel=channel, state=StandingState.IN_FORCE)
        found(rule, 1)
    with CaptureQueriesContext(connection) as asked:
        rows = listed(NOON).rows
        assert [(row.rule.owner, row.standing[0].channel.handle) for row in rows]
    assert len(asked) == 3


def names(page: RulesPage) -> list[str]:
    return [row.rule.name for row in page.rows]


def test_those_that_need_somebody_stand_first_and_the_paused_last(db: None) -> None:
    channel = brand()
    for name, fields in (
        ("a paused", {"enabled": False}),
        ("B calm", {}),
        ("c calm", {}),
        ("d tripped", {"tripped_at": NOON}),
        ("e refused", {}),
        ("f refused and paused", {"enabled": False}),
    ):
        rule = listening("lumen", name=name, **fields)
        if "refused" in name:
            Standing.objects.create(rule=rule, channel=channel, state=StandingState.REFUSED)
    ordered = ["d tripped", "e refused", "B calm", "c calm", "a paused", "f refused and paused"]
    assert names(listed(NOON)) == ordered


def test_pages_follow_one_another_without_gap_or_double_also_under_equal_names(db: None) -> None:
    rules = [listening("lumen", name=name) for name in ("same", "Same", "same", "a.b", "z", "m", "same")]
    shown, after, sizes = [], "", []
    while True:
        page = listed(NOON, after=after, size=3)
        shown += [row.rule.pk for row in page.rows]
        sizes.append(len(page.rows))
        if not (after := page.next):
            break
    assert sizes == [3, 3, 1]
    assert sorted(shown) == sorted(rule.pk for rule in rules)


@pytest.mark.parametrize("after", ["x", "1", "9.1.name", "1.x.name", "1." + "9" * 30 + ".name"])
def test_a_place_that_no_page_gave_is_refused(db: None, after: str) -> None:
    with pytest.raises(CursorError):
        listed(NOON, after=after)


def test_rules_are_found_by_words_of_their_name_or_text(db: None) -> None:
    listening("broadband slow", name="Speed")
    listening("router 100%", name="Broadband boxes")
    assert names(listed(NOON, words="BROADBAND")) == ["Broadband boxes", "Speed"]
    assert names(listed(NOON, words="broadband slow")) == ["Speed"]
    assert names(listed(NOON, words="100%")) == ["Broadband boxes"]
    assert names(listed(NOON, words="\x00zebra")) == []


def test_rules_are_asked_for_by_number_and_those_gone_or_unlike_the_words_are_left_out(db: None) -> None:
    first, second = listening("lumen", name="First"), listening("fibre", name="Second")
    assert [row.rule for row in rows_of([second.pk, first.pk, 999], NOON)] == [first, second]
    assert [row.rule for row in rows_of([second.pk, first.pk], NOON, words="fibre")] == [second]


def test_the_rules_that_found_something_last_come_first(db: None) -> None:
    never, old, new = (listening("lumen", name=name) for name in ("never", "old", "new"))
    found(old, 1, days_ago=3)
    found(new, 1)
    assert list(finding_lately(2)) == [new, old]
    assert list(finding_lately(9)) == [new, old, never]
