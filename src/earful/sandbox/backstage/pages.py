"""The page behind the stage, and its forms: turn the dial, put everything right, buy credit, move the clock, play a
scenario.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from earful.sandbox import numerals
from earful.sandbox.apps import App
from earful.sandbox.backstage import bills, ears, mishaps, people
from earful.sandbox.backstage.table import Table
from earful.sandbox.dial import CallKind, LineKind, Setting
from earful.sandbox.frame import Form, Frame, PageError, form_of, place
from earful.sandbox.money.prices import MICRO
from earful.sandbox.scenarios.stage import LONGEST_S, Stage
from earful.sandbox.scenarios.stories import STORIES

if TYPE_CHECKING:
    from earful.sandbox.world import World

HERE = "/i/pretend"
PAGE = 200
KINDS = {
    "lost_request": "Request lost on its way",
    "lost_answer": "Done, answer lost",
    "slow": "Late",
    "status": "5xx, not done",
    "refuse_after": "5xx, done all the same",
    "garbage": "Done, answered with garbage",
    "torn_line": "Stream line cut in the middle",
    "twice": "Stream line twice",
}
UNITS = {"minutes": 60, "hours": 3600, "days": 86_400}
MOST_DOLLARS = 1_000_000


def routes(frame: Frame, stage: Stage, operations: Iterable[str]) -> list[Route]:
    """The page's routes. `operations` are the names of those that the dial can be turned for."""
    backstage = Backstage(frame.world, stage, frame, sorted(operations))
    table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("GET", "/pretend", backstage.way),
        ("GET", HERE, backstage.page),
        ("GET", f"{HERE}/ledger", backstage.ledger),
        ("POST", f"{HERE}/dial", backstage.turn),
        ("POST", f"{HERE}/right", backstage.put_right),
        ("POST", f"{HERE}/credit", backstage.buy),
        ("POST", f"{HERE}/clock", backstage.move_clock),
        ("POST", f"{HERE}/scenario", backstage.play),
    ]
    return [Route(path, frame.shown(act), methods=[method]) for method, path, act in table]


class Backstage:
    """The page, and every form on it."""

    def __init__(self, world: "World", stage: Stage, frame: Frame, operations: list[str]) -> None:
        self.world = world
        self.stage = stage
        self.frame = frame
        self.operations = operations

    async def way(self, _: Request) -> Response:
        """From the address that one would guess to the page's own."""
        return RedirectResponse(HERE)

    async def page(self, request: Request) -> Response:
        """Everything at a glance."""
        if fresh := self.frame.unchanged(request):
            return fresh
        return self.frame.page(
            request,
            "backstage.html",
            tables=self._tables(),
            now=self.world.clock.written(),
            ahead=round(self.world.clock.ahead),
            apps=self.world.apps.every(),
            operations=self.operations,
            kinds=KINDS,
            units=UNITS,
            stories=STORIES,
            playing=len(self.stage.playing),
        )

    async def ledger(self, request: Request) -> Response:
        """The whole ledger, page by page."""
        after = place(request, "after", 0)
        found = self.world.ledger.entries(after, PAGE + 1)
        rows = [bills.entry(self.world, row) for row in found[:PAGE]]
        table = Table("ledger", "Ledger", bills.ENTRY, rows, "There is nothing more in the ledger.")
        following = str(found[PAGE - 1]["id"]) if len(found) > PAGE else ""
        return self.frame.page(request, "ledger.html", table=table, following=following, first=after == 0)

    async def turn(self, request: Request) -> Response:
        """Turn the dial; with nothing above 0 %, back to where it was."""
        form = await form_of(request)
        try:
            setting = msgspec.convert(_setting(form), Setting)
        except msgspec.ValidationError as wrong:
            raise PageError(400, f"The dial cannot be turned like that: {wrong}.") from None
        self.world.faults.dial.turn(setting, self.world.clock())
        return self._back("dial")

    async def put_right(self, _: Request) -> Response:
        """Take every fault back."""
        self.world.faults.clear()
        return self._back("dial")

    async def buy(self, request: Request) -> Response:
        """Add to an app's credit; an empty field makes it credit without end."""
        form = await form_of(request)
        app, ledger = self._app(form.get("app", "")), self.world.ledger
        had = ledger.balance(app.id) or 0
        bought = round(_number(form, "dollars", MOST_DOLLARS) * MICRO) if form.get("dollars") else None
        ledger.set(app.id, ledger.terms(app.id), None if bought is None else had + bought)
        return self._back("apps")

    async def move_clock(self, request: Request) -> Response:
        """Let time pass at once."""
        form = await form_of(request)
        unit = UNITS.get(form.get("unit", ""), 60)
        try:
            self.world.clock.forward(_number(form, "amount", 10_000) * unit)
        except ValueError as wrong:
            raise PageError(400, str(wrong)) from None
        return self._back("")

    async def play(self, request: Request) -> Response:
        """Play a scenario, at once or over some minutes."""
        form = await form_of(request)
        seed, over = int(_number(form, "seed", 2**31)), _number(form, "over", LONGEST_S)
        brand = form.get("brand") or "LumenHelp"
        try:
            await self.stage.load(form.get("name", ""), seed, brand, over)
        except ValueError as wrong:
            raise PageError(400, str(wrong)) from None
        return self._back("posts")

    def _tables(self) -> list[Table]:
        every = (
            bills.apps, bills.bill, bills.entries, mishaps.limits, mishaps.dial, mishaps.waiting,
            ears.rules, ears.connections, ears.webhooks, ears.subscriptions, people.posts, people.accounts,
        )  # fmt: skip
        return [table(self.world) for table in every]

    def _back(self, anchor: str) -> Response:
        self.world.changes += 1
        return RedirectResponse(f"{HERE}#{anchor}" if anchor else HERE, 303)

    def _app(self, given: str) -> App:
        app = self.world.apps.find(numerals.identifier(given) or 0)
        if app is None:
            raise PageError(404, "There is no such app.")
        return app


def _setting(form: Form) -> dict[str, object]:
    chances = {kind: _number(form, f"chance_{kind}", 100) / 100 for kind in (*get_args(CallKind), *get_args(LineKind))}
    given: dict[str, object] = {"chances": {kind: chance for kind, chance in chances.items() if chance}}
    given |= {"on": form.get("on", ""), "username": form.get("username") or None}
    given |= {name: int(_number(form, name, 2**31)) for name in ("seed", "most", "status") if form.get(name)}
    return given | {name: _number(form, name, 10**6) for name in ("lasts", "seconds") if form.get(name)}


def _number(form: Form, name: str, most: float) -> float:
    """A number from a field, 0 for an empty one. Raises PageError (400) outside 0 to `most`."""
    given = form.get(name) or "0"
    number = numerals.decimal(given, most)
    if number is None:
        raise PageError(400, f"'{given[:40]}' cannot be used: give a number from 0 to {most:,.0f}.")
    return number
