"""Subscriptions to what happens: kept per app, one for each kind and account."""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, replace

from earful.sandbox.shapes import Shape
from earful.sandbox.snowflake import Snowflakes, first_at, written
from earful.sandbox.store import Store

CAPS = {"self-serve": 1500, "enterprise": 75_000}


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription. `user` and `webhook` are 0 where there is none; `updated` is in seconds since 1970."""

    id: int
    app: int
    kind: str
    user: int
    keyword: str
    direction: str
    tag: str
    webhook: int
    updated: float

    @property
    def filter(self) -> Shape:
        """What it is narrowed to, as X tells it."""
        user = str(self.user) if self.user else ""
        parts = {"user_id": user, "keyword": self.keyword, "direction": self.direction}
        return {name: value for name, value in parts.items() if value}

    @property
    def told(self) -> Shape:
        """The subscription as X tells it."""
        shape: Shape = {"subscription_id": str(self.id), "event_type": self.kind, "filter": self.filter}
        shape |= {"created_at": written(self.id), "updated_at": written(first_at(self.updated))}
        shape |= {"tag": self.tag} if self.tag else {}
        return shape | ({"webhook_id": str(self.webhook)} if self.webhook else {})


class Subscriptions:
    """All subscriptions. They are kept in mind too: whatever happens is first asked for its kind and account."""

    def __init__(self, store: Store, ids: Snowflakes) -> None:
        self.store = store
        self.ids = ids
        self.wanted: dict[tuple[str, int], dict[int, Subscription]] = defaultdict(dict)
        for row in store.rows("SELECT * FROM subscriptions ORDER BY id"):
            self._remember(_subscription(row))

    def of(self, app: int) -> list[Subscription]:
        """An app's subscriptions, oldest first."""
        rows = self.store.rows("SELECT * FROM subscriptions WHERE app = ? ORDER BY id", app)
        return [_subscription(row) for row in rows]

    def number(self, app: int) -> int:
        """How many an app has."""
        return self.store.number("SELECT count(*) FROM subscriptions WHERE app = ?", app)

    def find(self, app: int, subscription: int) -> Subscription | None:
        """One of an app's subscriptions."""
        row = self.store.row("SELECT * FROM subscriptions WHERE app = ? AND id = ?", app, subscription)
        return _subscription(row) if row else None

    def same(self, app: int, kind: str, user: int, keyword: str) -> Subscription | None:
        """The subscription that an app has already to a kind of one account."""
        question = "SELECT * FROM subscriptions WHERE app = ? AND kind = ? AND account = ? AND keyword = ?"
        row = self.store.row(question, app, kind, user, keyword)
        return _subscription(row) if row else None

    def to(self, kind: str, user: int) -> list[Subscription]:
        """Everybody's subscriptions to a kind of one account (0: of none)."""
        return list(self.wanted[kind, user].values()) if (kind, user) in self.wanted else []

    def put(self, wanted: Subscription) -> Subscription:
        """Keep a subscription, a new one when it has no id yet."""
        kept = wanted if wanted.id else replace(wanted, id=self.ids.next())
        self.store.write(
            "INSERT INTO subscriptions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE"
            " SET tag = excluded.tag, webhook = excluded.webhook, updated = excluded.updated",
            kept.id, kept.app, kept.kind, kept.user, kept.keyword, kept.direction, kept.tag, kept.webhook,
            round(kept.updated * 1000),
        )  # fmt: skip
        self._remember(kept)
        return kept

    def remove(self, gone: Subscription) -> None:
        """Forget a subscription."""
        self.store.write("DELETE FROM subscriptions WHERE id = ?", gone.id)
        self.wanted[gone.kind, gone.user].pop(gone.id, None)

    def _remember(self, one: Subscription) -> None:
        self.wanted[one.kind, one.user][one.id] = one


def _subscription(row: sqlite3.Row) -> Subscription:
    return Subscription(
        row["id"], row["app"], row["kind"], row["account"], row["keyword"], row["direction"], row["tag"],
        row["webhook"], row["updated"] / 1000,
    )  # fmt: skip
