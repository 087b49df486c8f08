"""Old posts keep the verdict of their time until somebody asks for another one, and then cases say so."""

import pytest

from building import NINA, TOMAS, agent, brand, hear, minutes_ago, said
from earful.cases.correcting import correct_case
from earful.cases.judging_again import JudgingAgain, UnderWay, ask, judge_some, left, newest
from earful.cases.models import Case
from earful.channels.models import Channel
from earful.people.models import Agent
from earful.people.permitting import NotYours
from earful.posts.models import Post
from earful.rules import book
from earful.triage.in_force import in_force

DEAD = "@LumenHelp my router is dead, third day without internet and nobody answers"
RUNNING, WEEK = JudgingAgain.Scope.RUNNING, JudgingAgain.Scope.WEEK
OF_OLD = {"model": "version 1", "lang": "en", "answers": {"intent": ("praise", 0.99), "complaint": ("0", 0.99)}}


@pytest.fixture
def channel(db: None) -> Channel:
    book.look_again()
    return brand()


@pytest.fixture
def lead(db: None) -> Agent:
    return agent("lea", is_staff=True)


@pytest.fixture
def heard(channel: Channel) -> None:
    """Two cases, judged wrongly by a model of old."""
    hear(channel, said(NINA, DEAD, at=minutes_ago(9)), said(TOMAS, DEAD, at=minutes_ago(8)))
    Post.objects.update(verdict=OF_OLD, intent="praise")
    for case in Case.objects.all():
        case.say_anew()


def of(handle: str) -> Case:
    return Case.objects.get(customer__handle=handle)


def through() -> int:
    steps = 0
    while judge_some(at_once=1):
        steps += 1
    return steps


def test_what_is_asked_for_is_judged_by_the_model_in_force(heard: None, lead: Agent) -> None:
    assert of(NINA.handle).intent == "praise"
    asked = ask(RUNNING, lead)
    assert through() == 3
    case = of(NINA.handle)
    assert (case.intent, case.answers["complaint"]) == ("complaint", "1")
    assert {post.verdict["model"] for post in Post.objects.all()} == {in_force().name}
    assert {post.intent for post in Post.objects.all()} == {"complaint"}
    asked.refresh_from_db()
    assert (asked.posts, asked.cases, asked.changed) == (2, 2, 2)
    assert asked.done_at is not None


def test_a_case_that_says_something_else_tells_it_and_by_which_version(heard: None, lead: Agent) -> None:
    ask(RUNNING, lead)
    through()
    event = of(NINA.handle).events.get(kind="judged_again")
    assert event.detail == {"reason": in_force().name}


def test_a_case_that_says_the_same_is_left_as_it_is(channel: Channel, lead: Agent) -> None:
    hear(channel, said(NINA, DEAD))
    before = Case.objects.get()
    asked = ask(RUNNING, lead)
    through()
    asked.refresh_from_db()
    assert (asked.cases, asked.changed) == (1, 0)
    after = Case.objects.get()
    assert (after.answers, after.points, after.reasons, after.rank_at) == (
        before.answers, before.points, before.reasons, before.rank_at,
    )  # fmt: skip
    assert not after.events.filter(kind="judged_again").exists()


def test_what_people_corrected_stays(heard: None, lead: Agent) -> None:
    correct_case(of(NINA.handle), "intent", "suggestion", lead)
    ask(RUNNING, lead)
    through()
    assert of(NINA.handle).answers["intent"] == of(NINA.handle).intent == "suggestion"
    post = Post.objects.get(message__case=of(NINA.handle))
    assert (post.corrected, post.intent) == ({"intent": "suggestion"}, "suggestion")


def test_who_died_halfway_leaves_the_rest_to_the_next(heard: None, lead: Agent) -> None:
    asked = ask(RUNNING, lead)
    assert judge_some(at_once=1)
    asked.refresh_from_db()
    assert (asked.cases, left(asked)) == (1, 1)
    through()
    asked.refresh_from_db()
    assert (asked.cases, left(asked)) == (2, 0)
    assert newest() == asked


def test_what_is_over_is_judged_again_only_with_the_last_week(heard: None, lead: Agent) -> None:
    of(TOMAS.handle).solve(by=lead)
    ask(RUNNING, lead)
    through()
    assert of(TOMAS.handle).intent == "praise"
    ask(WEEK, lead)
    through()
    assert of(TOMAS.handle).intent == "complaint"


def test_only_an_administrator_asks_and_not_twice_at_once(heard: None, lead: Agent) -> None:
    with pytest.raises(NotYours):
        ask(RUNNING, agent("dario"))
    ask(RUNNING, lead)
    with pytest.raises(UnderWay):
        ask(RUNNING, lead)
    through()
    ask(RUNNING, lead)


def test_without_anything_asked_nothing_is_judged(heard: None) -> None:
    assert not judge_some()
    assert of(NINA.handle).intent == "praise"
