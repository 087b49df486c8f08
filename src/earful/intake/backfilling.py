"""What people do with backfills: ask what one would cost, begin it, let it rest, go on, stop it. `walking` walks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from django.db import IntegrityError, transaction
from django.utils import timezone

from earful import pulse
from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.connector import Refused, searchable
from earful.intake.affording import SMALLEST_PAGE, price
from earful.intake.models import Backfill, BackfillState
from earful.intake.walking import affordable
from earful.people.models import Agent
from earful.rules.counting import count_between
from earful.rules.models import ListeningRule


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a backfill would bring, and cost at most (in dollars by the prices in force for the channel, with all that
    may come along with a post); None where nobody can tell.
    """

    posts: int | None
    price: float | None
    by: Literal["counted", "none"]


def estimate(channel: Channel, text: str, since: datetime, until: datetime) -> Estimate:
    """Ask the network how many posts there are; it bills the question. Nothing is asked where it cannot count.

    Raises Refused for a rule that its search cannot say, other ConnectorErrors as they come, vault.Unopenable.
    """
    connector, now = connector_for(channel.network), timezone.now()
    since, until = _reachable(channel, text, since, until, now)
    if not connector.capabilities.counts:
        return Estimate(None, None, "none")
    posts = count_between(channel, text, since, until, now).posts
    return Estimate(posts, float(posts * price(connector.rates(channel.keyless))), "counted")


def begin(
    rule: ListeningRule,
    channel: Channel,
    *,
    since: datetime,
    until: datetime,
    price_cap: Decimal,
    agent: Agent | None,
    opens_cases: bool = False,
    expected: int | None = None,
) -> Backfill:
    """Start walking back from `until` to `since`, as far as the network's search reaches. Where its search has not
    caught up with `until`, the walk waits until it has: what was written this minute is not left out. A walk up to now
    for a rule that was just changed goes on to when the network has it in force: from then on the rule finds by itself.

    Raises Refused for a rule that the search cannot say, IntegrityError if one walks on this channel for this rule.
    """
    now = timezone.now()
    # Somebody who asks for "up to now" named a moment that is over by a little.
    until = max(now, rule.changed_at + _IN_FORCE_AFTER) if until > now - timedelta(seconds=5) else until
    since, _ = _reachable(channel, rule.text, since, until, now)
    with transaction.atomic():
        walk = Backfill(
            rule=rule,
            channel=channel,
            text=rule.text,
            since=since,
            until=until,
            opens_cases=opens_cases,
            expected=expected,
            price_cap=price_cap,
            started_by=agent,
        )
        for name, value in _beginning(walk, now).items():
            setattr(walk, name, value)
        walk.save()
        pulse.tell("backfill", [walk.pk])
    return walk


_CATCHING_UP: Final = "Begins in {} seconds, when the network's search knows the newest posts."
# The listener looks for changes every ten seconds, and X has a rule in force some twenty seconds after it got it
# (docs.x.com, "Build a rule"); the rest is for a busy desk.
_IN_FORCE_AFTER: Final = timedelta(seconds=45)


def pause(walk: Backfill) -> None:
    """Rest until resumed. A page that is being asked for is kept all the same."""
    _move(walk, (BackfillState.RUNNING,), state=BackfillState.PAUSED)


def stop(walk: Backfill) -> None:
    """End it where it is; what it found stays."""
    ended = {"state": BackfillState.STOPPED, "ended_at": timezone.now(), "due_at": None}
    _move(walk, (BackfillState.RUNNING, BackfillState.PAUSED), **ended)


def resume(walk: Backfill, price_cap: Decimal | None = None) -> None:
    """Go on where it was, with another price cap if one is given.

    Raises Refused if the cap leaves no page, or another backfill for the same rule and channel runs meanwhile.
    """
    cap = walk.price_cap if price_cap is None else price_cap
    if affordable(walk, cap) < SMALLEST_PAGE:
        raise Refused("The price cap leaves no money for another page. Raise it to go on.")
    going = {"state": BackfillState.RUNNING, "price_cap": cap, "ended_at": None, **_beginning(walk, timezone.now())}
    try:
        _move(walk, (BackfillState.PAUSED, BackfillState.CAPPED, BackfillState.FAILED), **going)
    except IntegrityError:
        raise Refused("Another backfill of this rule runs on this channel. Let it end, or stop it first.") from None


def _beginning(walk: Backfill, now: datetime) -> dict[str, Any]:
    """When it asks for its next page, and why not before: a first page asked for too soon would miss the newest posts,
    and nothing would ask for them later.
    """
    lag = timedelta(seconds=connector_for(walk.channel.network).capabilities.search_lag)
    waits = walk.until + lag - now
    if walk.reached is not None or waits <= timedelta(0):
        return {"due_at": now, "reason": ""}
    return {"due_at": now + waits, "reason": _CATCHING_UP.format(round(waits.total_seconds()))}


def progress(walk: Backfill) -> float:
    """How much of its time is walked, from 0 to 1."""
    if walk.state == BackfillState.DONE:
        return 1.0
    if walk.reached is None:
        return 0.0
    return min(1.0, max(0.0, (walk.until - walk.reached) / (walk.until - walk.since)))


def _reachable(
    channel: Channel, text: str, since: datetime, until: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """The stretch of time that the network's search can reach; raises Refused if none, or if it cannot say the rule."""
    connector = connector_for(channel.network)
    if not connector.capabilities.search_days:
        raise Refused(f"{connector.name} has no search: only what is written from now on can be found.")
    since, until = searchable(connector.capabilities, since, until, now)
    if since >= until:
        raise Refused(f"{connector.name}'s search does not reach that far. Choose fewer days.")
    # A talk says so before it asks anything.
    talk = connector.search(channel.keyless, text, since, until, "")
    next(talk)
    talk.close()
    return since, until


def _move(walk: Backfill, states: Sequence[str], **fields: Any) -> None:
    """Change a backfill if it still is in one of these states, and tell."""
    with transaction.atomic():
        if Backfill.objects.filter(pk=walk.pk, state__in=states).update(**fields):
            pulse.tell("backfill", [walk.pk])
    walk.refresh_from_db()
