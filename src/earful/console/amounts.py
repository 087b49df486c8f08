"""Amounts of money as people read and write them: dollars, out of millionths and back."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from earful.core.connector import Refused
from earful.core.prices import dollars, micro

# No monthly budget that anybody means is higher.
MOST_DOLLARS: Final = Decimal(1_000_000)
_CENT: Final = Decimal("0.01")
# No amount that anybody means is longer.
_LONGEST: Final = 20
# A comma parts thousands and nothing else: "1,50" are cents to half of the world, and must not be read as $150. Signs,
# exponents and figures of other scripts are no hand's at this desk.
_WRITTEN: Final = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+")


def sum_in_words(amount: int) -> str:
    """A sum, to the cent from ten cents on, below that as exactly as it is: "$1,204.50", "$0.005", "$0.00"."""
    exact = dollars(amount)
    if amount == 0 or abs(exact) >= Decimal("0.1"):
        return f"${exact.quantize(_CENT, ROUND_HALF_UP):,.2f}"
    return price_in_words(amount)


def price_in_words(amount: int | Decimal) -> str:
    """A price, never rounded, with two decimals at least: "$0.20", "$0.005". It is told in millionths of a dollar, or
    in dollars where it is kept as such.
    """
    exact = dollars(micro(amount) if isinstance(amount, Decimal) else amount)
    whole, _, part = f"{exact:.6f}".partition(".")
    return f"${int(whole):,}.{part.rstrip('0').ljust(2, '0')}"


def written(amount: int | None) -> str:
    """An amount as it stands in a field; "" for none."""
    return "" if amount is None else f"{dollars(amount):.2f}"


def amount_asked(asked: str, most: Decimal = MOST_DOLLARS) -> int | None:
    """An amount that a person wrote, to the cent and in millionths of a dollar; None if they left it empty.

    Raises Refused with what to write instead.
    """
    text = asked.strip().removeprefix("$").strip()
    if not text:
        return None
    if len(text) > _LONGEST or not _WRITTEN.fullmatch(text):
        raise Refused(f"{quoted(asked)} is no amount. Write dollars and cents with a point: 250.00, say.")
    amount = Decimal(text.replace(",", ""))
    if amount > most:
        raise Refused(f"{quoted(asked)} is more than anybody means. Write at most ${most:,.2f}.")
    return micro(amount.quantize(_CENT, ROUND_HALF_UP))


def quoted(asked: str) -> str:
    """What a person wrote, as it is named when it is refused."""
    asked = asked.strip()
    return f"“{asked[:_LONGEST]}{'…' if len(asked) > _LONGEST else ''}”"
