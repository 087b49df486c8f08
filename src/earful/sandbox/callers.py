"""Who calls: the app, the account and the rights behind an `Authorization` header."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from starlette.requests import Request

from earful.sandbox.accounts import Account
from earful.sandbox.apps import LEVELS, App, Level
from earful.sandbox.grants import Grant, Token
from earful.sandbox.scopes import level_of
from earful.sandbox.signatures import Claim, SignatureError, claimed, expired

if TYPE_CHECKING:
    from earful.sandbox.world import World

# The three ways to prove oneself, and the two pools that calls are counted in.
Way = Literal["app", "user", "oauth1"]
Holder = Literal["app", "user"]

# Which of the ways an operation takes.
APP: tuple[Way, ...] = ("app",)
USER: tuple[Way, ...] = ("user", "oauth1")
EITHER: tuple[Way, ...] = ("app", "user", "oauth1")
OAUTH2: tuple[Way, ...] = ("app", "user")
APP_OR_OAUTH1: tuple[Way, ...] = ("app", "oauth1")


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller. `account` is who acts, or who owns the app where nobody acts; `level` is OAuth 1.0a's."""

    app: App
    account: Account
    way: Way
    scopes: frozenset[str] = frozenset()
    level: Level = "read"

    @property
    def holder(self) -> Holder:
        """Whether an app calls for itself or for somebody."""
        return "app" if self.way == "app" else "user"

    @property
    def owner(self) -> bool:
        """Whether the account acts by its own app: what it reads of itself is then cheaper."""
        return self.holder == "user" and self.account.id == self.app.owner.id

    def may(self, scopes: frozenset[str]) -> bool:
        """Whether what it was allowed covers these scopes; what an app does for itself asks for none."""
        if self.way == "oauth1":
            return LEVELS.index(level_of(scopes)) <= LEVELS.index(self.level)
        return self.way == "app" or scopes <= self.scopes


async def caller(world: "World", request: Request) -> Caller | None:
    """Who calls; None for nobody known, or a token that is worth nothing any more."""
    found = re.fullmatch(r"[Bb]earer +(\S+)", request.headers.get("authorization", ""))
    if found:
        return _bearer(world, found[1])
    try:
        claim = await claimed(request)
        return _signer(proved(world, claim).grant) if claim else None
    except SignatureError:
        return None


def proved(world: "World", claim: Claim) -> Token:
    """The OAuth 1.0a pair that made a signed call. Raises SignatureError."""
    app, pair = world.apps.by_consumer(claim.consumer), world.grants.find(claim.token, "signed")
    if app is None or pair is None or pair.grant.app.id != app.id or not pair.good(world.clock()):
        raise expired()
    world.signatures.verify(claim, app.consumer_secret, pair.secret)
    return pair


def _bearer(world: "World", token: str) -> Caller | None:
    held = world.grants.find(token, "access")
    if held:
        grant = held.grant
        good = held.good(world.clock())
        return Caller(grant.app, grant.account, "user", grant.scopes) if good else None
    app = world.apps.by_bearer(token)
    return Caller(app, app.owner, "app") if app else None


def _signer(grant: Grant) -> Caller:
    return Caller(grant.app, grant.account, "oauth1", level=grant.level or "read")
