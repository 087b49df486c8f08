"""The request tokens of OAuth 1.0a: what an app carries to the page where somebody says yes, and back."""

import secrets
from dataclasses import dataclass

from earful.sandbox.apps import App, Apps, Level
from earful.sandbox.grants import Grant, Grants
from earful.sandbox.store import Store

LIFE_S = 600.0
# The callback of an app that no browser can lead back to: a number is shown, and typed into the app.
BY_HAND = "oob"


@dataclass(frozen=True, slots=True)
class RequestToken:
    """One request token. `grant` and `verifier` are there once somebody said yes."""

    token: str
    secret: str
    app: App
    callback: str
    level: Level
    verifier: str
    grant: Grant | None
    expires: float
    spent: bool

    def good(self, now: float) -> bool:
        """Whether it can still lead to anything."""
        return not self.spent and now < self.expires


class RequestTokens:
    """Every request token."""

    def __init__(self, store: Store, apps: Apps, grants: Grants) -> None:
        self.store, self.apps, self.grants = store, apps, grants

    def give(self, app: App, callback: str, level: Level, now: float) -> RequestToken:
        """A new one, for a callback that was looked at, and for as much as the app asked for."""
        token, secret, ends = secrets.token_urlsafe(20), secrets.token_urlsafe(32), now + LIFE_S
        self.store.write(
            "INSERT INTO request_tokens (token, secret, app, callback, level, expires) VALUES (?, ?, ?, ?, ?, ?)",
            token, secret, app.id, callback, level, round(ends * 1000),
        )  # fmt: skip
        return RequestToken(token, secret, app, callback, level, "", None, ends, spent=False)

    def find(self, token: str) -> RequestToken | None:
        """A request token as it stands, good or not."""
        row = self.store.row("SELECT * FROM request_tokens WHERE token = ?", token)
        if row is None:
            return None
        grant = None if row["grant"] is None else self.grants.known(row["grant"])
        return RequestToken(
            token, row["secret"], self.apps.known(row["app"]), row["callback"], row["level"], row["verifier"], grant,
            row["expires"] / 1000, bool(row["spent"]),
        )  # fmt: skip

    def allow(self, token: RequestToken, grant: Grant) -> str | None:
        """Write down that somebody said yes; returns what proves it, or None if that was said already."""
        by_hand = f"{secrets.randbelow(10_000_000):07}"
        verifier = by_hand if token.callback == BY_HAND else secrets.token_urlsafe(24)
        sql = 'UPDATE request_tokens SET "grant" = ?, verifier = ? WHERE token = ? AND "grant" IS NULL AND NOT spent'
        return verifier if self.store.write(sql, grant.id, verifier, token.token) else None

    def spend(self, token: RequestToken) -> bool:
        """Use a request token, or put it out of use; False if it was before."""
        return self.store.write("UPDATE request_tokens SET spent = 1 WHERE token = ? AND NOT spent", token.token) == 1
