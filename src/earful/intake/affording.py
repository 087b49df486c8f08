"""What a search costs, and how large a page of it a sum of money still allows."""

from decimal import ROUND_UP, Decimal
from typing import Final

from earful.core.connector import Account, Connector, Rates
from earful.core.prices import dollars, worth

LARGEST_PAGE: Final = 100
SMALLEST_PAGE: Final = 10
# Backfills and gaps keep their own account in thousandths of a dollar.
_KEPT: Final = Decimal("0.001")


def price(rates: Rates) -> Decimal:
    """Dollars for a post of a search, at most: with all that comes along with it."""
    return dollars(rates.dearest)


def page_within(rates: Rates, left: Decimal) -> int:
    """How many posts a page may bring, so that it costs no more whatever is on it; none is smaller than
    `SMALLEST_PAGE`.
    """
    each = price(rates)
    return min(LARGEST_PAGE, int(left / each)) if each else LARGEST_PAGE


def cost(connector: Connector, account: Account, frame: bytes) -> Decimal:
    """Dollars that a page was billed at most: as if nothing on it had been billed before on this day."""
    billed = worth(connector.charges_heard(account, frame), account.prices, connector.prices)
    return dollars(billed).quantize(_KEPT, ROUND_UP)
