"""Holds each channel's streams open and polls the rest; whatever is heard goes on the belt undecoded.

One thread an ear. A channel's ears have one owner among all listener processes: a database session that holds
the channel's advisory lock. `pauses` says how long an ear waits after trouble, `following` brings a network's rules up
to ours, `gaps` fetches what a broken stream missed.
"""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from earful import pulse
from earful.channels import access
from earful.channels.models import Channel, ChannelState, Hearing
from earful.connectors.registry import connector_for
from earful.core.connector import (
    Account,
    Connector,
    ConnectorError,
    Ear,
    Heard,
    LostAccess,
    NoAnswer,
    OutOfCredit,
    OverBudget,
    Request,
    TryLater,
    Unsure,
)
from earful.intake import journal
from earful.intake.belts import Belt
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.beside import Beside
from earful.intake.following import Following
from earful.intake.gaps import Gap
from earful.intake.pauses import Pauses
from earful.intake.sweeping import sweep_since
from earful.ledger.till import Till
from earful.rules import book
from earful.rules.authors import as_rules_need
from earful.vault import Unopenable
from earful.wire import Exchange, StreamRefused

log = structlog.get_logger("listener")

LOOK_FOR_CHANNELS_SECONDS: Final = 2.0
LOOK_FOR_RULES_SECONDS: Final = 10.0
SIGN_OF_LIFE_SECONDS: Final = 20.0
LONGEST_REASON: Final = 500
OWNER: Final = 0x0EA2F02
_STATES: Final = {
    OutOfCredit: ChannelState.OUT_OF_CREDIT,
    OverBudget: ChannelState.OVER_BUDGET,
    LostAccess: ChannelState.LOST_ACCESS,
}


class Listener:
    """Ears for every linked channel; new ones are noticed within two seconds, those that lost their access let go."""

    def __init__(self) -> None:
        self._ears: dict[tuple[int, str], _Listening] = {}
        self._beside = Beside()

    def run(self, stop: threading.Event) -> None:
        """Listen until `stop` is set. What goes on beside it asks the same networks, and has time."""
        while not stop.is_set():
            self._beside.tend(stop)
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
            for channel in Channel.objects.linked()
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


class _Listening(threading.Thread):
    """One ear of one channel, in its own thread.

    It takes a database connection when it has something to write, and lets go of it whenever it only listens: a desk
    with 25 brands has 75 ears, and a server has a hundred connections for everybody.
    """

    def __init__(self, channel: int, ear: Ear, pauses: Pauses | None = None) -> None:
        super().__init__(name=f"{ear.name}-{channel}", daemon=True)
        self.stop = threading.Event()
        self.channel_id, self.ear = channel, ear
        self.belt: Belt = PostgresBelt()
        self.pauses = pauses or Pauses()
        self.following = Following(channel, ear)
        self.gap = Gap(channel, self.belt)

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
            account = as_rules_need(channel.network, access.account_of(channel))
            till = Till(channel, self.ear.purpose)
            with access.exchange(till) as exchange:
                if self.ear.held:
                    return self._hold(exchange, till, connector, account, hearing)
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
        if self.ear == connector.ears[0]:
            # Nothing is held open here: the channel's first ear looks after its rules.
            self.following.follow_later(exchange, connector, account)
        _let_go()
        heard = self._heard(exchange, connector, account, hearing.cursor)
        self.pauses.good()
        self._well(hearing)
        journal.keep(self.belt, hearing, heard.frames, heard.cursor)
        _let_go()
        return self.ear.every

    def _heard(self, exchange: Exchange, connector: Connector, account: Account, cursor: str) -> Heard:
        if not self.ear.searches:
            return exchange.run(account, connector.poll(account, self.ear, cursor))
        rules = book.enabled()
        _let_go()
        return sweep_since(
            cursor, exchange, connector, account, rules, timezone.now() - timedelta(seconds=self.ear.every)
        )

    def _hold(self, exchange: Exchange, till: Till, connector: Connector, account: Account, hearing: Hearing) -> float:
        self._follow_first(exchange, connector, account)
        alive, looked = float("-inf"), time.monotonic()
        opening = connector.open(account, self.ear)
        till.before(account, opening)
        self.pauses.connecting(looked)
        _let_go()
        for frames in self._held(till, account, opening):
            now = time.monotonic()
            if self.pauses.opened_at is None:
                self.pauses.opened(now)
                till.got_through()
                self.gap.stream_opened(hearing)
                self._well(hearing)
            if frames:
                journal.keep(self.belt, hearing, frames, self.gap.cursor)
                alive = now
            elif now - alive >= SIGN_OF_LIFE_SECONDS - 1:
                journal.keep(self.belt, hearing, [], self.gap.cursor)
                alive = now
            if now - looked >= LOOK_FOR_RULES_SECONDS:
                looked = now
                till.go_on()
                if connector.open(as_rules_need(connector.network, account), self.ear) != opening:
                    # A new rule needs to be told who wrote a post.
                    return self.pauses.after_close(now)
                self.following.follow_later(exchange, connector, account)
                self._well(hearing)
            self.gap.fill_when_due()
            if not frames:
                _let_go()
            if self.stop.is_set():
                return 0.0
        return self.pauses.after_close(time.monotonic())

    def _held(self, till: Till, account: Account, opening: Request) -> Iterator[list[bytes]]:
        """The frames of the stream; where it is refused for want of money, the till learns of that."""
        try:
            yield from access.hold(account, opening, silence=self.ear.silence)
        except StreamRefused as refused:
            till.after(account, opening, refused.response)
            raise

    def _follow_first(self, exchange: Exchange, connector: Connector, account: Account) -> None:
        """Bring the rules up to ours before the stream is opened. Where the network is only too busy for that, the
        stream goes on with the rules that it has: new ones that must wait shall not deafen the old ones.
        """
        try:
            self.following.follow(exchange, connector, account)
        except (OutOfCredit, OverBudget):
            raise
        except (TryLater, Unsure) as error:
            log.warning("rules not in force yet", ear=self.name, reason=error.reason)

    def _well(self, hearing: Hearing) -> None:
        """It hears; whether all its rules are in force, and what it missed for good, is said beside that."""
        refused = self.following.refused
        state = ChannelState.RULE_REFUSED if refused else ChannelState.OK
        reason = " ".join(filter(None, (self.gap.told, refused)))[:LONGEST_REASON]
        if (hearing.state, hearing.reason) != (state, reason):
            self._write(hearing, state, reason)

    def _trouble(self, hearing: Hearing, error: ConnectorError) -> float:
        self._write(hearing, _STATES.get(type(error), ChannelState.FAILING), error.reason)
        pause = self.pauses.after_refusal(error, time.monotonic())
        log.warning("cannot hear", ear=self.name, reason=error.reason, again_in=round(pause))
        return pause

    def _write(self, hearing: Hearing, state: str, reason: str) -> None:
        hearing.state, hearing.reason = state, reason[:LONGEST_REASON]
        hearing.save(update_fields=["state", "reason"])
        pulse.tell("channel", [hearing.channel_id])


def _let_go() -> None:
    """Give the thread's database connection back, unless a caller's transaction is open on it."""
    if not connection.in_atomic_block:
        connection.close()
