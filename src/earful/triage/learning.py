"""Learning from what people corrected: every head that was taught something is tried, and those that did not get worse
are put in force together, as one version. What was refused is written down with why.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog
from django.db import transaction
from django.utils import timezone

from earful import pulse
from earful.core.triage.corpus import Example, corpus, of_head
from earful.core.triage.heads import HEADS
from earful.core.triage.model import Model
from earful.core.triage.relearning import Examples, Lesson, Tried, try_out
from earful.core.triage.vectors import vectors
from earful.people.models import Agent
from earful.people.permitting import administrators_only
from earful.triage.in_force import in_force, look_again
from earful.triage.lessons import lessons
from earful.triage.models import Correction, Version

log = structlog.get_logger("triage")

# Fewer lessons than this for a head do not move it: somebody's first afternoon is not a habit of the desk.
LEAST_LESSONS: Final = 20
# Bodies of older versions are dropped; their figures stay. Each is a few megabytes.
KEPT_BODIES: Final = 20
LONGEST_WHY: Final = 300


class NothingToLearn(Exception):
    """No head was taught enough that is new since the last time; the message says what is missing."""


def learn(by: Agent | None = None, beside: Sequence[Example] = ()) -> Version:
    """Learn now, `beside` invented posts (the whole corpus, unless others are given). The new version is in force if
    any head got better; else it is kept as refused.

    Takes some twenty seconds of a core for each head that was taught. Raises NothingToLearn.
    """
    at, began, taught = timezone.now(), time.monotonic(), enough(lessons())
    look_again()
    tried = [_try_out(head, taught[head], beside or corpus()) for head in HEADS if head in taught]
    better = [each for each in tried if not each.refused]
    version = Version(
        state=Version.State.RESTING if better else Version.State.REFUSED,
        body=_body(better) if better else None,
        heads=sorted({*in_force().learned_here, *(each.head for each in better)}) if better else [],
        figures={each.head: each.figures() for each in tried},
        learned_from=sum(each.lessons for each in tried),
        held_back=sum(each.held_back for each in tried),
        why=_why(tried)[:LONGEST_WHY],
        by=by,
        at=at,
        seconds=round(time.monotonic() - began, 1),
    )
    _keep(version)
    log.info("learned", version=version.pk, state=version.state, heads=version.heads, seconds=version.seconds)
    return version


def enough(taught: Mapping[str, Sequence[Lesson]]) -> dict[str, Sequence[Lesson]]:
    """The heads that were taught enough, if anything came since the newest version; raises NothingToLearn."""
    ready = {head: each for head, each in taught.items() if head in HEADS and _teaching(each) >= LEAST_LESSONS}
    if not ready:
        most = max((_teaching(each) for each in taught.values()), default=0)
        raise NothingToLearn(
            f"No head has {LEAST_LESSONS} corrections that may be learned from yet; the most that one has is {most}."
        )
    newest = Version.objects.order_by("-pk").values_list("learned_from", "at").first()
    if newest is not None and not _is_news(ready, *newest):
        raise NothingToLearn("Nothing was corrected since the desk last learned.")
    return ready


def _is_news(ready: Mapping[str, Sequence[Lesson]], learned_from: int, at: datetime) -> bool:
    """Whether something was corrected since, taken back, or corrected once more."""
    many = sum(len(_taught(each)) for each in ready.values())
    return many != learned_from or Correction.objects.filter(head__in=ready, at__gt=at).exists()


def put_in_force(version: Version | None, by: Agent) -> None:
    """Judge by this version from now on; None is the model that comes with the product. Raises NotYours for anybody who
    is no administrator, ValueError for a version that was refused or whose body is gone.
    """
    administrators_only(by, "change which model is in force")
    if version is not None and version.body is None:
        raise ValueError("That version has no model any more: it was refused, or is too old.")
    with transaction.atomic():
        _rest()
        if version is not None:
            Version.objects.filter(pk=version.pk).update(state=Version.State.IN_FORCE)
    look_again()
    pulse.tell("model", [version.pk if version else 0])
    log.info("model in force", version=version.pk if version else None, by=by.username)


def _try_out(head: str, taught: Sequence[Lesson], beside: Sequence[Example]) -> Tried:
    return try_out(HEADS[head], Examples(*of_head(HEADS[head], beside)), taught, in_force().model, vectors())


def _body(better: Sequence[Tried]) -> bytes:
    model: Model = in_force().model
    for each in better:
        model = model.with_head(each.head, each.learned)
    return model.as_bytes()


def _keep(version: Version) -> None:
    with transaction.atomic():
        if version.state != Version.State.REFUSED:
            _rest()
            version.state = Version.State.IN_FORCE
        version.save()
        old = Version.objects.exclude(state=Version.State.IN_FORCE).exclude(body=None).order_by("-pk")
        Version.objects.filter(pk__in=list(old.values_list("pk", flat=True)[KEPT_BODIES:])).update(body=None)
    look_again()
    pulse.tell("model", [version.pk])


def _rest() -> None:
    """Nothing is in force."""
    Version.objects.select_for_update().filter(state=Version.State.IN_FORCE).update(state=Version.State.RESTING)


def _teaching(taught: Sequence[Lesson]) -> int:
    return sum(each.teaches for each in taught)


def _taught(taught: Sequence[Lesson]) -> list[Lesson]:
    return [each for each in taught if not each.held_back]


def _why(tried: Sequence[Tried]) -> str:
    return "; ".join(
        f"{each.head}: {each.refused or f'learned from {each.lessons} correction' + 's' * (each.lessons != 1)}"
        for each in tried
    )
