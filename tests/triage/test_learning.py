"""The desk learns from its corrections, refuses what is worse, goes back to any version, and does it every night."""

from datetime import UTC, datetime, timedelta

import pytest

from building import NINA, hear, said
from earful.channels.models import Channel
from earful.core.triage.corpus import corpus
from earful.core.triage.judging import Asked
from earful.core.triage.model import shipped
from earful.people.models import Agent
from earful.people.permitting import NotYours
from earful.posts import consent
from earful.posts.models import Post
from earful.triage import nightly
from earful.triage.correcting import correct
from earful.triage.in_force import in_force, judged, look_again
from earful.triage.learning import LEAST_LESSONS, NothingToLearn, enough, learn, put_in_force
from earful.triage.lessons import lessons
from earful.triage.models import Learning, Version

# A third of the corpus: learning beside all of it takes some twenty seconds.
FEW = corpus()[::3]
CITIES = ("Leeds", "Hull", "York", "Bath", "Ely", "Truro", "Derby", "Ripon", "Wells")


@pytest.fixture
def taught(channel: Channel, dario: Agent) -> list[Post]:
    """Sixty posts in this desk's own slang, each corrected."""
    texts = [f"@LumenHelp the flibbert in {city} goes wobbly number {number}" for number in range(7) for city in CITIES]
    hear(channel, *(said(NINA, text) for text in texts))
    posts = list(Post.objects.order_by("pk"))
    for post in posts:
        correct(post, "intent", "suggestion", dario)
    return posts


def test_what_people_say_is_learned_and_old_posts_keep_their_verdict(taught: list[Post], lea: Agent) -> None:
    before = list(Post.objects.order_by("pk").values_list("verdict", flat=True))
    version = learn(lea, FEW)
    assert (version.state, version.figures["intent"]["refused"]) == (Version.State.IN_FORCE, "")
    assert version.heads == ["intent"]
    assert version.learned_from + version.held_back == len(taught)
    found = judged([Asked("@LumenHelp the flibbert in Crewe goes wobbly", "en")])[0]
    assert found.answers["intent"].says == "suggestion"
    assert found.model == f"version {version.pk}"
    assert list(Post.objects.order_by("pk").values_list("verdict", flat=True)) == before
    with pytest.raises(NothingToLearn, match="Nothing was corrected"):
        learn(lea, FEW)
    correct(taught[0], "intent", "request", lea)
    assert enough(lessons()), "a post that is corrected once more is news, too"


def test_one_goes_back_to_any_version_and_to_what_earful_comes_with(db: None, lea: Agent, dario: Agent) -> None:
    version = Version.objects.create(state=Version.State.RESTING, body=shipped().as_bytes(), heads=["reply"])
    with pytest.raises(NotYours):
        put_in_force(version, dario)
    put_in_force(version, lea)
    assert (in_force().name, in_force().learned_here) == (f"version {version.pk}", {"reply"})
    assert Version.objects.filter(state=Version.State.IN_FORCE).count() == 1
    put_in_force(None, lea)
    assert in_force().name == f"shipped {shipped().card.version}"


def test_a_version_that_was_refused_cannot_be_put_in_force(db: None, lea: Agent) -> None:
    refused = Version.objects.create(state=Version.State.REFUSED)
    with pytest.raises(ValueError, match="no model any more"):
        put_in_force(refused, lea)


def test_a_body_that_cannot_be_read_judges_nothing(db: None) -> None:
    Version.objects.create(state=Version.State.IN_FORCE, body=b"nonsense")
    look_again()
    assert in_force().name.startswith("shipped")


def test_without_permission_corrections_are_kept_to_check_and_not_to_learn(taught: list[Post], lea: Agent) -> None:
    Channel.objects.update(practice=False)
    assert not any(each.teaches for each in lessons()["intent"])
    with pytest.raises(NothingToLearn, match=f"No head has {LEAST_LESSONS}"):
        learn(lea, FEW)
    consent.decide("x", granted=True, grounds="X agreed in writing", by=lea)
    assert all(each.teaches for each in lessons()["intent"])


def test_deleted_words_and_edited_ones_teach_nothing(taught: list[Post], dario: Agent) -> None:
    now = datetime.now(UTC)
    Post.objects.filter(pk=taught[0].pk).update(deleted_at=now)
    Post.objects.filter(pk=taught[1].pk).update(edited_at=now)
    assert len(lessons()["intent"]) == len(taught) - 2
    correct(taught[1], "intent", "praise", dario)
    assert len(lessons()["intent"]) == len(taught) - 1


def test_of_several_corrections_the_newest_teaches(taught: list[Post], dario: Agent) -> None:
    correct(taught[0], "intent", "request", dario)
    said_of = {each.text: each.says for each in lessons()["intent"]}
    assert said_of[taught[0].text] == "request"
    assert len(said_of) == len(taught)


def test_too_few_lessons_move_nothing(taught: list[Post]) -> None:
    few = {"intent": lessons()["intent"][: LEAST_LESSONS - 1]}
    with pytest.raises(NothingToLearn, match=str(LEAST_LESSONS - 1)):
        enough(few)


def test_a_night_has_one_learning_and_a_desk_that_was_off_begins_later(db: None) -> None:
    night = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    assert nightly.begin_tonight(night + timedelta(hours=9)) is not None
    assert nightly.begin_tonight(night + timedelta(hours=10)) is None
    done: list[int] = []
    assert nightly.look(night + timedelta(hours=10), done.append)
    assert not nightly.look(night + timedelta(hours=10), done.append), "it is leased"
    assert done == [Learning.objects.get().pk]


def test_only_an_administrator_asks_and_only_one_learns_at_a_time(db: None, lea: Agent, dario: Agent) -> None:
    with pytest.raises(NotYours):
        nightly.ask_for(dario)
    assert nightly.ask_for(lea) is not None
    assert nightly.ask_for(lea) is None


def test_what_came_of_it_is_said(db: None, lea: Agent) -> None:
    nightly.ask_for(lea)
    nightly.look(datetime.now(UTC), nightly.carry_out)
    learning = Learning.objects.get()
    assert learning.ended_at is not None
    assert "No head has" in learning.said
