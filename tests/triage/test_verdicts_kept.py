"""Every post that is heard carries a verdict; a case says what its posts say; a correction stands from then on."""

import pytest

from building import LUMEN, NINA, deletion, hear, minutes_ago, next_id, said
from earful.cases.correcting import NothingToCorrect, correct_case, correct_post
from earful.cases.models import Case
from earful.channels.models import Channel
from earful.core.triage.heads import HEADS
from earful.people.models import Agent
from earful.posts.models import Post
from earful.triage.correcting import NoSuchAnswer, correct
from earful.triage.in_force import in_force
from earful.triage.models import Correction
from earful.triage.remembering import verdict_of
from earful.triage.taking_back import take_back

DEAD = "@LumenHelp my router is dead, third day without internet and nobody answers"


def test_a_post_carries_what_every_head_said_and_which_model(channel: Channel) -> None:
    hear(channel, said(NINA, DEAD))
    post = Post.objects.get()
    assert set(post.verdict["answers"]) == set(HEADS)
    assert post.verdict["model"] == in_force().name
    assert post.intent == "complaint"
    assert verdict_of(post).answers["complaint"].says == "1"


def test_our_own_posts_are_not_judged(channel: Channel) -> None:
    hear(channel, said(NINA, DEAD), said(LUMEN, "we are sorry, this is broken"))
    assert Post.objects.filter(ours=True, verdict={}).count() == 1


def test_a_case_says_what_its_posts_say(channel: Channel) -> None:
    burns = "@LumenHelp still no internet and now your box is on fire!"
    hear(channel, said(NINA, DEAD, at=minutes_ago(9)), said(NINA, burns, at=minutes_ago(8)))
    case = Case.objects.get()
    assert case.answers["complaint"] == "1"
    assert case.answers["urgency"] == "3"


def test_a_correction_stands_and_is_kept(channel: Channel, dario: Agent) -> None:
    hear(channel, said(NINA, DEAD))
    case, before = Case.objects.get(), Post.objects.get().verdict
    correction = correct_case(case, "intent", "request", dario)
    assert (correction.old, correction.new, correction.agent) == ("complaint", "request", dario)
    assert case.answers["intent"] == case.intent == "request"
    post = Post.objects.get()
    assert post.corrected == {"intent": "request"}
    assert post.verdict == before, "a verdict is of its time"
    assert case.events.filter(kind="corrected", agent=dario).count() == 1


def test_a_case_is_as_urgent_as_people_say_however_many_posts_said_more(channel: Channel, dario: Agent) -> None:
    hear(channel, said(NINA, "@LumenHelp it is on fire", at=minutes_ago(9)), said(NINA, "@LumenHelp still on fire!"))
    case = Case.objects.get()
    assert case.answers["urgency"] == "3"
    correct_case(case, "urgency", "0", dario)
    case.refresh_from_db()
    assert case.answers["urgency"] == "0"


def test_what_there_is_not_cannot_be_said(channel: Channel, dario: Agent) -> None:
    hear(channel, said(NINA, DEAD))
    post = Post.objects.get()
    with pytest.raises(NoSuchAnswer, match="no head 'weather'"):
        correct(post, "weather", "1", dario)
    with pytest.raises(NoSuchAnswer, match="has no answer 'angry'"):
        correct(post, "intent", "angry", dario)
    assert not Correction.objects.exists()


def test_agreeing_is_kept_too_and_changes_nothing(channel: Channel, dario: Agent) -> None:
    hear(channel, said(NINA, DEAD))
    correction = correct_post(Post.objects.get(), "intent", "complaint", dario, asked=True)
    assert (correction.old, correction.asked) == ("complaint", True)
    assert not Case.objects.get().events.filter(kind="corrected").exists()


def test_where_all_words_were_taken_back_there_is_nothing_to_correct(channel: Channel, dario: Agent) -> None:
    hear(channel, said(NINA, DEAD))
    Post.objects.update(deleted_at=minutes_ago(0))
    with pytest.raises(NothingToCorrect):
        correct_case(Case.objects.get(), "intent", "request", dario)


def test_an_edit_is_judged_anew_and_drops_what_was_said_of_other_words(channel: Channel, dario: Agent) -> None:
    first, second = next_id(), next_id()
    hear(channel, said(NINA, "@LumenHelp thank you, all lovely", at=minutes_ago(5), versions=[first]))
    correct(Post.objects.get(), "intent", "complaint", dario)
    hear(channel, said(NINA, DEAD, at=minutes_ago(4), versions=[first, second]))
    post = Post.objects.get()
    assert (post.version, post.intent, post.corrected) == (second, "complaint", {})
    assert Correction.objects.count() == 1


def test_taking_back_does_not_bring_back_what_was_said_of_other_words(channel: Channel, dario: Agent) -> None:
    first, second = next_id(), next_id()
    hear(channel, said(NINA, "@LumenHelp thank you, all lovely", at=minutes_ago(5), versions=[first]))
    correct(Post.objects.get(), "intent", "praise", dario)
    hear(channel, said(NINA, DEAD, at=minutes_ago(4), versions=[first, second]))
    correction = correct(Post.objects.get(), "intent", "request", dario)
    take_back(correction.pk, "intent", [correction.post_id], dario)
    assert Post.objects.get().corrected == {}


def test_answers_out_of_deleted_words_go_with_them(channel: Channel) -> None:
    post = next_id()
    hear(channel, said(NINA, "@LumenHelp which router fits a small flat?", id=post))
    Case.objects.update(waiting_since=None, points=0, signals=[], spread=3)
    assert Case.objects.get().answers
    hear(channel, deletion(post))
    case = Case.objects.get()
    assert (case.answers, case.spread) == ({}, 0)
