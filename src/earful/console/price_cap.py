"""The price cap of a backfill, as a person writes it: an amount in dollars, or a sentence that says what is wrong."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from earful.channels.models import Channel
from earful.connectors.registry import CONNECTORS
from earful.console.composing import money
from earful.core.connector import Refused
from earful.intake.affording import SMALLEST_PAGE, price

# A cap beyond this is a slip of the finger: nobody means to spend more on one look back.
MOST_DOLLARS: Final = Decimal(10_000)
_CENT: Final = Decimal("0.01")
# No amount that anybody means is longer, and `Decimal` would read megabytes.
_LONGEST: Final = 20


def price_cap(asked: str, channel: Channel) -> Decimal:
    """The cap to the cent, between the price of one page of the channel's network and `MOST_DOLLARS`.

    Raises Refused with what to write instead.
    """
    asked = asked.strip().removeprefix("$").strip()
    amount = _amount(asked)
    connector = CONNECTORS[channel.network]
    least = price(connector.rates(channel.keyless)) * SMALLEST_PAGE
    if amount < least:
        page = f"one page of {connector.name}’s search, which may cost {money(float(least))}"
        raise Refused(f"{_shown(asked)} does not pay for {page}. Write at least that, in dollars.")
    if amount < _CENT:
        raise Refused("Write an amount above nothing, in dollars: 5.00, say.")
    if amount > MOST_DOLLARS:
        raise Refused(f"{_shown(asked)} is too much for one backfill. Write at most ${MOST_DOLLARS:,.2f}.")
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _amount(asked: str) -> Decimal:
    if not asked:
        raise Refused("Write the most that it may cost, in dollars: 5.00, say.")
    try:
        amount = Decimal(asked) if len(asked) <= _LONGEST else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise Refused(f"{_shown(asked)} is no amount. Write dollars and cents with a point: 5.00, say.")
    return amount


def _shown(asked: str) -> str:
    return f"“{asked[:_LONGEST]}{'…' if len(asked) > _LONGEST else ''}”"
