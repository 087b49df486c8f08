"""The ledger: what X would have billed, entry by entry.

A resource is billed once a UTC day for each app. X does not say whether an owned read and a plain read of one post are
one resource or two; here the price class is part of what must not repeat, so they are two.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from earful.sandbox.money.billing import Charge
from earful.sandbox.money.prices import Prices
from earful.sandbox.money.terms import Terms
from earful.sandbox.store import Store, Value

PARTS = ("app", "day", "kind", "class", "operation")


@dataclass(frozen=True, slots=True)
class Sum:
    """Entries added up: how many, and their price in millionths of a dollar."""

    entries: int
    price: int


class Ledger:
    """All entries of all apps, and for each app what it has left to spend and on which terms it is billed."""

    def __init__(self, store: Store, prices: Prices) -> None:
        self.store = store
        self.prices = prices

    def book(self, app: int, operation: str, charges: Sequence[Charge], now: float) -> int:
        """Bill charges to an app (`now` in seconds since 1970); returns what that came to. A resource that was billed
        today already costs nothing.
        """
        if not charges:
            return 0
        day = datetime.fromtimestamp(now, UTC).date()
        with self.store.together():
            booked = sum(self._enter(app, operation, one, day, round(now * 1000)) for one in charges)
            if booked:
                self.store.write("UPDATE billing SET balance = balance - ? WHERE app = ?", booked, app)
        return booked

    def terms(self, app: int) -> Terms:
        """How an app is billed."""
        found = self.store.row("SELECT terms FROM billing WHERE app = ?", app)
        return msgspec.json.decode(found["terms"], type=Terms) if found else Terms()

    def balance(self, app: int) -> int | None:
        """What an app has left, in millionths of a dollar; None is without end."""
        found = self.store.row("SELECT balance FROM billing WHERE app = ?", app)
        return None if found is None or found["balance"] is None else int(found["balance"])

    def set(self, app: int, terms: Terms, balance: int | None) -> None:
        """Put an app's terms and balance in place of what it had."""
        self.store.write(
            "INSERT INTO billing VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET balance = excluded.balance, terms = excluded.terms",
            app, balance, msgspec.json.encode(terms).decode(),
        )  # fmt: skip

    def entries(self, after: int = 0, size: int = 1000, **parts: Value) -> list[sqlite3.Row]:
        """Entries in the order in which they were made, after the entry of a number; `parts` narrow them."""
        where, values = _where(parts)
        question = f"SELECT * FROM ledger WHERE id > ? AND {where} ORDER BY id LIMIT ?"  # noqa: S608  # nosec B608
        return self.store.rows(question, after, *values, size)

    def newest(self, size: int) -> list[sqlite3.Row]:
        """The newest entries, the newest first."""
        return self.store.rows("SELECT * FROM ledger ORDER BY id DESC LIMIT ?", size)

    def total(self, **parts: Value) -> Sum:
        """Everything added up; `parts` narrow it, and `since` a day."""
        where, values = _where(parts)
        question = f"SELECT sum(entries), sum(price) FROM ledger_days WHERE {where}"  # noqa: S608  # nosec B608
        found = self.store.row(question, *values)
        return Sum(found[0] or 0, found[1] or 0) if found else Sum(0, 0)

    def totals(self, by: str, **parts: Value) -> dict[str, Sum]:
        """The same, apart for each value of one of PARTS."""
        if by not in PARTS:
            raise ValueError(f"Totals go by one of {', '.join(PARTS)}, not by {by}.")
        where, values = _where(parts)
        question = f"SELECT {by}, sum(entries), sum(price) FROM ledger_days WHERE {where} GROUP BY {by}"  # noqa: S608  # nosec B608
        return {str(row[0]): Sum(row[1], row[2]) for row in self.store.rows(question, *values)}

    def _enter(self, app: int, operation: str, charge: Charge, day: date, at: int) -> int:
        price = self.prices.price(charge.kind, charge.of, day)
        row = (app, day.isoformat(), charge.kind, charge.of, charge.resource, price, operation, at)
        if not self.store.write(f"INSERT OR IGNORE INTO ledger ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row):  # noqa: S608  # nosec B608
            return 0
        self.store.write(
            "INSERT INTO ledger_days VALUES (?, ?, ?, ?, ?, 1, ?) "
            "ON CONFLICT DO UPDATE SET entries = entries + 1, price = price + excluded.price",
            app, row[1], charge.kind, charge.of, operation, price,
        )  # fmt: skip
        return price


COLUMNS = "app, day, kind, class, resource, price, operation, at"


def told(row: sqlite3.Row) -> dict[str, Any]:
    """An entry as the practice door tells it; a request goes by the entry's number."""
    entry = {name: row[name] for name in ("day", "kind", "class", "price", "operation")}
    named = {"resource": row["resource"]} if row["resource"] else {"request": str(row["id"])}
    return {"id": str(row["id"]), "app": str(row["app"])} | entry | named | {"at": row["at"] / 1000}


def _where(parts: dict[str, Value]) -> tuple[str, list[Value]]:
    # The names come from the code and from PARTS, never from a caller's words.
    wanted = {name: value for name, value in parts.items() if value is not None}
    if unknown := set(wanted) - {*PARTS, "resource", "since"}:
        raise ValueError(f"An entry has no {', '.join(sorted(unknown))}.")
    asked = " AND ".join("day >= ?" if name == "since" else f"{name} = ?" for name in wanted)
    return asked or "1", list(wanted.values())
