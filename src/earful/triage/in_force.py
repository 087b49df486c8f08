"""The model in force: the newest version that this desk learned and did not refuse, else the one that comes with the
product. Looked for again every few seconds, so that every process judges by the same one soon after it changes.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from earful.core.triage.judging import Asked, judge_all
from earful.core.triage.model import Model, UnreadableModel, read, shipped
from earful.core.triage.verdict import Verdict
from earful.triage.models import Version
from earful.triage.topics import topics

log = structlog.get_logger("triage")

LOOK_AGAIN_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class InForce:
    """A model, by what name verdicts remember it, and the heads of it that learned from corrections."""

    name: str
    model: Model
    learned_here: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Shelf:
    """The model in force in this process, and when it was last looked for."""

    there: InForce | None = None
    version: int | None = None
    looked_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


_shelf = _Shelf()


def in_force() -> InForce:
    """The model to judge by now."""
    there = _shelf.there
    if there is None or time.monotonic() - _shelf.looked_at >= LOOK_AGAIN_SECONDS:
        return look_again()
    return there


def look_again() -> InForce:
    """Take what the table says is in force; for who has just changed it."""
    with _shelf.lock:
        version = Version.objects.filter(state=Version.State.IN_FORCE).values_list("pk", flat=True).first()
        if _shelf.there is None or version != _shelf.version:
            _shelf.there, _shelf.version = _opened(version), version
        _shelf.looked_at = time.monotonic()
        return _shelf.there


def judged(asked: Sequence[Asked]) -> list[Verdict]:
    """The verdicts on a batch of posts, by the model in force."""
    if not asked:
        return []
    by = in_force()
    return judge_all(asked, by.model, learned_here=by.learned_here, version=by.name, topics=topics())


def _opened(version: int | None) -> InForce:
    """A version that cannot be read judges nothing: the shipped model does, and the log says why."""
    by_itself = InForce(f"shipped {shipped().card.version}", shipped())
    if version is None:
        return by_itself
    kept = Version.objects.get(pk=version)
    try:
        return InForce(f"version {version}", read(bytes(kept.body or b""), f"version {version}"), frozenset(kept.heads))
    except UnreadableModel as error:
        log.error("unreadable model", version=version, reason=str(error))
        return by_itself
