"""The till: every answer is entered once, and without credit one request at a time asks whether there is some again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from building import at_once, brand
from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.connector import Account, NoAnswer, OutOfCredit, Request, Response, TryLater
from earful.core.spending import Purpose
from earful.ledger import credit
from earful.ledger.models import Entry, Outage, Spending
from earful.ledger.till import Till
from earful.wire import Exchange
from scripted import reply

SEARCH = Request("GET", "/2/tweets/search/recent")
COUNT = Request("GET", "/2/tweets/counts/recent")
FREE = Request("GET", "/2/tweets/search/stream/rules")
PEOPLE = Request("GET", "/2/users", token="user")
POSTS = {"data": [{"id": "11"}, {"id": "12"}], "meta": {"result_count": 2}}
BROKE = reply(402, {"title": "CreditsDepleted", "type": "https://api.twitter.com/2/problems/credits"})


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


class Answering(Exchange):
    """The wire, ending at these answers."""

    def __init__(self, till: Till, *answers: Response | NoAnswer) -> None:
        super().__init__([till])
        self.answers, self.asked = list(answers), 0

    def ask(self, account: Account, request: Request) -> Response:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, NoAnswer):
            raise answer
        return answer


def asks(channel: Channel, request: Request, *answers: Response | NoAnswer, purpose: Purpose = Purpose.RULES) -> int:
    """How many times the network was asked; raises what the till or the wire raises."""
    wire = Answering(Till(channel, purpose), *answers)
    for _ in answers or [None]:
        wire.run(channel.keyless, talk(request))
    return wire.asked


def talk(request: Request) -> Any:
    return (yield request)


def spent() -> int:
    return sum(Spending.objects.values_list("price", flat=True))


def due(channel: Channel) -> None:
    Outage.objects.filter(channel=channel).update(probe_at=timezone.now())


def test_a_page_read_twice_is_entered_once(channel: Channel) -> None:
    asks(channel, SEARCH, reply(200, POSTS), reply(200, POSTS))
    assert spent() == 10_000


def test_a_refused_request_costs_nothing(channel: Channel) -> None:
    asks(channel, COUNT, reply(400, {}), reply(503, {}), reply(429, {}))
    assert (spent(), Entry.objects.count()) == (0, 0)


def test_every_count_costs_and_a_lost_one_may_have_cost(channel: Channel) -> None:
    asks(channel, COUNT, reply(200, {}), reply(200, {}))
    with pytest.raises(TryLater):
        asks(channel, COUNT, NoAnswer("no answer in time", left=True))
    assert (spent(), Entry.objects.filter(sure=False).count()) == (10_000, 1)


def test_a_spent_credit_lets_nothing_more_through(channel: Channel) -> None:
    asks(channel, SEARCH, BROKE)
    outage = Outage.objects.get()
    for request in (SEARCH, FREE, PEOPLE):
        with pytest.raises(OutOfCredit, match="credit is spent") as rest:
            asks(channel, request)
        assert rest.value.at == outage.probe_at
    assert outage.probe_at - outage.since == credit.PAUSES[0]


def test_pauses_between_probes_grow(channel: Channel) -> None:
    asks(channel, SEARCH, BROKE)
    pauses = []
    for _ in range(len(credit.PAUSES) + 1):
        due(channel)
        asks(channel, SEARCH, BROKE)
        pauses.append(round((Outage.objects.get().probe_at - timezone.now()).total_seconds() / 60))
    minutes = [round(pause.total_seconds() / 60) for pause in credit.PAUSES]
    assert pauses == [*minutes[1:], minutes[-1], minutes[-1]]


def test_one_probe_gets_through_and_all_goes_on(channel: Channel) -> None:
    asks(channel, SEARCH, BROKE)
    due(channel)
    assert asks(channel, SEARCH, reply(200, POSTS)) == 1
    assert asks(channel, FREE, reply(200, {})) == 1
    assert Outage.objects.get().until is not None


def test_what_costs_nothing_proves_nothing(channel: Channel) -> None:
    asks(channel, SEARCH, BROKE)
    due(channel)
    asks(channel, FREE, reply(200, {}))
    assert Outage.objects.get().until is None


def test_an_answer_that_says_nothing_of_money_leaves_the_question_open(channel: Channel) -> None:
    asks(channel, SEARCH, BROKE)
    due(channel)
    asks(channel, SEARCH, reply(503, {}))
    outage = Outage.objects.get()
    assert outage.until is None
    assert timezone.now() < outage.probe_at <= timezone.now() + credit.PROBE


def test_a_cap_on_posts_stops_what_reads_posts_alone(channel: Channel) -> None:
    capped = {"title": "UsageCapExceeded", "type": "https://api.twitter.com/2/problems/usage-capped"}
    asks(channel, SEARCH, reply(429, capped))
    with pytest.raises(OutOfCredit, match="cap on posts"):
        asks(channel, SEARCH)
    assert asks(channel, PEOPLE, reply(200, {"data": [{"id": "5"}]})) == 1
    assert Outage.objects.get().until is None


def test_a_spending_limit_is_an_outage_though_it_is_told_as_a_403(channel: Channel) -> None:
    said = {
        "title": "SpendCapReached",
        "type": "https://api.twitter.com/2/problems/credits",
        "reset_date": "2026-12-15",
    }
    asks(channel, SEARCH, reply(403, said))
    with pytest.raises(OutOfCredit, match="spending limit"):
        asks(channel, FREE)


def test_other_channels_go_on(channel: Channel) -> None:
    asks(channel, SEARCH, BROKE)
    assert asks(brand(account_id="77", handle="Other"), SEARCH, reply(200, POSTS)) == 1


def test_who_has_topped_up_need_not_wait(channel: Channel) -> None:
    asks(channel, SEARCH, BROKE)
    credit.ask_now(channel.pk, timezone.now())
    assert asks(channel, SEARCH, reply(200, POSTS)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_asks_whether_there_is_credit_again() -> None:
    channel = brand()
    asks(channel, SEARCH, BROKE)
    due(channel)
    results = at_once(*[lambda: asks(channel, SEARCH, BROKE)] * 6)
    assert sum(result == 1 for result in results) == 1
    assert all(isinstance(result, OutOfCredit) for result in results if result != 1)


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_had_let_go_of_its_connection_has_none_afterwards() -> None:
    channel = brand()
    connection.close()
    asks(channel, SEARCH, reply(200, POSTS))
    assert connection.connection is None


def test_the_connector_and_the_till_mean_the_same_by_no_credit() -> None:
    refused = connector_for("x").refused_stream(BROKE)
    assert isinstance(refused, OutOfCredit)
    assert refused.at is not None
    assert refused.at - BROKE.at <= timedelta(hours=1)
