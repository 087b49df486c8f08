"""What a stream missed while it was away: searched for once it hears again. Streams of X's self-serve tier have no
backfill of their own; mentions are polled, so only what our listening rules alone find would be lost.
"""

import threading
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from earful.channels.models import Channel, Hearing
from earful.connectors.registry import connector_for
from earful.core.connector import ConnectorError, Refused, TryLater, searchable
from earful.intake.belts import Belt, Carried
from earful.intake.sweeping import OVERLAP, Stretch, Swept, sweep
from earful.rules import book
from earful.vault import Unopenable
from earful.wire import Exchange

log = structlog.get_logger("listener")

EAR: Final = "stream-gap"
# A stream that was away for less missed nothing that a quick connect would not.
LONGEST_BLINK: Final = timedelta(seconds=30)
# The search reaches a little past the moment at which the stream opened: times are cut to whole seconds, clocks differ.
SETTLING: Final = timedelta(seconds=5)
RETRY_AFTER: Final = timedelta(minutes=1)


class Gap:
    """The stretch that one channel's stream missed, if any, and the thread that fetches it.

    `cursor` is kept with the stream's hearing until the stretch is filled, so that a desk that dies fills it later.
    What comes twice is stored once.
    """

    def __init__(self, channel_id: int, belt: Belt) -> None:
        self.channel_id, self.belt = channel_id, belt
        self._stretch: Stretch | None = None
        self._not_before: datetime | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def cursor(self) -> str:
        """The stretch still to be filled, as text; "" for none."""
        stretch = self._stretch
        return str(stretch) if stretch else ""

    def stream_opened(self, hearing: Hearing) -> None:
        """The stream hears again: what lies between now and its last sign of life is missing."""
        now, known = timezone.now(), self._stretch or Stretch.read(hearing.cursor)
        away = hearing.alive_at is not None and now - hearing.alive_at > LONGEST_BLINK
        begins = [known.since] if known else []
        begins += [hearing.alive_at - OVERLAP] if away and hearing.alive_at else []
        with self._lock:
            self._stretch = Stretch(min(begins), now if away or known is None else known.until) if begins else None

    def fill_when_due(self) -> None:
        """Begin to fetch what is missing as soon as the network's search can know of it; returns at once."""
        stretch, now = self._stretch, timezone.now()
        waits = self._not_before is not None and now < self._not_before
        if stretch is None or waits or (self._thread is not None and self._thread.is_alive()):
            return
        channel = Channel.objects.get(pk=self.channel_id)
        capabilities = connector_for(channel.network).capabilities
        if not (capabilities.rules and capabilities.search_days):
            return self._done(stretch)
        self._not_before = stretch.until + timedelta(seconds=capabilities.search_lag) + SETTLING
        if now >= self._not_before:
            self._thread = threading.Thread(target=self._fill, args=(channel, stretch), name=f"gap-{channel.pk}")
            self._thread.daemon = True
            self._thread.start()
        return None

    def _fill(self, channel: Channel, stretch: Stretch) -> None:
        self._not_before = timezone.now() + RETRY_AFTER
        try:
            swept = self._sweep(channel, stretch)
        except Refused as error:
            # It will not be taken later either: the stretch stays unsearched, and the log says so.
            log.warning("gap cannot be filled", channel=channel.pk, reason=error.reason)
            self._done(stretch)
        except (ConnectorError, Unopenable, DatabaseError) as error:
            if isinstance(error, TryLater) and error.at is not None:
                self._not_before = error.at
            log.warning("gap not filled yet", channel=channel.pk, reason=str(error).strip())
        else:
            tell = log.warning if swept.cut else log.info
            tell("gap filled", channel=channel.pk, posts=swept.posts, price=round(swept.price, 3), cut_short=swept.cut)
            self._done(stretch)
        finally:
            connection.close()

    def _sweep(self, channel: Channel, stretch: Stretch) -> Swept:
        connector = connector_for(channel.network)
        rules, account = book.enabled(), channel.account
        connection.close()
        since, until = searchable(connector.capabilities, stretch.since, stretch.until + OVERLAP, timezone.now())
        if since >= until:
            return Swept(0, 0.0, cut=True)
        with Exchange() as exchange:
            return sweep(exchange, connector, account, rules, Stretch(since, until), self._keep)

    def _keep(self, frame: bytes) -> None:
        self.belt.put([Carried(self.channel_id, EAR, frame, timezone.now())])
        connection.close()

    def _done(self, stretch: Stretch) -> None:
        with self._lock:
            # A gap that was found meanwhile is still to be filled.
            if self._stretch is stretch:
                self._stretch = None
