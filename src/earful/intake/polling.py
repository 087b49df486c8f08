"""An ear that asks: every few seconds where it is the only one, seldom while a stream or a door hears the same."""

from datetime import timedelta

from django.utils import timezone

from earful.channels.models import ChannelState, Hearing
from earful.core.connector import Heard
from earful.intake import gaps, journal
from earful.intake.following import Following
from earful.intake.listening import Line, Listening, let_go
from earful.intake.sweeping import sweep_since
from earful.rules import book

# The others hear as long as they gave a sign of life within this time: a heartbeat is written down every 20 seconds.
HEARS_SECONDS = 70.0
_TOO_MANY = "More came at once than the network lists."
_HEARS = (ChannelState.OK, ChannelState.RULE_REFUSED)


class Polling(Listening):
    """An ear that asks. Where the channel holds nothing open, its first one looks after the rules."""

    def hear(self, line: Line, hearing: Hearing) -> float:
        refused = self._follow(line)
        let_go()
        heard = self._heard(line, hearing.cursor)
        self.pauses.good()
        self.well(hearing, refused)
        journal.keep(self.belt, hearing, heard.frames, heard.cursor)
        if heard.beyond:
            since, until = heard.beyond
            gaps.notice(self.channel_id, line.connector.network, self.ear, since, _TOO_MANY, until)
        every = self._every()
        let_go()
        return every

    def _follow(self, line: Line) -> str:
        if not self.tends_rules:
            return ""
        self._following = getattr(self, "_following", None) or Following(self.channel_id, self.ear)
        self._following.follow_later(line.exchange, line.connector, lambda: line.account)
        return self._following.refused

    def _heard(self, line: Line, cursor: str) -> Heard:
        if not self.ear.searches:
            return line.exchange.run(line.account, line.connector.poll(line.account, self.ear, cursor))
        rules = book.enabled()
        let_go()
        first = timezone.now() - timedelta(seconds=self.ear.every)
        return sweep_since(cursor, line.exchange, line.connector, line.account, rules, first)

    def _every(self) -> float:
        """How long until the next question."""
        if not self.ear.relaxed:
            return self.ear.every
        since = timezone.now() - timedelta(seconds=HEARS_SECONDS)
        covering = Hearing.objects.filter(ear__in=self.ear.covered_by, channel=self.channel_id)
        covered = covering.filter(state__in=_HEARS, alive_at__gt=since).exists()
        return self.ear.relaxed if covered else self.ear.every
