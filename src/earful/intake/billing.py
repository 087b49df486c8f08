"""What was billed for frames that a network brought by itself, on a stream or to a webhook: entered in the transaction
that stores them, so each exactly once. Pages that somebody asked for were entered at the till.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from earful.connectors.registry import connector_for
from earful.core.connector import Account
from earful.core.prices import Charge, dollars, worth
from earful.core.spending import Purpose
from earful.intake.belts import Carried
from earful.intake.models import walk_of
from earful.intake.wanting import Why
from earful.ledger.booking import Line


class Billed(NamedTuple):
    """A frame and what it was billed for; `post` is the id of what it told, "" if that could not be read."""

    channel: int
    at: datetime
    charges: Sequence[Charge]
    post: str = ""


def billed(network: str, account: Account, frame: Carried) -> Billed | None:
    """What a frame was billed for as it came; None for one that was asked for, or is free."""
    if not _brought(network, frame.ear):
        return None
    charges = connector_for(network).charges_heard(account, frame.body)
    return Billed(frame.channel, frame.heard_at, charges) if charges else None


def price_of(bill: Billed | None, network: str, account: Account) -> float:
    """What the frame cost at most, in dollars: as if nothing in it had been billed before on its day."""
    if bill is None:
        return 0.0
    return float(dollars(worth(bill.charges, account.prices, connector_for(network).prices)))


def lines(bills: Sequence[Billed], why: Mapping[str, Why]) -> Iterator[Line]:
    """The bills as lines of the ledger, each by what it turned out to be."""
    for bill in bills:
        purpose, rule = _for_what(why.get(bill.post), bill.charges)
        for charge in bill.charges:
            yield Line(charge, bill.channel, purpose, bill.at, rule)


# Which ears ask is the same for all accounts; which of them are open is not.
_ANYBODY = Account("", "", "", "")


@lru_cache(maxsize=1024)
def _brought(network: str, ear: str) -> bool:
    # "stream-gap" and its like are searches.
    ears = connector_for(network).ears(_ANYBODY)
    asked_for = any(known.name == ear and not (known.held or known.pushed) for known in ears)
    return not asked_for and walk_of(ear) is None and not ear.endswith("-gap")


def _for_what(why: Why | None, charges: Sequence[Charge]) -> tuple[Purpose, int]:
    """What a network brings is to us, by us, in a thread of ours, or found by a rule; what nobody here wanted, some
    rule there has found.
    """
    if charges[0].kind in _PRIVATE:
        return Purpose.MESSAGES, 0
    if why is not None and (why.ours or why.calls_us or not why.finds):
        return Purpose.MENTIONS, 0
    return Purpose.RULES, min((found.rule for found in why.finds), default=0) if why else 0


_PRIVATE = frozenset({"dm_event", "chat_event"})
