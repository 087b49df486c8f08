"""What a stream missed while it was away: searched for once it hears again. Streams of X's self-serve tier have no
backfill of their own; mentions are polled, so only what our listening rules alone find would be lost.
"""

import threading
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from earful.channels import access
from earful.channels.models import Channel, Hearing
from earful.connectors.registry import connector_for
from earful.core.connector import ConnectorError, Refused, TryLater, searchable
from earful.core.spending import Purpose
from earful.intake.belts import Belt, Carried
from earful.intake.missing import Missed, Missing
from earful.intake.sweeping import OVERLAP, Stretch, Sweep, sweep
from earful.ledger.till import Till
from earful.rules import book
from earful.rules.authors import as_rules_need
from earful.vault import Unopenable

log = structlog.get_logger("listener")

EAR: Final = "stream-gap"
# A stream that was away for less missed nothing that a quick connect would not.
LONGEST_BLINK: Final = timedelta(seconds=30)
# The search reaches a little past the moment at which the stream opened: times are cut to whole seconds, clocks differ.
SETTLING: Final = timedelta(seconds=5)
RETRY_AFTER: Final = timedelta(minutes=1)
# X's search reaches back so far: what is older cannot be fetched by anybody, and nobody need be told.
TOLD_FOR: Final = timedelta(days=7)


class Gap:
    """What one channel's stream missed, if anything, and the thread that fetches it.

    `cursor` is kept with the stream's hearing until all is fetched, and moves with every page: a desk that dies, and a
    search that fails on its sixth page, go on where they were, and each stretch has one budget. What comes twice is
    stored once.
    """

    def __init__(self, channel_id: int, belt: Belt) -> None:
        self.channel_id, self.belt = channel_id, belt
        self._hearing_id = 0
        self._missing: Missing | None = None
        self._swept: Sweep | None = None
        self._not_before: datetime | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def cursor(self) -> str:
        """What is still to be fetched, or was given up, as text; "" for nothing."""
        return str(self._missing or "")

    @property
    def told(self) -> str:
        """A sentence on what was given up, as long as somebody can still fetch it; "" if nothing was."""
        lost = self._missing.lost if self._missing else None
        if lost is None or timezone.now() - lost.until > TOLD_FOR:
            return ""
        return (
            f"Posts that only listening rules find, written between {lost.since:%d %b %H:%M} and "
            f"{lost.until:%d %b %H:%M} UTC, were not all fetched. A backfill of those rules brings them."
        )

    def stream_opened(self, hearing: Hearing) -> None:
        """The stream hears again: what lies between now and its last sign of life is missing."""
        now, alive = timezone.now(), hearing.alive_at
        with self._lock:
            self._hearing_id = hearing.pk or 0
            # What is known here is never older than what was written down.
            known = self._missing or Missing.read(hearing.cursor)
            away = alive is not None and now - alive > LONGEST_BLINK
            self._missing = known.also(Stretch(alive - OVERLAP, now + SETTLING)) if alive and away else known

    def fill_when_due(self) -> None:
        """Begin to fetch what is missing as soon as the network's search can know of it; returns at once."""
        waits = self._not_before is not None and timezone.now() < self._not_before
        if waits or not (self._missing and self._missing.to_fetch) or (self._thread and self._thread.is_alive()):
            return
        first, channel = self._missing.to_fetch[0], Channel.objects.get(pk=self.channel_id)
        can = connector_for(channel.network).capabilities
        if not (can.rules and can.search_days):
            return self._over(None)
        self._not_before = first.stretch.until + timedelta(seconds=can.search_lag)
        if timezone.now() >= self._not_before:
            self._thread = threading.Thread(target=self._fill, args=(channel, first), name=f"gap-{channel.pk}")
            self._thread.daemon = True
            self._thread.start()
        return None

    def _fill(self, channel: Channel, missed: Missed) -> None:
        self._not_before = timezone.now() + RETRY_AFTER
        try:
            swept = self._sweep(channel, missed)
        except Refused as error:
            # It will not be taken later either.
            log.warning("gap cannot be filled", channel=channel.pk, reason=error.reason)
            self._over(self._swept.unasked if self._swept else missed.stretch)
        except (ConnectorError, Unopenable, DatabaseError) as error:
            if isinstance(error, TryLater) and error.at is not None:
                self._not_before = error.at
            log.warning("gap not filled yet", channel=channel.pk, reason=str(error).strip())
        else:
            tell = log.warning if swept.left else log.info
            tell("gap filled", channel=channel.pk, posts=swept.posts, price=float(swept.spent), left=str(swept.unasked))
            self._over(swept.unasked)
        finally:
            connection.close()

    def _sweep(self, channel: Channel, missed: Missed) -> Sweep:
        """From its beginning, or on from where it was broken off."""
        connector, account = connector_for(channel.network), as_rules_need(channel.network, access.account_of(channel))
        earliest, until = searchable(connector.capabilities, missed.stretch.since, missed.stretch.until, timezone.now())
        if self._swept is None:
            queries = connector.queries(account, book.enabled())
            self._swept = Sweep.of(queries, Stretch(earliest, until), missed.spent)
        connection.close()
        self._swept = self._swept.again(earliest)
        with access.exchange(Till(channel, Purpose.RECONCILIATION)) as exchange:
            return sweep(exchange, connector, account, self._swept, self._keep)

    def _keep(self, frame: bytes, swept: Sweep) -> None:
        """The page on the belt and the cursor on, in one transaction."""
        with self._lock:
            missing = self._missing or Missing()
            left = swept.unasked or Stretch(swept.since, swept.since)
            further = missing.so_far(Missed(left, swept.spent))
            with transaction.atomic():
                if frame:
                    self.belt.put([Carried(self.channel_id, EAR, frame, timezone.now())])
                Hearing.objects.filter(pk=self._hearing_id).update(cursor=str(further))
            self._missing, self._swept = further, swept
        connection.close()

    def _over(self, lost: Stretch | None) -> None:
        with self._lock:
            self._missing, self._swept = (self._missing or Missing()).without_first(lost), None
        self._not_before = None
