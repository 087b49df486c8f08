"""Walking into the past, page by page, by whatever process is there to do it.

A page's frame goes into the journal, the cursor moves and the price is written down in one transaction. A process that
dies in between has lost one page, which the next one asks for again; what comes twice is stored once. A lease says who
may ask; it outlasts the page by a pause, so that all backfills of a channel together leave two thirds of the network's
limit to those who answer customers.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import structlog
from django.db import (
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.utils import timezone

from earful import clockwork, pulse
from earful.channels import access
from earful.connectors.registry import connector_for
from earful.core.connector import (
    Account,
    ConnectorError,
    LostAccess,
    Refused,
    SearchPage,
    Talk,
    TryLater,
    Turnstile,
)
from earful.core.spending import Purpose
from earful.intake import journal
from earful.intake.affording import SMALLEST_PAGE, cost, page_within
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.models import Backfill, BackfillState
from earful.intake.place import Place
from earful.ledger.till import Till
from earful.rules.authors import as_rules_need
from earful.vault import Unopenable

log = structlog.get_logger("backfill")

# X answers 450 searches in a quarter of an hour; a backfill takes a third of them.
PAUSE: Final = timedelta(seconds=6)
# A page is one request of at most twenty seconds. Who has not written it down after this has died.
LEASE: Final = timedelta(seconds=60)
# When the network says that it cannot answer now, and not when it can.
AFTER_TROUBLE: Final = timedelta(seconds=60)
LOOK_SECONDS: Final = 1.0
# The advisory lock that a claim is made under.
CLAIMING: Final = 0x0EA2F06
_AWAY: Final = (OperationalError, InterfaceError)

Run = Callable[[Account, Talk[SearchPage], Sequence[Turnstile]], SearchPage]


def run_until(stop: threading.Event) -> None:
    """Fetch pages of whatever backfills are due until `stop` is set; for a thread of its own."""
    with access.exchange() as exchange:
        clockwork.work_until(stop, Backfiller(exchange.run).run_once, rest=LOOK_SECONDS)


class Backfiller:
    """Fetches pages of backfills that are due. `run` drives a talk over the wire."""

    def __init__(self, run: Run, *, pause: timedelta = PAUSE, lease: timedelta = LEASE) -> None:
        self._run, self._pause, self._lease = run, pause, lease
        self._unkept: tuple[Backfill, Place, SearchPage] | None = None

    def run_once(self) -> bool:
        """Fetch one page of one backfill, the one that has waited longest. False if none is due."""
        if self._unkept is not None:
            self._keep(*self._unkept)
        now = timezone.now()
        claimed = self._claim(now)
        for walk in Backfill.objects.select_related("channel").filter(pk__in=claimed):
            self._walk_on(walk, now)
        return bool(claimed)

    def _claim(self, now: datetime) -> list[int]:
        """One claim at a time: two at the same instant would both find the channel free, and take two backfills."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMING])
            return clockwork.claim(Backfill, _DUE, [now], now=now, lease=self._lease, limit=1)

    def _walk_on(self, walk: Backfill, now: datetime) -> None:
        try:
            self._step(walk, now)
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it was, it is written down
            self._broke(walk, error)

    def _step(self, walk: Backfill, now: datetime) -> None:
        most = affordable(walk, walk.price_cap)
        place = Place.of(walk, now)
        if most < SMALLEST_PAGE:
            self._end(walk, BackfillState.CAPPED, _CAPPED)
        elif place.since >= place.until:
            at_its_end = walk.reached is not None and walk.reached <= walk.since + timedelta(seconds=1)
            self._end(walk, BackfillState.DONE, "" if at_its_end else _TOO_OLD)
        else:
            self._ask(walk, place, most)

    def _ask(self, walk: Backfill, place: Place, most: int) -> None:
        """One page; a failure is written down by what is to be done about it."""
        try:
            page = self._page(walk, place, most)
        except (LostAccess, Unopenable) as error:
            # It goes on by itself when the account has been linked again.
            self._later(walk, str(error), None)
        except TryLater as error:
            self._later(walk, error.reason, error.at)
        except Refused as error:
            if place.token:
                # A page token grows old: go on from the moment that was reached.
                self._later(walk, "", timezone.now(), cursor="")
            else:
                self._end(walk, BackfillState.FAILED, error.reason)
        except ConnectorError as error:
            self._later(walk, error.reason, None)
        else:
            self._keep(walk, place, page)

    def _page(self, walk: Backfill, place: Place, most: int) -> SearchPage:
        if not walk.channel.enabled:
            raise Refused("Its channel is switched off. Switch it on, then resume.")
        account = as_rules_need(walk.channel.network, access.account_of(walk.channel))
        connector = connector_for(walk.channel.network)
        talk = connector.search(account, walk.text, place.since, place.until, place.token, most=most)
        return self._run(account, talk, [Till(walk.channel, Purpose.RULES, walk.rule_id)])

    def _keep(self, walk: Backfill, place: Place, page: SearchPage) -> None:
        """A page is paid for: while the database is away it is held, and no other is asked for. One that can never be
        kept would be paid for again and again, and ends the walk.
        """
        self._unkept = (walk, place, page)
        try:
            self._journal(walk, place, page)
        except _AWAY:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it was, it is written down with its price
            self._broke(walk, error, paid=_cost(walk, page))
        self._unkept = None

    def _journal(self, walk: Backfill, place: Place, page: SearchPage) -> None:
        """The page into the journal, the cursor on, the price written down: all or nothing."""
        with transaction.atomic():
            row = self._locked(walk)
            if row is None:
                return
            row.spent += _cost(walk, page)
            if row.leased_until == walk.leased_until:
                row.pages, row.fetched = row.pages + 1, row.fetched + page.posts
                row.reached = min(filter(None, (row.reached, page.oldest)), default=None)
                row.cursor, row.reason = place.turned(page.next), ""
                self._rest(row, timezone.now() + self._pause)
                if not page.next:
                    _over(row, BackfillState.DONE, "")
                if page.frame:
                    journal.carry(PostgresBelt(), row.channel_id, row.ear, page.frame)
            row.save()
            pulse.tell("backfill", [row.pk])

    def _later(self, walk: Backfill, reason: str, at: datetime | None, **changed: str) -> None:
        """Ask again at `at`; the whole channel rests until then."""
        with transaction.atomic():
            if row := self._mine(walk):
                row.reason = reason[:500]
                row.cursor = changed.get("cursor", row.cursor)
                self._rest(row, at or timezone.now() + AFTER_TROUBLE)
                row.save()
                pulse.tell("backfill", [row.pk])
        if reason:
            log.warning("backfill waits", backfill=walk.pk, reason=reason)

    def _broke(self, walk: Backfill, error: Exception, paid: Decimal = Decimal(0)) -> None:
        """A fault of ours: asking on would pay for pages that nobody keeps."""
        log.exception("backfill broke", backfill=walk.pk)
        reason = f"The desk itself failed: {type(error).__name__}. Its log says more."
        self._end(walk, BackfillState.FAILED, reason, paid)

    def _end(self, walk: Backfill, state: BackfillState, reason: str, paid: Decimal = Decimal(0)) -> None:
        with transaction.atomic():
            row = self._locked(walk)
            if row is None:
                return
            row.spent += paid
            if row.leased_until == walk.leased_until:
                row.leased_until = None
                _over(row, state, reason)
            row.save()
            pulse.tell("backfill", [row.pk])
        log.info("backfill ended", backfill=walk.pk, state=state.value, reason=reason)

    def _locked(self, walk: Backfill) -> Backfill | None:
        """The backfill as it is now; None if its rule was deleted meanwhile."""
        return Backfill.objects.select_for_update(of=("self",)).filter(pk=walk.pk).first()

    def _mine(self, walk: Backfill) -> Backfill | None:
        """The backfill as it is now; None if somebody else took it over meanwhile."""
        row = self._locked(walk)
        return row if row is not None and row.leased_until == walk.leased_until else None

    def _rest(self, row: Backfill, until: datetime) -> None:
        """Nobody asks for a page of this channel before `until`."""
        row.leased_until = until
        if row.due_at is not None:
            row.due_at = until


def _cost(walk: Backfill, page: SearchPage) -> Decimal:
    return cost(connector_for(walk.channel.network), walk.channel.keyless, page.frame)


def affordable(walk: Backfill, cap: Decimal) -> int:
    """How many posts the next page may bring, so that the cap holds whatever is on it."""
    return page_within(connector_for(walk.channel.network).rates(walk.channel.keyless), cap - walk.spent)


def _over(row: Backfill, state: BackfillState, reason: str) -> None:
    """Ended, unless a person has stopped it already."""
    if row.state != BackfillState.STOPPED:
        row.state, row.reason = state, reason[:500]
        row.ended_at = timezone.now()
    row.due_at = None


# While one backfill of a channel is asked for, or the channel rests after that, the others wait.
_DUE: Final = """
    state = 'running' AND NOT EXISTS (
        SELECT 1 FROM intake_backfill AS other
        WHERE other.channel_id = intake_backfill.channel_id AND other.id <> intake_backfill.id
          AND other.leased_until > %s
    )
"""
_CAPPED: Final = "The next page could cost more than the price cap leaves. Raise the cap to go on."
_TOO_OLD: Final = "What is left is older than the network's search reaches."
