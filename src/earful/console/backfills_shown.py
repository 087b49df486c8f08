"""Backfills as pages show them: how far, how much, what it costs, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from earful.console.composing import money
from earful.intake.backfilling import progress
from earful.intake.models import Backfill, BackfillState

# A backfill that is over stays on the list of rules this long: long enough to be seen by who began it.
_STILL_TOLD: Final = timedelta(hours=12)
_SHOWN_OF_A_RULE: Final = 20
_OVER: Final = (BackfillState.DONE, BackfillState.CAPPED, BackfillState.FAILED, BackfillState.STOPPED)


@dataclass(frozen=True, slots=True)
class BackfillShown:
    """One walk into the past. `share` is how much of its time is walked, in hundredths; `words` say the same and what
    came of it. `state` says how it stands, `tone` colours that ("", "good", "bad"); `deeds` are the verbs that it
    takes, and `cap_to_offer` the higher cap that a form begins with, in dollars.
    """

    backfill: Backfill
    share: int
    words: str
    state: str
    tone: str
    because: str
    deeds: tuple[str, ...]
    cap_to_offer: str


def lately(rules: Sequence[int], now: datetime) -> dict[int, list[BackfillShown]]:
    """By rule: what is walking or paused, and what came to its end a short while ago."""
    walks = Backfill.objects.filter(rule__in=rules).exclude(state__in=_OVER, ended_at__lt=now - _STILL_TOLD)
    told: dict[int, list[BackfillShown]] = {}
    for walk in walks.select_related("channel").order_by("-pk"):
        told.setdefault(walk.rule_id, []).append(backfill_shown(walk))
    return told


def backfills_of(rule: int) -> list[BackfillShown]:
    """The newest backfills of a rule."""
    walks = Backfill.objects.filter(rule=rule).select_related("channel", "started_by").order_by("-pk")
    return [backfill_shown(walk) for walk in walks[:_SHOWN_OF_A_RULE]]


def backfill_shown(walk: Backfill) -> BackfillShown:
    """One backfill; its channel must be loaded."""
    state, tone, deeds = _STATES[BackfillState(walk.state)]
    return BackfillShown(
        backfill=walk,
        share=_share(walk),
        words=_words(walk),
        state=state,
        tone=tone,
        because=walk.reason,
        deeds=deeds,
        cap_to_offer=f"{walk.price_cap * 2:.2f}",
    )


def _share(walk: Backfill) -> int:
    return 100 if walk.state == BackfillState.DONE else min(100, int(progress(walk) * 100))


def _words(walk: Backfill) -> str:
    """As in: 3 of 7 days, 412 posts fetched, 120 new, $2.06 of at most $5.00."""
    days = (walk.until - walk.since) / timedelta(days=1)
    walked = days if walk.state == BackfillState.DONE else days * progress(walk)
    return (
        f"{_days(walked)} of {_days(days)} day{'' if round(days, 1) == 1 else 's'}, {walk.fetched:,} "
        f"post{'' if walk.fetched == 1 else 's'} fetched, {walk.found:,} new, "
        f"{_dollars(walk.spent)} of at most {_dollars(walk.price_cap)}"
    )


def _days(days: float) -> str:
    return f"{round(days, 1):g}"


def _dollars(amount: Decimal) -> str:
    return money(float(amount))


_STATES: Final = {
    BackfillState.RUNNING: ("running", "", ("pause", "stop")),
    BackfillState.PAUSED: ("paused", "", ("resume", "stop")),
    BackfillState.DONE: ("done", "good", ()),
    BackfillState.CAPPED: ("stopped at its price cap", "bad", ("raise",)),
    BackfillState.FAILED: ("stopped by the network", "bad", ("resume",)),
    BackfillState.STOPPED: ("stopped", "", ()),
}
