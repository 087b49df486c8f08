"""Judging posts again by the model in force: a verdict is of its time, so somebody has to ask for it.

Case after case in order of their ids, in transactions so short that no reader waits for one. How far it got stands in
the row: whoever dies leaves the rest to the next. What people corrected stays; a case whose answers or signs become
others says so, by which version; the others are left as they are.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from earful import clockwork, pulse
from earful.cases.judgings import JudgingAgain
from earful.cases.models import Case
from earful.core.conversation import Role
from earful.core.triage.judging import Asked
from earful.people.models import Agent
from earful.people.permitting import administrators_only
from earful.posts.calling import call
from earful.posts.models import Post
from earful.triage.doubts import doubt
from earful.triage.in_force import in_force, judged

__all__ = ["JudgingAgain", "UnderWay", "ask", "judge_some", "left", "newest", "run_until"]

log = structlog.get_logger("triage")

AT_ONCE: Final = 50
LOOK_SECONDS: Final = 1.0
DAYS: Final = 7


class UnderWay(Exception):
    """They are being judged again already; the message says so, for people."""


def ask(scope: JudgingAgain.Scope, by: Agent) -> JudgingAgain:
    """Have the posts of these cases judged again. Raises NotYours for anybody who is no administrator, and UnderWay."""
    administrators_only(by, "have posts judged again")
    try:
        with transaction.atomic():
            asked = JudgingAgain.objects.create(scope=scope, version=in_force().name, by=by)
            pulse.tell("judging", [asked.pk])
    except IntegrityError as error:
        raise UnderWay("They are being judged again already. Wait until that is through.") from error
    log.info("judging again", scope=scope.value, version=asked.version, by=by.username)
    return asked


def newest() -> JudgingAgain | None:
    """The judging that is under way, or the last one; None if nobody ever asked."""
    return JudgingAgain.objects.select_related("by").order_by("-pk").first()


def left(judging: JudgingAgain) -> int:
    """How many cases still wait to be judged again."""
    return 0 if judging.done_at else _cases(judging).filter(pk__gt=judging.reached).count()


def run_until(stop: threading.Event) -> None:
    """Judge what is asked for until `stop` is set; for a thread of its own."""
    clockwork.work_until(stop, judge_some, rest=LOOK_SECONDS)


@transaction.atomic
def judge_some(at_once: int = AT_ONCE) -> bool:
    """Judge the next cases' posts again. False if there is nothing to do, or another is at it."""
    due = JudgingAgain.objects.select_for_update(skip_locked=True).filter(done_at=None).order_by("pk").first()
    if due is None:
        return False
    behind = _cases(due).filter(pk__gt=due.reached).order_by("pk")
    cases = list(behind.values_list("pk", flat=True)[:at_once])
    due.posts += _judge(cases)
    due.changed += _say_anew(cases)
    due.cases += len(cases)
    due.reached = cases[-1] if cases else due.reached
    due.done_at = None if cases else timezone.now()
    due.save(update_fields=["reached", "posts", "cases", "changed", "done_at"])
    pulse.tell("judging", [due.pk])
    return True


def _cases(judging: JudgingAgain) -> QuerySet[Case]:
    if judging.scope == JudgingAgain.Scope.RUNNING:
        return Case.objects.running()
    return Case.objects.filter(touched_at__gte=judging.at - timedelta(days=DAYS))


def _judge(cases: Sequence[int]) -> int:
    """Give the customers' posts of these cases the verdict of now; how many there are.

    Posts are locked before cases, as whoever corrects one locks them, and in order of their ids.
    """
    written = Post.objects.filter(message__case__in=cases, message__role=Role.CUSTOMER, deleted_at=None)
    posts = list(written.select_for_update(of=("self",)).order_by("pk"))
    verdicts = judged([Asked(post.text, post.lang) for post in posts])
    for post, verdict in zip(posts, verdicts, strict=True):
        post.verdict, post.signals = verdict.kept, list(verdict.signals)
    Post.objects.bulk_update(posts, ["verdict", "signals"])
    call({post.pk: post.corrected.get("intent", told.intent) for post, told in zip(posts, verdicts, strict=True)})
    doubt({post.pk: told for post, told in zip(posts, verdicts, strict=True)})
    pulse.tell("post", [post.pk for post in posts])
    return len(posts)


def _say_anew(cases: Sequence[int]) -> int:
    """How many of these cases say something else now."""
    version = in_force().name
    said = [case.judged_again(version) for case in Case.objects.filter(pk__in=cases).order_by("pk")]
    return sum(said)
