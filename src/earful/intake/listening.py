"""One ear of one channel, in a thread of its own: what all kinds of ears have in common.

`holding`, `polling` and `tending` are the kinds. An ear takes a database connection when it has something to write, and
lets go of it whenever it only listens: a desk with 25 brands has a hundred ears, and a server has a hundred connections
for everybody.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from django.db import DatabaseError, close_old_connections, connection

from earful import pulse
from earful.channels import access
from earful.channels.models import Channel, ChannelState, Hearing
from earful.connectors.registry import connector_for
from earful.core.connector import Account, Connector, ConnectorError, Ear, LostAccess, NoAnswer, OutOfCredit, OverBudget
from earful.intake.belts import Belt
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.pauses import Pauses
from earful.ledger.till import Till
from earful.rules.authors import as_rules_need
from earful.vault import Unopenable
from earful.wire import Exchange, StreamRefused

log = structlog.get_logger("listener")

LONGEST_REASON: Final = 500
_STATES: Final = {
    OutOfCredit: ChannelState.OUT_OF_CREDIT,
    OverBudget: ChannelState.OVER_BUDGET,
    LostAccess: ChannelState.LOST_ACCESS,
}


@dataclass(frozen=True, slots=True)
class Line:
    """The way to the network for one round: the till that pays, connections, the connector, the account with its keys
    open.
    """

    till: Till
    exchange: Exchange
    connector: Connector
    account: Account


class Listening(threading.Thread):
    """One ear. `nudge` wakes it before its time; `ring` wakes the channel's polls, which fetch what a stream missed."""

    def __init__(
        self,
        channel: int,
        ear: Ear,
        pauses: Pauses | None = None,
        *,
        tends_rules: bool = False,
        ring: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(name=f"{ear.name}-{channel}", daemon=True)
        self.stop, self.nudge = threading.Event(), threading.Event()
        self.channel_id, self.ear, self.tends_rules, self.ring = channel, ear, tends_rules, ring
        self.belt: Belt = PostgresBelt()
        self.pauses = pauses or Pauses()

    def run(self) -> None:
        self.wait(self.pauses.spread(time.monotonic()))
        while not self.stop.is_set():
            try:
                pause = self.listen()
            except DatabaseError as error:
                # What was not journaled is heard again: the cursor has not moved, and polls overlap the stream.
                log.warning("database away", ear=self.name, reason=str(error).strip())
                close_old_connections()
                pause = self.lost_the_database()
            self.wait(pause)
        connection.close()

    def lost_the_database(self) -> float:
        """The desk's own database is away: how long to wait for it."""
        return self.pauses.after_close(time.monotonic())

    def end(self) -> None:
        """Stop listening, at the next sign of life at the latest."""
        self.stop.set()
        self.nudge.set()

    def wait(self, seconds: float) -> None:
        """Rest so long, or until somebody nudges."""
        self.nudge.wait(seconds)
        self.nudge.clear()

    def listen(self) -> float:
        """Listen once: one poll, or a stream until it ends. How many seconds to pause before the next."""
        channel = Channel.objects.get(pk=self.channel_id)
        hearing, _ = Hearing.objects.get_or_create(channel=channel, ear=self.ear.name)
        connector = connector_for(channel.network)
        try:
            account = as_rules_need(channel.network, access.account_of(channel))
            till = Till(channel, self.ear.purpose)
            with access.exchange(till) as exchange:
                return self.hear(Line(till, exchange, connector, account), hearing)
        except StreamRefused as refused:
            return self.refused(hearing, connector.refused_stream(refused.response))
        except ConnectorError as error:
            return self.refused(hearing, error)
        except Unopenable as error:
            return self.refused(hearing, LostAccess(str(error)))
        except NoAnswer as lost:
            return self.broke(lost)

    def hear(self, line: Line, hearing: Hearing) -> float:
        """What this kind of ear does."""
        raise NotImplementedError

    def broke(self, lost: NoAnswer) -> float:
        """The connection broke while something was held open."""
        log.info("stream broke", ear=self.name, reason=lost.reason)
        return self.pauses.after_break(time.monotonic())

    def refused(self, hearing: Hearing, error: ConnectorError) -> float:
        """The network said no: say so, and wait as long as that takes."""
        write(hearing, _STATES.get(type(error), ChannelState.FAILING), error.reason)
        pause = self.pauses.after_refusal(error, time.monotonic())
        log.warning("cannot hear", ear=self.name, reason=error.reason, again_in=round(pause))
        return pause

    def well(self, hearing: Hearing, amiss: str = "") -> None:
        """It hears; what of all that it should hear is `amiss` is said beside that."""
        write(hearing, ChannelState.RULE_REFUSED if amiss else ChannelState.OK, amiss)


def write(hearing: Hearing, state: str, reason: str) -> None:
    """Write down how an ear does, where that is new."""
    reason = reason[:LONGEST_REASON]
    if (hearing.state, hearing.reason) != (state, reason):
        hearing.state, hearing.reason = state, reason
        hearing.save(update_fields=["state", "reason"])
        pulse.tell("channel", [hearing.channel_id])


def let_go() -> None:
    """Give the thread's database connection back, unless a caller's transaction is open on it."""
    if not connection.in_atomic_block:
        connection.close()
