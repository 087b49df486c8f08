"""The page on which somebody says yes or no to an app: OAuth 2.0's authorization endpoint, with PKCE.

Source: the authorization-code pages of X's documentation (2026): S256 and plain, a state of at most 500 characters, and
a callback that must match a registered one to the letter. What is wrong with the app or its callback is told on a page,
because the callback cannot be trusted then; everything else goes back to the app (RFC 6749, section 4.1.2.1).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from earful.sandbox.accounts import Account
from earful.sandbox.apps import App
from earful.sandbox.codes import Method
from earful.sandbox.frame import POLICY, Form, Frame, PageError, form_of
from earful.sandbox.scopes import EVERY_SCOPE, WORDS

if TYPE_CHECKING:
    from earful.sandbox.world import World

LONGEST_STATE = 500
SHORTEST_CHALLENGE, LONGEST_CHALLENGE = 43, 128
METHODS: Mapping[str, Method] = {"": "plain", "plain": "plain", "S256": "S256"}
ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method")


class Unfit(Exception):
    """A request that goes back to the app with an error of OAuth's own."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


@dataclass(frozen=True, slots=True)
class Wish:
    """What an app asks of somebody, and where the answer goes."""

    app: App
    callback: str
    state: str
    scopes: frozenset[str]
    challenge: str
    method: Method

    def answered(self, **said: str) -> RedirectResponse:
        """Back to the app, with what was said."""
        return led_back(self.callback, **said, state=self.state)


def routes(frame: Frame) -> list[Route]:
    """The page under both of its addresses: X's site and its API name different ones."""
    consent = Consent(frame.world, frame)
    table: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [("GET", consent.ask), ("POST", consent.answer)]
    paths = ("/i/oauth2/authorize", "/2/oauth2/authorize")
    return [Route(path, frame.shown(act), methods=[method]) for path in paths for method, act in table]


class Consent:
    """Asks, and takes the answer."""

    def __init__(self, world: "World", frame: Frame) -> None:
        self.world, self.frame = world, frame

    async def ask(self, request: Request) -> Response:
        """What the app wants, in words, and who says yes."""
        asked = {name: request.query_params.get(name, "") for name in ASKED}
        wish = self._wished(asked)
        if isinstance(wish, Response):
            return wish
        page = self.frame.page(
            request, "consent.html", app=wish.app, asked=asked, words=[WORDS[scope] for scope in sorted(wish.scopes)],
            people=people(self.world, wish.app), leads_to=urlsplit(wish.callback).netloc,
        )  # fmt: skip
        return leading_to(page, wish.callback)

    async def answer(self, request: Request) -> Response:
        """Yes brings a code, no an error; either way the browser goes back to the app."""
        form = await form_of(request)
        wish = self._wished({name: form.get(name, "") for name in ASKED})
        if isinstance(wish, Response):
            return wish
        if form.get("answer") != "yes":
            return wish.answered(error="access_denied", error_description="The account said no.")
        return self._allowed(wish, who(self.world, form))

    def _wished(self, asked: Mapping[str, str]) -> Wish | Response:
        """What an app asks, or the way back to it where that cannot be asked."""
        app, callback = self._trusted(asked)
        try:
            return _wish(app, callback, asked)
        except Unfit as unfit:
            said = {"error": unfit.error, "error_description": unfit.description}
            return led_back(callback, **said, state=asked["state"][:LONGEST_STATE])

    def _allowed(self, wish: Wish, account: Account) -> Response:
        with self.world.store.together():
            grant = self.world.grants.allow(wish.app, account, wish.scopes)
            code = self.world.codes.give(grant, wish.callback, wish.challenge, wish.method, self.world.clock())
        return wish.answered(code=code)

    def _trusted(self, asked: Mapping[str, str]) -> tuple[App, str]:
        """The app and a callback of its own. Raises PageError: nobody is sent anywhere else."""
        app = self.world.apps.by_client(asked["client_id"])
        if app is None:
            raise PageError(400, "No app has this client id. Look at what it was registered with.")
        if not registered(app, asked["redirect_uri"]):
            known = ", ".join(app.callbacks)
            raise PageError(
                400, f"This callback address is not registered with the app, to the letter. It has: {known}"
            )
        return app, asked["redirect_uri"]


def people(world: "World", app: App) -> list[Account]:
    """Who is proposed to say yes: the app's owner first, then the other brands. Anybody else may be typed."""
    return [app.owner, *(brand for brand in world.accounts.brands() if brand.id != app.owner.id)]


def who(world: "World", form: Form) -> Account:
    """Who says yes. Raises PageError for nobody known."""
    account = world.accounts.named(form.get("as", ""))
    if account is None:
        raise PageError(400, "Say which account it is that allows this.")
    return account


def leading_to(page: Response, callback: str) -> Response:
    """A page whose form ends at the app: a browser holds where it is sent against the policy of the page it left."""
    place = urlsplit(callback)
    policy = POLICY.replace("form-action 'self'", f"form-action 'self' {place.scheme}://{place.netloc}")
    page.headers["content-security-policy"] = policy
    return page


def registered(app: App, callback: str) -> bool:
    """Whether a callback is one of the app's: to the letter, except that on this very machine the port is free, as it
    is for programs without a server of their own (RFC 8252, section 7.3).
    """
    return callback in app.callbacks or _portless(callback) in app.callbacks


def _portless(callback: str) -> str:
    try:
        place = urlsplit(callback)
        # Nothing else may stand in that place: it goes into a header of the page that leads there.
        loopback = place.port is not None and place.netloc == f"127.0.0.1:{place.port}"
    except ValueError:
        return callback
    # Spaces and line breaks, which Python's reading leaves out, would stay in the address that is gone to.
    to_the_letter = place.geturl() == callback
    return place._replace(netloc="127.0.0.1").geturl() if loopback and to_the_letter else callback


def _wish(app: App, callback: str, asked: Mapping[str, str]) -> Wish:
    """What is asked for, if it can be. Raises Unfit."""
    scopes = frozenset(asked["scope"].split())
    if asked["response_type"] != "code":
        raise Unfit("unsupported_response_type", "Ask for a code.")
    if len(asked["state"]) > LONGEST_STATE:
        raise Unfit("invalid_request", f"A state has at most {LONGEST_STATE} characters.")
    if not scopes or scopes - EVERY_SCOPE:
        raise Unfit("invalid_scope", "Name the scopes that are wanted, and only ones that there are.")
    if asked["code_challenge_method"] not in METHODS:
        raise Unfit("invalid_request", "The method of a challenge is S256 or plain.")
    if not SHORTEST_CHALLENGE <= len(asked["code_challenge"]) <= LONGEST_CHALLENGE:
        raise Unfit("invalid_request", "A code challenge of 43 to 128 characters is needed (PKCE).")
    return Wish(app, callback, asked["state"], scopes, asked["code_challenge"], METHODS[asked["code_challenge_method"]])


def led_back(callback: str, **said: str) -> RedirectResponse:
    """To a callback, with what was said added to what it has."""
    sign = "&" if urlsplit(callback).query else "?"
    return RedirectResponse(f"{callback}{sign}{urlencode(said)}", 302)
