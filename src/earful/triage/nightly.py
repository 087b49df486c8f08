"""When the desk learns: every night, and when an administrator asks.

The work takes a core for seconds to minutes, so it is done by a process of its own, which ends with it; the worker only
looks whether it is time. Who dies in the middle leaves nothing behind: a version is written in one transaction.
"""

from __future__ import annotations

import os
import subprocess  # our own interpreter, with a fixed argument
import sys
import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from earful import clockwork, pulse
from earful.people.models import Agent
from earful.people.permitting import administrators_only
from earful.triage.learning import NothingToLearn, learn
from earful.triage.models import Learning

log = structlog.get_logger("triage")

NIGHT: Final = time(3, 0)
LEASE: Final = timedelta(minutes=30)
LOOK_SECONDS: Final = 5.0


def run_until(stop: threading.Event) -> None:
    """Have the desk learn when it is time until `stop` is set; for a thread of its own."""
    clockwork.work_until(stop, lambda: look(timezone.now(), in_a_process_of_its_own), rest=LOOK_SECONDS)


def look(now: datetime, have_done: Callable[[int], None]) -> bool:
    """Begin tonight's learning if it has not begun, and have one that is due done. False if none is."""
    begin_tonight(now)
    claimed = clockwork.claim(Learning, "ended_at IS NULL", [], now=now, lease=LEASE, limit=1)
    for number in claimed:
        have_done(number)
    return bool(claimed)


def ask_for(by: Agent) -> Learning | None:
    """Let the desk learn now; None if it is at it already. Raises NotYours for anybody who is no administrator."""
    administrators_only(by, "have the desk learn")
    return _ask(timezone.now(), by)


def begin_tonight(now: datetime) -> Learning | None:
    """Tonight's learning, once: a desk that was off then begins when it is up."""
    if Learning.objects.filter(asked_at__gte=clockwork.night_of(now, NIGHT)).exists():
        return None
    return _ask(now, None)


def in_a_process_of_its_own(number: int) -> None:
    """Learn in a process that ends with it; it gives up its place to whoever else wants a core."""
    environment = {**os.environ, "EARFUL_LEARNING": str(number), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    asked = [sys.executable, "-m", "earful.supervisor.roles", "learner"]
    done = subprocess.run(asked, env=environment, check=False, timeout=LEASE.total_seconds())
    if done.returncode:
        log.error("learning failed", learning=number, code=done.returncode)


def carry_out(number: int) -> None:
    """Learn, and write down what came of it. One that another has taken over meanwhile, or ended, is let go."""
    learning = Learning.objects.get(pk=number)
    try:
        version = learn(learning.by)
        said = f"{'In force' if version.body else 'Refused'}: {version.why}"
    except NothingToLearn as nothing:
        version, said = None, str(nothing)
    with transaction.atomic():
        clockwork.hold(learning, learning.leased_until)
        learning.version, learning.said, learning.ended_at = version, said[:500], timezone.now()
        learning.due_at = learning.leased_until = None
        learning.save()
    pulse.tell("model", [number])


def _ask(now: datetime, by: Agent | None) -> Learning | None:
    try:
        with transaction.atomic():
            return Learning.objects.create(by=by, asked_at=now, due_at=now)
    except IntegrityError:
        return None  # one waits or runs already
