"""A price that was bought of a network, kept in the page while its reader makes up their mind.

It is signed: what it says is shown as the network's word, and a backfill's bar is drawn by it.
"""

from datetime import timedelta
from typing import Any, Final

from django.core import signing

from earful.channels.models import Channel
from earful.connectors.registry import CONNECTORS
from earful.console.pricing import Priced
from earful.rules.models import ListeningRule

_SALT: Final = "earful.console.kept_price"
# What was counted a day ago says little about what is there now.
_KEPT: Final = timedelta(days=1)


def sealed(rule: ListeningRule, priced: Priced) -> str:
    """The price as a form's hidden field. "" where there is none: it was refused."""
    if priced.refused:
        return ""
    of = _of(rule, priced.channel, priced.days)
    told = {"words": priced.words, "cap": priced.cap, "expected": priced.expected}
    return signing.dumps({"of": of, **told}, salt=_SALT, compress=True)


def opened(kept: str, rule: ListeningRule, channel: Channel, days: int) -> Priced | None:
    """The price that was kept; None if it is forged, too old, or was asked for something else."""
    try:
        told = signing.loads(kept, salt=_SALT, max_age=_KEPT)
    except signing.BadSignature:
        return None
    if told["of"] != _of(rule, channel, days):
        return None
    network = CONNECTORS[channel.network].name
    return Priced(channel, network, days, told["words"], cap=told["cap"], expected=told["expected"])


def _of(rule: ListeningRule, channel: Channel, days: int) -> list[Any]:
    return [rule.pk, rule.text, channel.pk, days]
