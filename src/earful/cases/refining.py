"""The second look at posts that triage was least sure of: their verdicts are refined, and the cases weighed anew that
show them already.

A post and its doubt are written in one transaction: who is killed has refined a post or has not, and the lease of the
others runs out. What a person corrected stays, and so do heads that learned here from what people corrected: the second
stage knows nothing of that. What the first stage told stays with the verdict, under "first".
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from earful import clockwork, pulse
from earful.cases.models import Case
from earful.core.conversation import Role
from earful.core.triage import Verdict
from earful.core.triage.answers import as_kept, from_kept
from earful.core.triage.judging import Asked, judge_all
from earful.core.triage.model import UnreadableModel
from earful.deep.model import Deep, read
from earful.deep.needed import kept_in
from earful.deep.staged import Staged
from earful.posts.calling import call
from earful.posts.models import Post
from earful.triage.in_force import in_force
from earful.triage.models import Doubt
from earful.triage.topics import topics

log = structlog.get_logger("refiner")

AT_ONCE: Final = 64
LEASE: Final = timedelta(seconds=60)


@dataclass(slots=True)
class Refiner:
    """Looks at doubted posts, batch after batch. A second stage that was made anew is taken up by itself."""

    _deep: Deep | None = None
    _file: tuple[Path, int] | None = field(default=None)

    def run_once(self, wait: float) -> int:
        """Refine one batch; how many posts were looked at. Waits so long where there is nothing to do."""
        deep = self._in_force()
        refined = refine(deep, timezone.now()) if deep else 0
        if not refined:
            time.sleep(wait)
        return refined

    def _in_force(self) -> Deep | None:
        """The desk's second stage as it is kept now; None where it is away, or is none."""
        path = kept_in(settings.DATA)
        if not path.exists():
            return None
        if self._file != (path, made := path.stat().st_mtime_ns):
            self._deep, self._file = _opened(path), (path, made)
        return self._deep


def _opened(path: Path) -> Deep | None:
    try:
        return read(path.read_bytes(), path.name)
    except UnreadableModel as error:
        log.error("unreadable second stage", reason=str(error))
        return None


def refine(deep: Deep, now: datetime) -> int:
    """Take a batch of doubted posts and refine it; how many there were."""
    taken = clockwork.claim(Doubt, "true", [], now=now, lease=LEASE, limit=AT_ONCE)
    doubts = list(Doubt.objects.filter(pk__in=taken, leased_until=now + LEASE).select_related("post"))
    by = in_force()
    staged = Staged(by.model, (deep.without(by.learned_here),))
    asked = [Asked(doubt.post.text, doubt.post.lang) for doubt in doubts]
    name = f"{by.name}, second stage {deep.card.made_from}"
    verdicts = judge_all(asked, staged, learned_here=by.learned_here, version=name, topics=topics())
    for doubt, verdict in zip(doubts, verdicts, strict=True):
        try:
            _keep(doubt, verdict)
        except clockwork.Superseded:
            log.info("superseded", post=doubt.post_id)
    return len(taken)


@transaction.atomic
def _keep(doubt: Doubt, verdict: Verdict) -> None:
    """Write what the second look came to, and be done with the doubt."""
    # The post first: whoever edits or deletes it, or corrects it, holds its row.
    post = Post.objects.select_for_update().get(pk=doubt.post_id)
    clockwork.hold(doubt, doubt.leased_until)
    doubt.delete()
    before = post.verdict.get("answers", {})
    if post.deleted_at is not None or post.version != doubt.post.version or not (before and verdict.answers):
        return
    answers = dict(verdict.answers) | {head: told for head, told in from_kept(before).items() if head in post.corrected}
    post.verdict = {**post.verdict, "model": verdict.model, "answers": as_kept(answers), "first": before}
    post.save(update_fields=["verdict"])
    call({post.pk: post.corrected.get("intent", verdict.intent)})
    pulse.tell("post", [post.pk])
    for case in Case.objects.filter(messages__post=post, messages__role=Role.CUSTOMER):
        case.say_anew()
