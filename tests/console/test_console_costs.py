"""The page of costs: numbers open what they count, administrators set budgets, alarms stand on every page."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from earful.channels.models import Channel
from earful.console.entries_shown import asked_for
from earful.console.entries_shown import shown as entries_shown
from earful.core.prices import Charge
from earful.core.spending import Purpose
from earful.ledger.booking import Line, ask, book
from earful.ledger.models import Budget, Entry, Outage, RuleBudget
from earful.people.models import Agent
from earful.posts.models import Post
from earful.replies.models import Delivery, Reply
from earful.rules.models import ListeningRule


@pytest.fixture
def boss(dario: Agent) -> Client:
    """An administrator's browser."""
    Agent.objects.filter(pk=dario.pk).update(is_staff=True)
    client = Client(HTTP_HOST="localhost:8000")
    client.force_login(Agent.objects.get(pk=dario.pk))
    return client


def spend(channel: Channel, posts: Sequence[str], purpose: Purpose = Purpose.MENTIONS, **more: Any) -> None:
    at = more.pop("at", timezone.now())
    book(Line(Charge("post", "read", post), channel.pk, purpose, at, more.get("rule", 0)) for post in posts)


def page(client: Client, at: str = "/costs/") -> str:
    cache.clear()
    return " ".join(client.get(at).content.decode().split())


def test_a_desk_without_a_channel_says_what_will_stand_there(desk: Client) -> None:
    assert "No channel is linked yet" in page(desk)


def test_what_was_spent_is_told_by_purpose_and_rule_and_opens_its_entries(desk: Client, channel: Channel) -> None:
    rule = ListeningRule.objects.create(name="Outages", text="lumen down")
    spend(channel, [str(n) for n in range(100)], Purpose.RULES, rule=rule.pk)
    spend(channel, ["500"])
    shown = page(desk)
    assert "$0.50" in shown
    assert "<span>lumen</span> <span>down</span>" in shown
    asked = f"?channel={channel.pk}&month={datetime.now(UTC):%Y-%m}"
    assert f"{asked.replace('&', '&amp;')}&amp;rule={rule.pk}" in shown
    assert page(desk, f"/costs/entries/{asked}&purpose=mentions").count("A post read") == 1
    opened = page(desk, f"/costs/entries/{asked}&rule={rule.pk}")
    assert opened.count("A post read") == 100
    assert "Outages" in opened


def test_entries_come_in_pages_none_twice(desk: Client, channel: Channel) -> None:
    spend(channel, [str(n) for n in range(250)])
    at, seen = f"/costs/entries/?channel={channel.pk}", list[str]()
    for _ in range(3):
        answer = desk.get(at)
        seen += [entry.says for entry in answer.context["entries"]]
        at = f"/costs/entries/?channel={channel.pk}&after={answer.context['after']}".replace("\x1f", "%1F")
    assert len(seen) == len(set(seen)) == 250
    assert answer.context["after"] == ""


def test_an_entry_leads_to_the_case_of_its_post_or_of_our_answer(
    desk: Client, channel: Channel, make_case: Any
) -> None:
    case = make_case()
    post = case.messages.get().post
    sent(case, "777", "On it")
    spend(channel, [post.network_id])
    book([Line(Charge("post_create_summoned", "request", "777"), channel.pk, Purpose.SENDING, timezone.now())])
    shown = page(desk, f"/costs/entries/?channel={channel.pk}")
    assert shown.count(f"case {case.pk}</a>") == 2
    assert "Our answer: On it" in shown
    assert post.text[:20] in shown


def test_the_words_of_a_private_message_are_not_among_the_entries(
    desk: Client, channel: Channel, make_case: Any
) -> None:
    case = make_case(private=True)
    post = case.messages.get().post
    type(post).objects.filter(pk=post.pk).update(private=True, network_id="dm-55", text="my secret")
    book([Line(Charge("dm_event", "read", "55"), channel.pk, Purpose.MESSAGES, timezone.now())])
    shown = page(desk, f"/costs/entries/?channel={channel.pk}")
    assert "in private" in shown
    assert "my secret" not in shown


def sent(case: Any, network_id: str, text: str, route: str = "public") -> Reply:
    """An answer that is out, as the outbox leaves it."""
    reply = Reply.objects.create(case=case, route=route, text=text, state="sent", sent=[{"id": network_id, "link": ""}])
    Delivery.objects.create(reply=reply, outcome="sent", network_id=network_id)
    return reply


