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
from earful.console import kept_price
from earful.console.pricing import Priced
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
    known = {"do": "begin", "channel": str(channel.pk), "days": "3", "cap": "7.50"}
    return known | fields


def _kept(rule: ListeningRule, channel: Channel, *, days: int = 3) -> str:
    """A price that was bought: 1,204 posts."""
    return kept_price.sealed(rule, Priced(channel, "X", days, "X counts 1,204 posts.", "22.58", 1204))


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
    begun = _begun(channel, kept=_kept(rule, channel))
    assert desk.post(f"/rules/{rule.pk}/backfill/", begun).status_code == 302
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


@pytest.mark.parametrize(
    ("cap", "says"),
    [
        ("", "Write the most that it may cost, in dollars"),
        ("abc", "“abc” is no amount"),
        ("nan", "“nan” is no amount"),
        ("0", "does not pay for one page"),
        ("-1", "“-1” is no amount"),
        ("1,50", "“1,50” is no amount"),
        ("0.001", "does not pay for one page of X’s search, which may cost $0.15. Write at least that"),
        ("1e9", "“1e9” is no amount"),
        ("10,000.01", "at most $10,000.00"),
        ("99999999", "at most $10,000.00"),
    ],
)
def test_a_wrong_cap_says_what_is_wrong_and_keeps_the_price_that_was_bought(
    desk: Client, rule: ListeningRule, channel: Channel, cap: str, says: str
) -> None:
    kept = _kept(rule, channel)
    answer = desk.post(f"/rules/{rule.pk}/backfill/", _begun(channel, cap=cap, kept=kept, opens_cases="yes"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in _words(answer.content)
    assert "X counts 1,204 posts." in page
    assert f'name="cap" inputmode="decimal" value="{cap}"' in page
    assert 'name="opens_cases" value="yes" checked' in page
    assert 'name="kept" value="' in page
    assert not Backfill.objects.exists()


@pytest.mark.parametrize("spoil", [lambda kept: "", lambda kept: kept[:-2], lambda kept: "x" + kept])
def test_a_price_cannot_be_forged(
    desk: Client, rule: ListeningRule, channel: Channel, spoil: Callable[[str], str]
) -> None:
    kept = spoil(_kept(rule, channel))
    assert "X counts" not in _words(
        desk.post(f"/rules/{rule.pk}/backfill/", _begun(channel, cap="0", kept=kept)).content
    )
    desk.post(f"/rules/{rule.pk}/backfill/", _begun(channel, kept=kept, expected="7"))
    assert Backfill.objects.get().expected is None


def test_a_price_holds_only_for_the_text_and_the_days_that_it_was_asked_for(
    desk: Client, rule: ListeningRule, channel: Channel
) -> None:
    assert kept_price.opened(_kept(rule, channel), rule, channel, 3) is not None
    assert kept_price.opened(_kept(rule, channel), rule, channel, 7) is None
    earlier = _kept(rule, channel)
    rule.text = "router lumen"
    assert kept_price.opened(earlier, rule, channel, 3) is None


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
        assert (
            "3 of 7 days, 412 posts fetched, 120 new, at most $2.06 of $5.00 spent, all that comes along included"
            in _words(page)
        )


@pytest.mark.parametrize(
    ("fetched", "fields", "share", "says"),
    [
        (200, {"reached": None}, 16, "200 of about 1,200 posts fetched, "),
        (200, {}, 42, "200 of about 1,200 posts fetched, "),
        (1200, {}, 99, "1,200 of about 1,200 posts fetched, "),
        (1300, {}, 99, "3 of 7 days, 1,300 posts fetched, "),
        (1190, {"state": "done"}, 100, "7 of 7 days, 1,190 posts fetched, "),
    ],
)
def test_where_the_number_of_posts_is_known_the_bar_follows_them(
    desk: Client,
    rule: ListeningRule,
    make_walk: Callable[..., Backfill],
    fetched: int,
    fields: dict[str, Any],
    share: int,
    says: str,
) -> None:
    make_walk(3, fetched=fetched, expected=1200, **fields)
    page = desk.get(f"/rules/{rule.pk}/backfills/").content
    assert f'<progress max="100" value="{share}"' in page.decode()
    assert says in _words(page)


@pytest.mark.parametrize(
    ("state", "says", "verb"),
    [
        ("capped", "A backfill of this rule stopped at its price cap; it waits since", "raise"),
        ("failed", "A backfill of this rule was stopped by the network; it waits since", "resume"),
        ("paused", "A backfill of this rule is paused.", "resume"),
    ],
)
def test_before_a_new_one_is_priced_the_one_that_stopped_is_offered(
    desk: Client, rule: ListeningRule, channel: Channel, make_walk: Callable[..., Backfill], state: str, says: str,
    verb: str,
) -> None:  # fmt: skip
    ended = None if state == "paused" else timezone.now()
    walk = make_walk(state=state, ended_at=ended)
    asked = {"do": "price", "channel": str(channel.pk), "days": "7"}
    page = desk.post(f"/rules/{rule.pk}/backfill/", asked, headers={"HX-Request": "true"}).content
    assert says in _words(page)
    assert "what it fetched is not paid for twice" in _words(page)
    assert f'action="/backfills/{walk.pk}/do/{verb}/"' in page.decode()
    assert "Spend at most, in dollars" not in _words(page)
    assert ("all the same" in _words(page)) is (state != "paused")
    anew = _words(desk.post(f"/rules/{rule.pk}/backfill/", asked | {"anew": "yes"}).content)
    assert ("Fetch the last 7 days" in anew) is (state != "paused")


def test_no_price_is_bought_while_one_walks(
    desk: Client, rule: ListeningRule, channel: Channel, make_walk: Callable[..., Backfill]
) -> None:
    make_walk()
    asked = {"do": "price", "channel": str(channel.pk), "days": "7", "anew": "yes"}
    page = _words(desk.post(f"/rules/{rule.pk}/backfill/", asked, headers={"HX-Request": "true"}).content)
    assert "runs on that channel already" in page
    assert "Fetch the last" not in page


def test_one_of_an_earlier_text_or_out_of_reach_or_overtaken_is_not_offered(
    desk: Client, rule: ListeningRule, channel: Channel, make_walk: Callable[..., Backfill]
) -> None:
    asked = {"do": "price", "channel": str(channel.pk), "days": "7"}
    walk = make_walk(state="capped", ended_at=timezone.now())
    for fields in ({"text": "kettle"}, {"reached": timezone.now() - timedelta(days=9)}):
        Backfill.objects.filter(pk=walk.pk).update(**{"text": rule.text, "reached": walk.reached} | fields)
        assert "Fetch the last 7 days" in _words(desk.post(f"/rules/{rule.pk}/backfill/", asked).content)
    Backfill.objects.filter(pk=walk.pk).update(text=rule.text, reached=walk.reached)
    make_walk(state="done", ended_at=timezone.now())
    assert "Fetch the last 7 days" in _words(desk.post(f"/rules/{rule.pk}/backfill/", asked).content)


def test_a_channel_is_named_so_short_that_its_whole_line_fits(
    desk: Client, rule: ListeningRule, channel: Channel
) -> None:
    Channel.objects.update(practice=True)
    assert "@LumenHelp on X, 7 days (practice)" in _words(desk.get(f"/rules/{rule.pk}/backfill/").content)


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
