"""Every night everything stored is asked for, in steps that lose nothing, and what is gone goes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from building import NINA, TOMAS, brand, hear, message, next_id, said
from earful.channels.models import Channel
from earful.connectors.registry import CONNECTORS
from earful.core.connector import Request, Response
from earful.duties import rounds
from earful.duties.models import Round
from earful.duties.standing import LATE_AFTER, standing
from earful.posts.models import Post, Removal
from earful.rules import book
from earful.wire import Exchange
from scripted import reply

STORAGE = "https://storage.example"


class Jobs(Exchange):
    """X's compliance jobs in memory: what was handed in, and what is answered of it. Asked, it says that once."""

    def __init__(self, *gone: tuple[str, str]) -> None:
        super().__init__()
        self.gone, self.handed_in, self.polls = dict(gone), list[list[str]](), 0
        self.status, self.faults = "complete", list[Response]()
        self.says_twice, self.while_it_waits = False, self.say

    def ask(self, account: Any, request: Request) -> Response:
        if self.faults:
            return self.faults.pop(0)
        where = request.elsewhere or request.path
        return self.answers[request.method, where.split("?")[0].rpartition("/")[0]](request)

    @property
    def answers(self) -> dict[tuple[str, str], Callable[[Request], Response]]:
        return {
            ("POST", "/2/compliance"): lambda asked: reply(200, {"data": self._job("created")}),
            ("PUT", f"{STORAGE}/up"): self._take,
            ("GET", "/2/compliance/jobs"): lambda asked: reply(200, {"data": self._job(self.status)}),
            ("GET", f"{STORAGE}/down"): self.while_it_waits,
        }

    def _job(self, status: str) -> dict[str, str]:
        return {"id": "77", "status": status, "upload_url": f"{STORAGE}/up/77", "download_url": f"{STORAGE}/down/77"}

    def _take(self, request: Request) -> Response:
        assert request.content is not None
        assert request.token == "none"
        self.handed_in.append(request.content.decode().split("\n"))
        return reply(200, b"")

    def say(self, request: Request) -> Response:
        lines = [b'{"id": "%s", "reason": "%s"}' % (one.encode(), self.gone[one].encode())
                 for one in self.handed_in[-1] if one in self.gone]  # fmt: skip
        return reply(200, b"\n".join(lines * 2 if self.says_twice else lines))


@pytest.fixture
def channel(db: None) -> Channel:
    book.look_again()
    return brand()


def walk(jobs: Jobs, most: int = 20) -> None:
    """Take steps as they fall due, without waiting for it."""
    for _ in range(most):
        Round.objects.exclude(due_at=None).update(due_at=timezone.now() - timedelta(seconds=1))
        if not rounds.step_once(jobs.run):
            return


def tonight(jobs: Jobs, nights: int = 0) -> None:
    """The round of this night, or of one so many nights later."""
    rounds.begin_tonight(timezone.now() + timedelta(days=nights))
    walk(jobs)


def test_a_post_that_is_gone_at_x_is_gone_here_in_the_morning(channel: Channel) -> None:
    kept, lost = next_id(), next_id()
    hear(channel, said(NINA, "@LumenHelp hello", id=kept), said(TOMAS, "@LumenHelp secret", id=lost))
    tonight(Jobs((lost, "deleted")))
    assert list(Post.objects.filter(deleted_at=None).values_list("network_id", flat=True)) == [kept]
    removal = Removal.objects.get()
    assert (removal.network_id, removal.learned) == (lost, "asked")


