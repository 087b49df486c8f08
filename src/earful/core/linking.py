"""What linking an account is, on every network that does it by OAuth: what we ask for, what was granted, what for.

As with the rest of a connector, nothing here does I/O: whoever links drives the talks over the wire.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from earful.core.connector import Account, Talk


@dataclass(frozen=True, slots=True)
class Grant:
    """What an account allowed our app: a token, and what renews it (OAuth 2.0) or signs with it (OAuth 1.0a).

    `expires_at` is None where the token lasts until it is taken back, or nobody told; `scopes` are empty where nobody
    told.
    """

    token: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    expires_at: datetime | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def kind(self) -> Literal["oauth1", "oauth2"]:
        return "oauth1" if self.secret else "oauth2"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the desk does, the scopes that it takes, and what is missing without them, in words."""

    name: str
    does: str
    scopes: frozenset[str]
    without: str

    def missing(self, granted: frozenset[str]) -> frozenset[str]:
        """The scopes that it lacks. Where nobody told what was granted, none is known to be missing."""
        return self.scopes - granted if granted else frozenset()


class Linking(Protocol):
    """How accounts of one network are linked. Every method is pure; talks yield what to ask.

    `needs` begins with what nothing works without. In all of them the account carries the keys of our app.
    """

    needs: Sequence[Need]

    def page(self, account: Account, *, callback: str, state: str, challenge: str, scopes: frozenset[str]) -> str:
        """The address at which a person signs in to the network and says yes. `challenge` is that of PKCE, S256."""

    def redeem(self, account: Account, *, code: str, verifier: str, callback: str) -> Talk[Grant]:
        """What the code that came back stands for. Raises Refused for a code that is old, used, or not ours."""

    def renew(self, account: Account, grant: Grant) -> Talk[Grant]:
        """The grant anew; the one given is over then. Raises LostAccess when the network does not renew it."""

    def give_back(self, account: Account, grant: Grant) -> Talk[None]:
        """End the grant, so that its tokens open nothing any more."""

    def app_token(self, account: Account) -> Talk[str]:
        """The token of our app alone, for its consumer pair. Raises LostAccess when the network does not know it."""
