"""The second look at posts that triage doubts: what it changes, what it leaves alone, and that it may die."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

import on_pretend
from building import NINA, agent, brand, hear, minutes_ago, next_id, said
from deep.small import start
from earful.cases.correcting import correct_post
from earful.cases.models import Case
from earful.cases.refining import Refiner, refine
from earful.channels.models import Channel
from earful.core.triage import Verdict
from earful.core.triage.answers import Answer
from earful.deep.lessons import lesson
from earful.deep.model import Deep
from earful.deep.needed import kept_in
from earful.deep.teaching import teach
from earful.posts.models import Post
from earful.rules import book
from earful.triage import doubts
from earful.triage.models import Doubt
from earful.triage.remembering import verdict_of
from killed import begun

LOVELY = "@LumenHelp lovely"
PATIENCE_S = 90.0


@lru_cache(maxsize=1)
def alarmed() -> Deep:
    """A second stage to which "lovely" is the most urgent of complaints, and nothing else is any."""
    lessons = {
        "complaint": lesson(("0", "1"), ["1", "0"] * 60),
        "urgency": lesson(("0", "1", "2", "3"), ["3", "0"] * 60),
    }
    return teach(start(), ["@x lovely", "@x broken"] * 60, lessons, "alarm", rounds=100).deep


@pytest.fixture
def desk(db: None, settings: Settings, tmp_path: Path) -> Iterator[Channel]:
    """A desk with a second stage, whose channel hears."""
    settings.DATA = tmp_path
    kept_in(tmp_path).write_bytes(alarmed().as_bytes())
    doubts.look_again()
    book.look_again()
    yield brand()
    kept_in(tmp_path).unlink(missing_ok=True)
    doubts.look_again()


def refined() -> int:
    return refine(alarmed(), timezone.now())


def test_a_doubted_post_is_looked_at_again_and_its_case_weighed_anew(desk: Channel) -> None:
    hear(desk, said(NINA, LOVELY))
    before, told = Case.objects.get(), Post.objects.get().verdict
    assert refined() == 1
    case, post = Case.objects.get(), Post.objects.get()
    assert post.verdict["answers"]["urgency"][0] == case.answers["urgency"] == "3"
    assert case.points > before.points
    assert post.verdict["first"] == told["answers"], "what was told first is kept"
    assert post.verdict["model"].endswith("second stage alarm")
    assert not Doubt.objects.exists()
    assert refined() == 0


def test_what_is_sure_or_in_a_language_that_it_does_not_know_is_not_looked_at_twice(desk: Channel) -> None:
    hear(desk, said(NINA, LOVELY))
    Doubt.objects.all().delete()
    verdict, row = verdict_of(Post.objects.get()), Post.objects.get().pk
    doubts.doubt({row: as_sure_as(0.1, replace(verdict, lang="fr"))})
    doubts.doubt({row: as_sure_as(1.0, verdict)})
    assert not Doubt.objects.exists()
    doubts.doubt({row: as_sure_as(0.1, verdict)})
    assert Doubt.objects.get().post_id == row


def as_sure_as(sure: float, verdict: Verdict) -> Verdict:
    return replace(verdict, answers={head: Answer(told.says, sure) for head, told in verdict.answers.items()})


def test_what_a_person_corrected_stays(desk: Channel) -> None:
    hear(desk, said(NINA, LOVELY))
    correct_post(Post.objects.get(), "urgency", "0", agent("dario"))
    told = Post.objects.get().verdict["answers"]["urgency"]
    assert refined() == 1
    post = Post.objects.get()
    assert (post.corrected, post.verdict["answers"]["urgency"]) == ({"urgency": "0"}, told)
    assert Case.objects.get().answers["urgency"] == "0"


def test_words_that_were_edited_or_deleted_meanwhile_are_not_refined_by_the_old_ones(desk: Channel) -> None:
    first, second = next_id(), next_id()
    hear(desk, said(NINA, LOVELY, at=minutes_ago(5), versions=[first]))
    row = Doubt.objects.get().pk
    hear(desk, said(NINA, "@LumenHelp broken", at=minutes_ago(4), versions=[first, second]))
    Doubt.objects.get_or_create(pk=row, post=Post.objects.get(), defaults={"due_at": timezone.now()})
    refined()
    assert Post.objects.get().verdict["answers"]["urgency"][0] == "0"
    Doubt.objects.create(post=Post.objects.get(), due_at=timezone.now())
    Post.objects.update(deleted_at=timezone.now(), text="")
    told = Post.objects.get().verdict
    assert refined() == 1
    assert Post.objects.get().verdict == told


def test_a_desk_without_a_second_stage_writes_no_doubts_down(desk: Channel, tmp_path: Path) -> None:
    kept_in(tmp_path).unlink()
    doubts.look_again()
    hear(desk, said(NINA, LOVELY))
    assert not Doubt.objects.exists()
    assert Refiner().run_once(wait=0) == 0


def test_a_second_stage_that_is_made_anew_is_taken_up_and_one_that_cannot_be_read_is_left(
    desk: Channel, tmp_path: Path
) -> None:
    refiner = Refiner()
    kept_in(tmp_path).write_bytes(b"half a file")
    hear(desk, said(NINA, LOVELY))
    assert refiner.run_once(wait=0) == 0
    kept_in(tmp_path).write_bytes(alarmed().as_bytes())
    assert refiner.run_once(wait=0) == 1


REFINE = """
from django.utils import timezone
from earful.cases.refining import Refiner
Refiner().run_once(wait=0)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_writing_nothing_is_lost_or_doubled(
    settings: Settings, tmp_path: Path, transactional_db: None, desk: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(desk, said(NINA, LOVELY), said(NINA, "@LumenHelp lovely lovely", at=minutes_ago(1)))
    for post in Post.objects.exclude(pk__in=Doubt.objects.values("post")):
        Doubt.objects.create(post=post, due_at=timezone.now())
    told = dict(Post.objects.values_list("pk", "verdict"))
    with transaction.atomic():
        # The process has claimed both, and comes no further than to the case of the first.
        case = Case.objects.select_for_update().get()
        process = begun(
            f"from django.conf import settings\nfrom pathlib import Path\nsettings.DATA = Path({str(tmp_path)!r})"
            + REFINE
        )
        on_pretend.until(waiting, patience=PATIENCE_S)
        process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
    on_pretend.until(lambda: not working(), patience=PATIENCE_S)
    assert dict(Post.objects.values_list("pk", "verdict")) == told
    assert not Doubt.objects.filter(leased_until=None).exists(), "the dead one has leased both"
    Doubt.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert refined() == 2
    assert not Doubt.objects.exists()
    case.refresh_from_db()
    assert case.answers["urgency"] == "3"


def waiting() -> bool:
    return asked("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")


def working() -> bool:
    return asked(
        "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle')"
    )


def asked(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return bool(cursor.fetchone()[0])
