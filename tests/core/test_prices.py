"""Price lists: what holds on which day, lists over lists, and sums without a rounding."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.core.prices import PriceListError, dollars, micro, read_prices, tables_in

LIST = """
[[tables]]
since = 2026-08-01
source = "August"
[tables.read]
post = 0.005
user = 0.010

[[tables]]
since = 2026-10-01
source = "October"
[tables.read]
post = 0.007
"""


def test_a_call_is_priced_by_the_table_that_has_begun_on_its_day():
    known = read_prices(LIST)
    days = [date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1)]
    assert [known.price("post", "read", day) for day in days] == [5_000, 5_000, 7_000]


def test_a_table_names_only_what_changed():
    found = read_prices(LIST).found("user", "read", date(2026, 10, 5))
    assert found is not None
    assert (found[0], found[1].source) == (10_000, "August")


def test_what_no_table_names_is_free_and_what_is_our_own_is_no_dearer_than_the_rest():
    day = date(2026, 9, 1)
    assert read_prices(LIST).price("like", "read", day) == 0
    assert read_prices(LIST).price("post", "owned", day) == 5_000


def test_a_list_over_another_says_only_what_differs_from_its_day_on():
    ours = read_prices('[[tables]]\nsince = 2026-09-01\nsource = "our contract"\n[tables.read]\npost = 0.0045\n')
    known = ours.over(read_prices(LIST))
    days = [date(2026, 8, 31), date(2026, 9, 1), date(2026, 11, 1)]
    assert [known.price("post", "read", day) for day in days] == [5_000, 4_500, 4_500]
    told = {(of, kind): (price, table.source) for of, kind, price, table in known.in_force(days[1])}
    assert told == {("read", "post"): (4_500, "our contract"), ("read", "user"): (10_000, "August")}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tables = 3", "list of tables"),
        ("", r"\[\[tables\]\]"),
        ("[[tables]]\nsource = 'x'", "needs the day"),
        ("[[tables]]\nsince = 2026-08-01T10:00:00", "needs the day"),
        ("[[tables]]\nsince = 2026-08-01\n[tables.read]\npost = -1", "read.post is no price"),
        ("[[tables]]\nsince = 2026-08-01\n[tables.read]\npost = true", "read.post is no price"),
        ("[[tables]]\nsince = 2026-08-01\n[tables.read]\npost = 0.0000001", "finer than a millionth"),
        ("[[tables]]\nsince = 2026-08-01\nprices = 3", "'prices'"),
        ("[[tables]\n", "not TOML"),
    ],
)
def test_a_list_that_cannot_be_read_says_where_and_what_would_be_right(text, why):
    with pytest.raises(PriceListError, match=why):
        read_prices(text)


def test_the_tables_of_another_name_are_another_list():
    assert tables_in(LIST, "x") is None


@given(st.lists(st.integers(0, 10**9), max_size=50))
def test_no_sum_of_prices_is_ever_rounded(prices):
    assert sum((dollars(price) for price in prices), Decimal(0)) == dollars(sum(prices))
    assert [micro(dollars(price)) for price in prices] == prices
