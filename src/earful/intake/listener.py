"""Holds each channel's streams open and polls the rest; whatever is heard goes on the belt undecoded.

One thread an ear. A channel's ears have one owner among all listener processes: a database session that holds
the channel's advisory lock. Pauses follow the back-off and the limit on connects that X documents for its streams;
`_Pauses` says how.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from earful import pulse
from earful.channels.models import Channel, ChannelState, Hearing
from earful.connectors.registry import connector_for
from earful.core.connector import (
    Account,
    Connector,
    ConnectorError,
    Ear,
    LostAccess,
    NoAnswer,
    OutOfCredit,
    Refused,
    TryLater,
)
from earful.intake import journal
from earful.intake.belts import Belt
from earful.intake.belts.postgres import PostgresBelt
from earful.rules import book
from earful.vault import Unopenable
from earful.wire import Exchange, StreamRefused, hold

log = structlog.get_logger("listener")

LOOK_FOR_CHANNELS_SECONDS: Final = 2.0
LOOK_FOR_RULES_SECONDS: Final = 10.0
SIGN_OF_LIFE_SECONDS: Final = 20.0
# A stream that lived this long was a good one: the trouble before it is over.
GOOD_LIFE_SECONDS: Final = 60.0
CLEAN_CLOSE_SECONDS: Final = 1.0
# X takes 50 connects in a quarter of an hour. The first half of them may come as fast as the back-off lets them, the
# others are spread evenly: so the limit holds whatever breaks how, and the ear is never deaf for longer than one gap.
CONNECTS_WINDOW_SECONDS: Final = 900.0
FAST_CONNECTS: Final = 25
SPREAD_SECONDS: Final = CONNECTS_WINDOW_SECONDS / FAST_CONNECTS
OWNER: Final = 0x0EA2F02
_STATES: Final = {OutOfCredit: ChannelState.OUT_OF_CREDIT, LostAccess: ChannelState.LOST_ACCESS}


class Listener:
    """Ears for every enabled channel; new channels are noticed within two seconds, removed ones let go."""

    def __init__(self) -> None:
        self._ears: dict[tuple[int, str], _Listening] = {}

    def run(self, stop: threading.Event) -> None:
        """Listen until `stop` is set."""
        while not stop.is_set():
            try:
                self._tend()
            except DatabaseError as error:
                log.warning("database away", reason=str(error).strip())
                close_old_connections()
            stop.wait(LOOK_FOR_CHANNELS_SECONDS)
        for listening in self._ears.values():
            listening.stop.set()

    def _tend(self) -> None:
        """Begin what is wanted and not running, end what runs and is not wanted, replace what died."""
        wanted = {
            (channel.pk, ear.name): (channel, ear)
            for channel in Channel.objects.filter(enabled=True)
            if self._owned(channel)
            for ear in connector_for(channel.network).ears
        }
        for key in [key for key in self._ears if key not in wanted]:
            self._ears.pop(key).stop.set()
        for key, (channel, ear) in wanted.items():
            if key not in self._ears or not self._ears[key].is_alive():
                # Its successor remembers the connects that were made: the network does, too.
                dead = self._ears.get(key)
                self._ears[key] = _Listening(channel.pk, ear, dead.pauses if dead else None)
                self._ears[key].start()

    def _owned(self, channel: Channel) -> bool:
        """Whether this process owns the channel. The lock is the session's: taken once, gone when we die."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s "
                "AND objid = %s AND pid = pg_backend_pid()) OR pg_try_advisory_lock(%s, %s)",
                [OWNER, channel.pk, OWNER, channel.pk],
            )
            row = cursor.fetchone()
            return bool(row and row[0])


