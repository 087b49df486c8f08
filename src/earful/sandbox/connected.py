"""The page on which an account sees the apps that act for it, and takes that back."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from earful.sandbox.accounts import Account
from earful.sandbox.frame import Frame, PageError, form_of

if TYPE_CHECKING:
    from earful.sandbox.world import World

HERE = "/settings/connected_apps"


def routes(frame: Frame) -> list[Route]:
    """The page, and its form."""
    connected = Connected(frame.world, frame)
    table: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
        ("GET", connected.apps),
        ("POST", connected.take_back),
    ]
    return [Route(HERE, frame.shown(act), methods=[method]) for method, act in table]


class Connected:
    """What one account allowed."""

    def __init__(self, world: "World", frame: Frame) -> None:
        self.world, self.frame = world, frame

    async def apps(self, request: Request) -> Response:
        """The apps that may act for an account, which `as` names."""
        account = self._account(request.query_params.get("as", ""))
        return self.frame.page(request, "connected.html", account=account, apps=self.world.grants.standing(account))

    async def take_back(self, request: Request) -> Response:
        """Let one app act for the account no longer."""
        form = await form_of(request)
        account, app = self._account(form.get("as", "")), self.world.apps.by_client(form.get("client_id", ""))
        if app is None:
            raise PageError(404, "There is no such app.")
        self.world.revoke(app, account)
        return RedirectResponse(f"{HERE}?as={account.username}", 303)

    def _account(self, username: str) -> Account:
        found = self.world.accounts.named(username)
        if found is None:
            raise PageError(404, "Nobody here has that handle.")
        return found
