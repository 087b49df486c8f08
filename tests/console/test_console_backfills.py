"""The page of a rule's backfills: the price is said first, and whoever began one can hold, raise and end it."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from earful.channels.models import Channel
from earful.intake.models import Backfill
from earful.people.models import Agent
from earful.rules.models import ListeningRule


@pytest.fixture
def rule(db: None) -> ListeningRule:
    return ListeningRule.objects.create(name="Speaks of routers", text="router slow")


@pytest.fixture
def make_walk(rule: ListeningRule, channel: Channel) -> Callable[..., Backfill]:
    """A backfill of the rule over seven days; `walked` is how many of them it has behind it."""

    def make(walked: float = 3, **fields: Any) -> Backfill:
        now = timezone.now()
        known = {
            "until": now,
            "since": now - timedelta(days=7),
            "reached": now - timedelta(days=walked),
            "price_cap": Decimal(5),
        }
        return Backfill.objects.create(rule=rule, channel=channel, text=rule.text, **known | fields)

    return make


def _words(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.decode()).split())


def _begun(channel: Channel, **fields: str) -> dict[str, str]:
    known = {"do": "begin", "channel": str(channel.pk), "days": "3", "cap": "7.50", "expected": "1204"}
    return known | fields


def test_the_price_of_asking_stands_on_the_button(desk: Client, rule: ListeningRule, channel: Channel) -> None:
    assert "Ask X for the price ($0.005)" in _words(desk.get(f"/rules/{rule.pk}/backfill/").content)


def test_when_nobody_can_tell_the_price_it_may_begin_under_its_cap(
    desk: Client, rule: ListeningRule, channel: Channel
) -> None:
    asked = {"do": "price", "channel": str(channel.pk), "days": "7"}
    for headers in ({"HX-Request": "true"}, {}):
        page = _words(desk.post(f"/rules/{rule.pk}/backfill/", asked, headers=headers).content)
        assert "stops before it would cost more than the cap" in page
        assert "Fetch the last 7 days on @LumenHelp" in page


def test_what_the_network_cannot_search_for_cannot_begin(desk: Client, rule: ListeningRule, channel: Channel) -> None:
    ListeningRule.objects.update(text="router sample:10")
    page = _words(
        desk.post(f"/rules/{rule.pk}/backfill/", {"do": "price", "channel": str(channel.pk), "days": "7"}).content
    )
    assert "X cannot search for this rule" in page
    assert "Fetch the last" not in page
    assert desk.post(f"/rules/{rule.pk}/backfill/", _begun(channel)).status_code == 409
    assert not Backfill.objects.exists()


def test_it_begins_as_it_was_asked_for(desk: Client, rule: ListeningRule, channel: Channel, dario: Agent) -> None:
    assert desk.post(f"/rules/{rule.pk}/backfill/", _begun(channel)).status_code == 302
    walk = Backfill.objects.get()
    assert (walk.price_cap, walk.expected, walk.opens_cases, walk.started_by) == (Decimal("7.50"), 1204, False, dario)
    assert timedelta(days=2.9) < walk.until - walk.since < timedelta(days=3.1)


def test_no_more_days_are_asked_for_than_the_search_reaches(
    desk: Client, rule: ListeningRule, channel: Channel
) -> None:
    desk.post(f"/rules/{rule.pk}/backfill/", _begun(channel, days="99999", opens_cases="yes"))
    walk = Backfill.objects.get()
    assert walk.until - walk.since <= timedelta(days=7)
    assert walk.opens_cases


@pytest.mark.parametrize("cap", ["", "much", "0", "-3", "nan", "1e99", "99999999"])
def test_a_cap_that_is_none_is_asked_for_again(desk: Client, rule: ListeningRule, channel: Channel, cap: str) -> None:
    answer = desk.post(f"/rules/{rule.pk}/backfill/", _begun(channel, cap=cap))
    assert answer.status_code == 422
    assert "in dollars" in answer.content.decode()
    assert not Backfill.objects.exists()


def test_a_second_one_waits_for_the_first(
    desk: Client, rule: ListeningRule, channel: Channel, make_walk: Callable[..., Backfill]
) -> None:
    make_walk()
    answer = desk.post(f"/rules/{rule.pk}/backfill/", _begun(channel))
    assert answer.status_code == 409
    assert "runs on that channel already" in answer.content.decode()
    assert Backfill.objects.count() == 1


def test_a_channel_that_is_not_ours_to_search_is_not_found(desk: Client, rule: ListeningRule, channel: Channel) -> None:
    Channel.objects.update(enabled=False)
    assert desk.post(f"/rules/{rule.pk}/backfill/", _begun(channel)).status_code == 404
    assert "No channel can be searched" in _words(desk.get(f"/rules/{rule.pk}/backfill/").content)


def test_how_far_it_has_come_is_said_in_a_bar_and_in_words(
    desk: Client, rule: ListeningRule, make_walk: Callable[..., Backfill]
) -> None:
    make_walk(3, fetched=412, found=120, spent=Decimal("2.06"))
    for address in (f"/rules/{rule.pk}/backfill/", f"/rules/{rule.pk}/backfills/", "/rules/"):
        page = desk.get(address).content
        assert '<progress max="100" value="42"' in page.decode()
        assert "3 of 7 days, 412 posts fetched, 120 new, $2.06 of at most $5.00" in _words(page)


def test_it_is_held_goes_on_and_is_ended(desk: Client, rule: ListeningRule, make_walk: Callable[..., Backfill]) -> None:
    walk = make_walk()
    for verb, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        page = desk.post(f"/backfills/{walk.pk}/do/{verb}/", headers={"HX-Request": "true"}).content.decode()
        walk.refresh_from_db()
        assert walk.state == state
        assert 'id="backfills"' in page
    assert "Pause" not in _words(desk.get(f"/rules/{rule.pk}/backfills/").content)


def test_one_that_reached_its_cap_goes_on_with_a_higher_one(
    desk: Client, rule: ListeningRule, make_walk: Callable[..., Backfill]
) -> None:
    walk = make_walk(state="capped", spent=Decimal(5), reason="The cap is reached.", ended_at=timezone.now())
    assert "The cap is reached." in _words(desk.get(f"/rules/{rule.pk}/backfills/").content)
    refused = desk.post(f"/backfills/{walk.pk}/do/raise/", {"cap": "5.00"}, headers={"HX-Request": "true"})
    assert "no money for another page" in refused.headers["HX-Trigger"]
    desk.post(f"/backfills/{walk.pk}/do/raise/", {"cap": "10"})
    walk.refresh_from_db()
    assert (walk.state, walk.price_cap) == ("running", Decimal(10))


def test_one_that_failed_says_why_and_can_be_tried_again(
    desk: Client, rule: ListeningRule, make_walk: Callable[..., Backfill]
) -> None:
    walk = make_walk(state="failed", reason="X says that the credit is spent.", ended_at=timezone.now())
    page = _words(desk.get(f"/rules/{rule.pk}/backfill/").content)
    assert "X says that the credit is spent." in page
    assert "Try again" in page
    desk.post(f"/backfills/{walk.pk}/do/resume/")
    walk.refresh_from_db()
    assert walk.state == "running"
