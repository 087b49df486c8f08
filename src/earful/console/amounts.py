"""Amounts of money as people read and write them: dollars, out of millionths and back."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from earful.core.connector import Refused
from earful.core.prices import dollars, micro

# No monthly budget that anybody means is higher.
MOST_DOLLARS: Final = Decimal(1_000_000)
_CENT: Final = Decimal("0.01")
_LONGEST: Final = 20


def sum_in_words(amount: int) -> str:
    """A sum, to the cent from ten cents on, below that as exactly as it is: "$1,204.50", "$0.005", "$0.00"."""
    exact = dollars(amount)
    if amount == 0 or abs(exact) >= Decimal("0.1"):
        return f"${exact.quantize(_CENT, ROUND_HALF_UP):,.2f}"
    return price_in_words(amount)


def price_in_words(amount: int) -> str:
    """A price, never rounded, with two decimals at least: "$0.20", "$0.005"."""
    whole, _, part = f"{dollars(amount):.6f}".partition(".")
    return f"${int(whole):,}.{part.rstrip('0').ljust(2, '0')}"


def written(amount: int | None) -> str:
    """An amount as it stands in a field; "" for none."""
    return "" if amount is None else f"{dollars(amount):.2f}"


def amount_asked(asked: str) -> int | None:
    """An amount that a person wrote, in millionths of a dollar; None if they left it empty.

    Raises Refused with what to write instead.
    """
    asked = asked.strip().removeprefix("$").replace(",", "").strip()
    if not asked:
        return None
    try:
        amount = Decimal(asked) if len(asked) <= _LONGEST else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise Refused(f"“{asked[:_LONGEST]}” is no amount. Write dollars and cents with a point: 250.00, say.")
    if amount > MOST_DOLLARS:
        raise Refused(f"${amount:,.0f} is more than anybody means. Write at most ${MOST_DOLLARS:,.0f}.")
    return micro(amount.quantize(_CENT, ROUND_HALF_UP))