def test_the_words_of_a_private_answer_are_not_among_the_entries(
    desk: Client, channel: Channel, make_case: Any
) -> None:
    case = make_case()
    sent(case, "778", "Your new PIN is 4711", "private")
    book([Line(Charge("dm_create", "request", "778"), channel.pk, Purpose.SENDING, timezone.now())])
    shown = page(desk, f"/costs/entries/?channel={channel.pk}")
    assert "A private answer" in shown
    assert f"case {case.pk}</a>" in shown
    assert "4711" not in shown


def test_whoever_may_not_see_a_case_is_not_told_who_wrote_in_private_nor_led_there(
    channel: Channel, make_case: Any, mara: Agent
) -> None:
    case, at = make_case(name="Rosa Lind", private=True), timezone.now()
    Post.objects.update(private=True, network_id="dm-55")
    sent(case, "777", "On it")
    sent(case, "778", "Your new PIN is 4711", "private")
    book(Line(Charge(kind, of, id), channel.pk, Purpose.SENDING, at) for kind, of, id in (
        ("dm_event", "read", "55"), ("post_create_summoned", "request", "777"), ("dm_create", "request", "778"),
    ))  # fmt: skip
    mara.is_active = False  # the one kind of agent, for now, who sees no case
    found, _ = entries_shown(asked_for(QueryDict()), "", 10, mara)
    told = {entry.says for entry in found}
    assert told == {"A private message", "Our answer: On it", "A private answer"}
    assert not [entry for entry in found if entry.case or entry.link]


