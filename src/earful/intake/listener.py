"""Holds each channel's streams open and polls the rest; whatever is heard goes on the belt undecoded.

One thread an ear. A channel's ears have one owner among all listener processes: a database session that holds
the channel's advisory lock. Back-off as X documents it: a broken connection at once and then 250 ms more each
time up to 16 s, a refusal from 5 s doubling to 320 s, a rate limit from a minute doubling.
"""

import threading
import time
from dataclasses import dataclass
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
                self._ears[key] = _Listening(channel.pk, ear)
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
    """How long to wait after each kind of trouble in a row."""

    broken: int = 0
    refused: int = 0

    def after_break(self) -> float:
        self.broken += 1
        return min(16.0, 0.25 * (self.broken - 1))

    def after_refusal(self, error: ConnectorError) -> float:
        self.refused += 1
        if isinstance(error, TryLater) and error.at is not None:
            return max(1.0, (error.at - timezone.now()).total_seconds())
        # The power is bounded, too: after a day of refusals it would be too large for a float.
        return min(320.0, 5.0 * 2.0 ** min(self.refused - 1, 10))

    def good(self) -> None:
        self.broken = self.refused = 0


class _Listening(threading.Thread):
    """One ear of one channel, in its own thread with its own database connection."""

    def __init__(self, channel: int, ear: Ear) -> None:
        super().__init__(name=f"{ear.name}-{channel}", daemon=True)
        self.stop = threading.Event()
        self.channel_id, self.ear = channel, ear
        self.belt: Belt = PostgresBelt()
        self.pauses = _Pauses()
        self.rules_seen: list[object] = []
        self.refused_rule = ""

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                pause = self._listen()
            except DatabaseError as error:
                # What was not journaled is heard again: the cursor has not moved, and polls overlap the
                # stream.
                log.warning("database away", ear=self.name, reason=str(error).strip())
                close_old_connections()
                pause = 1.0
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
            return self.pauses.after_break()

    def _poll(self, exchange: Exchange, connector: Connector, account: Account, hearing: Hearing) -> float:
        heard = exchange.run(account, connector.poll(account, self.ear, hearing.cursor))
        self._well(hearing)
        journal.keep(self.belt, hearing, heard.frames, heard.cursor)
        return self.ear.every

    def _hold(self, exchange: Exchange, connector: Connector, account: Account, hearing: Hearing) -> float:
        self._put_rules_in_force(exchange, connector, account)
        alive, looked = float("-inf"), time.monotonic()
        for frames in hold(account, connector.open(account, self.ear), silence=self.ear.silence):
            if alive < 0:
                self.pauses.good()
                self._well(hearing)
            now = time.monotonic()
            if frames:
                journal.keep(self.belt, hearing, frames, "")
                alive = now
            elif now - alive >= SIGN_OF_LIFE_SECONDS - 1:
                journal.keep(self.belt, hearing, [], "")
                alive = now
            if now - looked >= LOOK_FOR_RULES_SECONDS:
                looked = now
                self._put_rules_in_force(exchange, connector, account)
                self._well(hearing)
            if self.stop.is_set():
                return 0.0
        # A clean close waits too: reconnecting at once would use up the 50 connects in a quarter of an hour.
        return max(1.0, self.pauses.after_break())

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
        pause = self.pauses.after_refusal(error)
        log.warning("cannot hear", ear=self.name, reason=error.reason, again_in=round(pause))
        return pause

    def _write(self, hearing: Hearing, state: str, reason: str) -> None:
        hearing.state, hearing.reason = state, reason[:500]
        hearing.save(update_fields=["state", "reason"])
        pulse.tell("channel", [hearing.channel_id])
