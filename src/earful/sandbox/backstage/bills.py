"""Whose calls cost what: the apps, the bill of today, and its newest entries."""

import sqlite3
from typing import TYPE_CHECKING

from earful.sandbox.apps import App
from earful.sandbox.backstage.people import handle
from earful.sandbox.backstage.table import Cell, Row, Table, clock_time, left_out, number
from earful.sandbox.money.caps import broke, over_cap, spent
from earful.sandbox.money.prices import dollars

if TYPE_CHECKING:
    from earful.sandbox.world import World

NEWEST = 12


def apps(world: "World") -> Table:
    """Every app: its contract, and what it spent and has left."""
    rows = [_app(world, app) for app in world.apps.every()]
    heads = ("App", "Owner", "Edition", "Vocabulary", "Today", "This cycle", "Credit", "State")
    empty = "No app is registered yet: make a brand at the practice door."
    return Table("apps", "Apps", heads, rows, empty)


def bill(world: "World") -> Table:
    """Everything that was billed, by operation, with what it came to."""
    sums = sorted(world.ledger.totals("operation").items(), key=lambda one: -one[1].price)
    rows = [(Cell(name), number(found.entries), amount(found.price)) for name, found in sums]
    if rows:
        whole = world.ledger.total()
        rows.append((Cell("In all"), number(whole.entries), amount(whole.price)))
    return Table("bill", "Bill", ("Operation", "Billed", "Dollars"), rows, "No call was billed yet.")


def entries(world: "World") -> Table:
    """The newest entries of the ledger."""
    every = world.ledger.total().entries
    rows = [entry(world, row) for row in world.ledger.newest(NEWEST)]
    return Table("ledger", "Ledger", ENTRY, rows, "No call was billed yet.", left_out(every, NEWEST, "entries"))


ENTRY = ("When", "App", "Operation", "What", "Class", "Dollars")


def entry(world: "World", row: sqlite3.Row) -> Row:
    """One entry of the ledger."""
    app = world.apps.find(row["app"])
    what = Cell(row["kind"].replace("_", " "), aside=row["resource"] or "")
    when, named = Cell(clock_time(row["at"] / 1000)), Cell(app.name if app else str(row["app"]))
    return when, named, Cell(row["operation"]), what, Cell(row["class"]), amount(row["price"])


def amount(micro: int) -> Cell:
    """An amount of money."""
    return Cell(dollars(micro), number=True)


def _app(world: "World", app: App) -> Row:
    terms, balance = world.ledger.terms(app.id), world.ledger.balance(app.id)
    refusal = broke(world, app) or over_cap(world, app)
    return (
        Cell(app.name, aside=app.client_id),
        handle(app.owner),
        Cell(app.edition),
        Cell(app.options.vocabulary),
        amount(spent(world, app.id, terms, "Daily")),
        amount(spent(world, app.id, terms, "Monthly")),
        Cell("without end", number=True) if balance is None else amount(balance),
        Cell(refusal.title if refusal else "in order"),
    )
