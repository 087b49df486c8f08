"""One request and its answer, and talks made of them, with time-outs and limits that none can forget."""

import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import httpx

from earful import __version__
from earful.core.connector import (
    Account,
    LostAccess,
    NoAnswer,
    Refused,
    Request,
    Response,
    Talk,
    TryLater,
    Turnstile,
    Unsure,
)
from earful.wire.guard import Forbidden, checked
from earful.wire.signing import signature

T = TypeVar("T")

CONNECT_SECONDS: Final = 5.0
# A talk of many requests (a look through a long timeline) ends after this time, and is asked again later.
TALK_SECONDS: Final = 60.0
LARGEST_ANSWER: Final = 32_000_000
USER_AGENT: Final = f"Earful/{__version__}"
# These say that the request never left this machine; after any other fault it may have been carried out.
_NEVER_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def new_client() -> httpx.Client:
    """A client that follows no redirect (a token must not travel on) and heeds no proxy settings."""
    return httpx.Client(follow_redirects=False, headers={"user-agent": USER_AGENT}, trust_env=False)


class Exchange:
    """Connections over which talks are driven. Not shared between threads; close it, or use `with`.

    Every request of a talk passes the `turnstiles` in their order before it leaves, and every whole answer passes them.
    """

    def __init__(self, turnstiles: Sequence[Turnstile] = ()) -> None:
        self._client = new_client()
        self._turnstiles = turnstiles

    def __enter__(self) -> "Exchange":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def run(self, account: Account, talk: Talk[T], turnstiles: Sequence[Turnstile] = ()) -> T:
        """Drive a talk to its end and return what it learned; raises the ConnectorError that it ended in. Its requests
        pass these `turnstiles` after the exchange's own.
        """
        passed = (*self._turnstiles, *turnstiles)
        until = time.monotonic() + TALK_SECONDS
        try:
            request = next(talk)
            while True:
                if time.monotonic() > until:
                    talk.close()
                    raise TryLater(f"This took longer than {TALK_SECONDS:.0f} seconds.")
                try:
                    response = self._passing(account, request, passed)
                except NoAnswer as lost:
                    request = _told(talk, request, lost)
                else:
                    request = talk.send(response)
        except StopIteration as done:
            value: T = done.value
            return value

    def _passing(self, account: Account, request: Request, turnstiles: Sequence[Turnstile]) -> Response:
        for turnstile in turnstiles:
            turnstile.before(account, request)
        response = self.ask(account, request)
        for turnstile in turnstiles:
            turnstile.after(account, request, response)
        return response

    def ask(self, account: Account, request: Request) -> Response:
        """One request; raises NoAnswer when no whole answer came within its time and our limits.

        Raises Refused for an address that we do not talk to, LostAccess for a key that cannot be one.
        """
        url, headers = address(account, request), authorised(account, request)
        try:
            with self._client.stream(
                request.method,
                url,
                params=dict(request.params),
                headers=headers,
                **_body(request),
                timeout=httpx.Timeout(request.timeout, connect=CONNECT_SECONDS),
            ) as answer:
                return _whole(answer, time.monotonic() + request.timeout)
        except httpx.HTTPError as error:
            raise no_answer(error) from error


def _told(talk: Talk[T], request: Request, lost: NoAnswer) -> Request:
    """Tell the talk that no answer came. If it says nothing to that, name the error by what to do next."""
    try:
        return talk.throw(lost)
    except NoAnswer as unanswered:
        if request.safe or not unanswered.left:
            raise TryLater(f"The network could not be reached: {unanswered.reason}.") from unanswered
        raise Unsure(f"The network's answer was lost: {unanswered.reason}.") from unanswered


def address(account: Account, request: Request) -> str:
    """Where the request goes; raises Refused if that is no address, or not one that we may talk to."""
    url = request.elsewhere or account.api + request.path
    try:
        httpx.URL(checked(url))
    except (Forbidden, httpx.InvalidURL) as error:
        raise Refused(str(error)) from error
    return url


def authorised(account: Account, request: Request) -> Mapping[str, str]:
    """The header that signs a request with the account's own key; raises LostAccess if that cannot be a key.

    A key that no header can hold would be quoted in the fault that it causes, and so end up in the log.
    """
    if request.elsewhere or request.token == "none":  # noqa: S105  # nosec B105 - a kind of key
        return {}
    pairs = {
        "client": (account.client_id, account.client_secret),
        "consumer": (account.consumer_key, account.consumer_secret),
    }
    if pair := pairs.get(request.token):
        shown = ":".join(map(_whole_key, pair))
        return {"authorization": f"Basic {b64encode(shown.encode()).decode()}"}
    if request.token == "user" and account.user_secret:  # noqa: S105  # nosec B105 - a kind of key
        for key in (account.consumer_key, account.consumer_secret, account.user_token, account.user_secret):
            _whole_key(key)
        return {"authorization": signature(account, request, address(account, request))}
    key = account.user_token if request.token == "user" else account.app_token  # noqa: S105  # nosec B105 - a kind of key
    return {"authorization": f"Bearer {_whole_key(key)}"}


def _whole_key(key: str) -> str:
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise LostAccess("The key of this account is missing or damaged: link it again.")
    return key


def _body(request: Request) -> dict[str, Any]:
    """The body as httpx takes it; none for a request without."""
    files = [(each.part, (each.name, each.content, each.media_type)) for each in request.uploads]
    given = {"json": request.json, "data": request.form, "content": request.content, "files": files or None}
    return {name: part for name, part in given.items() if part is not None}


def no_answer(error: httpx.HTTPError) -> NoAnswer:
    """A transport fault as the house knows it: in words, and whether the request may have arrived."""
    return NoAnswer(_words(error), left=not isinstance(error, _NEVER_LEFT))


def _whole(answer: httpx.Response, until: float) -> Response:
    pieces, size = [], 0
    for piece in answer.iter_bytes():
        size += len(piece)
        if time.monotonic() > until:
            # httpx counts each read alone; an answer that drips would hold us for ever.
            raise NoAnswer("the answer did not end in time", left=True)
        if size > LARGEST_ANSWER:
            raise NoAnswer(f"the answer is larger than {LARGEST_ANSWER // 1_000_000} MB", left=True)
        pieces.append(piece)
    return Response(answer.status_code, dict(answer.headers), b"".join(pieces), datetime.now(UTC))


def _words(error: httpx.HTTPError) -> str:
    """A transport fault in words; httpx's own are often empty."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "no connection"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return str(error).rstrip(".") or type(error).__name__