@dataclass
class _Pauses:
    """How long to wait after each kind of trouble. Times are seconds on one steady clock, and given by the caller.

    A break is repaired at once, then after 250 ms more each time, up to 16 s; a stream that the network closed in
    good order likewise, but never sooner than after a second. A refusal waits from 5 s doubling to 320 s, or until
    the network's own word. Trouble is counted until a stream has lived for a minute, or a poll was answered. From the
    26th connect in a quarter of an hour on, 36 s lie between two: never are more than 50 made in that time.

    Source: "Consuming streaming data" and the connection limits in the documentation of X's API v2 (2026).
    """

    broken: int = 0
    refused: int = 0
    opened_at: float | None = None
    connects: deque[float] = field(default_factory=lambda: deque(maxlen=FAST_CONNECTS))

    def connecting(self, now: float) -> None:
        """A stream is asked for; the network counts it, whatever comes of it."""
        self.connects.append(now)
        self.opened_at = None

    def opened(self, now: float) -> None:
        """The stream is open; whether it is good is known when it has lived."""
        self.opened_at = now

    def good(self) -> None:
        """All is well: the next trouble is the first."""
        self.broken = self.refused = 0

    def after_break(self, now: float) -> float:
        """Seconds to wait after a connection that broke."""
        self._ended(now)
        self.broken += 1
        return max(self.spread(now), min(16.0, 0.25 * (self.broken - 1)))

    def after_close(self, now: float) -> float:
        """Seconds to wait after a stream that the network closed in good order."""
        return max(CLEAN_CLOSE_SECONDS, self.after_break(now))

    def after_refusal(self, error: ConnectorError, now: float) -> float:
        """Seconds to wait after the network said no."""
        self._ended(now)
        self.refused += 1
        if isinstance(error, TryLater) and error.at is not None:
            return max(1.0, self.spread(now), (error.at - timezone.now()).total_seconds())
        # The power is bounded, too: after a day of refusals it would be too large for a float.
        return max(self.spread(now), min(320.0, 5.0 * 2.0 ** min(self.refused - 1, 10)))

    def spread(self, now: float) -> float:
        """Seconds to wait for the sake of the limit on connects alone."""
        many = len(self.connects) == FAST_CONNECTS and now - self.connects[0] < CONNECTS_WINDOW_SECONDS
        return SPREAD_SECONDS if many else 0.0

    def _ended(self, now: float) -> None:
        if self.opened_at is not None and now - self.opened_at >= GOOD_LIFE_SECONDS:
            self.good()
        self.opened_at = None


