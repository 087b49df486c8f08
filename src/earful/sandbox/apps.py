"""Developer apps: what a program proves itself with, and whose it is.

An app answers for its calls: it is what rules and streams belong to, what limits count and what pays. Its
edition, its vocabulary and its limits are those of the account that owns it, as a contract with X is. The app
that an account gets by itself has the account's own id; further ones have ids of their own.
"""

import re
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Literal

import msgspec

from earful.sandbox.accounts import Account, Accounts, Options
from earful.sandbox.snowflake import Snowflakes
from earful.sandbox.store import Store

# What an app may do by OAuth 1.0a: each includes those before it.
Level = Literal["read", "write", "messages"]
LEVELS: tuple[Level, ...] = ("read", "write", "messages")
MOST_CALLBACKS = 10
LONGEST_CALLBACK = 2000
# The place of a callback goes into a header of the page that leads there, so what it may hold is narrow.
CALLBACK = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?(?:[/?][!$-;=?-Z_a-z~%]*)?")
HOME_CALLBACKS = ("http://127.0.0.1/callback",)


@dataclass(frozen=True, slots=True)
class App:
    """One app. `bearer` is its app-only token; a `public` one cannot keep a secret, so it is asked for none."""

    id: int
    name: str
    owner: Account
    client_id: str
    client_secret: str
    consumer_key: str
    consumer_secret: str
    bearer: str
    callbacks: tuple[str, ...]
    public: bool
    level: Level

    @property
    def options(self) -> Options:
        """The switches of the account that owns it."""
        return self.owner.options

    @property
    def edition(self) -> Literal["self-serve", "enterprise"]:
        """The contract that it runs under."""
        return self.options.tier


class AppWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wanted of an app; None leaves what it has (or takes the usual). `client_id` names one that is there."""

    client_id: str | None = None
    owner: str | None = None
    name: str | None = None
    callbacks: list[str] | None = None
    public: bool | None = None
    level: Level | None = None


class Apps:
    """Every app."""

    def __init__(self, store: Store, accounts: Accounts, ids: Snowflakes) -> None:
        self.store = store
        self.accounts = accounts
        self.ids = ids

    def own(self, account: Account) -> App:
        """The app that an account has of its own, made when it is first wanted."""
        return self.find(account.id) or self._create(account.id, account, account.name)

    def make(self, owner: Account, name: str) -> App:
        """One app more for an account."""
        return self._create(self.ids.next(), owner, name)

    def change(self, app: App, wanted: AppWish) -> App:
        """Bring an app to what is wanted; its keys stay. Raises ValueError for callbacks that cannot be."""
        callbacks = app.callbacks if wanted.callbacks is None else proper_callbacks(wanted.callbacks)
        self.store.write(
            "UPDATE apps SET name = ?, callbacks = ?, public = ?, level = ? WHERE id = ?",
            app.name if wanted.name is None else wanted.name,
            msgspec.json.encode(callbacks).decode(),
            int(app.public if wanted.public is None else wanted.public),
            app.level if wanted.level is None else wanted.level,
            app.id,
        )
        return self.known(app.id)

    def known(self, app: int) -> App:
        """The app with an id that certainly exists."""
        found = self.find(app)
        if found is None:
            raise LookupError(f"no app {app}")
        return found

    def find(self, app: int) -> App | None:
        """The app with an id."""
        return self._app(self.store.row("SELECT * FROM apps WHERE id = ?", app))

    def every(self) -> list[App]:
        """All apps, oldest first."""
        return [app for row in self.store.rows("SELECT * FROM apps ORDER BY id") if (app := self._app(row))]

    def of(self, owner: Account) -> list[int]:
        """The ids of all apps that an account owns, oldest first."""
        return [row["id"] for row in self.store.rows("SELECT id FROM apps WHERE owner = ? ORDER BY id", owner.id)]

    def by_bearer(self, bearer: str) -> App | None:
        """The app whose app-only token this is."""
        return self._app(self.store.row("SELECT * FROM apps WHERE bearer = ?", bearer))

    def by_client(self, client_id: str) -> App | None:
        """The app with an OAuth 2.0 client id."""
        return self._app(self.store.row("SELECT * FROM apps WHERE client_id = ?", client_id))

    def by_consumer(self, consumer_key: str) -> App | None:
        """The app with a consumer key."""
        return self._app(self.store.row("SELECT * FROM apps WHERE consumer_key = ?", consumer_key))

    def bearer(self, app: App) -> str:
        """The app-only token: the same one until it is taken back."""
        if app.bearer:
            return app.bearer
        new = _bearer()
        self.store.write("UPDATE apps SET bearer = ? WHERE id = ?", new, app.id)
        return new

    def take_back_bearer(self, app: App) -> None:
        """Let the app-only token be worth nothing from now on."""
        self.store.write("UPDATE apps SET bearer = NULL WHERE id = ?", app.id)

    def _create(self, app: int, owner: Account, name: str) -> App:
        self.store.write(
            "INSERT INTO apps (id, name, owner, client_id, client_secret, consumer_key, consumer_secret, bearer,"
            " callbacks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            app,
            name,
            owner.id,
            f"client-{secrets.token_urlsafe(18)}",
            f"client-secret-{secrets.token_urlsafe(32)}",
            f"consumer-{secrets.token_urlsafe(18)}",
            f"consumer-secret-{secrets.token_urlsafe(32)}",
            _bearer(),
            msgspec.json.encode(HOME_CALLBACKS).decode(),
        )
        return self.known(app)

    def _app(self, row: sqlite3.Row | None) -> App | None:
        if row is None:
            return None
        return App(
            id=row["id"],
            name=row["name"],
            owner=self.accounts.known(row["owner"]),
            client_id=row["client_id"],
            client_secret=row["client_secret"],
            consumer_key=row["consumer_key"],
            consumer_secret=row["consumer_secret"],
            bearer=row["bearer"] or "",
            callbacks=tuple(msgspec.json.decode(row["callbacks"], type=list[str])),
            public=bool(row["public"]),
            level=row["level"],
        )


def proper_callbacks(wanted: list[str]) -> tuple[str, ...]:
    """Callback addresses as they may be registered. Raises ValueError for too many, or one that no browser could be
    sent to safely.
    """
    if len(wanted) > MOST_CALLBACKS:
        raise ValueError(f"An app has at most {MOST_CALLBACKS} callback addresses; these are {len(wanted)}.")
    for address in wanted:
        if len(address) > LONGEST_CALLBACK or not CALLBACK.fullmatch(address):
            raise ValueError(f"'{address[:80]}' cannot be a callback: an http or https address without a fragment.")
    return tuple(dict.fromkeys(wanted))


def _bearer() -> str:
    return f"app-{secrets.token_urlsafe(32)}"
