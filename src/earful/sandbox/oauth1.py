"""OAuth 1.0a as programs speak it: a request token, the yes of a person (`approval`), and the pair that acts for them.

Source: X's pages on OAuth 1.0a (2026) and RFC 5849; the numbers and words of its refusals are those of X's older APIs,
which these endpoints belong to.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from earful.sandbox.apps import LEVELS, App, Level
from earful.sandbox.callers import proved
from earful.sandbox.consent import registered
from earful.sandbox.problems import JSON
from earful.sandbox.request_tokens import BY_HAND, RequestToken
from earful.sandbox.signatures import Claim, SignatureError, claimed, expired, unproven, unreadable
from earful.sandbox.spoiling import exposed

if TYPE_CHECKING:
    from earful.sandbox.world import World

# What X calls the form that it answers in.
FORM = "text/html; charset=utf-8"


def routes(world: "World") -> list[Route]:
    """The endpoints; each is signed, and none is in the table of operations."""
    steps = Steps(world)
    table: list[tuple[str, Callable[[Claim], Response]]] = [
        ("/oauth/request_token", steps.request_token),
        ("/oauth/access_token", steps.access_token),
        ("/1.1/oauth/invalidate_token", steps.invalidate),
        ("/1.1/oauth/invalidate_token.json", steps.invalidate),
    ]
    return [Route(path, _answered(world, path, act), methods=["POST"]) for path, act in table]


class Steps:
    """What an app does by itself: before a person is asked, after that person said yes, and at the end of it all."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def request_token(self, claim: Claim) -> Response:
        """The first step: where the person is to be led back to, proved by the app's pair alone."""
        app, callback = self._app(claim), claim.told("oauth_callback")
        self.world.signatures.verify(claim, app.consumer_secret, "")
        if callback != BY_HAND and not registered(app, callback):
            raise SignatureError(415, "Callback URL not approved for this client application.", status=403)
        level = _level(app, claim.told("x_auth_access_type"))
        token = self.world.request_tokens.give(app, callback, level, self.world.clock())
        return _form(oauth_token=token.token, oauth_token_secret=token.secret, oauth_callback_confirmed="true")

    def access_token(self, claim: Claim) -> Response:
        """The last step: the request token and what the person brought back, for a pair that lasts."""
        app, asked = self._app(claim), self.world.request_tokens.find(claim.token)
        if asked is None or asked.app.id != app.id or not asked.good(self.world.clock()):
            raise expired()
        self.world.signatures.verify(claim, app.consumer_secret, asked.secret)
        return self._issued(asked, claim.told("oauth_verifier"))

    def invalidate(self, claim: Claim) -> Response:
        """Give a pair back, signed with that pair."""
        pair = proved(self.world, claim)
        self.world.end(pair.grant)
        return Response(msgspec.json.encode({"access_token": pair.token}), media_type=JSON)

    def _issued(self, asked: RequestToken, verifier: str) -> Response:
        allowed = asked.grant
        if allowed is None or allowed.ended or not hmac.compare_digest(verifier.encode(), asked.verifier.encode()):
            raise unproven()
        with self.world.store.together():
            self.world.request_tokens.spend(asked)
            pair = self.world.grants.issue(allowed, "signed")
        who = {"user_id": str(allowed.account.id), "screen_name": allowed.account.username}
        return _form(oauth_token=pair.token, oauth_token_secret=pair.secret, **who)

    def _app(self, claim: Claim) -> App:
        app = self.world.apps.by_consumer(claim.consumer)
        if app is None:
            raise unproven()
        return app


def _level(app: App, wanted: str) -> Level:
    """As much as the app is registered for; it may ask for less, but not for more."""
    asked: Level = "write" if wanted == "write" else "read" if wanted == "read" else app.level
    return min(asked, app.level, key=LEVELS.index)


def _form(**told: str) -> Response:
    return Response(urlencode(told), media_type=FORM)


def _answered(world: "World", path: str, act: Callable[[Claim], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            claim = await claimed(request)
            if claim is None:
                raise unreadable()
            return act(claim)
        except SignatureError as wrong:
            body = {"errors": [{"code": wrong.code, "message": str(wrong)}]}
            return Response(msgspec.json.encode(body), wrong.status, media_type=JSON)

    return exposed(world, path, answer)
