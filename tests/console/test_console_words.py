"""Times, money and pieces of text, as people read them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.console.amounts import amount_asked
from earful.console.composing import at_most, money, soon
from earful.console.pieces import pieces
from earful.console.times import age, ago
from earful.core.connector import Refused
from earful.replies.line import Wait

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=48), "48 min"),
        (timedelta(hours=5, minutes=59), "5 h"),
        (timedelta(days=3), "3 d"),
        (timedelta(days=125), "4 mo"),
        (timedelta(days=800), "2 y"),
    ],
)
def test_an_age_is_said_in_one_unit(passed: timedelta, said: str) -> None:
    assert age(NOW - passed, NOW) == said


def test_what_never_happened_is_said_so() -> None:
    assert (ago(None, NOW), ago(NOW, NOW)) == ("never", "just now")


@pytest.mark.parametrize(("amount", "said"), [(0.01, "$0.01"), (0.015, "$0.015"), (0.2, "$0.20"), (0.0, "$0.00")])
def test_money_has_a_third_decimal_only_where_it_matters(amount: float, said: str) -> None:
    assert money(amount) == said


@pytest.mark.parametrize(
    ("amount", "said"), [(0.0071, "$0.008"), (0.015, "$0.015"), (0.18, "$0.18"), (12.361, "$12.37"), (0.0, "$0.00")]
)
def test_what_is_said_as_the_most_is_never_less(amount: float, said: str) -> None:
    assert at_most(amount) == f"at most {said}"


def test_the_time_of_leaving_is_honest() -> None:
    waits = [(0, 0), (0, 1), (30, 0), (12 * 60, 43), (5 * 3600, 400)]
    assert [soon(Wait(timedelta(seconds=seconds), behind)) for seconds, behind in waits] == [
        "goes out at once",
        "goes out at once, behind 1 other",
        "goes out in about 30 s",
        "goes out in about 12 min, behind 43 others",
        "goes out in about 5 hours, behind 400 others",
    ]


@given(st.text(max_size=200))
def test_pieces_of_a_text_are_the_text(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text)) == text


@given(st.text(alphabet="ab @_./:hts", max_size=80))
def test_links_change_only_how_they_themselves_are_shown(text: str) -> None:
    links = [
        {"short": "ab", "address": "https://a.example/"},
        {"short": "abb", "address": "https://b.example/"},
    ]
    assert "".join(piece.text for piece in pieces(text, links)) == text


@pytest.mark.parametrize(
    ("asked", "micro"),
    [("5", 5_000_000), (" $ 5.25 ", 5_250_000), (".5", 500_000), ("5.", 5_000_000), ("1,204.50", 1_204_500_000),
     ("0", 0), ("0.005", 10_000), ("0.0049", 0), ("1,000,000.00", 1_000_000_000_000), ("", None), (" $ ", None)],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written(asked: str, micro: int | None) -> None:
    assert amount_asked(asked) == micro


@pytest.mark.parametrize(
    "asked",
    ["1,50", "1,5", "12,34.00", ",5", "1.204,50", "1.2.3", "-1", "+1", "1e3", "1e999999", "NaN", "sNaN", "Infinity",
     "-0", "٤٢", "５", "1_000", "0x10", "1 000", "5\0", "1000000.01", "9" * 21, "9" * 5_000, "0." + "0" * 5_000 + "1",
     "$$5", "."],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_or_none_is_no_amount(asked: str) -> None:
    with pytest.raises(Refused, match="Write"):
        amount_asked(asked)


@given(st.text())
def test_nothing_that_is_typed_breaks_the_reading_of_amounts(asked: str) -> None:
    with suppress(Refused):
        assert 0 <= (amount_asked(asked) or 0) <= 10**12
