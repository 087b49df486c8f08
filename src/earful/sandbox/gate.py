"""What every call of the API passes through: whose token, which parameters, how often, and what goes wrong on
purpose.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from earful.sandbox.accounts import Account
from earful.sandbox.apps import App
from earful.sandbox.asking import Asked, asked, refuse_undeclared
from earful.sandbox.callers import Caller, Holder, Way, caller
from earful.sandbox.faults import Fault
from earful.sandbox.limits import Limit, Standing, told
from earful.sandbox.money.billing import FREE, Bill, Charge, charges
from earful.sandbox.money.caps import refuse_spent
from earful.sandbox.money.spent import rate_limited
from earful.sandbox.problems import JSON, RefusalError, forbidden, invalid, lacking, unauthorized, wrong_token
from earful.sandbox.scopes import asked_for
from earful.sandbox.shapes import Shaper
from earful.sandbox.sight import Sight
from earful.sandbox.spoiling import spoiled
from earful.sandbox.vocabulary import VOCABULARIES, Spoken, Vocabulary, heard_in, spoken

if TYPE_CHECKING:
    from earful.sandbox.world import World

WAYS: Mapping[Way, str] = {
    "app": "OAuth 2.0 Application-Only",
    "oauth1": "OAuth 1.0a User Context",
    "user": "OAuth 2.0 User Context",
}

LARGEST_BODY = 8 * 1024 * 1024

Body = TypeVar("Body")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation says: a status and a JSON object, in the tweet vocabulary.

    A success is `free`, whatever the operation costs, where something was to be taken away that was not there. That is
    an assumption: X does not say what such a call costs.
    """

    body: Any
    status: int = 200
    free: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call, let in."""

    world: "World"
    caller: Caller
    vocabulary: Vocabulary
    query: Mapping[str, str]
    path: Mapping[str, str]
    body: bytes
    asked: Asked = field(default_factory=Asked)
    content_type: str = ""

    def read(self, kind: type[Body]) -> Body:
        """The body in a shape. Raises RefusalError (400) when it has another."""
        try:
            return msgspec.convert(self.document(), kind)
        except msgspec.ValidationError as problem:
            raise invalid(str(problem)) from None

    @property
    def app(self) -> App:
        """The app that calls: rules, streams, limits and bills are its own."""
        return self.caller.app

    @property
    def account(self) -> Account:
        """Who acts; for an app-only call, the account that owns the app."""
        return self.caller.account

    @property
    def viewer(self) -> Account | None:
        """Whose eyes the answer is for; None for an app that asks for itself."""
        return self.account if self.holder == "user" else None

    def sight(self) -> Sight:
        """What the caller may see."""
        return Sight(self.world, self.viewer)

    def shaper(self) -> Shaper:
        """What shapes the answer: the fields asked for, in the caller's sight."""
        return Shaper(self.world, self.asked, self.vocabulary.name, self.viewer)

    @property
    def holder(self) -> Holder:
        """Whether the app calls for itself or for somebody."""
        return self.caller.holder

    def document(self) -> Any:
        """The body as JSON. Raises RefusalError (400) when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise invalid("The body is not valid JSON") from None


Act = Callable[[Call], Answer | Response | Awaitable[Answer | Response]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API, as a row of the table.

    `takes` are the ways to prove oneself that open it; `names` its own query parameters; `shows` what its answer
    is about, which brings the parameters that choose fields; `bucket` the name its limits are counted under, if
    shared; `bills` what a success costs.
    """

    method: str
    path: str
    act: Act
    takes: tuple[Way, ...]
    limits: tuple[Limit, ...] = ()
    names: frozenset[str] = frozenset()
    shows: Literal["", "posts", "users", "messages", "media", "stream"] = ""
    bucket: str = ""
    bills: Bill = FREE

    @property
    def name(self) -> str:
        """The name under which calls are counted and limits overridden: "POST /2/tweets"."""
        return self.bucket or f"{self.method} {self.path}"

    @property
    def stream(self) -> bool:
        """Whether its answer is a connection held open."""
        return self.method == "GET" and self.path.endswith("/stream")


