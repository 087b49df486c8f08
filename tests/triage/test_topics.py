"""Contact reasons of a desk: the shipped ones, and what it made of them; what holds, and what a change would do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from building import NINA, TOMAS, YUKI, agent, brand, hear, minutes_ago, said
from earful.channels.models import Channel
from earful.core.triage import topics as core
from earful.core.triage.topics import Topic, TopicsError
from earful.people.models import Agent
from earful.people.permitting import NotYours
from earful.posts.models import Post
from earful.triage import topics
from earful.triage.correcting import NoSuchAnswer, correct
from earful.triage.models import Topic as Row
from earful.triage.topics import Overtaken, Reason, keep, put_back, reasons
from earful.triage.trying import try_out

SOLAR = Topic("", "solar panels", "energy", ("solar panel*", "inverter"))
ABOUT_SOLAR = "@LumenHelp the inverter of my solar panels hums"


@pytest.fixture(autouse=True)
def _looked_for_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test judges by the topics of another."""
    monkeypatch.setattr(topics, "_shelf", topics._Shelf())


@pytest.fixture
def channel(db: None) -> Channel:
    return brand()


@pytest.fixture
def lead(db: None) -> Agent:
    return agent("lea", is_staff=True)


def of(name: str) -> Reason:
    return next(each for each in reasons() if each.topic.name == name)


def told(text: str) -> str:
    """The reason that a stored post was given."""
    answer: str = Post.objects.get(text=text).verdict["answers"]["reason"][0]
    return answer


def test_a_desk_begins_with_the_reasons_that_earful_comes_with(db: None) -> None:
    assert [each.topic for each in reasons()] == list(core.shipped().all)
    assert topics.topics().all == core.shipped().all


def test_a_changed_reason_stands_in_its_place_and_a_new_one_behind_the_others(lead: Agent) -> None:
    keep(replace(of("billing").topic, words=("bill*",)), lead)
    keep(SOLAR, lead)
    assert of("billing").topic.words == ("bill*",)
    assert [each.topic.name for each in reasons()] == [*core.shipped().by_name, "solar_panels"]
    assert Row.objects.count() == 2


def test_posts_heard_after_a_change_are_judged_by_it_and_earlier_ones_keep_theirs(
    channel: Channel, lead: Agent
) -> None:
    hear(channel, said(NINA, ABOUT_SOLAR))
    before = told(ABOUT_SOLAR)
    keep(SOLAR, lead)
    topics.look_again()
    hear(channel, said(TOMAS, f"{ABOUT_SOLAR} again"))
    assert told(f"{ABOUT_SOLAR} again") == "solar_panels"
    assert told(ABOUT_SOLAR) == before != "solar_panels"


def test_a_reason_not_in_use_is_given_to_no_post_and_keeps_its_words_on_screen(channel: Channel, lead: Agent) -> None:
    text = "@LumenHelp the parcel was not delivered, where is my parcel"
    keep(of("delivery").topic, lead, active=False)
    topics.look_again()
    hear(channel, said(NINA, text))
    assert told(text) != "delivery"
    assert topics.said()["delivery"] == core.shipped().by_name["delivery"].says


def test_a_post_is_corrected_to_a_reason_that_the_desk_made_and_to_none_that_is_not_in_use(
    channel: Channel, lead: Agent
) -> None:
    hear(channel, said(NINA, "@LumenHelp hello"))
    keep(SOLAR, lead)
    keep(of("baggage").topic, lead, active=False)
    topics.look_again()
    assert correct(Post.objects.get(), "reason", "solar_panels", lead).new == "solar_panels"
    with pytest.raises(NoSuchAnswer):
        correct(Post.objects.get(), "reason", "baggage", lead)


def test_reasons_are_told_as_the_desk_calls_them_and_other_heads_as_ever(lead: Agent) -> None:
    keep(replace(of("billing").topic, says="money trouble"), lead)
    topics.look_again()
    assert topics.in_words("reason", "billing") == topics.answers("reason")["billing"] == "money trouble"
    assert topics.in_words("urgency", "3") == topics.answers("urgency")["3"] == "at once"
    assert topics.in_words("reason", "long_gone") == "long_gone"


