"""What people see of the pretend X in a browser: timelines, threads, messages, and forms to talk as a
customer.
"""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from earful.core.weight import weigh
from earful.sandbox import letterbox
from earful.sandbox.accounts import Account
from earful.sandbox.frame import Form, Frame, PageError, form_of, place
from earful.sandbox.media.exhibits import Exhibits
from earful.sandbox.numerals import identifier
from earful.sandbox.portrait import portrait
from earful.sandbox.posting import answering
from earful.sandbox.posts import Draft, Post, Span
from earful.sandbox.snowflake import MAX_ID
from earful.sandbox.views import lines, tree, view

if TYPE_CHECKING:
    from earful.sandbox.world import World

PAGE = 40
LONGEST = 10_000
HANDLE_COOKIE = "handle"

STATIC = {"pretend.css": "text/css", "live.js": "text/javascript"}


def routes(frame: Frame) -> list[Route]:
    """The pages' routes; handles come last, because they match nearly everything."""
    pages, exhibits = Pages(frame.world, frame), Exhibits(frame.world)
    table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("GET", "/static/{name}", pages.static),
        ("GET", "/portrait/{username}.svg", pages.portrait),
        ("GET", "/media/{name}", exhibits.public),
        ("GET", "/still/{name}", exhibits.still),
        ("GET", "/i/messages/files/{name}", exhibits.private),
        ("GET", "/", pages.home),
        ("POST", "/post", pages.post),
        ("GET", "/intent/post", pages.intent),
        ("GET", "/intent/tweet", pages.intent),
        ("POST", "/intent/post", pages.post_by_hand),
        ("GET", "/messages/compose", pages.compose),
        ("POST", "/messages/compose", pages.message_by_hand),
        ("POST", "/messages/approach", pages.approach),
        ("GET", "/i/messages/{username}", pages.messages),
        ("POST", "/i/messages/{username}", pages.write_message),
        ("GET", "/{username}/status/{id}", pages.thread),
        ("GET", "/{username}", pages.profile),
    ]
    return [Route(path, frame.shown(act), methods=[method]) for method, path, act in table]


