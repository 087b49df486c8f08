"""The codes of OAuth 2.0: given to a browser, carried to the app, and changed into tokens once, within 30 seconds."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Literal

from earful.sandbox.grants import Grant, Grants
from earful.sandbox.store import Store

CODE_S = 30.0

Method = Literal["S256", "plain"]


@dataclass(frozen=True, slots=True)
class Code:
    """One code, bound to where it was sent and to a challenge that only its app can meet."""

    code: str
    grant: Grant
    callback: str
    challenge: str
    method: Method
    expires: float
    spent: bool

    def met_by(self, verifier: str) -> bool:
        """Whether this is the verifier that the challenge was made of (RFC 7636)."""
        given = _hashed(verifier) if self.method == "S256" else verifier
        return hmac.compare_digest(given.encode(), self.challenge.encode())


class Codes:
    """Every code."""

    def __init__(self, store: Store, grants: Grants) -> None:
        self.store = store
        self.grants = grants

    def give(self, grant: Grant, callback: str, challenge: str, method: Method, now: float) -> str:
        """A new code for a grant."""
        code = f"code-{secrets.token_urlsafe(32)}"
        self.store.write(
            'INSERT INTO codes (code, "grant", callback, challenge, method, expires) VALUES (?, ?, ?, ?, ?, ?)',
            code, grant.id, callback, challenge, method, round((now + CODE_S) * 1000),
        )  # fmt: skip
        return code

    def find(self, code: str) -> Code | None:
        """A code as it stands, good or not."""
        row = self.store.row("SELECT * FROM codes WHERE code = ?", code)
        if row is None:
            return None
        grant, ends, spent = self.grants.known(row["grant"]), row["expires"] / 1000, bool(row["spent"])
        return Code(code, grant, row["callback"], row["challenge"], row["method"], ends, spent)

    def spend(self, code: Code) -> bool:
        """Use a code; False if it was used before."""
        return self.store.write("UPDATE codes SET spent = 1 WHERE code = ? AND NOT spent", code.code) == 1


def _hashed(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
