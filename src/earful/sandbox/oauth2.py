"""OAuth 2.0 as programs speak it: codes and refresh tokens into access tokens, tokens given back, app-only bearers.

The page on which a person says yes is in `consent`. The wording of the refusals is X's as clients report it. A
refresh token works once; used again, everything that was issued from the same yes is worth nothing, which X does
not say in its documentation and field reports do.
"""

import base64
import hmac
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from earful.sandbox.apps import App
from earful.sandbox.codes import Code
from earful.sandbox.frame import Form, PageError, form_of
from earful.sandbox.grants import Grant, Token
from earful.sandbox.problems import JSON
from earful.sandbox.shapes import Shape
from earful.sandbox.spoiling import exposed

if TYPE_CHECKING:
    from earful.sandbox.world import World

ACCESS_S = 7200


class OAuthError(Exception):
    """A refusal in OAuth's own form (RFC 6749, section 5.2)."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body: Shape = {"error": error, "error_description": description}


class KeysError(OAuthError):
    """A refusal in the older form that the app-only endpoints kept."""

    def __init__(self, status: int, code: int, message: str, label: str) -> None:
        super().__init__(status, label, message)
        self.body = {"errors": [{"code": code, "message": message, "label": label}]}


def routes(world: "World") -> list[Route]:
    """The endpoints; none of them takes a bearer token, so none is in the table of operations."""
    exchange = Exchange(world)
    table: list[tuple[str, Callable[[Request, Form], Shape]]] = [
        ("/2/oauth2/token", exchange.token),
        ("/2/oauth2/revoke", exchange.revoke),
        ("/oauth2/token", exchange.bearer),
        ("/oauth2/invalidate_token", exchange.invalidate),
    ]
    return [Route(path, _answered(world, path, act), methods=["POST"]) for path, act in table]


class Exchange:
    """What is changed into what. Each method takes a request and its form, and returns what is answered."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def token(self, request: Request, form: Form) -> Shape:
        """A code, or a refresh token, into an access token."""
        kind = _needed(form, "grant_type")
        app = self._client(request, form)
        # A test of a token and its use happen without an await between: two calls cannot both win.
        if kind == "authorization_code":
            return self._issued(self._redeemed(app, form))
        if kind == "refresh_token":
            return self._issued(self._refreshed(app, form))
        raise OAuthError(400, "unsupported_grant_type", "Use authorization_code or refresh_token as grant type.")

    def revoke(self, request: Request, form: Form) -> Shape:
        """Give a token back: an access token alone, a refresh token with all that came of the same yes."""
        given = _needed(form, "token")
        app = self._client(request, form)
        held = self.world.grants.find(given, "access") or self.world.grants.find(given, "refresh")
        if held and held.grant.app.id == app.id:
            self._give_back(held)
        return {"revoked": True}

    def bearer(self, request: Request, form: Form) -> Shape:
        """The app-only token of an app: the same one until it is invalidated."""
        app = self._consumer(request)
        if form.get("grant_type") != "client_credentials":
            raise KeysError(403, 170, "Missing required parameter: grant_type", "missing_parameter")
        return {"token_type": "bearer", "access_token": self.world.apps.bearer(app)}  # nosec B105

    def invalidate(self, request: Request, form: Form) -> Shape:
        """Take an app-only token out of use; asking again gives another."""
        app = self._consumer(request)
        given = form.get("access_token") or request.query_params.get("access_token", "")
        if not app.bearer or not _same(given, app.bearer):
            raise KeysError(401, 89, "Invalid or expired token.", "invalid_token")
        self.world.apps.take_back_bearer(app)
        return {"access_token": given}

    def _redeemed(self, app: App, form: Form) -> Grant:
        given, callback, verifier = (_needed(form, name) for name in ("code", "redirect_uri", "code_verifier"))
        code = self.world.codes.find(given)
        if code is None or code.grant.app.id != app.id or not self._fresh(code):
            raise _invalid("Value passed for the authorization code was invalid.")
        if callback != code.callback:
            raise _invalid("Value passed for the redirect uri did not match the uri of the authorization code.")
        if not code.met_by(verifier):
            raise _invalid("Value passed for the code verifier did not match the code challenge.")
        self.world.codes.spend(code)
        return code.grant

    def _fresh(self, code: Code) -> bool:
        if code.spent:
            # Somebody has seen it who should not: whose tokens the first use brought is not to be told.
            self.world.end(code.grant)
        return not code.spent and not code.grant.ended and self.world.clock() < code.expires

    def _refreshed(self, app: App, form: Form) -> Grant:
        held = self.world.grants.find(_needed(form, "refresh_token"), "refresh")
        if held is None or held.grant.app.id != app.id or held.grant.ended:
            raise _invalid("Value passed for the token was invalid.")
        if not self.world.grants.spend(held):
            self.world.end(held.grant)
            raise _invalid("Value passed for the token was invalid.")
        return held.grant

    def _issued(self, grant: Grant) -> Shape:
        grants = self.world.grants
        with self.world.store.together():
            access = grants.issue(grant, "access", self.world.clock() + ACCESS_S)
            refresh = grants.issue(grant, "refresh") if "offline.access" in grant.scopes else None
        told: Shape = {"token_type": "bearer", "expires_in": ACCESS_S, "access_token": access.token}  # nosec B105
        told["scope"] = " ".join(sorted(grant.scopes))
        return told | ({"refresh_token": refresh.token} if refresh else {})

    def _give_back(self, held: Token) -> None:
        if held.kind == "refresh":
            self.world.end(held.grant)
        else:
            self.world.grants.spend(held)

    def _client(self, request: Request, form: Form) -> App:
        """The app that asks: by Basic, or by its id alone where it can keep no secret."""
        basic = _basic(request)
        app = self.world.apps.by_client(basic[0] if basic else form.get("client_id", ""))
        if app and ((basic and _same(basic[1], app.client_secret)) or (not basic and app.public)):
            return app
        raise OAuthError(401, "unauthorized_client", "Missing valid authorization header")

    def _consumer(self, request: Request) -> App:
        basic = _basic(request)
        app = self.world.apps.by_consumer(basic[0]) if basic else None
        if app is None or basic is None or not _same(basic[1], app.consumer_secret):
            raise KeysError(403, 99, "Unable to verify your credentials", "authenticity_token_error")
        return app


def _answered(
    world: "World", path: str, act: Callable[[Request, Form], Shape]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            body, status = act(request, await form_of(request)), 200
        except OAuthError as refusal:
            body, status = refusal.body, refusal.status
        except PageError as wrong:
            body, status = _invalid(wrong.why).body, 400
        return Response(msgspec.json.encode(body), status, {"cache-control": "no-store"}, media_type=JSON)

    return exposed(world, path, answer)


def _needed(form: Form, name: str) -> str:
    given = form.get(name, "")
    if not given:
        raise _invalid(f"Missing required parameter [{name}].")
    return given


def _invalid(description: str) -> OAuthError:
    return OAuthError(400, "invalid_request", description)


def _basic(request: Request) -> tuple[str, str] | None:
    kind, _, coded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return unquote(name), unquote(secret)


def _same(given: str, kept: str) -> bool:
    return hmac.compare_digest(given.encode(), kept.encode())