class Pages:
    """Every page, and every form on one."""

    def __init__(self, world: "World", frame: Frame) -> None:
        self.world = world
        self.frame = frame

    async def home(self, request: Request) -> Response:
        """Everybody's newest posts, and a form to post as a customer."""
        if fresh := self.frame.unchanged(request):
            return fresh
        posts = self.world.posts.everything(Span(0, _before(request), PAGE))
        views = [view(self.world, post) for post in posts]
        return self.frame.page(request, "home.html", posts=views, older=_older(posts), handle=_handle(request))

    async def profile(self, request: Request) -> Response:
        """One account and its posts."""
        account = self._account(request)
        if fresh := self.frame.unchanged(request):
            return fresh
        posts = self.world.posts.by(account.id, Span(0, _before(request), PAGE))
        views = [view(self.world, post) for post in posts]
        return self.frame.page(request, "profile.html", account=account, posts=views, older=_older(posts))

    async def thread(self, request: Request) -> Response:
        """One post with its whole thread, and a form to answer it."""
        post = self.world.posts.newest_version(self._post(request.path_params["id"]))
        if fresh := self.frame.unchanged(request):
            return fresh
        roots = tree(self.world, post)
        author = self.world.accounts.known(post.author)
        handle = _handle(request) or ("" if author.brand else author.username)
        return self.frame.page(request, "thread.html", roots=roots, post=post, author=author, handle=handle)

    async def messages(self, request: Request) -> Response:
        """A customer's private messages with the brand, and a form to write one."""
        account, brand = self._account(request), self._brand(request.query_params.get("with", ""))
        if fresh := self.frame.unchanged(request):
            return fresh
        exchanged = lines(self.world, self.world.messages.between(account.id, brand.id, Span(size=200)))
        return self.frame.page(request, "messages.html", account=account, brand=brand, lines=exchanged)

    async def intent(self, request: Request) -> Response:
        """Posting by hand as the brand, filled in by whoever opened it."""
        query = request.query_params
        brand = self._brand(query.get("as", ""))
        text, parent = query.get("text", ""), query.get("in_reply_to", "")
        return self._by_hand(request, brand, text, parent, "")

    async def compose(self, request: Request) -> Response:
        """Writing to a customer in private as the brand, filled in by whoever opened it."""
        query = request.query_params
        asked = query.get("recipient_id", "")
        recipient = self._numbered(asked)
        if recipient and recipient.brand:
            handle, text = _handle(request), query.get("text", "")
            return self.frame.page(request, "approach.html", brand=recipient, handle=handle, text=text)
        customer = self._customer(asked)
        brand = self._brand(query["as"]) if "as" in query else self._partner(customer)
        text = query.get("text", "")
        return self.frame.page(request, "compose.html", customer=customer, brand=brand, text=text)

    async def post(self, request: Request) -> Response:
        """Take a customer's post or answer, and go to where it can be seen."""
        form = await form_of(request)
        author, text = self._speaker(form.get("username", "")), _text(form)
        parent = self._post(form["reply_to"]) if form.get("reply_to") else None
        post = self._publish(author, text, parent)
        answer = RedirectResponse(f"/{author.username}/status/{post.id}" if parent else "/", 303)
        answer.set_cookie(HANDLE_COOKIE, author.username, httponly=True, samesite="strict")
        return answer

    async def post_by_hand(self, request: Request) -> Response:
        """Post as the brand; a person on the site may answer anybody, summoned or not."""
        form = await form_of(request)
        brand, text, parent = self._brand(form.get("as", "")), _text(form), form.get("in_reply_to", "")
        most = brand.options.post_limit
        if weigh(text) > most:
            why = f"This is too long: {weigh(text)} of {most} weighted characters."
            return self._by_hand(request, brand, text, parent, why)
        post = self._publish(brand, text, self._post(parent) if parent else None)
        return RedirectResponse(f"/{brand.username}/status/{post.id}", 303)

    async def message_by_hand(self, request: Request) -> Response:
        """Send a private message as the brand, which on the site needs no window and no summons."""
        form = await form_of(request)
        customer, brand = self._customer(form.get("recipient_id", "")), self._brand(form.get("as", ""))
        self._write(brand, customer, _text(form))
        return RedirectResponse(f"/i/messages/{customer.username}?with={brand.username}", 303)

    async def approach(self, request: Request) -> Response:
        """Write to a brand as a customer who comes by a button on one of its posts."""
        form = await form_of(request)
        account, brand = self._speaker(form.get("username", "")), self._brand(form.get("with", ""))
        self._write(account, brand, _text(form))
        answer = RedirectResponse(f"/i/messages/{account.username}?with={brand.username}", 303)
        answer.set_cookie(HANDLE_COOKIE, account.username, httponly=True, samesite="strict")
        return answer

    async def write_message(self, request: Request) -> Response:
        """Send a private message as a customer."""
        form = await form_of(request)
        account, brand = self._account(request), self._brand(form.get("with", ""))
        self._write(account, brand, _text(form))
        return RedirectResponse(f"/i/messages/{account.username}?with={brand.username}", 303)

    async def portrait(self, request: Request) -> Response:
        """A drawn portrait, so that no picture has to be fetched from anywhere."""
        return Response(portrait(request.path_params["username"]), media_type="image/svg+xml")

    async def static(self, request: Request) -> Response:
        """The style sheet and the one script."""
        name = request.path_params["name"]
        if name not in STATIC:
            raise PageError(404, "There is nothing here.")
        return Response(files(__package__).joinpath("static", name).read_bytes(), media_type=STATIC[name])

    def _by_hand(self, request: Request, brand: Account, text: str, parent: str, why: str) -> Response:
        answered = view(self.world, self._post(parent)) if parent else None
        status = 400 if why else 200
        return self.frame.page(request, "intent.html", status, brand=brand, text=text, answered=answered, why=why)

    def _publish(self, author: Account, text: str, parent: Post | None) -> Post:
        closed = answering.closed_to(self.world, author, parent) if parent else ""
        if closed:
            raise PageError(403, closed)
        return self.world.publish(Draft(author, text, reply_to=parent.id if parent else None))

    def _write(self, sender: Account, recipient: Account, text: str) -> None:
        closed = letterbox.closed_to(self.world, sender, recipient)
        if closed:
            raise PageError(403, closed)
        self.world.send(sender, recipient, text)

    def _account(self, request: Request) -> Account:
        found = self.world.accounts.named(request.path_params["username"])
        if found is None:
            raise PageError(404, "Nobody here has that handle.")
        return self._present(found)

    def _present(self, account: Account) -> Account:
        away = self.world.states.of(account.id).away
        if away:
            raise PageError(404, f"The account @{account.username} is {away}.")
        return account

    def _speaker(self, username: str) -> Account:
        try:
            account = self.world.accounts.named_or_new(username)
        except ValueError as wrong:
            raise PageError(400, str(wrong)) from None
        if account.brand:
            raise PageError(403, "Only customers are spoken for here: the brand speaks through its desk.")
        return self._present(account)

    def _brand(self, username: str) -> Account:
        brands = self.world.accounts.brands()
        named = [brand for brand in brands if brand.username.lower() == username.removeprefix("@").lower()]
        if not brands:
            raise PageError(404, "No brand has an account here yet.")
        return (named or brands)[0]

    def _customer(self, given: str) -> Account:
        found = self._numbered(given)
        if found is None:
            raise PageError(404, "Nobody here has that number.")
        if found.brand:
            raise PageError(400, f"@{found.username} is the brand, and writes to customers alone.")
        return found

    def _numbered(self, given: str) -> Account | None:
        return self.world.accounts.find(identifier(given) or 0)

    def _partner(self, customer: Account) -> Account:
        """The brand with which a customer last exchanged private messages, else the first."""
        last = self.world.messages.of(customer.id, Span(size=1))
        other = {last[0].low, last[0].high} - {customer.id} if last else set()
        named = [brand for brand in self.world.accounts.brands() if brand.id in other]
        return named[0] if named else self._brand("")

    def _post(self, given: str) -> Post:
        post = self.world.posts.find(identifier(given) or 0)
        if post is None:
            raise PageError(404, "There is no such post.")
        return post


def _text(form: Form) -> str:
    text = form.get("text", "").replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= LONGEST:
        raise PageError(400, f"Write something first, up to {LONGEST} characters.")
    return text


def _handle(request: Request) -> str:
    return request.cookies.get(HANDLE_COOKIE, "")


def _before(request: Request) -> int:
    return place(request, "before", MAX_ID)


def _older(posts: list[Post]) -> str:
    return str(posts[-1].id) if len(posts) == PAGE else ""
