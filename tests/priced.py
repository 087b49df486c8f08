"""What X's own price list says of one request."""

from datetime import date

from earful.connectors.x.prices import PRICES
from earful.core.prices import dollars


def priced(kind: str) -> float:
    """Dollars for one of a kind, by the newest of X's list."""
    return float(dollars(PRICES.price(kind, "request", date.max)))
