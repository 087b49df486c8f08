"""A nightly round against the pretend X, its process killed between any two steps and in the middle of writing."""

import signal
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

import on_pretend
from earful.channels import access
from earful.duties import rounds
from earful.duties.models import Round
from earful.posts.models import Post, Removal
from killed import begun, killed_at
from sandbox.practice import Practice, practice

PATIENCE_S = 30.0
until = partial(on_pretend.until, patience=PATIENCE_S)
STEP = """
from earful.duties import rounds
rounds.step_once(wire.run)
"""
_handles = iter(range(1, 1_000))


@pytest.fixture(scope="module")
def pretend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with practice(tmp_path_factory.mktemp("rounds") / "practice.db") as running:
        yield running


@pytest.fixture
def lost(transactional_db: None, pretend: Practice) -> str:
    """A post that we heard and that is gone on the pretend X, in a night whose round over posts has begun; its id."""
    us = pretend.brand(f"Lumen{next(_handles)}")
    channel = on_pretend.linked_to(us)
    post = str(pretend.post("nina", f"@{us.username} secret")["id"])
    on_pretend.listen(channel)
    pretend.control.delete(f"/pretend/posts/{post}")
    rounds.begin_tonight(timezone.now())
    Round.objects.filter(subject="people").delete()
    return post


def go_on(pretend: Practice, steps: int = 20) -> None:
    """Take steps of the round, without the waiting."""
    with access.exchange() as wire:
        for _ in range(steps):
            fall_due(pretend)
            if not rounds.step_once(wire.run):
                return


def fall_due(pretend: Practice) -> None:
    """Leases run out, and X's jobs are done, or expire without their ids."""
    pretend.say("clock", {"forward": 901})
    past = timezone.now() - timedelta(seconds=1)
    Round.objects.exclude(due_at=None).update(due_at=past, leased_until=None)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("done", [0, 1], ids=["handing in", "hearing the answer"])
def test_a_round_killed_at_any_request_is_taken_up_by_the_next_process(
    lost: str, pretend: Practice, done: int, number: int, moment: str
) -> None:
    """A job is made and the ids go in; it is asked after and its answer is fetched."""
    go_on(pretend, done)
    fall_due(pretend)
    assert killed_at(moment, number, STEP)
    assert Round.objects.get().leased_until is not None
    go_on(pretend)
    assert_gone_once(lost)


def test_a_round_killed_while_it_writes_has_written_nothing_and_is_taken_up(lost: str, pretend: Practice) -> None:
    go_on(pretend, 1)
    fall_due(pretend)
    with transaction.atomic():
        # The process takes the words away, and comes no further than to writing that down.
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE posts_removal IN EXCLUSIVE MODE")
        process = begun(STEP)
        until(lambda: asked("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"))
        process.kill()
        assert process.wait(PATIENCE_S) == -signal.SIGKILL
    until(lambda: not asked(_WORKING))
    assert Post.objects.filter(network_id=lost, deleted_at=None).exists()
    go_on(pretend)
    assert_gone_once(lost)


def assert_gone_once(post: str) -> None:
    walk = Round.objects.get()
    assert walk.ended_at is not None
    assert (walk.checked, walk.found) == (1, 1)
    assert not Post.objects.filter(deleted_at=None).exists()
    assert Removal.objects.get().network_id == post


def asked(question: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return bool(cursor.fetchone()[0])


# The server notices a dead process when it next reads from it.
_WORKING = """SELECT EXISTS (
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
)"""
