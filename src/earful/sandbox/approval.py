"""The page on which somebody says yes or no to an app by OAuth 1.0a, and is led back or shown a number to type."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from earful.sandbox.accounts import Account
from earful.sandbox.apps import LEVELS, Level
from earful.sandbox.consent import leading_to, led_back, people, who
from earful.sandbox.frame import Frame, PageError, form_of
from earful.sandbox.request_tokens import BY_HAND, RequestToken

if TYPE_CHECKING:
    from earful.sandbox.world import World

WORDS: Mapping[Level, str] = {
    "read": "See posts and accounts that you can see, protected ones among them",
    "write": "Post, answer, repost, delete, mute and upload for you",
    "messages": "Read, send and delete your private messages",
}


def routes(frame: Frame) -> list[Route]:
    """The page under both of its addresses: an app that only wants to know who somebody is uses the second."""
    approval = Approval(frame.world, frame)
    table: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
        ("GET", approval.ask),
        ("POST", approval.answer),
    ]
    paths = ("/oauth/authorize", "/oauth/authenticate")
    return [Route(path, frame.shown(act), methods=[method]) for path in paths for method, act in table]


class Approval:
    """Asks, and takes the answer."""

    def __init__(self, world: "World", frame: Frame) -> None:
        self.world, self.frame = world, frame

    async def ask(self, request: Request) -> Response:
        """What the app wants, in words, and who says yes."""
        token = self._open(request.query_params.get("oauth_token", ""))
        words = [WORDS[level] for level in LEVELS[: LEVELS.index(token.level) + 1]]
        by_hand = token.callback == BY_HAND
        page = self.frame.page(
            request, "consent.html", app=token.app, asked={"oauth_token": token.token}, words=words,
            people=people(self.world, token.app), leads_to="" if by_hand else urlsplit(token.callback).netloc,
        )  # fmt: skip
        return page if by_hand else leading_to(page, token.callback)

    async def answer(self, request: Request) -> Response:
        """Yes brings what the app proves it by, no the end of this request."""
        form = await form_of(request)
        token = self._open(form.get("oauth_token", ""))
        if form.get("answer") != "yes":
            return self._denied(request, token)
        return self._allowed(request, token, who(self.world, form))

    def _denied(self, request: Request, token: RequestToken) -> Response:
        self.world.request_tokens.spend(token)
        if token.callback == BY_HAND:
            return self.frame.page(request, "number.html", app=token.app, number="")
        return led_back(token.callback, denied=token.token)

    def _allowed(self, request: Request, token: RequestToken, account: Account) -> Response:
        with self.world.store.together():
            grant = self.world.grants.allow(token.app, account, frozenset(), token.level)
            verifier = self.world.request_tokens.allow(token, grant) or ""
        if token.callback == BY_HAND:
            return self.frame.page(request, "number.html", app=token.app, number=verifier)
        return led_back(token.callback, oauth_token=token.token, oauth_verifier=verifier)

    def _open(self, given: str) -> RequestToken:
        token = self.world.request_tokens.find(given)
        if token is None or token.grant or not token.good(self.world.clock()):
            raise PageError(
                400, "This request was answered already, or is too old. Go back to the app and begin again."
            )
        return token
