"""What a search costs at most, and how large a page of it a sum of money still allows."""

from decimal import Decimal
from typing import Final

from earful.core.connector import Capabilities

LARGEST_PAGE: Final = 100
SMALLEST_PAGE: Final = 10


def price(can: Capabilities) -> Decimal:
    """Dollars for a post of a search, at most."""
    return Decimal(str(can.dearest_post))


def page_within(can: Capabilities, dollars: Decimal) -> int:
    """How many posts a page may bring, so that it costs no more whatever is on it; none is smaller than
    `SMALLEST_PAGE`.
    """
    each = price(can)
    return min(LARGEST_PAGE, int(dollars / each)) if each else LARGEST_PAGE
