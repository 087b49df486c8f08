"""The webhooks of apps, and whether each is in force."""

import sqlite3
from dataclasses import dataclass

from earful.sandbox.shapes import Shape
from earful.sandbox.snowflake import Snowflakes, written
from earful.sandbox.store import Store

CAPS = {"self-serve": 1, "enterprise": 5}


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook. `checked` is when it was last challenged, `validated` when it last passed: seconds since 1970."""

    id: int
    app: int
    url: str
    valid: bool
    checked: float
    validated: float

    @property
    def told(self) -> Shape:
        """The webhook as X tells it."""
        return {"id": str(self.id), "url": self.url, "valid": self.valid, "created_at": written(self.id)}


class Webhooks:
    """All webhooks."""

    def __init__(self, store: Store, ids: Snowflakes) -> None:
        self.store = store
        self.ids = ids

    def of(self, app: int) -> list[Webhook]:
        """An app's webhooks, oldest first."""
        return _webhooks(self.store.rows("SELECT * FROM webhooks WHERE app = ? ORDER BY id", app))

    def everybodys(self) -> list[Webhook]:
        """Every webhook there is."""
        return _webhooks(self.store.rows("SELECT * FROM webhooks ORDER BY id"))

    def find(self, app: int, webhook: int) -> Webhook | None:
        """One of an app's webhooks."""
        found = _webhooks(self.store.rows("SELECT * FROM webhooks WHERE app = ? AND id = ?", app, webhook))
        return found[0] if found else None

    def listens(self, webhook: int) -> bool:
        """Whether a webhook is there and in force."""
        return bool(webhook) and bool(self.store.number("SELECT valid FROM webhooks WHERE id = ?", webhook))

    def standing(self, webhook: int) -> Webhook | None:
        """The webhook with an id."""
        found = _webhooks(self.store.rows("SELECT * FROM webhooks WHERE id = ?", webhook))
        return found[0] if found else None

    def add(self, app: int, url: str, now: float) -> Webhook:
        """Keep a webhook that has just proved itself."""
        made = Webhook(self.ids.next(), app, url, True, now, now)
        self.store.write("INSERT INTO webhooks VALUES (?, ?, ?, 1, ?, ?)", made.id, app, url, _ms(now), _ms(now))
        return made

    def judge(self, webhook: int, *, valid: bool, now: float, passed: bool) -> None:
        """Keep what a challenge showed: whether it was `passed`, and whether the webhook is `valid` after it."""
        self.store.write("UPDATE webhooks SET valid = ?, checked = ? WHERE id = ?", int(valid), _ms(now), webhook)
        if passed:
            self.store.write("UPDATE webhooks SET validated = ? WHERE id = ?", _ms(now), webhook)

    def remove(self, gone: Webhook) -> None:
        """Forget a webhook."""
        self.store.write("DELETE FROM webhooks WHERE id = ?", gone.id)


def _webhooks(rows: list[sqlite3.Row]) -> list[Webhook]:
    return [
        Webhook(row["id"], row["app"], row["url"], bool(row["valid"]), row["checked"] / 1000, row["validated"] / 1000)
        for row in rows
    ]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
