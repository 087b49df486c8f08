"""What changed is told after the commit, never after a rollback, with ids alone."""

from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from django.db import transaction

from building import NINA, brand, dsn, hear, said
from earful import pulse
from earful.cases.models import Case

Ear = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def ear(transactional_db: None) -> Iterator[Ear]:
    with psycopg.connect(dsn(), autocommit=True) as listening:
        listening.execute(f"LISTEN {pulse.CHANNEL}")
        yield listening


def heard(ear: Ear, seconds: float = 0.2) -> list[str]:
    return [told.payload for told in ear.notifies(timeout=seconds)]


def test_a_change_is_told_at_the_commit_and_not_before(ear: Ear) -> None:
    with transaction.atomic():
        pulse.tell("case", [15, 12, 15])
        assert heard(ear) == []
    assert heard(ear) == ["case 12,15"]


def test_a_change_that_is_rolled_back_is_never_told(ear: Ear) -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        pulse.tell("case", [12])
        raise ZeroDivisionError
    assert heard(ear) == []


def test_nothing_changed_is_nothing_told(ear: Ear) -> None:
    pulse.tell("case", [])
    assert heard(ear) == []


def test_many_ids_are_told_in_several_pieces_and_none_is_lost(
    ear: Ear,
) -> None:
    ids = range(2**63 - 1_001, 2**63 - 1)
    pulse.tell("conversation", ids)
    told = heard(ear)
    assert len(told) == 3
    assert [int(one) for payload in told for one in payload.removeprefix("conversation ").split(",")] == [*ids]


def test_what_is_heard_on_a_network_is_told_with_the_ids_of_its_cases(
    ear: Ear,
) -> None:
    hear(brand(), said(NINA, "@LumenHelp my secret"))
    told = [payload for payload in heard(ear) if payload.startswith("case")]
    assert told == [f"case {Case.objects.get().pk}"]
