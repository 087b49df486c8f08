"""The door at which X calls: registered, proved, signed for, and told again what it did not take.

Sources: the webhook pages of X's documentation and its API description (2026). X proves itself by a signature over the
raw body with the app's consumer secret, and moves to the OAuth 2.0 client secret with a header of its own: either is
taken. It asks for the same proof of us, over a token that it makes up. Whoever knows the door's address could have us
sign anything that way, so nothing is signed that could be the beginning of a body.
"""

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from earful.connectors.x.outcomes import BACK_OFF, understood
from earful.connectors.x.subscriptions import subscribe
from earful.core.connector import Account, Refused, Request, Talk, TryLater
from earful.core.pushing import Hook, Subscribed

WEBHOOKS: Final = "/2/webhooks"
REPLAY: Final = "/2/webhooks/replay"
_SIGNATURES: Final = (
    ("x-twitter-webhooks-signature", "consumer_secret"),
    ("x-twitter-webhooks-signature-oauth2", "client_secret"),
)
# X replays one stretch at a time.
_UNDER_WAY: Final = 409
_TOKEN = re.compile(r"[A-Za-z0-9_.~+/=-]{1,200}\Z")


class _There(msgspec.Struct):
    id: str = ""
    url: str = ""
    valid: bool = False


class _Listed(msgspec.Struct):
    data: list[_There] = []


class _Made(msgspec.Struct):
    """A new webhook: as it is in 2.162 of the description, within `data` in 2.167."""

    id: str = ""
    data: _There | None = None

    @property
    def its_id(self) -> str:
        return self.data.id if self.data else self.id


class _Any(msgspec.Struct):
    pass


class XPushing:
    """How X is had to tell by itself; see core.pushing for what each method promises."""

    def subscribe(self, account: Account, hook: str) -> Talk[Subscribed]:
        return subscribe(account, hook)

    def hooked(self, account: Account, door: str, *, doubted: bool = False) -> Talk[Hook]:
        return hooked(account, door, doubted=doubted)

    def replay(self, account: Account, hook: str, since: datetime, until: datetime) -> Talk[None]:
        return replay(account, hook, since, until)

    def challenged(self, account: Account, query: Mapping[str, str]) -> bytes | None:
        return challenged(account, query)

    def proven(self, account: Account, headers: Mapping[str, str], body: bytes) -> bool:
        return proven(account, headers, body)


def hooked(account: Account, door: str, *, doubted: bool = False) -> Talk[Hook]:
    """Have X call at this address. A lapsed webhook is proved anew, which X does at once; X bears one that does not
    answer for 28 hours and holds it for valid meanwhile, so one that is doubted is proved as well.
    """
    if not (account.consumer_secret or account.client_secret):
        raise Refused("A webhook takes the secret of the X app, to know X by: add it to the keys of this account.")
    there = understood((yield Request("GET", WEBHOOKS)), _Listed).data
    ours = next((each for each in there if each.url == door), None)
    if ours is None:
        made = understood((yield Request("POST", WEBHOOKS, json={"url": door})), _Made)
        if not made.its_id:
            raise Refused("X registered the webhook and did not say under which id.")
        return Hook(made.its_id, was_valid=True, is_new=True)
    if doubted or not ours.valid:
        understood((yield Request("PUT", f"{WEBHOOKS}/{ours.id}")), _Any)
    return Hook(ours.id, was_valid=ours.valid)


def replay(account: Account, hook: str, since: datetime, until: datetime) -> Talk[None]:
    """Have X tell again what it told, or tried to, between two moments of the last day; it counts in whole minutes."""
    wish = {"webhook_id": hook, "from_date": _minute(since), "to_date": _minute(until)}
    response = yield Request("POST", REPLAY, json=wish)
    if response.status == _UNDER_WAY:
        raise TryLater("X is replaying something else to this webhook.", at=response.at + BACK_OFF)
    understood(response, _Any)


def challenged(account: Account, query: Mapping[str, str]) -> bytes | None:
    token, secret = query.get("crc_token", ""), account.consumer_secret or account.client_secret
    if not _TOKEN.match(token) or not secret:
        return None
    return msgspec.json.encode({"response_token": _signature(secret, token.encode())})


def proven(account: Account, headers: Mapping[str, str], body: bytes) -> bool:
    """Every signature is computed, whether or not there is a secret: how long that takes tells nothing."""
    matches = [_matches(headers.get(name, ""), getattr(account, secret), body) for name, secret in _SIGNATURES]
    return any(matches) and body.lstrip()[:1] == b"{"


def _matches(given: str, secret: str, body: bytes) -> bool:
    made = _signature(secret or "none", body)
    return hmac.compare_digest(given.encode("utf-8", "replace"), made.encode()) and bool(secret)


def _signature(secret: str, message: bytes) -> str:
    return "sha256=" + b64encode(hmac.digest(secret.encode(), message, "sha256")).decode()


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M")
