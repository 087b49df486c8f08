"""How apps listen: their rules, the connections they hold, their webhooks and subscriptions."""

from typing import TYPE_CHECKING

from earful.sandbox.backstage.table import Cell, Row, Table, clock_time, left_out, number, words
from earful.sandbox.snowflake import written

if TYPE_CHECKING:
    from earful.sandbox.activity.subscriptions import Subscription
    from earful.sandbox.apps import App
    from earful.sandbox.streams.connection import Connection
    from earful.sandbox.streams.connections import Past
    from earful.sandbox.webhooks.webhooks import Webhook
    from earful.sandbox.world import World

RULES = 40
SUBSCRIPTIONS = 40
PAST = 5


def rules(world: "World") -> Table:
    """Rules of the filtered stream."""
    every = [(app, rule) for app in world.apps.every() for rule in world.rules.of(app.id)]
    shown = sorted(every, key=lambda one: -int(one[1]["id"]))[:RULES]
    rows = [words(app.name, rule.get("tag", ""), rule["value"]) for app, rule in shown]
    empty = "No rule is set: POST /2/tweets/search/stream/rules adds some."
    return Table("rules", "Rules", ("App", "Tag", "Rule"), rows, empty, left_out(len(every), RULES, "rules"))


def connections(world: "World") -> Table:
    """Connections that are open, and how the last ones ended."""
    rows = [_open(world, one) for one in world.connections.live]
    rows += [_past(app, one) for app in world.apps.every() for one in _ended(world, app)]
    heads = ("App", "Stream", "From", "Waiting", "State")
    return Table("connections", "Connections", heads, rows, "Nobody holds a stream open, and nobody did.")


def webhooks(world: "World") -> Table:
    """Webhooks, and whether each is in force."""
    rows = [_webhook(world, one) for one in world.webhooks.everybodys()]
    empty = "No webhook is registered: POST /2/webhooks registers one."
    return Table("webhooks", "Webhooks", ("App", "Address", "State", "Checked"), rows, empty)


def subscriptions(world: "World") -> Table:
    """Subscriptions to the Activity API."""
    every = [one for app in world.apps.every() for one in world.subscriptions.of(app.id)]
    shown = sorted(every, key=lambda one: -one.id)[:SUBSCRIPTIONS]
    rows = [_subscription(world, one) for one in shown]
    empty = "Nobody subscribed to anything: POST /2/activity/subscriptions does."
    heads = ("App", "To", "About", "By")
    more = left_out(len(every), SUBSCRIPTIONS, "subscriptions")
    return Table("subscriptions", "Subscriptions", heads, rows, empty, more)


def _open(world: "World", one: "Connection") -> Row:
    app = world.apps.known(one.app).name
    return *words(app, one.endpoint.name, one.client_ip), number(one.lines.qsize()), Cell("open")


def _ended(world: "World", app: "App") -> list["Past"]:
    return [one for one in world.connections.past(app.id) if one.disconnected_at][:PAST]


def _past(app: "App", one: "Past") -> Row:
    ended = Cell(one.reason.replace("_", " "), aside=one.disconnected_at)
    return *words(app.name, one.endpoint, one.client_ip), Cell("", number=True), ended


def _webhook(world: "World", one: "Webhook") -> Row:
    state = "in force" if one.valid else "not in force"
    checked = clock_time(one.checked) if one.checked else "not yet"
    return words(world.apps.known(one.app).name, one.url, state, checked)


def _subscription(world: "World", one: "Subscription") -> Row:
    account = world.accounts.find(one.user) if one.user else None
    about = f"@{account.username}" if account else one.keyword or "everything"
    by = "webhook and stream" if one.webhook else "stream"
    return Cell(world.apps.known(one.app).name, aside=written(one.id)), *words(one.kind, about, by)
