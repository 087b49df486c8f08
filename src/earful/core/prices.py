"""What a network charges: things that are billed, and price lists with the day from which each price holds.

Money is counted in millionths of a dollar, as whole numbers: a price of 0.005 dollars is 5,000 of them, and no sum of
such prices is ever rounded.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, NamedTuple, get_args

PriceClass = Literal["read", "owned", "request"]
"""A resource that is read, one of our own (cheaper where a network has such a price), or a request by itself."""

MICRO: Final = 1_000_000
# No price for one thing is higher; what is, lacks its decimal point.
_DEAREST: Final = Decimal(1_000)
_CLASSES: Final[tuple[PriceClass, ...]] = get_args(PriceClass)


class Charge(NamedTuple):
    """One thing that a network bills: a resource by its id, or a request, which has none ("")."""

    kind: str
    of: PriceClass
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a success of a request is billed for: each resource in it of the kind `reads`, at the price of `of`; or the
    request itself, as the kind `request`. `sends` says that the outbox knows better than the answer whether it is
    billed: what was sent is found again even where the answer was lost.
    """

    reads: str = ""
    of: PriceClass = "read"
    request: str = ""
    sends: bool = False

    @property
    def free(self) -> bool:
        """Whether nothing is billed at all."""
        return not (self.reads or self.request or self.sends)


FREE: Final = Bill()


class PriceListError(ValueError):
    """A price list that cannot be read; the message says where, and what would be right."""


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The prices from one day on, in millionths of a dollar by class and kind, and where they are written."""

    since: date
    source: str
    prices: Mapping[tuple[PriceClass, str], int]


@dataclass(frozen=True, slots=True)
class PriceList:
    """Price tables, oldest first, and another list that stands behind: what none of these tables prices is looked up
    there. Days before the first table of the hindmost list go by that one.
    """

    tables: Sequence[PriceTable] = ()
    behind: "PriceList | None" = field(default=None)

    def over(self, behind: "PriceList") -> "PriceList":
        """These prices before those of another list."""
        return PriceList(self.tables, behind if self.behind is None else self.behind.over(behind))

    def found(self, kind: str, of: PriceClass, day: date) -> tuple[int, PriceTable] | None:
        """The price that holds on a day (UTC), and the table that says so; None for what has no price: it is free."""
        for table in self._on(day):
            if (of, kind) in table.prices:
                return table.prices[of, kind], table
        return self.behind.found(kind, of, day) if self.behind else None

    def price(self, kind: str, of: PriceClass, day: date) -> int:
        """The same as a number; 0 for what is free. What is not cheaper for being our own costs as any other."""
        found = self.found(kind, of, day)
        if found is None and of == "owned":
            found = self.found(kind, "read", day)
        return found[0] if found else 0

    def in_force(self, day: date) -> list[tuple[PriceClass, str, int, PriceTable]]:
        """Everything that has a price on a day, each with the table that says so, by class and kind."""
        found = ((of, kind, self.found(kind, of, day)) for of, kind in sorted(self._named()))
        return [(of, kind, *there) for of, kind, there in found if there]

    def _on(self, day: date) -> Sequence[PriceTable]:
        begun = [table for table in self.tables if table.since <= day][::-1]
        return begun or ([] if self.behind else self.tables[:1])

    def _named(self) -> set[tuple[PriceClass, str]]:
        there = {key for table in self.tables for key in table.prices}
        return there | self.behind._named() if self.behind else there


def read_prices(text: str) -> PriceList:
    """The price list that a TOML text says in its `tables`. Raises PriceListError."""
    found = tables_in(text, "tables")
    if found is None:
        raise PriceListError("A price list has at least one [[tables]].")
    return found


def tables_in(text: str, name: str) -> PriceList | None:
    """The price list that a TOML text says in its tables of a name; None if it has none. Raises PriceListError."""
    try:
        # Decimals, so that 0.005 dollars are 5,000 millionths and nothing beside it.
        told = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PriceListError(f"This is not TOML: {error}.") from error
    return priced(told[name]) if name in told else None


def priced(tables: Any) -> PriceList:
    """The price list that tables say, each with the day `since` which it holds, perhaps its `source`, and dollars by
    kind under `read`, `owned` and `request`. Raises PriceListError.
    """
    if not isinstance(tables, list) or not tables:
        raise PriceListError("A price list is a list of tables, at least one.")
    read = sorted((_table(table, number) for number, table in enumerate(tables, 1)), key=lambda table: table.since)
    return PriceList(tuple(read))


def worth(charges: Iterable[Charge], known: Mapping[tuple[PriceClass, str], int], listed: PriceList) -> int:
    """What charges cost together, each thing once: by the prices that are `known`, else by the newest of a list."""
    total = 0
    for kind, of, _ in set(charges):
        price = known.get((of, kind))
        total += listed.price(kind, of, date.max) if price is None else price
    return total


def dollars(micro: int) -> Decimal:
    """So many millionths as dollars, exactly."""
    return Decimal(micro) / MICRO


def micro(amount: Decimal) -> int:
    """Dollars as millionths. Raises PriceListError for a smaller part of one."""
    whole = amount * MICRO
    if whole != whole.to_integral_value():
        raise PriceListError(f"{amount} dollars is finer than a millionth of one.")
    return int(whole)


def _table(told: Any, number: int) -> PriceTable:
    where = f"Table {number} of the price list"
    if not isinstance(told, Mapping):
        raise PriceListError(f"{where} is none.")
    if unknown := sorted(map(str, set(told) - {"since", "source", *_CLASSES})):
        raise PriceListError(f"{where} says {unknown[0]!r}: it may say since, source, {', '.join(_CLASSES)}.")
    return PriceTable(_day(told.get("since"), where), str(told.get("source", "")), dict(_prices(told, where)))


def _day(told: Any, where: str) -> date:
    try:
        return told if type(told) is date else date.fromisoformat(told)
    except (TypeError, ValueError):
        raise PriceListError(f"{where} needs the day from which it holds, as since = 2026-08-01.") from None


def _prices(told: Mapping[str, Any], where: str) -> Iterable[tuple[tuple[PriceClass, str], int]]:
    for of in _CLASSES:
        prices = told.get(of, {})
        if not isinstance(prices, Mapping):
            raise PriceListError(f"{where}: {of} holds prices by kind, as post = 0.005.")
        for kind, amount in prices.items():
            yield (of, str(kind)), _amount(amount, f"{where}: {of}.{kind}")


def _amount(told: Any, where: str) -> int:
    try:
        amount = Decimal(str(told)) if not isinstance(told, bool) else Decimal("nan")
    except InvalidOperation:
        amount = Decimal("nan")
    if not (amount.is_finite() and 0 <= amount <= _DEAREST):
        raise PriceListError(f"{where} is no price in dollars: {str(told)[:40]!r}.")
    return micro(amount)