def gate(world: "World", operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    """The operation as an endpoint: everything in front of it, then the operation itself, then its answer in
    words.
    """

    async def enter(request: Request) -> Response:
        who = await caller(world, request)
        world.changes += 1
        owed: list[Charge] = []
        fault = _fault(world, operation, request, who)
        response = await spoiled(fault, lambda: _carry_out(world, operation, request, who, owed))
        # An answer that is lost on its way was given, and is billed; one that is a failure is not.
        if who and response.status_code < 400:
            world.bill(who.app, f"{operation.method} {operation.path}", owed)
        return response

    return enter


def _fault(world: "World", operation: Operation, request: Request, who: Caller | None) -> Fault | None:
    name, username = f"{operation.method} {operation.path}", who.account.username if who else ""
    return world.faults.take(request.method, request.url.path, username, name, world.clock())


async def _carry_out(
    world: "World", operation: Operation, request: Request, who: Caller | None, owed: list[Charge]
) -> Response:
    spoken_to = _spoken_to(operation, request, who)
    vocabulary = VOCABULARIES["tweet" if spoken_to == "both" else spoken_to]
    standings: list[Standing] = []
    try:
        if who is None:
            raise unauthorized()
        _admit(world, operation, who)
        terms = world.ledger.terms(who.app.id)
        standings = world.limits.take(operation.name, operation.limits, who, terms, world.clock())
        if not all(standing.allowed for standing in standings):
            raise rate_limited(terms)
        refuse_spent(world, operation, who)
        call = await _call(world, operation, request, who, vocabulary)
        answer = await _act(operation, call)
        if isinstance(answer, Answer) and not answer.free:
            owed += charges(call, operation.bills, answer, terms)
        response = answer if isinstance(answer, Response) else _worded(answer, spoken_to)
    except RefusalError as refusal:
        response = _refused(refusal, vocabulary)
    response.headers["api-version"] = vocabulary.version
    response.headers.update(told(standings))
    return response


def _admit(world: "World", operation: Operation, who: Caller) -> None:
    """Raises RefusalError (403) for a token of the wrong kind, or one that may do less, or whose account is away."""
    away = world.states.of(who.account.id).away
    if away == "deactivated":
        raise unauthorized()
    if away:
        raise forbidden("Your account is suspended and is not permitted to access this feature.")
    if who.way not in operation.takes:
        raise wrong_token(WAYS[who.way], ", ".join(WAYS[way] for way in WAYS if way in operation.takes))
    if not who.may(asked_for(f"{operation.method} {operation.path}")):
        raise lacking(who.way)


async def _act(operation: Operation, call: Call) -> Answer | Response:
    answer = operation.act(call)
    return await answer if isawaitable(answer) else answer


async def _call(world: "World", operation: Operation, request: Request, who: Caller, vocabulary: Vocabulary) -> Call:
    query = {name: ",".join(request.query_params.getlist(name)) for name in request.query_params}
    refuse_undeclared(query, operation.names | _choosing(operation, vocabulary))
    wanted = asked(query, vocabulary, _expansions(operation, vocabulary))
    body = await _body(request)
    kind = request.headers.get("content-type", "")
    return Call(world, who, vocabulary, query, request.path_params, body, wanted, kind)


async def _body(request: Request) -> bytes:
    """The body, but no more of it than anything here needs: a segment of a file as base64 is the largest."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise RefusalError(413, "invalid-request", "Invalid Request", f"A body has at most {LARGEST_BODY} bytes.")
    return bytes(body)


def _spoken_to(operation: Operation, request: Request, who: Caller | None) -> Spoken:
    """The words of an answer. Streams kept the older names when everything else changed."""
    if who is None or operation.shows == "stream":
        return "tweet"
    wanted = who.app.options.vocabulary
    return (heard_in(request.query_params.items()) or "both") if wanted == "both" else wanted


def _choosing(operation: Operation, vocabulary: Vocabulary) -> frozenset[str]:
    posts = {vocabulary.post_fields, "expansions", "user.fields"}
    all_of = {
        "": set[str](),
        "users": posts,
        "posts": posts | {"media.fields", "poll.fields", "place.fields"},
        "stream": posts | {"media.fields", "poll.fields", "place.fields"},
        "messages": posts | {"media.fields", "dm_event.fields"},
        "media": {"media.fields"},
    }
    return frozenset(all_of[operation.shows])


def _expansions(operation: Operation, vocabulary: Vocabulary) -> frozenset[str]:
    kinds = {"users": vocabulary.user_expansions, "messages": vocabulary.dm_expansions}
    return kinds.get(operation.shows, vocabulary.post_expansions)


def _worded(answer: Answer, vocabulary: Spoken) -> Response:
    words = msgspec.json.encode(spoken(answer.body, vocabulary))
    return Response(words, answer.status, media_type=JSON)


def _refused(refusal: RefusalError, vocabulary: Vocabulary) -> Response:
    words = msgspec.json.encode(refusal.document(vocabulary.name))
    return Response(words, refusal.status, refusal.headers, media_type=refusal.media)
