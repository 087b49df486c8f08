"""The price cap of a backfill, as a person writes it: an amount in dollars, or a sentence that says what is wrong."""

from decimal import Decimal
from typing import Final

from earful.channels.models import Channel
from earful.connectors.registry import CONNECTORS
from earful.console.amounts import amount_asked, price_in_words, quoted
from earful.core.connector import Refused
from earful.core.prices import dollars
from earful.intake.affording import SMALLEST_PAGE

# A cap beyond this is a slip of the finger: nobody means to spend more on one look back.
MOST_DOLLARS: Final = Decimal(10_000)


def price_cap(asked: str, channel: Channel) -> Decimal:
    """The cap to the cent, between the price of one page of the channel's network and `MOST_DOLLARS`.

    Raises Refused with what to write instead.
    """
    amount = amount_asked(asked, MOST_DOLLARS)
    if amount is None:
        raise Refused("Write the most that it may cost, in dollars: 5.00, say.")
    connector = CONNECTORS[channel.network]
    least = connector.rates(channel.keyless).dearest * SMALLEST_PAGE
    if amount < least:
        page = f"one page of {connector.name}’s search, which may cost {price_in_words(least)}"
        raise Refused(f"{quoted(asked)} does not pay for {page}. Write at least that, in dollars.")
    if not amount:
        raise Refused("Write an amount above nothing, in dollars: 5.00, say.")
    return dollars(amount)
