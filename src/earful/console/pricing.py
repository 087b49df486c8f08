"""What a look into the past would cost, said before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Final

from earful.channels.models import Channel
from earful.connectors.registry import CONNECTORS
from earful.console.amounts import price_in_words
from earful.console.composing import at_most
from earful.core.connector import Connector, ConnectorError, Refused
from earful.intake import backfilling
from earful.intake.backfilling import Estimate
from earful.vault import Unopenable

# Posts go on being written while a backfill walks: its cap leaves them this much room.
_ROOM: Final = Decimal("1.25")
_CAP_UNKNOWN: Final = Decimal(5)


@dataclass(frozen=True, slots=True)
class Searchable:
    """A channel whose network's search can be asked: how many days back, and at what price it counts beforehand.

    `asking` is "" where it cannot count.
    """

    channel: Channel
    network: str
    days: int
    asking: str


@dataclass(frozen=True, slots=True)
class Priced:
    """What a backfill over the last `days` would bring and cost, in words; `cap` is the most to spend, to begin with.

    `refused` says that it cannot begin at all. `expected` is the network's own count, None where it is not known.
    """

    channel: Channel
    network: str
    days: int
    words: str
    cap: str = ""
    expected: int | None = None
    refused: bool = False


def searchable() -> list[Searchable]:
    """The channels on whose networks the past can be searched; those that are no practice first."""
    channels = Channel.objects.filter(enabled=True, network__in=CONNECTORS).order_by("practice", "pk")
    found = [(channel, CONNECTORS[channel.network]) for channel in channels]
    return [
        Searchable(channel, connector.name, connector.capabilities.search_days, _asking(connector, channel))
        for channel, connector in found
        if connector.capabilities.search_days
    ]


def priced(where: Searchable, text: str, days: int, now: datetime) -> Priced:
    """The price of looking for `text` through the last `days`. A network that counts is asked, and bills that."""
    try:
        estimate = backfilling.estimate(where.channel, text, now - timedelta(days=days), now)
    except Refused as error:
        words = f"{where.network} cannot search for this rule: {error.reason}"
        return Priced(where.channel, where.network, days, words, refused=True)
    except ConnectorError as error:
        return _unknown(where, days, f"{where.network} did not tell: {error.reason.rstrip('.')}")
    except Unopenable:
        words = f"The keys of @{where.channel.handle} cannot be opened. Link the account again."
        return Priced(where.channel, where.network, days, words, refused=True)
    return _known(where, days, estimate)


def _known(where: Searchable, days: int, estimate: Estimate) -> Priced:
    if estimate.posts is None or estimate.price is None:
        return _unknown(where, days, f"{where.network} does not tell beforehand how many posts there are")
    said = (
        f"{where.network} counts {estimate.posts:,} post{'' if estimate.posts == 1 else 's'} in the last {_days(days)}"
    )
    words = f"{said}. Fetching them costs {at_most(estimate.price)}, all that comes along included."
    cap = max(Decimal(1), Decimal(str(estimate.price)) * _ROOM)
    return Priced(where.channel, where.network, days, words, _rounded_up(cap), estimate.posts)


def _unknown(where: Searchable, days: int, why: str) -> Priced:
    words = f"{why}. It can begin nevertheless, and stops before it would cost more than the cap."
    return Priced(where.channel, where.network, days, words, _rounded_up(_CAP_UNKNOWN))


def _asking(connector: Connector, channel: Channel) -> str:
    return price_in_words(connector.rates(channel.keyless).count) if connector.capabilities.counts else ""


def _rounded_up(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), ROUND_UP))


def _days(days: int) -> str:
    return "day" if days == 1 else f"{days} days"
