"""Tickets to the stream of events."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.pulse.tickets import LASTS, holder, ticket

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
GIVEN = ticket("session-1", 7, NOW, "secret")


def test_a_ticket_names_its_agent_for_a_day() -> None:
    assert holder(GIVEN, "session-1", NOW, "secret") == 7
    assert holder(GIVEN, "session-1", NOW + LASTS - timedelta(seconds=1), "secret") == 7
    assert holder(GIVEN, "session-1", NOW + LASTS + timedelta(seconds=1), "secret") is None


def test_a_ticket_is_good_for_its_own_session_and_secret_alone() -> None:
    assert holder(GIVEN, "session-2", NOW, "secret") is None
    assert holder(GIVEN, "session-1", NOW, "another") is None


def test_a_ticket_shows_neither_session_nor_secret() -> None:
    assert "session-1" not in GIVEN
    assert "secret" not in GIVEN


@pytest.mark.parametrize("place", range(0, len(GIVEN), 7))
def test_a_ticket_changed_in_any_place_is_none(place: int) -> None:
    forged = GIVEN[:place] + ("1" if GIVEN[place] != "1" else "2") + GIVEN[place + 1 :]
    assert holder(forged, "session-1", NOW, "secret") is None


@given(st.text(max_size=100))
def test_whatever_is_given_for_a_ticket_is_none(text: str) -> None:
    assert holder(text.encode("utf-8", "replace").decode(), "session-1", NOW, "secret") is None
