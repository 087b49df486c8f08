"""Backfills as pages show them: how far, how much, what it costs, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from earful.channels.models import Channel
from earful.console.amounts import price_in_words
from earful.intake.backfilling import progress
from earful.intake.models import Backfill, BackfillState
from earful.rules.models import ListeningRule

# A backfill that is over stays on the list of rules this long: long enough to be seen by who began it.
_STILL_TOLD: Final = timedelta(hours=12)
_SHOWN_OF_A_RULE: Final = 20
_UNDER_WAY: Final = (BackfillState.RUNNING, BackfillState.PAUSED)
_OVER: Final = (BackfillState.DONE, BackfillState.CAPPED, BackfillState.FAILED, BackfillState.STOPPED)


@dataclass(frozen=True, slots=True)
class BackfillShown:
    """One walk into the past. `share` is how much of it is walked, in hundredths; `words` say the same and what
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


@dataclass(frozen=True, slots=True)
class InTheWay:
    """An earlier backfill that a new one would go over again: `deed` is the verb by which it goes on ("" while it
    runs). With `passable` a new one may begin nevertheless.
    """

    shown: BackfillShown
    deed: str
    passable: bool


def in_the_way(rule: ListeningRule, channel: Channel, days: int, now: datetime) -> InTheWay | None:
    """The backfill to go on with, or to wait for, rather than begin anew; the network's search reaches `days` back."""
    walks = Backfill.objects.filter(rule=rule, channel=channel).select_related("channel").order_by("-pk")
    walk = walks.filter(state__in=_UNDER_WAY).first() or walks.first()
    if walk is None or not (walk.state in _UNDER_WAY or _goes_on(walk, rule, now - timedelta(days=days))):
        return None
    shown = backfill_shown(walk)
    deed = next((deed for deed in shown.deeds if deed in ("resume", "raise")), "")
    return InTheWay(shown, deed, passable=walk.state not in _UNDER_WAY)


def _goes_on(walk: Backfill, rule: ListeningRule, horizon: datetime) -> bool:
    """Whether it stopped short, and would still find something for the rule as it reads now."""
    stopped_short = walk.state in (BackfillState.CAPPED, BackfillState.FAILED)
    return stopped_short and walk.text == rule.text and (walk.reached or walk.until) > horizon


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
    """The newest days may hold most of the posts, so whichever is further counts: days or posts. A backfill that is
    not done never looks as if it were.
    """
    if walk.state == BackfillState.DONE:
        return 100
    posts = walk.fetched / walk.expected if walk.expected else 0.0
    return min(99, int(max(progress(walk), posts) * 100))


def _words(walk: Backfill) -> str:
    """As in: 200 of about 1,200 posts fetched, 120 new, at most $6.18 of $20.00 spent, and so on."""
    return (
        f"{_far(walk)} fetched, {walk.found:,} new, "
        f"at most {price_in_words(walk.spent)} of {price_in_words(walk.price_cap)} spent, all that comes along included"
    )


def _far(walk: Backfill) -> str:
    """In posts while their number is known and not proven wrong; else in days, as in: 3 of 7 days, 412 posts."""
    if walk.expected and walk.fetched <= walk.expected and walk.state != BackfillState.DONE:
        return f"{walk.fetched:,} of about {walk.expected:,} post{'' if walk.expected == 1 else 's'}"
    days = (walk.until - walk.since) / timedelta(days=1)
    walked = days if walk.state == BackfillState.DONE else days * progress(walk)
    posts = f"{walk.fetched:,} post{'' if walk.fetched == 1 else 's'}"
    return f"{_days(walked)} of {_days(days)} day{'' if round(days, 1) == 1 else 's'}, {posts}"


def _days(days: float) -> str:
    return f"{round(days, 1):g}"


_STATES: Final = {
    BackfillState.RUNNING: ("running", "", ("pause", "stop")),
    BackfillState.PAUSED: ("paused", "", ("resume", "stop")),
    BackfillState.DONE: ("done", "good", ()),
    BackfillState.CAPPED: ("stopped at its price cap", "bad", ("raise",)),
    BackfillState.FAILED: ("stopped by the network", "bad", ("resume",)),
    BackfillState.STOPPED: ("stopped", "", ()),
}
