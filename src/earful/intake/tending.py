"""An ear at which the network calls: its door is looked after, every minute, and what is told there kept as we need it.

Whether the network still calls is its own word; that it calls is written down by the door. A door that lapsed is proved
anew, and what was not told meanwhile is a gap.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from earful.channels.doors import address, door_of
from earful.channels.models import Hearing
from earful.connectors.registry import PUSHINGS
from earful.intake import gaps, journal, pushed
from earful.intake.listening import Line, Listening, let_go
from earful.intake.subscribing import Subscribing

_LAPSED: Final = "The network held the webhook for invalid, and did not call."
_WAS_DOWN: Final = "The desk could not be reached by the network, or was not running."
# X has us prove ourselves every hour: a door at which nobody called for longer may be out of its reach.
UNCALLED: Final = timedelta(minutes=75)
# The network tries again what it could not deliver, but not for long.
MOST_AWAY_SECONDS: Final = 180.0


class Tending(Listening):
    """An ear at which the network calls."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.following = Subscribing(self.channel_id, self.ear)

    def hear(self, line: Line, hearing: Hearing) -> float:
        door = door_of(self.channel_id)
        where, since = address(door), hearing.alive_at
        let_go()
        pushing = PUSHINGS[hearing.channel.network]
        doubted = door.called_at is not None and timezone.now() - door.called_at > UNCALLED
        hook = line.exchange.run(line.account, pushing.hooked(line.account, where, doubted=doubted))
        if door.hook != hook.id:
            door.hook = hook.id
            door.save(update_fields=["hook"])
        self.following.hook = hook.id
        if since is not None:
            self._missed(hearing, since, lapsed=not hook.was_valid)
        self.following.follow_later(line.exchange, line.connector, lambda: line.account)
        self.pauses.good()
        journal.keep(self.belt, hearing, [], "")
        pushed.forget_old(self.channel_id)
        self.well(hearing, self.following.refused)
        let_go()
        return self.ear.every

    def _missed(self, hearing: Hearing, since: datetime, *, lapsed: bool) -> None:
        """What the network could not tell: while it held the door for lapsed, or while nobody was behind it."""
        away = (timezone.now() - since).total_seconds()
        if lapsed or away > MOST_AWAY_SECONDS:
            gaps.notice(self.channel_id, hearing.channel.network, self.ear, since, _LAPSED if lapsed else _WAS_DOWN)
            self.ring()