def test_a_suspended_person_takes_their_posts_along(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp secret"), said(TOMAS, "@LumenHelp hello"))
    tonight(Jobs((NINA.id, "suspended")))
    assert list(Post.objects.filter(deleted_at=None).values_list("text", flat=True)) == ["@LumenHelp hello"]


def test_everything_stored_is_asked_for_in_steps(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [next_id() for _ in range(7)]
    hear(channel, *(said(NINA, f"@LumenHelp {number}", id=one) for number, one in enumerate(ids)))
    jobs = Jobs()
    few(monkeypatch, 3)
    tonight(jobs)
    posts = Round.objects.get(subject="posts")
    assert posts.ended_at is not None
    assert posts.checked == 7
    asked = [one for handed in jobs.handed_in for one in handed if len(one) > 6]
    assert sorted(asked) == sorted(ids)


def test_who_stays_suspended_is_written_down_once_and_not_every_night(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp secret"))
    for night in range(3):
        tonight(Jobs((NINA.id, "suspended")), night)
    assert Removal.objects.get().posts == 1
    assert [walk.found for walk in Round.objects.filter(subject="people").order_by("began_at")] == [1, 0, 0]


def test_who_comes_back_and_goes_again_is_written_down_again(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp secret"))
    tonight(Jobs((NINA.id, "protected")))
    hear(channel, b'{"data": {"user_unprotect": {"user": {"id": "%s"}}}}' % NINA.id.encode())
    tonight(Jobs((NINA.id, "protected")), 1)
    assert list(Removal.objects.order_by("pk").values_list("why", "posts")) == [("protected", 1), ("protected", 0)]


def test_what_two_ways_of_asking_find_in_one_night_is_written_down_once(channel: Channel) -> None:
    lost = next_id()
    hear(channel, said(NINA, "@LumenHelp secret", id=lost))
    tonight(Jobs((lost, "suspended"), (NINA.id, "suspended")))
    told = Removal.objects.values_list("subject", "network_id", "posts").order_by("subject")
    assert sum(posts for _, _, posts in told) == 1
    assert len(told) == len({subject for subject, _, _ in told})


def test_what_one_answer_names_twice_is_written_down_once(channel: Channel) -> None:
    lost = next_id()
    hear(channel, said(NINA, "@LumenHelp secret", id=lost))
    jobs = Jobs((lost, "deleted"), (NINA.id, "suspended"))
    jobs.says_twice = True
    tonight(jobs)
    assert Removal.objects.filter(subject="post").count() == 1
    assert Removal.objects.filter(subject="person").count() == 1


def test_a_step_that_another_process_took_over_meanwhile_is_not_counted_twice(channel: Channel) -> None:
    """The first waited longer for its answer than its lease; the second is a step ahead when that comes."""
    first, second = next_id(), next_id()
    hear(channel, said(NINA, "@LumenHelp secret", id=first))
    jobs, slow = Jobs((first, "deleted")), Jobs((first, "deleted"))
    rounds.begin_tonight(timezone.now())
    Round.objects.filter(subject="people").delete()
    walk(jobs, 1)
    hear(channel, said(TOMAS, "@LumenHelp hello", id=second))

    def while_it_waits(request: Request) -> Response:
        Round.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        walk(jobs, 2)
        return slow.say(request)

    slow.handed_in, slow.while_it_waits = [[first]], while_it_waits
    walk(slow, 1)
    ahead = Round.objects.get()
    assert (ahead.checked, ahead.found, ahead.ticket, jobs.handed_in[-1]) == (1, 1, "77", [second])
    assert Removal.objects.count() == 1


def test_a_job_that_came_to_nothing_is_made_again(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp hello"))
    jobs = Jobs()
    jobs.status = "expired"
    rounds.begin_tonight(timezone.now())
    walk(jobs, 2)
    jobs.status = "complete"
    walk(jobs)
    assert Round.objects.get(subject="posts").checked == 1


@pytest.mark.parametrize("status", [402, 429, 503, 401])
def test_trouble_puts_a_round_off_with_its_reason_and_loses_nothing(channel: Channel, status: int) -> None:
    lost = next_id()
    hear(channel, said(NINA, "@LumenHelp secret", id=lost))
    jobs = Jobs((lost, "deleted"))
    jobs.faults = [reply(status, {"title": "no"})] * 2
    rounds.begin_tonight(timezone.now())
    walk(jobs, 2)
    assert Round.objects.exclude(reason="").exists()
    walk(jobs)
    assert not Post.objects.filter(deleted_at=None).exists()


def test_what_the_desk_stumbles_over_puts_a_round_off_with_its_reason_and_lets_the_other_go_on(
    channel: Channel,
) -> None:
    hear(channel, said(NINA, "@LumenHelp hello"))
    jobs = Jobs()

    def stumbles(request: Request) -> Response:
        raise RuntimeError("unforeseen")

    jobs.while_it_waits = stumbles
    rounds.begin_tonight(timezone.now())
    walk(jobs, 2)
    posts = Round.objects.get(subject="posts")
    assert ("stumbled" in posts.reason, posts.leased_until) == (True, None)
    assert rounds.step_once(jobs.run)
    assert Round.objects.get(subject="people").ticket
    jobs.while_it_waits = jobs.say
    walk(jobs)
    assert not Round.objects.filter(ended_at=None).exists()


def test_one_round_a_night_and_after_a_night_off_one_at_once(channel: Channel) -> None:
    evening = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
    assert rounds.begin_tonight(evening) == 2
    Round.objects.update(ended_at=evening)
    assert rounds.begin_tonight(evening + timedelta(hours=3)) == 0
    assert rounds.begin_tonight(evening + timedelta(hours=5)) == 2


def test_private_messages_are_never_handed_in(channel: Channel) -> None:
    hear(channel, message(NINA, "psst"))
    jobs = Jobs()
    tonight(jobs)
    assert [handed for handed in jobs.handed_in if handed != [NINA.id]] == []


def test_a_round_that_does_not_come_to_its_end_is_late(channel: Channel) -> None:
    now = timezone.now()
    assert not any(kept.late for kept in standing(now))
    assert all(kept.late for kept in standing(now + LATE_AFTER + timedelta(minutes=1)))


def few(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """So few at once that several steps are needed."""
    x = type(CONNECTORS["x"])
    monkeypatch.setattr(x, "capabilities", replace(x.capabilities, audited_at_once=most))
