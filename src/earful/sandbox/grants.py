"""What accounts allowed apps to do, and the tokens that stand for it.

A grant is made each time a person says yes. Its tokens live and die with it: an access token for two hours, a
refresh token until it is used, an OAuth 1.0a pair and the practice desk's own tokens until the grant ends.
"""

import secrets
import sqlite3
from dataclasses import dataclass
from typing import Literal

from earful.sandbox.accounts import Account, Accounts
from earful.sandbox.apps import App, Apps, Level
from earful.sandbox.scopes import EVERY_SCOPE
from earful.sandbox.snowflake import Snowflakes
from earful.sandbox.store import Store

Kind = Literal["access", "refresh", "signed"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What one account allowed one app: by OAuth 2.0 some scopes, by OAuth 1.0a a level ("" for the other way)."""

    id: int
    app: App
    account: Account
    scopes: frozenset[str]
    level: Level | Literal[""]
    ended: bool


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a grant. `expires` is in seconds since 1970, None for never; `secret` is OAuth 1.0a's."""

    token: str
    kind: Kind
    grant: Grant
    secret: str
    expires: float | None
    spent: bool

    def good(self, now: float) -> bool:
        """Whether it still opens anything."""
        return not self.spent and not self.grant.ended and (self.expires is None or now < self.expires)


class Grants:
    """Every grant and every token."""

    def __init__(self, store: Store, accounts: Accounts, apps: Apps, ids: Snowflakes) -> None:
        self.store = store
        self.accounts = accounts
        self.apps = apps
        self.ids = ids

    def allow(self, app: App, account: Account, scopes: frozenset[str], level: Level | Literal[""] = "") -> Grant:
        """Write down that an account said yes."""
        new = self.ids.next()
        self.store.write(
            "INSERT INTO grants (id, app, account, scopes, level) VALUES (?, ?, ?, ?, ?)",
            new, app.id, account.id, _written(scopes), level,
        )  # fmt: skip
        return Grant(new, app, account, scopes, level, ended=False)

    def issue(self, grant: Grant, kind: Kind, until: float | None = None) -> Token:
        """A new token of a grant."""
        token, secret = _made(grant, kind), secrets.token_urlsafe(32) if kind == "signed" else ""
        ends = None if until is None else round(until * 1000)
        self.store.write(
            'INSERT INTO tokens (token, kind, "grant", secret, expires) VALUES (?, ?, ?, ?, ?)',
            token, kind, grant.id, secret, ends,
        )  # fmt: skip
        return Token(token, kind, grant, secret, until, spent=False)

    def lasting(self, app: App, account: Account, scopes: frozenset[str] = EVERY_SCOPE) -> Token:
        """A token that never expires, for the practice desk: the same one each time, while its grant lasts."""
        return self._lasting("access", app, account, scopes, "")

    def lasting_pair(self, app: App, account: Account) -> Token:
        """An OAuth 1.0a pair for the practice desk, as far as the app's level goes: the same one each time."""
        return self._lasting("signed", app, account, frozenset(), app.level)

    def find(self, token: str, kind: Kind) -> Token | None:
        """A token as it stands, good or not."""
        row = self.store.row("SELECT * FROM tokens WHERE token = ? AND kind = ?", token, kind)
        return self._token(row) if row else None

    def known(self, grant: int) -> Grant:
        """The grant with an id that certainly exists."""
        row = self.store.row("SELECT * FROM grants WHERE id = ?", grant)
        if row is None:
            raise LookupError(f"no grant {grant}")
        account, app = self.accounts.known(row["account"]), self.apps.known(row["app"])
        return Grant(row["id"], app, account, _read(row["scopes"]), row["level"], bool(row["ended"]))

    def spend(self, token: Token) -> bool:
        """Use a token that may be used once; False if somebody was quicker."""
        return self.store.write("UPDATE tokens SET spent = 1 WHERE token = ? AND NOT spent", token.token) == 1

    def end(self, grant: Grant) -> bool:
        """Take a grant back, and with it all its tokens; False if it was over already."""
        return self.store.write("UPDATE grants SET ended = 1 WHERE id = ? AND NOT ended", grant.id) == 1

    def standing(self, account: Account) -> list[App]:
        """The apps that an account lets act for it."""
        rows = self.store.rows("SELECT DISTINCT app FROM grants WHERE account = ? AND NOT ended", account.id)
        return [self.apps.known(row["app"]) for row in rows]

    def end_all(self, app: App, account: Account) -> bool:
        """Take back everything that an account allowed an app; False if there was nothing."""
        sql = "UPDATE grants SET ended = 1 WHERE app = ? AND account = ? AND NOT ended"
        return self.store.write(sql, app.id, account.id) > 0

    def _lasting(
        self, kind: Kind, app: App, account: Account, scopes: frozenset[str], level: Level | Literal[""]
    ) -> Token:
        row = self.store.row(
            'SELECT tokens.* FROM tokens JOIN grants ON grants.id = "grant"'
            " WHERE app = ? AND account = ? AND kind = ? AND scopes = ? AND level = ?"
            " AND expires IS NULL AND NOT ended AND NOT spent",
            app.id, account.id, kind, _written(scopes), level,
        )  # fmt: skip
        return self._token(row) if row else self.issue(self.allow(app, account, scopes, level), kind)

    def _token(self, row: sqlite3.Row) -> Token:
        ends = None if row["expires"] is None else row["expires"] / 1000
        grant = self.known(row["grant"])
        return Token(row["token"], row["kind"], grant, row["secret"], ends, bool(row["spent"]))


def _made(grant: Grant, kind: Kind) -> str:
    # A token of OAuth 1.0a begins with the account's id, and clients read it there.
    if kind == "signed":
        return f"{grant.account.id}-{secrets.token_hex(20)}"
    return f"{'user' if kind == 'access' else kind}-{secrets.token_urlsafe(32)}"


def _written(scopes: frozenset[str]) -> str:
    return " ".join(sorted(scopes))


def _read(scopes: str) -> frozenset[str]:
    return frozenset(scopes.split())