class _Listening(threading.Thread):
    """One ear of one channel, in its own thread.

    It takes a database connection when it has something to write, and lets go of it whenever it only listens: a desk
    with 25 brands has 75 ears, and a server has a hundred connections for everybody.
    """

    def __init__(self, channel: int, ear: Ear, pauses: _Pauses | None = None) -> None:
        super().__init__(name=f"{ear.name}-{channel}", daemon=True)
        self.stop = threading.Event()
        self.channel_id, self.ear = channel, ear
        self.belt: Belt = PostgresBelt()
        self.pauses = pauses or _Pauses()
        self.rules_seen: list[object] = []
        self.refused_rule = ""

    def run(self) -> None:
        self.stop.wait(self.pauses.spread(time.monotonic()))
        while not self.stop.is_set():
            try:
                pause = self._listen()
            except DatabaseError as error:
                # What was not journaled is heard again: the cursor has not moved, and polls overlap the
                # stream.
                log.warning("database away", ear=self.name, reason=str(error).strip())
                close_old_connections()
                pause = self.pauses.after_close(time.monotonic())
            self.stop.wait(pause)
        connection.close()

    def _listen(self) -> float:
        """Listen once: one poll, or a stream until it ends. How many seconds to pause before the next."""
        channel = Channel.objects.get(pk=self.channel_id)
        hearing, _ = Hearing.objects.get_or_create(channel=channel, ear=self.ear.name)
        connector = connector_for(channel.network)
        try:
            account = channel.account
            with Exchange() as exchange:
                if self.ear.held:
                    return self._hold(exchange, connector, account, hearing)
                return self._poll(exchange, connector, account, hearing)
        except StreamRefused as refused:
            return self._trouble(hearing, connector.refused_stream(refused.response))
        except ConnectorError as error:
            return self._trouble(hearing, error)
        except Unopenable as error:
            return self._trouble(hearing, LostAccess(str(error)))
        except NoAnswer as lost:
            log.info("stream broke", ear=self.name, reason=lost.reason)
            return self.pauses.after_break(time.monotonic())

    def _poll(self, exchange: Exchange, connector: Connector, account: Account, hearing: Hearing) -> float:
        _let_go()
        heard = exchange.run(account, connector.poll(account, self.ear, hearing.cursor))
        self.pauses.good()
        self._well(hearing)
        journal.keep(self.belt, hearing, heard.frames, heard.cursor)
        _let_go()
        return self.ear.every

    def _hold(self, exchange: Exchange, connector: Connector, account: Account, hearing: Hearing) -> float:
        self._put_rules_in_force(exchange, connector, account)
        alive, looked = float("-inf"), time.monotonic()
        self.pauses.connecting(looked)
        _let_go()
        for frames in hold(account, connector.open(account, self.ear), silence=self.ear.silence):
            now = time.monotonic()
            if self.pauses.opened_at is None:
                self.pauses.opened(now)
                self._well(hearing)
            if frames:
                journal.keep(self.belt, hearing, frames, "")
                alive = now
            elif now - alive >= SIGN_OF_LIFE_SECONDS - 1:
                journal.keep(self.belt, hearing, [], "")
                alive = now
            if now - looked >= LOOK_FOR_RULES_SECONDS:
                looked = now
                self._follow_rules(exchange, connector, account)
                self._well(hearing)
            if not frames:
                _let_go()
            if self.stop.is_set():
                return 0.0
        return self.pauses.after_close(time.monotonic())

    def _follow_rules(self, exchange: Exchange, connector: Connector, account: Account) -> None:
        """Bring the rules up to ours under an open stream. What the network cannot do now, the next look asks for
        again: a stream that hears is worth more than its newest rule.
        """
        try:
            self._put_rules_in_force(exchange, connector, account)
        except ConnectorError as error:
            log.warning("rules not in force yet", ear=self.name, reason=error.reason)

    def _put_rules_in_force(self, exchange: Exchange, connector: Connector, account: Account) -> None:
        """Bring the network's rules up to ours. One that it refuses is told, and must not deafen the channel."""
        rules = book.enabled()
        if self.rules_seen == [rules]:
            return
        try:
            exchange.run(account, connector.prepare(account, self.ear, rules))
            self.refused_rule = ""
        except Refused as error:
            self.refused_rule = error.reason
            log.warning("rule refused", ear=self.name, reason=error.reason)
        self.rules_seen = [rules]

    def _well(self, hearing: Hearing) -> None:
        """It hears; whether all its rules are in force is said beside that."""
        state = ChannelState.RULE_REFUSED if self.refused_rule else ChannelState.OK
        if (hearing.state, hearing.reason) != (state, self.refused_rule):
            self._write(hearing, state, self.refused_rule)

    def _trouble(self, hearing: Hearing, error: ConnectorError) -> float:
        self._write(hearing, _STATES.get(type(error), ChannelState.FAILING), error.reason)
        pause = self.pauses.after_refusal(error, time.monotonic())
        log.warning("cannot hear", ear=self.name, reason=error.reason, again_in=round(pause))
        return pause

    def _write(self, hearing: Hearing, state: str, reason: str) -> None:
        hearing.state, hearing.reason = state, reason[:500]
        hearing.save(update_fields=["state", "reason"])
        pulse.tell("channel", [hearing.channel_id])


def _let_go() -> None:
    """Give the thread's database connection back, unless a caller's transaction is open on it."""
    if not connection.in_atomic_block:
        connection.close()
