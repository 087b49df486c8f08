"""What holds a call back for money's sake: credit that is used up, a spending limit, caps on posts read."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from earful.sandbox.apps import App
from earful.sandbox.limits import Limit
from earful.sandbox.money.spent import capped, no_credit, reconnecting, spending_limit
from earful.sandbox.money.terms import Cap, Period, Terms
from earful.sandbox.problems import RefusalError

if TYPE_CHECKING:
    from earful.sandbox.callers import Caller
    from earful.sandbox.gate import Operation
    from earful.sandbox.world import World

MINUTE = 60


def refuse_spent(world: "World", operation: "Operation", who: "Caller") -> None:
    """Raises RefusalError for an app that may not go on: 402, 403 or 429."""
    refusal = broke(world, who.app)
    if refusal is None and (operation.bills.reads == "post" or operation.stream):
        refusal = over_cap(world, who.app)
    if refusal is None and operation.stream:
        refusal = _reconnecting(world, who)
    if refusal:
        raise refusal


def broke(world: "World", app: App) -> RefusalError | None:
    """Why an app can pay for nothing more, or None."""
    balance, terms = world.ledger.balance(app.id), world.ledger.terms(app.id)
    if balance is not None and balance <= 0:
        return no_credit(app.owner.id)
    today = _today(world)
    if terms.spending_limit is not None and spent(world, app.id, terms, "Monthly") >= terms.spending_limit:
        return spending_limit(app.owner.id, terms.next_cycle(today))
    return None


def over_cap(world: "World", app: App) -> RefusalError | None:
    """Why an app may read no more posts, or None."""
    terms = world.ledger.terms(app.id)
    reached = (cap for cap in terms.caps if _posts(world, app, terms, cap) >= cap.posts)
    return next((capped(app.owner.id, cap) for cap in reached), None)


def spent(world: "World", app: int, terms: Terms, period: Period) -> int:
    """What an app spent this day or billing cycle, in millionths of a dollar."""
    return world.ledger.total(app=app, since=terms.since(period, _today(world)).isoformat()).price


def _posts(world: "World", app: App, terms: Terms, cap: Cap) -> int:
    since = terms.since(cap.period, _today(world)).isoformat()
    apps = [app.id] if cap.scope == "Product" else world.apps.of(app.owner)
    return sum(world.ledger.total(app=each, kind="post", since=since).entries for each in apps)


def _reconnecting(world: "World", who: "Caller") -> RefusalError | None:
    terms = world.ledger.terms(who.app.id)
    allowed = (Limit("both", terms.reconnects, MINUTE),) if terms.reconnects else ()
    standings = world.limits.take("reconnects", allowed, who, terms, world.clock())
    return None if all(standing.allowed for standing in standings) else reconnecting()


def _today(world: "World") -> date:
    return datetime.fromtimestamp(world.clock(), UTC).date()
