"""Calls signed by OAuth 1.0a, verified: HMAC-SHA1, a window for the time, and each nonce once (RFC 5849, section 3).

Read from the RFC by hand, so that a client which signs by a library is judged by a second reading, not by the same.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from starlette.requests import Request

from earful.sandbox import numerals

if TYPE_CHECKING:
    from earful.sandbox.world import World

WINDOW_S = 300
LONGEST_FORM = 200_000
FORM = "application/x-www-form-urlencoded"
PART = re.compile(r'\s*([A-Za-z0-9_.~%-]+)="([^"]*)"\s*')
X_ITSELF = ("api.x.com", "api.twitter.com")
USUAL_PORTS = {"http": ":80", "https": ":443"}

Pairs = list[tuple[str, str]]


class SignatureError(Exception):
    """A signed call that is not let in: X's number for why, and its words."""

    def __init__(self, code: int, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.code, self.status = code, status


@dataclass(frozen=True, slots=True)
class Claim:
    """What a call says of itself. `said` is its header and `asked` its query and form; `places` is every address that
    the signer may have meant.
    """

    method: str
    places: tuple[str, ...]
    said: Mapping[str, str]
    asked: Pairs

    @property
    def consumer(self) -> str:
        """The key of the app that is said to call."""
        return self.said.get("oauth_consumer_key", "")

    @property
    def token(self) -> str:
        """The token that it is said to hold; "" for none."""
        return self.said.get("oauth_token", "")

    def told(self, name: str) -> str:
        """A parameter of OAuth's own, wherever the client put it: into the header, the query or the form."""
        return self.said.get(name) or dict(self.asked).get(name, "")

    @property
    def signed(self) -> Pairs:
        """Every parameter that the signature is over."""
        return [pair for pair in self.said.items() if pair[0] not in ("realm", "oauth_signature")] + self.asked


class Signatures:
    """Verifies claims, and remembers the nonces of those that held. A restart forgets them, as it does limits."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.seen: dict[tuple[str, str, str, str], int] = {}

    def verify(self, claim: Claim, consumer_secret: str, token_secret: str) -> None:
        """Raises SignatureError unless whoever knows both secrets made this very call, now and for the first time."""
        if claim.said.get("oauth_signature_method") != "HMAC-SHA1" or claim.said.get("oauth_version", "1.0") != "1.0":
            raise unproven()
        at = self._timely(claim.said.get("oauth_timestamp", ""))
        given = claim.said.get("oauth_signature", "")
        key = f"{escaped(consumer_secret)}&{escaped(token_secret)}"
        if not any(hmac.compare_digest(given.encode(), _signed(key, claim, place)) for place in claim.places):
            raise unproven()
        self._remember(claim, at)

    def _timely(self, given: str) -> int:
        """A client's own clock does not move with ours when a test moves that, so the machine's time is good too."""
        at = numerals.whole(given) or 0
        if all(abs(at - now) > WINDOW_S for now in (self.world.clock(), self.world.clock.machine())):
            raise SignatureError(135, "Timestamp out of bounds.")
        return at

    def _remember(self, claim: Claim, at: int) -> None:
        gone = self.world.clock.machine() - WINDOW_S
        # They come nearly in the order of their times, so the first ones are those to be forgotten.
        while self.seen and next(iter(self.seen.values())) < gone:
            del self.seen[next(iter(self.seen))]
        nonce = (claim.consumer, claim.token, str(at), claim.said.get("oauth_nonce", ""))
        if not nonce[3] or nonce in self.seen:
            raise unproven()
        self.seen[nonce] = at


def unproven() -> SignatureError:
    """Nobody is told which part was wrong."""
    return SignatureError(32, "Could not authenticate you.")


def expired() -> SignatureError:
    """A token that nobody holds, or nobody any more."""
    return SignatureError(89, "Invalid or expired token.")


def unreadable() -> SignatureError:
    """A call that cannot be judged at all."""
    return SignatureError(215, "Bad Authentication data.")


async def claimed(request: Request) -> Claim | None:
    """What a call says of itself; None if it is not signed. Raises SignatureError for a header that cannot be read."""
    kind, _, rest = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "oauth":
        return None
    asked = parse_qsl(request.url.query, keep_blank_values=True) + await _form(request)
    return Claim(request.method, _places(request), _header(rest), asked)


def escaped(text: str) -> str:
    """Percent-encoded as section 3.6 has it."""
    return quote(text, safe="~")


def _signed(key: str, claim: Claim, place: str) -> bytes:
    pairs = sorted((escaped(name), escaped(value)) for name, value in claim.signed)
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((claim.method.upper(), escaped(place), escaped(parameters)))
    return base64.b64encode(hmac.digest(key.encode(), base.encode(), hashlib.sha1))


def _header(rest: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for part in filter(str.strip, rest.split(",")):
        found = PART.fullmatch(part)
        if found is None or unquote(found[1]) in said:
            raise unreadable()
        said[unquote(found[1])] = unquote(found[2])
    return said


async def _form(request: Request) -> Pairs:
    """The form of a call, which is signed with it; other bodies are not. It stays readable for whoever comes next."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return []
    length = numerals.whole(request.headers.get("content-length", "0"), LONGEST_FORM)
    if length is None or "transfer-encoding" in request.headers:
        raise unreadable()
    return parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)


def _places(request: Request) -> tuple[str, ...]:
    """A client signs the address that it knows us by: what stands before us may speak https, or have another name. One
    that knows X alone was led here by other means.
    """
    path = request.scope.get("raw_path", request.url.path.encode()).decode("ascii", "replace")
    hosts = {request.headers.get("host", ""), urlsplit(str(request.app.state.world.public_url)).netloc, *X_ITSELF}
    return tuple(
        f"{scheme}://{host.lower().removesuffix(USUAL_PORTS[scheme])}{path}"
        for host in sorted(hosts)
        for scheme in USUAL_PORTS
    )
