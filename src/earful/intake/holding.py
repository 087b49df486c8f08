"""An ear that is held open. What it did not hear between two connections is a gap, to the second."""

import time
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import structlog
from django.utils import timezone

from earful.channels import access
from earful.channels.models import Channel, Hearing
from earful.connectors.registry import connector_for
from earful.core.connector import (
    Account,
    ConnectorError,
    NoAnswer,
    Occupied,
    OutOfCredit,
    OverBudget,
    Refused,
    Request,
    TryLater,
    Unreadable,
    Unsure,
)
from earful.intake import gaps, journal
from earful.intake.following import Following
from earful.intake.listening import Line, Listening, let_go
from earful.intake.subscribing import Subscribing
from earful.rules.authors import as_rules_need
from earful.wire import StreamRefused

log = structlog.get_logger("listener")

SIGN_OF_LIFE_SECONDS: Final = 20.0
LOOK_FOR_RULES_SECONDS: Final = 10.0
# Two programs that take one stream from each other for ever hear nothing: the next loss is told, and not taken back.
TAKE_OVERS: Final = 2
TAKE_OVER_WINDOW_SECONDS: Final = 900.0
LARGEST_NOTICE: Final = 4_000
_WAS_DOWN: Final = "The listener was not running."
_CLOSED: Final = "The network closed the connection, or a new rule needed another one."
_TAKEN: Final = (
    "Another program takes the only stream of this app again and again: give each program an app of its own."
)


class Holding(Listening):
    """An ear that is held open, with what is kept equal to ours for it to hear the right things."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        kind = Subscribing if self.ear.follows == "subscriptions" else Following
        self.following = kind(self.channel_id, self.ear)
        self.alive_at: datetime | None = None
        self.cause = _WAS_DOWN
        self.last = b""
        self.taken_over: deque[float] = deque(maxlen=TAKE_OVERS)

    def hear(self, line: Line, hearing: Hearing) -> float:
        self.last = b""
        try:
            self._hold(line, hearing)
        except StreamRefused as refusal:
            error = line.connector.refused_stream(refusal.response)
            if isinstance(error, Occupied):
                return self._take_over(line, error)
            raise error from refusal
        self.cause = self._notice() or _CLOSED
        return self.pauses.after_close(time.monotonic())

    def broke(self, lost: NoAnswer) -> float:
        self.cause = self._notice() or f"The connection broke: {lost.reason}."
        return super().broke(lost)

    def lost_the_database(self) -> float:
        self.cause = "The desk's database was away."
        return super().lost_the_database()

    def refused(self, hearing: Hearing, error: ConnectorError) -> float:
        self.cause = f"The network would not open it: {error.reason}"
        return super().refused(hearing, error)

    def _hold(self, line: Line, hearing: Hearing) -> None:
        # Opening may be free where what is told then is not.
        line.till.go_on()
        self._follow_first(line)
        kept, looked = float("-inf"), time.monotonic()
        opening = line.connector.open(line.account, self.ear, self._away(hearing))
        line.till.before(line.account, opening)
        self.pauses.connecting(looked)
        let_go()
        for frames in self._held(line, opening):
            now = time.monotonic()
            if self.pauses.opened_at is None:
                line.till.got_through()
                self._opened(now, hearing)
            self.alive_at = timezone.now()
            if frames or now - kept >= SIGN_OF_LIFE_SECONDS - 1:
                journal.keep(self.belt, hearing, frames, "")
                kept, self.last = now, frames[-1] if frames else self.last
            if now - looked >= LOOK_FOR_RULES_SECONDS:
                looked = now
                line.till.go_on()
                if self._asks_otherwise(line):
                    break
                self.following.follow_later(line.exchange, line.connector, self._account)
                self.well(hearing, self.following.refused)
            if not frames:
                let_go()
            if self.stop.is_set():
                break

    def _held(self, line: Line, opening: Request) -> Iterator[list[bytes]]:
        """The frames of the stream; where it is refused for want of money, the till learns of that."""
        try:
            yield from access.hold(line.account, opening, silence=self.ear.silence)
        except StreamRefused as refused:
            line.till.after(line.account, opening, refused.response)
            raise

    def _asks_otherwise(self, line: Line) -> bool:
        """Whether the stream has to be opened anew, because a new rule needs to be told who wrote a post."""
        needed = as_rules_need(line.connector.network, line.account)
        return line.connector.open(needed, self.ear) != line.connector.open(line.account, self.ear)

    def _opened(self, now: float, hearing: Hearing) -> None:
        """It hears again: what it missed since its last sign of life is written down, and the polls ask at once."""
        self.pauses.opened(now)
        since = self.alive_at or hearing.alive_at
        if since is not None:
            gaps.notice(self.channel_id, hearing.channel.network, self.ear, since, self.cause)
            self.ring()
        self.well(hearing, self.following.refused)

    def _away(self, hearing: Hearing) -> float:
        since = self.alive_at or hearing.alive_at
        return (timezone.now() - since).total_seconds() if since else 0.0

    def _account(self) -> Account:
        return access.account_of(Channel.objects.get(pk=self.channel_id))

    def _follow_first(self, line: Line) -> None:
        """Bring the rules up to ours before the stream is opened. Where the network is only too busy for that, the
        stream goes on with the rules that it has: new ones that must wait shall not deafen the old ones.
        """
        try:
            self.following.follow(line.exchange, line.connector, line.account)
        except (OutOfCredit, OverBudget):
            raise
        except (TryLater, Unsure) as error:
            log.warning("not in force yet", ear=self.name, reason=error.reason)

    def _take_over(self, line: Line, occupied: Occupied) -> float:
        """End the connection that the network believes in: nobody of ours holds it, for this channel is ours alone."""
        now = time.monotonic()
        if len(self.taken_over) == TAKE_OVERS and now - self.taken_over[0] < TAKE_OVER_WINDOW_SECONDS:
            raise Occupied(_TAKEN, raw=occupied.raw)
        try:
            ended = line.exchange.run(line.account, line.connector.take_over(line.account, self.ear))
        except Refused as error:
            raise occupied from error
        if not ended:
            raise occupied
        self.taken_over.append(now)
        log.warning("stream taken over", ear=self.name, connections=ended)
        self.cause = "The network took a connection of ours for open that was gone."
        return self.pauses.after_close(now)

    def _notice(self) -> str:
        """Why the network says that it ends the stream: that is the last thing it says, if it says anything."""
        if not self.last or len(self.last) > LARGEST_NOTICE:
            return ""
        channel = Channel.objects.get(pk=self.channel_id)
        try:
            [arrival] = connector_for(channel.network).read(channel.keyless, self.last)
        except (Unreadable, ValueError):
            return ""
        return f"The network ended it: {arrival.note}." if arrival.kind == "other" and arrival.note else ""
