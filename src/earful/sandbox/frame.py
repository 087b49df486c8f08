"""What every page has around it: its headers, the guard of its forms, and its failures told as a page.

Nothing is signed in: whoever reaches a page may speak as anybody. So a form is taken only from a page of our
own (its origin is checked), and nothing on a page leads to or loads from another place.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from earful.sandbox.numerals import identifier

if TYPE_CHECKING:
    from earful.sandbox.world import World

LONGEST_BODY = 200_000
HOME = frozenset({"127.0.0.1", "localhost", "::1"})

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # "no-referrer" would take the origin away from our own forms too.
    "referrer-policy": "same-origin",
    "cache-control": "no-cache",
}

Form = Mapping[str, str]
Show = Callable[[Request], Awaitable[Response]]


class PageError(Exception):
    """A page that cannot be shown or a form that cannot be taken: a status, and why in a sentence."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Frame:
    """Draws the templates, and stands in front of every page."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.boot = secrets.token_hex(4)
        self.templates = Environment(
            loader=PackageLoader("earful.sandbox"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )

    def shown(self, act: Show) -> Show:
        """A page with its headers, its forms guarded, and its failures told as a page."""

        async def show(request: Request) -> Response:
            try:
                if request.method == "POST":
                    self._refuse_foreign(request)
                response = await act(request)
            except PageError as sorry:
                response = self.page(request, "sorry.html", sorry.status, why=sorry.why)
            response.headers.update({name: value for name, value in HEADERS.items() if name not in response.headers})
            return response

        return show

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A template filled in."""
        brands = self.world.accounts.brands()
        words = self.templates.get_template(template).render(
            values, brands=brands, etag=self._etag(), path=request.url.path
        )
        return Response(words, status, {"etag": self._etag()}, media_type="text/html")

    def unchanged(self, request: Request) -> Response | None:
        """The answer for a browser that has this page already, if nothing happened since."""
        same = request.headers.get("if-none-match") == self._etag()
        return Response(status_code=304, headers={"etag": self._etag()}) if same else None

    def _etag(self) -> str:
        return f'W/"{self.boot}-{self.world.changes}"'

    def _refuse_foreign(self, request: Request) -> None:
        origin = urlsplit(request.headers.get("origin", ""))
        public = urlsplit(self.world.public_url)
        here = origin.netloc == request.headers.get("host") and origin.hostname in HOME
        if not here and (origin.scheme, origin.netloc) != (public.scheme, public.netloc):
            raise PageError(403, "This form was sent from another place, so it was not taken.")


async def form_of(request: Request) -> Form:
    """What a form says. Raises PageError (413) for one that says too much."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_BODY:
            raise PageError(413, "That is too much text.")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def place(request: Request, name: str, first: int) -> int:
    """The id in a query at which a page of a list begins. Raises PageError (400)."""
    given = request.query_params.get(name, str(first))
    number = identifier(given)
    if number is None:
        raise PageError(400, f"'{given[:40]}' is no place in this list. Begin at its top.")
    return number
