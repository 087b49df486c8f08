"""A network's listening rules kept with ours: brought up to them when ours change, and looked at again every ten
minutes in case somebody else changed them there. The threads of running cases go along.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from django.utils import timezone

from earful.cases import threads
from earful.core.connector import Account, Connector, ConnectorError, Ear, InForce, Refused, Rule, TryLater
from earful.core.spending import Purpose
from earful.ledger.resting import rests
from earful.rules import book, standing
from earful.wire import Exchange

log = structlog.get_logger("rules")

DRIFT_CHECK_SECONDS: Final = 600.0
# Cases open and close all the time, and a network takes few changes of its rules.
THREADS_SECONDS: Final = 60.0


class Following:
    """The rules of one channel's network. `refused` says in a sentence which of ours it will not take, or is ""."""

    def __init__(self, channel_id: int, ear: Ear) -> None:
        self.channel_id, self.ear = channel_id, ear
        self.refused = ""
        self._seen: Any = None
        self._looked_at = 0.0
        self._not_before: datetime | None = None
        self._threads: list[str] = []
        self._threads_at = float("-inf")

    def due(self) -> bool:
        """Whether there is something to do: ours changed, or it is time to look whether somebody changed theirs."""
        waits = self._not_before is not None and timezone.now() < self._not_before
        stale = time.monotonic() - self._looked_at >= DRIFT_CHECK_SECONDS
        return not waits and (stale or self._seen != self.wanted())

    def follow(self, exchange: Exchange, connector: Connector, account: Account) -> None:
        """Bring the network's side up to ours, if it is time. What it refuses must not deafen the channel.

        Raises ConnectorError: nothing is known of its side then, and the next call begins anew.
        """
        wanted, now = self.wanted(), time.monotonic()
        if self._seen == wanted and now - self._looked_at < DRIFT_CHECK_SECONDS:
            return
        try:
            self.bring(exchange, connector, account, wanted)
        except Refused as error:
            self.refused = error.reason
            log.warning("refused", channel=self.channel_id, ear=self.ear.name, reason=error.reason)
        self._seen, self._looked_at = wanted, now

    def follow_later(self, exchange: Exchange, connector: Connector, account: Callable[[], Account]) -> None:
        """The same under an open stream, which is worth more than its newest rule: trouble is told, and asked again.
        The account is fetched anew: a stream outlives the token of its day.
        """
        if not self.due():
            return
        try:
            self.follow(exchange, connector, account())
        except ConnectorError as error:
            self._not_before = error.at if isinstance(error, TryLater) else None
            log.warning("not in force yet", channel=self.channel_id, ear=self.ear.name, reason=error.reason)

    def wanted(self) -> Any:
        """What the network's side shall be: our rules, and the threads to follow."""
        now = time.monotonic()
        if now - self._threads_at >= THREADS_SECONDS:
            self._threads, self._threads_at = threads.followed(self.channel_id), now
        # While they rest for money's sake they leave the network, and come back when they may go on.
        return [] if rests(self.channel_id, Purpose.RULES) else book.enabled(), self._threads

    def bring(self, exchange: Exchange, connector: Connector, account: Account, wanted: Any) -> None:
        """Make it so. Raises ConnectorError."""
        rules, roots = wanted
        followed = roots if account.settings.get("threads", True) else []
        self._learned(exchange.run(account, connector.prepare(account, self.ear, rules, followed)), rules)

    def _learned(self, in_force: InForce, rules: Sequence[Rule]) -> None:
        standing.record(self.channel_id, in_force, rules)
        self.refused = _first(in_force.refused)
        if self._seen == (rules, self._threads) and in_force.drifted:
            log.warning("rules had drifted", channel=self.channel_id, rules=in_force.drifted)
        for tag, reason in in_force.refused.items():
            log.warning("rule refused", channel=self.channel_id, rule=tag, reason=reason)


def _first(refused: Mapping[str, str]) -> str:
    if not refused:
        return ""
    more = f" So are {len(refused) - 1} more." if len(refused) > 1 else ""
    tag, reason = next(iter(refused.items()))
    return f"Listening rule {tag} is refused. {reason}{more}"
