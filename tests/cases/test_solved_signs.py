"""Reasons do not outlive what they are about: "back on for me" ends what was down."""

import pytest

from building import NINA, brand, hear, minutes_ago, said
from earful.cases.models import Case
from earful.channels.models import Channel
from earful.core.triage.answers import from_kept
from earful.core.triage.casewise import signs_taken_up, told_by
from earful.posts.models import Post
from earful.rules import book

DOWN = "@LumenHelp the internet is down again, this is a joke"
BACK = "@LumenHelp all working again now, thanks"


@pytest.fixture
def channel(db: None) -> Channel:
    book.look_again()
    return brand()


def heard(channel: Channel, *texts: str) -> Case:
    hear(channel, *(said(NINA, text, at=minutes_ago(30 - number)) for number, text in enumerate(texts)))
    return Case.objects.get()


def test_what_was_down_is_over_when_they_say_so(channel: Channel) -> None:
    before = heard(channel, DOWN)
    assert "outage" in before.signals
    after = heard(channel, BACK)
    assert "outage" not in after.signals
    assert after.points < before.points
    assert "service is down" not in [says for says, _ in after.reasons]


def test_it_is_down_again_when_they_write_so_again(channel: Channel) -> None:
    case = heard(channel, DOWN, BACK, DOWN)
    assert "outage" in case.signals
    assert "solved" not in case.signals


def test_how_urgent_it_was_is_over_with_it(channel: Channel) -> None:
    case = heard(channel, "@LumenHelp the box is on fire, there is smoke everywhere!", BACK)
    newest = Post.objects.order_by("created_at").last()
    assert newest is not None
    said_last = told_by(from_kept(newest.verdict["answers"]), {})
    assert case.answers.get("urgency") == said_last.get("urgency") != "3"


def test_what_nobody_may_overlook_stays() -> None:
    assert signs_taken_up(["danger", "outage", "anger"], ["solved"]) == ["danger", "solved"]


def test_a_correction_puts_a_case_together_as_the_reader_did(channel: Channel) -> None:
    case = heard(channel, DOWN, BACK)
    before = (case.answers, case.signals)
    assert not case.judged_again("the same")
    assert (case.answers, case.signals) == before