def test_a_page_of_entries_asks_as_much_for_many_answers_as_for_one(
    desk: Client, channel: Channel, make_case: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        sent(make_case(), str(5000 + number), "On it", "private" if number % 2 else "public")
    charges = (Charge("post_create_summoned", "request", str(5000 + number)) for number in range(40))
    book(Line(charge, channel.pk, Purpose.SENDING, timezone.now()) for charge in charges)
    # Session, agent, channel, entries, attempts, cases; alarms, counts, spikes.
    with django_assert_max_num_queries(9):
        shown = page(desk, f"/costs/entries/?channel={channel.pk}")
    assert shown.count("A private answer") == shown.count("Our answer: On it") == 20


def test_an_answer_is_found_on_its_own_network_alone(desk: Client, channel: Channel, make_case: Any) -> None:
    sent(make_case(), "777", "On it")
    elsewhere = Channel.objects.create(network="elsewhere", account_id="1", handle="LumenThere", api="", site="")
    book([Line(Charge("post_create", "request", "777"), elsewhere.pk, Purpose.SENDING, timezone.now())])
    assert "On it" not in page(desk, f"/costs/entries/?channel={elsewhere.pk}")


def test_another_month_is_another_page(desk: Client, channel: Channel) -> None:
    last = timezone.now().replace(day=1) - timedelta(days=3)
    spend(channel, ["1", "2"], at=last)
    assert "Nothing was billed" in page(desk)
    assert "$0.01" in page(desk, f"/costs/?month={last:%Y-%m}")
    assert desk.get("/costs/?month=").status_code == 200


@pytest.mark.parametrize("address", ["/costs/", "/costs/spending.csv", "/costs/entries/"])
@pytest.mark.parametrize("month", ["2026-13", "x", "9999-12", "0001-01", "99999-13", "٢٠٢٦-٠١", "2026-01\0"])
def test_what_is_no_month_is_no_page_instead_of_another_months(desk: Client, address: str, month: str) -> None:
    assert desk.get(address, {"month": month}).status_code == 404


def test_the_table_for_other_programs_adds_up_to_the_millionth(desk: Client, channel: Channel) -> None:
    spend(channel, [str(n) for n in range(7)])
    book([Line(Charge("post", "owned", "1"), channel.pk, Purpose.RECONCILIATION, timezone.now())])
    rows = list(csv.DictReader(desk.get("/costs/spending.csv").content.decode().splitlines()))
    assert [(row["purpose"], row["entries"], row["dollars"]) for row in rows] == [
        ("mentions", "7", "0.035"),
        ("reconciliation", "1", "0.001"),
    ]


def test_an_administrator_sets_what_a_month_may_cost(boss: Client, channel: Channel) -> None:
    spend(channel, [str(n) for n in range(1900)])
    sent = {"listening": "$10", "sending": "", "warn_at": "75"}
    assert boss.post(f"/costs/{channel.pk}/budget/", sent).status_code == 302
    budget = Budget.objects.get()
    assert (budget.listening, budget.sending, budget.warn_at) == (10_000_000, None, 75)
    shown = page(boss)
    assert "95 % of the budget" in shown
    assert "Looking up people" in shown
    assert "new customers have no name" in shown
    assert 'Costs<span class="count alarm">1 alarm' in page(boss, "/inbox/waiting/")
    boss.post(f"/costs/{channel.pk}/budget/", {"listening": "100", "warn_at": ""})
    assert "Stopped by" not in page(boss)
    assert "raised the budget" in page(boss)


def test_nobody_else_does(desk: Client, channel: Channel) -> None:
    rule = ListeningRule.objects.create(name="r", text="lumen")
    assert desk.post(f"/costs/{channel.pk}/budget/", {"listening": "1"}).status_code == 403
    assert desk.post(f"/costs/rules/{rule.pk}/budget/", {"amount": "1"}).status_code == 403
    assert not Budget.objects.exists()
    assert "Set the budget" not in page(desk)


@pytest.mark.parametrize(
    ("field", "value"),
    [("listening", "much"), ("listening", "-1"), ("sending", "1e99"), ("listening", "9" * 30), ("listening", "1,50"),
     ("sending", "1000000.01"), ("warn_at", "0"),
     ("warn_at", "101"), ("warn_at", "half")],
)  # fmt: skip
def test_what_is_no_amount_is_said_and_stays_there(boss: Client, channel: Channel, field: str, value: str) -> None:
    answer = boss.post(f"/costs/{channel.pk}/budget/", {"listening": "5", "warn_at": "80", field: value})
    assert answer.status_code == 400
    assert f'value="{value}"' in answer.content.decode()
    assert not Budget.objects.exists()


def test_a_rule_gets_a_budget_of_its_own_and_may_lose_it(boss: Client, channel: Channel) -> None:
    rule = ListeningRule.objects.create(name="Dear", text="lumen")
    spend(channel, ["1", "2"], Purpose.RULES, rule=rule.pk)
    boss.post(f"/costs/rules/{rule.pk}/budget/", {"amount": "0.01"})
    assert RuleBudget.objects.get().over_at is not None
    assert "stopped by its budget" in page(boss)
    assert "1 alarm" in page(boss, "/posts/")
    assert "stopped by its budget" in page(boss, "/rules/")
    boss.post(f"/costs/rules/{rule.pk}/budget/", {"amount": ""})
    assert not RuleBudget.objects.exists()


def test_no_credit_is_told_on_every_page_and_can_be_asked_for_at_once(desk: Client, channel: Channel) -> None:
    later = timezone.now() + timedelta(minutes=20)
    Outage.objects.create(channel=channel, reason="X's prepaid credit is spent.", probe_at=later)
    assert "Out of credit since" in page(desk)
    assert "prepaid credit is spent" in page(desk)
    assert "1 alarm" in page(desk, "/inbox/waiting/")
    assert "prepaid credit is spent" in page(desk, "/channels/")
    desk.post(f"/costs/{channel.pk}/topped-up/")
    assert Outage.objects.get().probe_at <= timezone.now()


def test_what_may_have_been_billed_is_told_apart(desk: Client, channel: Channel) -> None:
    counted = Charge("counts_recent", "request")
    ask(Line(counted, channel.pk, Purpose.RULES, timezone.now()), "lost")
    assert '$0.005</a> <span class="faint">of it $0.005 may have been billed: nothing came of it here<' in page(desk)
    assert Entry.objects.filter(sure=False).exists()
    assert "it may have been billed" in page(desk, "/costs/entries/")


def test_prices_stand_with_the_day_they_hold_from_and_who_says_so(desk: Client, channel: Channel) -> None:
    shown = page(desk)
    assert "A post with a link" in shown
    assert "$0.20" in shown
    assert "read on 22 August 2026" in shown
    channel.settings = {"prices": [{"since": "2026-11-01", "source": "our contract", "read": {"post": "0.0042"}}]}
    channel.save()
    shown = page(desk)
    assert "$0.0042" in shown
    assert "our contract" in shown
    channel.settings = {"prices": [{"since": "soon"}]}
    channel.save()
    assert "own prices cannot be read" in page(desk)


def test_it_says_why_authors_are_paid_for(desk: Client, channel: Channel) -> None:
    assert "looked up only of whom a case came" in page(desk)
    ListeningRule.objects.create(name="Doctors", text="lumen bio:doctor")
    assert "Authors come along with every post" in page(desk)


def test_a_forecast_says_on_what_it_rests(desk: Client, channel: Channel) -> None:
    assert "after two whole days" in page(desk)
    for ago in range(1, 8):
        spend(channel, [str(n) for n in range(100)], at=timezone.now() - timedelta(days=ago))
    assert "the last 7 whole days cost" in page(desk)


def test_what_a_rule_may_not_see_when_it_is_gone_is_still_a_sum(desk: Client, channel: Channel) -> None:
    spend(channel, ["1"], Purpose.RULES, rule=4711)
    assert "a rule that was deleted (4711)" in page(desk)