def test_something_else_cannot_be_taken_out_of_use(lead: Agent) -> None:
    with pytest.raises(TopicsError, match="This one stays"):
        keep(of("other").topic, lead, active=False)


def test_two_reasons_never_say_the_same(lead: Agent) -> None:
    with pytest.raises(TopicsError, match="reason of that name already"):
        keep(Topic("", core.shipped().by_name["billing"].says.upper()), lead)


def test_new_reasons_get_names_of_their_own(lead: Agent) -> None:
    names = [keep(Topic("", says), lead).name for says in ("Solar panels", "Solar/panels", "☀️", "Billing")]
    assert names == ["solar_panels", "solarpanels", "reason", "billing_2"]


def test_only_an_administrator_changes_reasons(db: None) -> None:
    for change in (lambda: keep(SOLAR, agent("dario")), lambda: put_back("billing", agent("mara"))):
        with pytest.raises(NotYours):
            change()
    assert not Row.objects.exists()


def test_lists_that_cannot_be_used_are_refused(lead: Agent) -> None:
    with pytest.raises(TopicsError, match="no word in it"):
        keep(replace(SOLAR, words=("!!",)), lead)
    assert not Row.objects.exists()


def test_who_saves_after_somebody_else_is_told(lead: Agent) -> None:
    seen = of("billing").version
    keep(replace(of("billing").topic, words=("bill*",)), lead, seen=seen)
    with pytest.raises(Overtaken) as late:
        keep(replace(of("billing").topic, words=("invoice*",)), lead, seen=seen)
    assert late.value.theirs.topic.words == ("bill*",)


def test_a_shipped_reason_is_taken_again_as_it_came_and_one_of_the_desk_stays(lead: Agent) -> None:
    keep(replace(of("billing").topic, words=("bill*",)), lead)
    own = keep(SOLAR, lead)
    put_back("billing", lead)
    put_back(own.name, lead)
    assert of("billing").topic == core.shipped().by_name["billing"]
    assert of(own.name).topic.words == SOLAR.words


def test_lists_that_no_longer_fit_together_judge_nothing(db: None) -> None:
    Row.objects.create(name="broken", says="broken", words=["*"])
    assert topics.look_again().all == core.shipped().all


def test_trying_shows_which_posts_of_last_week_would_get_another_reason(channel: Channel, lead: Agent) -> None:
    hear(channel, said(NINA, ABOUT_SOLAR), said(TOMAS, "@LumenHelp you charged me twice"))
    hear(channel, said(YUKI, f"{ABOUT_SOLAR} since May", at=timezone.now() - timedelta(days=8)))
    trial = try_out(Reason(replace(SOLAR, name="(new)")), lead, timezone.now())
    assert (trial.of, trial.moved, trial.more) == (2, 1, False)
    (moved,) = trial.newest
    assert (moved.post.text, moved.after, moved.because) == (ABOUT_SOLAR, "(new)", "“solar panel*”, “inverter”")
    assert ("(new)", 0, 1) in trial.counts
    assert not Row.objects.exists()


def test_trying_to_take_a_reason_out_says_what_its_posts_would_get(channel: Channel, lead: Agent) -> None:
    hear(channel, said(NINA, "@LumenHelp you charged me twice, wrong bill again"))
    trial = try_out(replace(of("billing"), active=False), lead, timezone.now())
    (moved,) = trial.newest
    assert moved.before == "billing"
    assert moved.after != "billing"


def test_what_people_corrected_stays_as_it_is(channel: Channel, lead: Agent) -> None:
    hear(channel, said(NINA, ABOUT_SOLAR, at=minutes_ago(3)))
    Post.objects.update(corrected={"reason": "safety"})
    assert try_out(Reason(replace(SOLAR, name="(new)")), lead, timezone.now()).of == 0


def test_what_was_written_in_private_is_in_no_trial(channel: Channel, lead: Agent) -> None:
    hear(channel, said(NINA, ABOUT_SOLAR))
    Post.objects.update(private=True)
    assert try_out(Reason(replace(SOLAR, name="(new)")), lead, timezone.now()).of == 0
