"""What can be done to a case, by whom, and what stays written of it."""

from datetime import datetime

import pytest

from building import LUMEN, NINA, TOMAS, YUKI, Person, agent, at_once, brand, hear, minutes_ago, next_id, said
from earful.cases.models import Case
from earful.channels.models import Channel
from earful.core.lifecycle import MoveRefused
from earful.people.models import Agent


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


@pytest.fixture
def case(channel: Channel) -> Case:
    hear(channel, said(NINA, "@LumenHelp my router is dead", at=minutes_ago(5)))
    return Case.objects.get()


@pytest.fixture
def dario(db: None) -> Agent:
    return agent("dario")


def history(case: Case) -> list[tuple[str, Agent | None]]:
    return [(event.kind, event.agent) for event in case.events.order_by("pk")]


def test_who_takes_a_new_case_opens_it(case: Case, dario: Agent) -> None:
    assert case.assign(dario, by=dario, taken_from=None)
    assert (case.owner, case.status) == (dario, "open")
    assert case.events.get(kind="assigned").detail == {"to": dario.pk, "to_name": "Dario"}


def test_who_takes_it_from_somebody_who_no_longer_has_it_is_too_late(case: Case, dario: Agent) -> None:
    mara = agent("mara")
    assert case.assign(dario, by=dario, taken_from=None)
    assert not case.assign(mara, by=mara, taken_from=None)
    assert Case.objects.get().owner == dario
    assert case.assign(None, by=mara, taken_from=dario)
    assert [kind for kind, _ in history(case)] == ["opened", "assigned", "assigned"]


def test_of_many_who_take_a_case_at_once_one_gets_it(transactional_db: None, case: Case) -> None:
    agents = [agent(f"agent{number}") for number in range(5)]
    fresh = [Case.objects.get() for _ in agents]
    calls = [
        lambda one=one, who=who: one.assign(who, by=who, taken_from=None)
        for one, who in zip(fresh, agents, strict=True)
    ]
    results = at_once(*calls)
    assert sorted(results) == [False] * 4 + [True]
    assert Case.objects.get().owner == agents[results.index(True)]
    assert case.events.filter(kind="assigned").count() == 1


def test_a_solved_case_waits_no_more_and_can_be_reopened(case: Case, dario: Agent) -> None:
    waited_since = case.waiting_since
    case.solve(by=dario)
    assert (case.status, case.waiting_since, case.unanswered) == ("solved", None, 0)
    assert case.solved_at is not None
    with pytest.raises(MoveRefused):
        case.solve(by=dario)
    case.reopen(by=dario, reason="too early")
    assert (case.status, case.solved_at) == ("open", None)
    assert (case.waiting_since, case.unanswered) == (waited_since, 1)
    assert history(case) == [("opened", None), ("solved", dario), ("reopened", dario)]


def test_a_case_that_was_answered_and_solved_is_reopened_without_anybody_waiting(case: Case, dario: Agent) -> None:
    root = case.threads.get().root
    hear(case.channel, said(LUMEN, "Done.", answers=root, answers_person=NINA, root=root))
    case.solve(by=dario)
    case.reopen(by=dario)
    assert (case.status, case.waiting_since, case.unanswered) == ("open", None, 0)


def test_a_running_case_cannot_be_reopened(case: Case, dario: Agent) -> None:
    with pytest.raises(MoveRefused):
        case.reopen(by=dario)
    assert history(case) == [("opened", None)]


def test_the_customers_next_word_reopens_a_solved_case(case: Case, dario: Agent) -> None:
    case.solve(by=dario)
    root = case.threads.get().root
    hear(
        case.channel,
        said(NINA, "dead again", answers=root, answers_person=NINA, root=root, at=(again := minutes_ago(-1))),
    )
    case.refresh_from_db()
    assert (case.status, case.solved_at, case.waiting_since) == ("open", None, again)
    assert [kind for kind, _ in history(case)] == ["opened", "solved", "customer_wrote", "reopened"]


