"""By which ears an account of X is heard, by its settings.

    stream     whether the filtered stream is held open                                  (True)
    activity   how the Activity API tells: by "stream", by "webhook", or not, "off"       (stream)
    threads    whether the threads of running cases are followed by rules of their own     (True)
    tier       "enterprise" opens what the stream missed in its last five minutes          (self-serve)

Push is a hint and polling the truth: the mentions and messages are asked for in any case, only less often while another
ear hears the same. X sends a heartbeat at least every 20 seconds; one that sets out in time may be sent again twice
before it arrives (after one second, then two), so silence for 23 says that the stream is dead, and less would race it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from earful.connectors.x.access import access_of
from earful.core.connector import Account, Ear
from earful.core.spending import Purpose

SILENCE: Final = 23.0
# A poll is a sign of life, and three minutes without one are an alarm.
RELAXED: Final = 120.0
BACKFILL: Final = 300.0

STREAM: Final = Ear("stream", held=True, silence=SILENCE, follows="rules", shared=True)
ACTIVITY: Final = Ear("activity", held=True, silence=SILENCE, follows="subscriptions", shared=True)
WEBHOOK: Final = Ear("webhook", held=False, every=60.0, pushed=True, follows="subscriptions")
MENTIONS: Final = Ear(
    "mentions",
    held=False,
    every=15.0,
    relaxed=RELAXED,
    covered_by=("stream", "activity", "webhook"),
    purpose=Purpose.RECONCILIATION,
)
MESSAGES: Final = Ear(
    "messages",
    held=False,
    every=61.0,
    relaxed=RELAXED,
    covered_by=("activity", "webhook"),
    purpose=Purpose.MESSAGES,
)
_BY_ACTIVITY: Final = {"stream": [ACTIVITY], "webhook": [WEBHOOK]}


def ears(account: Account) -> Sequence[Ear]:
    """What is held open, what is asked, and what is told us at a door."""
    chosen = account.settings.get("activity", "stream")
    streams = [_streaming(account)] if account.settings.get("stream", True) else []
    pushed = _BY_ACTIVITY.get(chosen, []) if isinstance(chosen, str) else []
    return [*streams, *pushed, MENTIONS, *([MESSAGES] if _reads_messages(account) else [])]


def _streaming(account: Account) -> Ear:
    return replace(STREAM, backfill=BACKFILL) if access_of(account).tier == "enterprise" else STREAM


def _reads_messages(account: Account) -> bool:
    """Whether our token may; where nobody told what was granted, it is tried."""
    return not account.scopes or "dm.read" in account.scopes
