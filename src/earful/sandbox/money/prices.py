"""X's prices, read from a dated table: what one resource or one request costs on a day, in millionths of a dollar."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any, Literal, get_args

Class = Literal["read", "owned", "request"]

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The prices from one day on: `prices` by class and kind, `events` from an event's name to what it counts as."""

    since: date
    source: str
    prices: dict[tuple[Class, str], int]
    events: dict[str, str]

    def event_kind(self, event: str) -> str | None:
        """As which resource an event is billed. A name that ends with a dot stands for all that begin with it."""
        begun = (kind for name, kind in self.events.items() if name.endswith(".") and event.startswith(name))
        return self.events.get(event) or next(begun, None)


class Prices:
    """All price tables, oldest first."""

    def __init__(self, text: str | None = None) -> None:
        told = text or files(__package__).joinpath("prices.toml").read_text("utf-8")
        # Decimals, so that 0.005 dollars are 5000 millionths and nothing beside it.
        tables = tomllib.loads(told, parse_float=Decimal)["tables"]
        self.tables = sorted(map(_table, tables), key=lambda table: table.since)

    def on(self, day: date) -> PriceTable:
        """The table that holds on a UTC day."""
        begun = [table for table in self.tables if table.since <= day]
        return begun[-1] if begun else self.tables[0]

    def price(self, kind: str, of: Class, day: date) -> int:
        """What one costs. Raises LookupError for something that no table prices: an operation's row is wrong."""
        try:
            return self.on(day).prices[of, kind]
        except KeyError:
            raise LookupError(f"No price for {of} {kind}: add it to prices.toml.") from None


def dollars(micro: int) -> str:
    """An amount as people read it, never rounded: "$0.01", "$1,012.0005"."""
    whole, fraction = divmod(abs(micro), MICRO)
    return f"{'-' if micro < 0 else ''}${whole:,}.{f'{fraction:06d}'.rstrip('0').ljust(2, '0')}"


def _table(told: dict[str, Any]) -> PriceTable:
    prices = {(of, kind): int(price * MICRO) for of in get_args(Class) for kind, price in told.get(of, {}).items()}
    return PriceTable(told["since"], told.get("source", ""), prices, dict(told.get("events", {})))
