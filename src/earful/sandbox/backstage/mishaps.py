"""What holds calls back and what makes them go wrong: limits in use, faults in wait, the dial."""

from typing import TYPE_CHECKING

from earful.sandbox.backstage.table import Cell, Row, Table, clock_time, number, words
from earful.sandbox.dial import Turned
from earful.sandbox.faults import Fault
from earful.sandbox.limits import Bucket, Window, most

if TYPE_CHECKING:
    from earful.sandbox.world import World

LIMITS = 40


def limits(world: "World") -> Table:
    """Every window that is running, the fullest first."""
    running = [_window(world, bucket, window) for bucket, window in world.limits.running(world.clock())]
    rows = [row for _, row in sorted(running, key=lambda one: -one[0])[:LIMITS]]
    empty = "No limit is in use: nobody called in the last quarter of an hour."
    return Table("limits", "Limits in use", ("Operation", "App", "Whose", "Calls", "Of", "Until"), rows, empty)


def waiting(world: "World") -> Table:
    """Faults in wait."""
    rows = [_fault(fault) for fault in world.faults.waiting]
    empty = "No fault waits for a call. The practice door sets some: POST /pretend/faults."
    return Table("faults", "Faults in wait", ("On", "Kind", "Account", "Times"), rows, empty)


def dial(world: "World") -> Table:
    """How the dial stands."""
    rows = [_turned(one, world.clock()) for one in world.faults.dial.turned]
    empty = "Nothing goes wrong by chance. Turn the dial to change that."
    return Table("dial", "Fault dial", ("On", "Chances", "Account", "Seed", "Spoiled", "State"), rows, empty)


def _window(world: "World", bucket: Bucket, window: Window) -> tuple[float, Row]:
    name, limit, app_id, account_id = bucket
    app, account = world.apps.find(app_id), world.accounts.find(account_id) if account_id else None
    whole = most(name, limit, app.options) if app else limit.calls
    whose = f"@{account.username}" if account else {"app": "the app's own", "both": "all calls"}.get(limit.scope, "")
    row = Cell(name), Cell(app.name if app else str(app_id)), Cell(whose), number(window.calls), number(whole)
    return window.calls / max(whole, 1), (*row, Cell(clock_time(window.ends)))


def _fault(fault: Fault) -> Row:
    return (*words(fault.on, fault.kind, f"@{fault.username}" if fault.username else "any"), number(fault.times))


def _turned(one: Turned, now: float) -> Row:
    setting = one.setting
    chances = ", ".join(f"{kind} {chance:.1%}" for kind, chance in setting.chances.items() if chance)
    until = f"until {clock_time(one.until)}" if one.until else "until turned off"
    state = "over" if one.over(now) else until
    account = f"@{setting.username}" if setting.username else "any"
    limit = f" of {setting.most}" if setting.most else ""
    return (*words(setting.on or "everything", chances, account, str(setting.seed), f"{one.done}{limit}", state),)
