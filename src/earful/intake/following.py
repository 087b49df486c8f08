"""A network's listening rules kept with ours: brought up to them when ours change, and looked at again every ten
minutes in case somebody else changed them there.
"""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import structlog
from django.utils import timezone

from earful.core.connector import Account, Connector, ConnectorError, Ear, InForce, Refused, Rule, TryLater
from earful.core.spending import Purpose
from earful.ledger.resting import rests
from earful.rules import book, standing
from earful.wire import Exchange

log = structlog.get_logger("rules")

DRIFT_CHECK_SECONDS: Final = 600.0


class Following:
    """The rules of one channel's network. `refused` says in a sentence which of ours it will not take, or is ""."""

    def __init__(self, channel_id: int, ear: Ear) -> None:
        self.channel_id, self.ear = channel_id, ear
        self.refused = ""
        self._seen: list[Rule] | None = None
        self._looked_at = 0.0
        self._not_before: datetime | None = None

    def follow(self, exchange: Exchange, connector: Connector, account: Account) -> None:
        """Bring the network's rules up to ours, if it is time. One that it refuses must not deafen the channel.

        Raises ConnectorError: nothing is known of the rules there then, and the next call begins anew.
        """
        # While they rest for money's sake they leave the network, and come back when they may go on.
        rules = [] if rests(self.channel_id, Purpose.RULES) else book.enabled()
        now = time.monotonic()
        if self._seen == rules and now - self._looked_at < DRIFT_CHECK_SECONDS:
            return
        try:
            in_force = exchange.run(account, connector.prepare(account, self.ear, rules))
        except Refused as error:
            self.refused = error.reason
            log.warning("rules refused", channel=self.channel_id, reason=error.reason)
        else:
            self._learned(in_force, rules)
        self._seen, self._looked_at = rules, now

    def follow_later(self, exchange: Exchange, connector: Connector, account: Account) -> None:
        """The same under an open stream, which is worth more than its newest rule: trouble is told, and asked again."""
        if self._not_before is not None and timezone.now() < self._not_before:
            return
        try:
            self.follow(exchange, connector, account)
        except ConnectorError as error:
            self._not_before = error.at if isinstance(error, TryLater) else None
            log.warning("rules not in force yet", channel=self.channel_id, reason=error.reason)

    def _learned(self, in_force: InForce, rules: list[Rule]) -> None:
        standing.record(self.channel_id, in_force, rules)
        self.refused = _first(in_force.refused)
        if self._seen == rules and in_force.drifted:
            log.warning("rules had drifted", channel=self.channel_id, rules=in_force.drifted)
        for tag, reason in in_force.refused.items():
            log.warning("rule refused", channel=self.channel_id, rule=tag, reason=reason)


def _first(refused: Mapping[str, str]) -> str:
    if not refused:
        return ""
    more = f" So are {len(refused) - 1} more." if len(refused) > 1 else ""
    tag, reason = next(iter(refused.items()))
    return f"Listening rule {tag} is refused. {reason}{more}"
