"""The ledger: each thing once a day, every sum the sum of its entries, whoever enters when and how often."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from building import at_once, brand
from earful.channels.models import Channel
from earful.core.prices import Charge
from earful.core.spending import Purpose
from earful.ledger import booking
from earful.ledger.booking import Line, book
from earful.ledger.models import Entry, Spending

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


def post(channel: Channel, number: int = 1, *, at: datetime = NOON, purpose: Purpose = Purpose.MENTIONS) -> Line:
    return Line(Charge("post", "read", str(number)), channel.pk, purpose, at)


def total() -> int:
    return Spending.objects.aggregate(all=Sum("price"))["all"] or 0


def test_a_post_is_billed_once_a_day_however_often_it_is_read(channel: Channel) -> None:
    assert [book([post(channel), post(channel)]), book([post(channel)])] == [5_000, 0]
    assert book([post(channel, at=NOON + timedelta(days=1))]) == 5_000
    assert total() == 10_000


def test_a_day_ends_at_midnight_utc(channel: Channel) -> None:
    midnight = NOON.replace(hour=0)
    assert book([post(channel, at=midnight - timedelta(seconds=1))]) == 5_000
    assert book([post(channel, at=midnight)]) == 5_000
    assert book([post(channel, at=midnight + timedelta(hours=23, minutes=59))]) == 0


def test_an_owned_read_and_a_plain_one_of_the_same_post_are_two(channel: Channel) -> None:
    owned = Line(Charge("post", "owned", "1"), channel.pk, Purpose.RECONCILIATION, NOON)
    assert book([post(channel), owned]) == 6_000


def test_channels_of_one_app_pay_for_a_post_together(channel: Channel) -> None:
    other = brand(account_id="77", handle="Other", settings={"app": channel.billed_as})
    stranger = brand(account_id="78", handle="Stranger")
    assert book([post(channel)]) == 5_000
    assert book([post(other)]) == 0
    assert book([post(stranger)]) == 5_000


def test_a_sum_says_for_whom_on_what_and_by_which_rule(channel: Channel) -> None:
    found = [Line(Charge("post", "read", str(number)), channel.pk, Purpose.RULES, NOON, 7) for number in range(3)]
    book([*found, post(channel, 9)])
    sums = Spending.objects.values_list("purpose", "rule", "entries", "price").order_by("purpose")
    assert list(sums) == [("mentions", 0, 1, 5_000), ("rules", 7, 3, 15_000)]


def test_a_price_of_the_channel_holds_from_its_day(channel: Channel) -> None:
    channel.settings = {"prices": [{"since": "2026-11-21", "read": {"post": "0.004"}}]}
    channel.save()
    assert book([post(channel)]) == 5_000
    assert book([post(channel, at=NOON + timedelta(days=1))]) == 4_000


def test_a_request_counts_when_its_answer_came_and_is_told_apart_until_then(channel: Channel) -> None:
    counted = Line(Charge("counts_recent", "request"), channel.pk, Purpose.RULES, NOON)
    kept, free, lost = (booking.ask(counted, name) for name in ("one", "two", "three"))
    booking.settle(kept, billed=True)
    booking.settle(kept, billed=True)
    booking.settle(free, billed=False)
    assert total() == 5_000
    assert sorted(Entry.objects.values_list("resource", "sure")) == [("one", True), ("three", False)]
    assert lost.resource == "three"


def test_what_may_have_been_billed_is_sure_when_any_channel_of_the_app_is_told_of_it(channel: Channel) -> None:
    other = brand(account_id="77", handle="Other", settings={"app": channel.billed_as})
    stranger = brand(account_id="78", handle="Stranger")
    assert booking.doubt([post(channel)]) == 5_000
    assert (book([post(stranger)]), Entry.objects.filter(sure=False).count()) == (5_000, 1)
    assert (book([post(other), post(other, 2)]), Entry.objects.filter(sure=False).count()) == (10_000, 0)
    assert book([post(channel), post(other)]) == 0
    sums = Spending.objects.order_by("channel").values_list("channel", "entries", "price")
    assert list(sums) == [(channel.pk, 1, 5_000), (other.pk, 1, 5_000), (stranger.pk, 1, 5_000)]


CHARGES = st.lists(
    st.tuples(
        st.sampled_from(["post", "user", "dm_event"]),
        st.sampled_from(["read", "owned"]),
        st.integers(1, 6),
        st.integers(0, 2),
        st.sampled_from(list(Purpose)),
        st.integers(0, 2),
    ),
    max_size=30,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(batches=st.lists(CHARGES, max_size=5))
def test_whatever_is_entered_how_often_nothing_is_billed_twice_and_sums_are_exact(channel: Channel, batches) -> None:
    with transaction.atomic():
        new = sum(book(map(line(channel), batch)) for batch in batches)
        entries = list(Entry.objects.values_list("day", "kind", "of", "resource", "purpose", "rule", "price"))
        expected = {
            (NOON.date() + timedelta(days=day), kind, of, str(number))
            for batch in batches
            for kind, of, number, day, _, _ in batch
        }
        assert {entry[:4] for entry in entries} == expected
        assert len(entries) == len(expected)
        sums: dict[tuple[object, ...], int] = defaultdict(int)
        for day, kind, of, _, purpose, rule, price in entries:
            sums[day, kind, of, purpose, rule] += price
        told = Spending.objects.values_list("day", "kind", "of", "purpose", "rule", "price")
        assert {row[:5]: row[5] for row in told} == sums
        assert new == sum(sums.values())
        transaction.set_rollback(True)


def line(channel: Channel):
    return lambda one: Line(
        Charge(one[0], one[1], str(one[2])), channel.pk, one[4], NOON + timedelta(days=one[3]), one[5]
    )


@pytest.mark.django_db(transaction=True)
def test_many_who_enter_the_same_things_at_once_enter_them_once() -> None:
    channel = brand()

    def enter(numbers: range) -> int:
        return sum(book([post(channel, number) for number in numbers]) for _ in range(5))

    new = at_once(lambda: enter(range(50)), lambda: enter(range(49, -1, -1)), lambda: enter(range(25, 75)))
    assert sum(new) == total() == 75 * 5_000


@pytest.mark.django_db(transaction=True)
def test_many_who_make_the_same_things_sure_at_once_add_them_once_and_never_wait_in_a_circle() -> None:
    channel = brand()
    other = brand(account_id="77", handle="Other", settings={"app": channel.billed_as})
    for time in range(10):
        numbers = range(time * 200, time * 200 + 200)
        booking.doubt([post(channel, number) for number in numbers])
        there, back = ([post(who, each) for each in told] for who, told in ((channel, numbers), (other, numbers[::-1])))
        assert sum(at_once(lambda told=there: book(told), lambda told=back: book(told))) == 200 * 5_000
    assert total() == 2_000 * 5_000
