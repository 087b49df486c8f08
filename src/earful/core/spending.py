"""What money is spent on, and what stops first when a budget runs out.

The order is that of `STOPS`: what helps customers least stops first, and each stop leaves more for what is left.
Sending is not among them: an answer that somebody wrote and approved goes out, and its cost has a line of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """What a network was asked for."""

    ENRICHMENT = "enrichment"
    RULES = "rules"
    RECONCILIATION = "reconciliation"
    MENTIONS = "mentions"
    MESSAGES = "messages"
    SENDING = "sending"
    UPKEEP = "upkeep"


@dataclass(frozen=True, slots=True)
class Told:
    """A purpose in words: its name, what it pays for, and what is missing while it is stopped."""

    name: str
    pays_for: str
    missing: str = ""


IN_WORDS: Final[dict[Purpose, Told]] = {
    Purpose.ENRICHMENT: Told(
        "Looking up people", "names and followers of people with a new case", "new customers have no name"
    ),
    Purpose.RULES: Told(
        "Listening rules",
        "posts that rules find, backfills, counts",
        "posts that only listening rules find are not heard, and backfills rest",
    ),
    Purpose.RECONCILIATION: Told(
        "Checking for gaps", "asking again for what a stream may have missed", "what a stream misses is not noticed"
    ),
    Purpose.MENTIONS: Told("Mentions", "posts that name us or answer us", "mentions and replies are not heard"),
    Purpose.MESSAGES: Told("Private messages", "messages that people write to us", "private messages are not heard"),
    Purpose.SENDING: Told("Sending", "answers, messages, and looking whether they are out"),
    Purpose.UPKEEP: Told("Upkeep", "proving access, keeping deletions"),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """A purpose stops when this share of a month's budget is spent, in hundredths."""

    purpose: Purpose
    at: int


STOPS: Final[Sequence[Stop]] = (
    Stop(Purpose.ENRICHMENT, 90),
    Stop(Purpose.RULES, 94),
    Stop(Purpose.RECONCILIATION, 97),
    Stop(Purpose.MENTIONS, 99),
    Stop(Purpose.MESSAGES, 100),
)
WARN_AT: Final = 80
# What counts against the budget for listening. Sending has a budget of its own, which warns and stops nothing.
LISTENING: Final = tuple(purpose for purpose in Purpose if purpose is not Purpose.SENDING)


def stopped(spent: int, budget: int | None) -> list[Purpose]:
    """What stops when so much of a month's budget is spent (millionths of a dollar); nothing without a budget."""
    if budget is None:
        return []
    return [stop.purpose for stop in STOPS if spent * 100 >= budget * stop.at]


def warns(spent: int, budget: int | None, share: int = WARN_AT) -> bool:
    """Whether so much is spent that somebody should know."""
    return budget is not None and spent * 100 >= budget * share
