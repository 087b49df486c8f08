"""New weights: what holds from the moment they are written, and how the running cases follow."""

import pytest
from django.db import connection, transaction

from building import NINA, TOMAS, YUKI, Person, agent, at_once, brand, hear, minutes_ago, said
from earful.cases.models import Case, CaseEvent, Weighing
from earful.cases.weighing import Mistaken, Overtaken, weigh_some, write
from earful.cases.weights import held, in_force
from earful.channels.models import Channel
from earful.core.priority import DEFAULT, Weights, rank_at
from earful.people.models import Agent
from earful.people.permitting import NotYours

DANGER = "@LumenHelp there is smoke coming from your router"
HEAVIER = Weights({"signal.danger": 55, "signal.outage": 30})
SIGNS = {"danger to people or property", "service is down"}


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


@pytest.fixture
def lead(db: None) -> Agent:
    return agent("lea", is_staff=True)


@pytest.fixture
def heard(channel: Channel) -> None:
    hear(channel, said(NINA, DANGER, at=minutes_ago(9)), said(TOMAS, "@LumenHelp the internet is down again"))


def of(person: str) -> Case:
    return Case.objects.get(customer__handle=person)


def counts(person: Person) -> int:
    """What the signal in their words counts; what else there is to it comes on top."""
    return max(points for says, points in of(person.handle).reasons if says in SIGNS)


def through() -> int:
    """Weigh until nothing is left; how many steps that took."""
    steps = 0
    while weigh_some(at_once=1):
        steps += 1
    return steps


def test_without_anything_written_the_table_holds(db: None) -> None:
    assert in_force() == DEFAULT


def test_the_newest_weights_hold_and_the_older_stay_in_the_history(lead: Agent) -> None:
    write(HEAVIER, lead, note="smoke first")
    write(Weights({"waiting": 3}), lead)
    assert in_force()["waiting"] == 3
    assert in_force()["signal.danger"] == DEFAULT["signal.danger"]
    assert [(row.note, row.by) for row in Weighing.objects.order_by("pk")] == [("smoke first", lead), ("", lead)]


def test_only_what_differs_from_the_table_is_kept(lead: Agent) -> None:
    row = write(Weights({**DEFAULT.all, "promise": 16}), lead)
    assert row.written == {"promise": 16}


def test_only_an_administrator_writes_weights(db: None) -> None:
    with pytest.raises(NotYours):
        write(HEAVIER, agent("dario"))
    assert not Weighing.objects.exists()


def test_figures_that_cannot_stand_are_refused_with_what_to_write(lead: Agent) -> None:
    with pytest.raises(Mistaken) as refused:
        write(Weights({"loud": 40}), lead)
    assert "write at least 41" in refused.value.said["signal.vulnerable"]
    assert not Weighing.objects.exists()


def test_who_changes_weights_that_somebody_changed_meanwhile_is_told(lead: Agent) -> None:
    first = write(HEAVIER, lead, seen=0)
    with pytest.raises(Overtaken) as late:
        write(Weights({}), lead, seen=0)
    assert late.value.newest == first
    assert write(Weights({}), lead, seen=first.pk).pk > first.pk


def test_running_cases_are_weighed_anew_some_at_a_time(heard: None, lead: Agent) -> None:
    write(HEAVIER, lead)
    assert counts(NINA) == 45
    assert through() == 3
    case = of(NINA.handle)
    assert case.reasons[0] == ["danger to people or property", 55]
    assert case.points == sum(points for _, points in case.reasons)
    assert case.rank_at == rank_at(case.points, case.waiting_since)
    assert counts(TOMAS) == 30
    assert Weighing.objects.get().done_at is not None


def test_weighing_anew_writes_no_events(heard: None, lead: Agent) -> None:
    before = CaseEvent.objects.count()
    write(HEAVIER, lead)
    through()
    assert CaseEvent.objects.count() == before


def test_who_died_halfway_leaves_the_rest_to_the_next(heard: None, lead: Agent) -> None:
    write(HEAVIER, lead)
    weigh_some(at_once=1)
    with transaction.atomic():
        weigh_some(at_once=1)
        transaction.set_rollback(True)
    assert through() == 2
    assert (counts(NINA), counts(TOMAS)) == (55, 30)


def test_newer_weights_begin_anew(heard: None, lead: Agent) -> None:
    write(HEAVIER, lead)
    weigh_some(at_once=5)
    write(Weights({}), lead)
    through()
    assert (counts(NINA), counts(TOMAS)) == (45, DEFAULT["signal.outage"])


def test_solved_cases_keep_the_weight_of_their_time(heard: None, lead: Agent) -> None:
    of(NINA.handle).solve(by=lead)
    write(HEAVIER, lead)
    through()
    assert counts(NINA) == 45


def test_what_is_heard_after_new_weights_is_weighed_by_them(channel: Channel, lead: Agent) -> None:
    write(HEAVIER, lead)
    hear(channel, said(YUKI, DANGER))
    assert counts(YUKI) == 55


def test_what_is_done_to_a_case_after_new_weights_weighs_it_by_them(heard: None, lead: Agent) -> None:
    write(HEAVIER, lead)
    case = of(NINA.handle)
    case.weigh_again()
    assert tuple(case.reasons[0]) == ("danger to people or property", 55)


def test_new_weights_wait_for_who_still_weighs_by_the_old(transactional_db: None, lead: Agent) -> None:
    def weigh_slowly() -> int:
        with transaction.atomic():
            weights = held()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.3)")
            return Weighing.objects.count() if weights == DEFAULT else -1

    seen, _ = at_once(weigh_slowly, lambda: write(HEAVIER, lead).pk)
    assert seen in (0, -1)


def test_steps_taken_at_once_weigh_each_case_once(transactional_db: None, heard: None, lead: Agent) -> None:
    write(HEAVIER, lead)
    at_once(through, through)
    through()
    assert (counts(NINA), counts(TOMAS)) == (55, 30)
    assert Weighing.objects.get().done_at is not None
