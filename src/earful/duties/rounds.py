"""Nightly rounds: every stored post and person is asked for once a day, and what the network no longer shows goes.

X's policy gives 24 hours for deletions, protection and suspension (developer policy and guidelines, 2026). Most of it
is heard at once by the stream and by Activity; the round finds what those did not tell. A night begins at NIGHT; a desk
that was off then begins when it is up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from earful import clockwork, pulse
from earful.channels import access
from earful.channels.models import Channel
from earful.connectors.registry import CONNECTORS, connector_for
from earful.core.connector import Account, ConnectorError, Gone, Talk, TryLater
from earful.core.spending import Purpose
from earful.duties.models import Round, Subject
from earful.intake import forgetting
from earful.ledger.till import Tills
from earful.people.models import Identity
from earful.posts.models import Post, Removal
from earful.posts.store import take_turns
from earful.vault import Unopenable

log = structlog.get_logger("duties")

NIGHT: Final = time(2, 0)
# A step is a request of a minute at most, and the writing of what it found.
LEASE: Final = timedelta(minutes=10)
LOOK_SECONDS: Final = 15.0
# How long the network is given before it is asked for its answer again; the last pause is repeated.
PAUSES: Final = (5, 15, 60, 300)
AFTER_TROUBLE: Final = timedelta(minutes=15)
LONGEST_REASON: Final = 500
_DUE: Final = "ended_at IS NULL"

Run = Callable[[Account, Talk[Any]], Any]


def run_until(stop: threading.Event) -> None:
    """Begin rounds when their night comes and walk them until `stop` is set; for a thread of its own."""
    with access.exchange(Tills(Purpose.UPKEEP)) as exchange:
        clockwork.work_until(stop, lambda: _look(exchange.run), rest=LOOK_SECONDS)


def _look(run: Run) -> bool:
    begin_tonight(timezone.now())
    return step_once(run)


def begin_tonight(now: datetime) -> int:
    """Begin the rounds of this night that have not begun; how many."""
    night = clockwork.night_of(now, NIGHT)
    return sum(_begin(channel, subject, night, now) for channel in audited() for subject in Subject.values)


def audited() -> list[Channel]:
    """One channel for each network and app that can be asked: the oldest of those in use."""
    channels = Channel.objects.filter(enabled=True, network__in=audited_networks()).order_by("network", "api", "pk")
    return list(channels.distinct("network", "api"))


def audited_networks() -> list[str]:
    """The networks that can be asked."""
    return [network for network, connector in CONNECTORS.items() if connector.capabilities.audited_at_once]


def step_once(run: Run) -> bool:
    """Take one step of one round that is due. False if none is."""
    now = timezone.now()
    claimed = clockwork.claim(Round, _DUE, [], now=now, lease=LEASE, limit=1)
    for walk in Round.objects.select_related("channel").filter(pk__in=claimed):
        try:
            _step(walk, run)
        except clockwork.Superseded:
            log.warning("superseded", network=walk.channel.network, subject=walk.subject)
    return bool(claimed)


def _begin(channel: Channel, subject: str, night: datetime, now: datetime) -> bool:
    rounds = Round.objects.filter(channel=channel, subject=subject)
    if rounds.filter(Q(began_at__gte=night) | Q(ended_at=None)).exists():
        return False
    try:
        with transaction.atomic():
            Round.objects.create(channel=channel, subject=subject, began_at=now, due_at=now)
    except IntegrityError:
        return False  # another process began it
    return True


def _step(walk: Round, run: Run) -> None:
    try:
        if walk.ticket:
            _hear_answer(walk, run)
        else:
            _hand_in(walk, run)
    except LookupError as over:
        # The job came to nothing: the same ids are handed in again.
        walk.ticket = ""
        _put_off(walk, str(over), None)
    except ConnectorError as error:
        _put_off(walk, error.reason, error.at if isinstance(error, TryLater) else None)
    except Unopenable as error:
        _put_off(walk, str(error), None)
    except (clockwork.Superseded, *clockwork.AWAY):
        raise
    except Exception as fault:  # whatever it is, the other rounds go on, and the page says why this one does not
        log.exception("fault", network=walk.channel.network, subject=walk.subject)
        _put_off(walk, f"The desk stumbled over this round ({type(fault).__name__}); it tries again.", None)


def _hand_in(walk: Round, run: Run) -> None:
    connector = connector_for(walk.channel.network)
    rows = _next_ids(walk, connector.capabilities.audited_at_once)
    if not rows:
        _end(walk)
        return
    account = access.app_of(walk.channel)
    walk.ticket = run(account, connector.audit(account, _subject(walk), [network_id for _, network_id in rows]))
    walk.upto, walk.asked, walk.tries, walk.reason = rows[-1][0], len(rows), 0, ""
    _due(walk, timezone.now() + timedelta(seconds=PAUSES[0]))


def _hear_answer(walk: Round, run: Run) -> None:
    account = access.app_of(walk.channel)
    gone: Sequence[Gone] | None = run(account, connector_for(walk.channel.network).audited(account, walk.ticket))
    if gone is None:
        walk.tries = min(walk.tries + 1, len(PAUSES) - 1)
        _due(walk, timezone.now() + timedelta(seconds=PAUSES[walk.tries]))
        return
    with transaction.atomic():
        take_turns(forgetting=bool(gone))
        removed = _carry_out(walk, gone)
        walk.cursor, walk.ticket, walk.tries, walk.reason = walk.upto, "", 0, ""
        walk.checked, walk.found = walk.checked + walk.asked, walk.found + len(removed)
        _due(walk, timezone.now())
    log.info("checked", network=walk.channel.network, subject=walk.subject, ids=walk.asked, gone=len(removed))


def _carry_out(walk: Round, gone: Sequence[Gone]) -> list[Removal]:
    posts, persons = (gone, []) if walk.subject == Subject.POSTS else ([], gone)
    return forgetting.forget(walk.channel.network, posts, persons, timezone.now(), Removal.Learned.ASKED)


def _next_ids(walk: Round, most: int) -> list[tuple[int, str]]:
    """The next rows and their network's ids. Private messages are no posts to a network that is asked for posts."""
    network = walk.channel.network
    if walk.subject == Subject.PEOPLE:
        people = Identity.objects.filter(network=network, pk__gt=walk.cursor).order_by("pk")
        return list(people.values_list("pk", "account_id")[:most])
    posts = Post.objects.filter(network=network, pk__gt=walk.cursor, private=False, deleted_at=None).order_by("pk")
    return list(posts.values_list("pk", "network_id")[:most])


def _subject(walk: Round) -> Any:
    return Subject(walk.subject).value


def _end(walk: Round) -> None:
    walk.ended_at, walk.reason = timezone.now(), ""
    _due(walk, None)
    pulse.tell("channel", [walk.channel_id])


def _put_off(walk: Round, reason: str, at: datetime | None) -> None:
    walk.reason = reason[:LONGEST_REASON]
    _due(walk, at or timezone.now() + AFTER_TROUBLE)
    log.warning("cannot ask", network=walk.channel.network, subject=walk.subject, reason=reason)


def _due(walk: Round, at: datetime | None) -> None:
    """Write the step down, if the round is still ours by the lease that we claimed it with; raises Superseded
    otherwise, and takes what was done in the transaction back.
    """
    with transaction.atomic():
        clockwork.hold(walk, walk.leased_until)
        walk.due_at, walk.leased_until = at, None
        walk.save()
