"""What a network tells by itself kept equal to what we need, as its rules are (see `following`)."""

from collections.abc import Mapping
from typing import Any

import structlog

from earful.connectors.registry import PUSHINGS
from earful.core.connector import Account, Connector, Ear
from earful.intake.following import Following
from earful.wire import Exchange

log = structlog.get_logger("listener")


class Subscribing(Following):
    """The subscriptions of one channel's network: delivered at its door `hook`, or on its stream ("")."""

    def __init__(self, channel_id: int, ear: Ear, hook: str = "") -> None:
        super().__init__(channel_id, ear)
        self.hook = hook

    def wanted(self) -> Any:
        return self.hook

    def bring(self, exchange: Exchange, connector: Connector, account: Account, wanted: Any) -> None:
        """Subscribe by difference, and say what we are not told."""
        told = exchange.run(account, PUSHINGS[connector.network].subscribe(account, wanted))
        self.refused = _says(told.refused)
        if told.drifted:
            log.info("subscribed", channel=self.channel_id, changed=told.drifted, kept=len(told.kept))
        for kind, reason in told.refused.items():
            log.warning("not told", channel=self.channel_id, kind=kind, reason=reason)


def _says(refused: Mapping[str, str]) -> str:
    if not refused:
        return ""
    kind, reason = next(iter(refused.items()))
    more = f", and of {len(refused) - 1} more kinds" if len(refused) > 1 else ""
    return f"We are not told of {kind}{more}: {reason}"
