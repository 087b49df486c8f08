"""Trying a rule out before it is saved: on the posts stored here, and by a network's own count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from earful.channels.models import Channel
from earful.connectors.registry import CONNECTORS
from earful.console.amounts import price_in_words
from earful.console.composing import at_most
from earful.console.rows import network_name
from earful.console.trial_shown import TrialShown, trial_shown
from earful.core.connector import ConnectorError
from earful.core.language.errors import RuleError
from earful.core.prices import dollars
from earful.posts.searching import TooBroad
from earful.rules import counting, trial
from earful.vault import Unopenable

DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial, or why there is none."""

    trial: TrialShown | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class WhoCounts:
    """A channel whose network counts posts for a query, and what asking costs."""

    channel: Channel
    network: str
    price: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a network answered when it was asked to count; `refused` says that it did not."""

    words: str
    refused: bool = False


def tried(text: str) -> Tried:
    """The rule on the last days' stored posts."""
    try:
        found = trial.try_out(text, days=DAYS, now=timezone.now())
    except RuleError:
        return Tried(refused="Mend the rule first; then it can be tried.")
    except TooBroad:
        return Tried(refused="So many posts fit that looking through them takes too long. Add a word, and try again.")
    return Tried(trial_shown(found, _whose_prices()))


def who_counts() -> list[WhoCounts]:
    """The channels that can be asked for a count: one for each network is enough."""
    found: dict[str, WhoCounts] = {}
    for channel in Channel.objects.filter(enabled=True).order_by("practice", "pk"):
        connector = CONNECTORS.get(channel.network)
        if connector is not None and connector.capabilities.counts:
            price = price_in_words(connector.rates(channel.keyless).count)
            found.setdefault(channel.network, WhoCounts(channel, connector.name, price))
    return list(found.values())


def asked_of_network(channel_id: str, text: str) -> Said:
    """What the network of a channel counts for the rule. This asks it, and it bills that."""
    who = next((one for one in who_counts() if str(one.channel.pk) == channel_id), None)
    if who is None:
        return Said("This channel cannot be asked any more. Reload the page.", refused=True)
    try:
        counted = counting.count_on(who.channel, text, now=timezone.now())
    except RuleError:
        return Said("Mend the rule first; then it can be counted.", refused=True)
    except ConnectorError as error:
        return Said(f"{who.network} did not count: {error.reason}", refused=True)
    except Unopenable:
        return Said(f"The keys of @{who.channel.handle} cannot be opened. Link the account again.", refused=True)
    days = max(1, round((counted.until - counted.since).total_seconds() / 86_400))
    rates = CONNECTORS[who.channel.network].rates(who.channel.keyless)
    price = float(dollars(rates.dearest * counted.posts))
    return Said(
        f"{who.network} itself counts {counted.posts:,} post{'' if counted.posts == 1 else 's'} in the last {days} "
        f"day{'' if days == 1 else 's'}: {at_most(price / days)} a day, all that comes along included."
    )


def _whose_prices() -> str:
    """The network that a trial's price is of: that of the enabled channels; "X" where there is none yet."""
    channel = Channel.objects.filter(enabled=True).order_by("practice", "pk").first()
    return network_name(channel.network if channel else "x")