def test_spam_takes_nothing_more_in_and_the_next_matter_is_a_new_case(case: Case, dario: Agent) -> None:
    case.close_as_spam(by=dario)
    assert (case.status, case.closing, case.waiting_since) == ("closed", "spam", None)
    hear(case.channel, said(NINA, "@LumenHelp hello?"))
    assert Case.objects.count() == 2
    assert Case.objects.put_aside().get() == case
    assert history(case) == [("opened", None), ("put_aside", dario)]


def test_a_note_is_kept_and_recorded(case: Case, dario: Agent) -> None:
    note = case.note("Called her back.", by=dario)
    assert (note.text, note.agent) == ("Called her back.", dario)
    assert history(case)[-1] == ("noted", dario)


def test_an_answer_takes_the_unanswered_posts_out_of_the_reasons(case: Case, dario: Agent) -> None:
    hear(case.channel, said(NINA, "@LumenHelp hello?", at=minutes_ago(3)))
    case.refresh_from_db()
    loud = case.points
    assert ["2 posts without an answer", 6] in case.reasons
    case.answered(minutes_ago(0), by=dario, reply=0)
    case.refresh_from_db()
    assert case.points == loud - 6
    assert not [says for says, _ in case.reasons if "without an answer" in says]


def test_answers_to_a_case_that_is_over_leave_it_over(case: Case, dario: Agent) -> None:
    case.solve(by=dario)
    case.answered(minutes_ago(0), by=dario, reply=0)
    assert (case.status, case.waiting_since, case.unanswered) == ("solved", None, 0)


def test_the_first_answer_is_the_earliest_written_whatever_was_heard_first(case: Case, dario: Agent) -> None:
    early, late = minutes_ago(3), minutes_ago(1)
    case.answered(late, by=dario, reply=0)
    case.answered(early, by=dario, reply=0)
    assert case.first_answered_at == early


def test_an_earlier_answer_heard_last_leaves_the_case_answered(case: Case, dario: Agent) -> None:
    root = case.threads.get().root
    hear(case.channel, said(NINA, "still dead", answers=root, answers_person=NINA, root=root, at=minutes_ago(3)))
    case.answered(minutes_ago(1), by=dario, reply=0)
    case.answered(minutes_ago(4), by=dario, reply=0)
    assert (case.status, case.waiting_since, case.unanswered) == ("waiting", None, 0)


def test_what_was_written_before_the_case_was_solved_does_not_open_it_again(case: Case, dario: Agent) -> None:
    case.solve(by=dario)
    solved_at, root = case.solved_at, case.threads.get().root
    hear(case.channel, said(NINA, "hello?", answers=root, answers_person=NINA, root=root, at=minutes_ago(2)))
    case.refresh_from_db()
    assert (case.status, case.solved_at, case.waiting_since, case.unanswered) == ("solved", solved_at, None, 0)
    assert [kind for kind, _ in history(case)] == ["opened", "solved", "customer_wrote"]


def test_urgent_cases_stand_before_older_ones_and_waiting_makes_urgent(channel: Channel) -> None:
    _wrote(channel, NINA, "my router blinks", minutes_ago(20))
    _wrote(channel, TOMAS, "a cable is on fire", minutes_ago(5))
    _wrote(channel, YUKI, "my router blinks", minutes_ago(10))
    order = Case.objects.waiting_on_us().order_by("rank_at")
    assert [case.customer.handle for case in order] == ["tomas_brandl", "nina_okafor", "yuki_arai"]
    assert order[0].reasons[0][0] == "danger to people or property"


def test_reach_and_contacts_before_are_reasons(channel: Channel) -> None:
    known = Person("800", "loud", "Loud", followers=120_000)
    dario = agent()
    for _ in range(2):
        _wrote(channel, known, "my router blinks", minutes_ago(1))
        Case.objects.running().get().solve(by=dario)
    newest = Case.objects.latest("pk")
    assert newest.contacts == 2
    assert {says for says, _ in newest.reasons} == {"120k followers", "second contact in a day"}


def test_a_person_who_may_not_work_sees_no_case(case: Case, dario: Agent) -> None:
    assert Case.objects.visible_to(dario).get() == case
    dario.is_active = False
    assert not Case.objects.visible_to(dario).exists()


def _wrote(channel: Channel, person: Person, text: str, at: datetime) -> None:
    hear(channel, said(person, f"@LumenHelp {text}", at=at, id=next_id()))
