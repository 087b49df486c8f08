"""The practice door's money: the ledger page by page with its totals, and each app's credit and terms."""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from starlette.requests import Request

from earful.sandbox.control_asking import number
from earful.sandbox.money.ledger import PARTS, Sum, told
from earful.sandbox.money.prices import PriceTable
from earful.sandbox.money.terms import Terms
from earful.sandbox.shapes import Shape

if TYPE_CHECKING:
    from earful.sandbox.world import World

MOST = 5000
# A thousand million dollars.
Money = Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]
USUAL = 1000


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """What is wanted of an app's billing: of an account's own app, or of the one with a client id. `balance` (in
    millionths of a dollar, null for credit without end) replaces what is left, `top_up` adds to it; `terms` names only
    what shall change.
    """

    username: str = ""
    client_id: str = ""
    balance: Money | msgspec.UnsetType | None = msgspec.UNSET
    top_up: Money = 0
    terms: dict[str, Any] = {}


class Accounting:
    """What the practice door answers about money; each method takes a request and its body."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def ledger(self, request: Request, _: bytes) -> Shape:
        """A page of entries, oldest first, with the totals of everything that was asked for, not of the page alone."""
        query = dict(request.query_params)
        after, size = number(query, "after", 0), min(number(query, "limit", USUAL), MOST)
        beside = ("username", "client_id", "after", "limit")
        parts = {name: value for name, value in query.items() if name not in beside}
        if "username" in query or "client_id" in query:
            parts["app"] = str(self._asked(request))
        entries = [told(row) for row in self.world.ledger.entries(after, size + 1, **parts)]
        page = {"entries": entries[:size]} | ({"next": entries[size - 1]["id"]} if len(entries) > size > 0 else {})
        parts.pop("resource", None)
        return page | {"totals": self._totals(parts)}

    def billing(self, request: Request, _: bytes) -> Shape:
        """An app's credit, what it spent in all, and its terms."""
        return self._told(self._asked(request))

    def set_billing(self, _: Request, body: bytes) -> Shape:
        """Change an app's credit or terms."""
        wish = msgspec.json.decode(body, type=Wish)
        app, ledger = self._app(wish.username, wish.client_id), self.world.ledger
        balance = ledger.balance(app) if wish.balance is msgspec.UNSET else wish.balance
        if wish.top_up:
            balance = (balance or 0) + wish.top_up
        kept = msgspec.to_builtins(ledger.terms(app)) | wish.terms
        ledger.set(app, msgspec.convert(kept, Terms), balance)
        self.world.changes += 1
        return self._told(app)

    def prices(self, _: Request, _body: bytes) -> Shape:
        """The price tables, in millionths of a dollar."""
        return {"tables": [_table(table) for table in self.world.prices.tables]}

    def _totals(self, parts: dict[str, str]) -> Shape:
        ledger = self.world.ledger
        whole: Shape = msgspec.to_builtins(ledger.total(**parts))
        return whole | {f"by_{by}": _sums(ledger.totals(by, **parts)) for by in PARTS}

    def _told(self, app: int) -> Shape:
        ledger = self.world.ledger
        spent, terms = ledger.total(app=app), msgspec.to_builtins(ledger.terms(app))
        return {"app": str(app), "balance": ledger.balance(app), "spent": spent.price, "terms": terms}

    def _asked(self, request: Request) -> int:
        query = request.query_params
        return self._app(query.get("username", ""), query.get("client_id", ""))

    def _app(self, username: str, client_id: str) -> int:
        account = self.world.accounts.named(username) if username else None
        found = self.world.apps.find(account.id) if account else self.world.apps.by_client(client_id)
        if found is None:
            raise ValueError(f"'{username or client_id}' has no app here: name a brand, or an app by its client id.")
        return found.id


def _table(table: PriceTable) -> Shape:
    prices: dict[str, dict[str, int]] = {}
    for (of, kind), price in table.prices.items():
        prices.setdefault(of, {})[kind] = price
    return {"since": table.since.isoformat(), "source": table.source, "events": table.events} | prices


def _sums(sums: dict[str, Sum]) -> Shape:
    return {name: msgspec.to_builtins(found) for name, found in sums.items()}
