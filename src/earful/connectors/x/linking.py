"""How an account of X is linked: OAuth 2.0 with PKCE, its one-use renewals, and the token of the app alone.

Sources: the OAuth 2.0 pages of X's documentation and `securitySchemes` of its descriptions 2.162 and 2.167 (2026). A
code must be exchanged within 30 seconds; an access token lives two hours; a refresh token opens once, which the
documentation does not say and the field reports do. OAuth 1.0a has no endpoint of its own for giving a token back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec

from earful.connectors.x.outcomes import body, failure, understood
from earful.core.connector import (
    Account,
    ConnectorError,
    LostAccess,
    Refused,
    Request,
    Response,
    Talk,
    TryLater,
    Unsure,
)
from earful.core.linking import Grant, Need

TOKEN: Final = "/2/oauth2/token"  # noqa: S105  # nosec B105 - an address
REVOKE: Final = "/2/oauth2/revoke"
# Not under /2/, unlike the others.
APP_TOKEN: Final = "/oauth2/token"  # noqa: S105  # nosec B105 - an address
AS_CLIENT: Final = "client"
AS_CONSUMER: Final = "consumer"
AS_NOBODY: Final = "none"
# A code is worth nothing after 30 seconds, and a desk that renews has others waiting.
SECONDS: Final = 10.0

_READ: Final = frozenset({"tweet.read", "users.read"})
NEEDS: Final[Sequence[Need]] = (
    Need("read", "Read posts and mentions", _READ, "nothing works."),
    Need("answer", "Answer in public, delete an answer", _READ | {"tweet.write"}, "answers are sent by hand."),
    Need("messages", "Private messages", _READ | {"dm.read", "dm.write"}, "private messages stay unread on X."),
    Need("media", "Pictures and films in answers", frozenset({"media.write"}), "answers are words alone."),
    Need("hide", "Hide replies to our posts", _READ | {"tweet.moderate.write"}, "replies are hidden on X itself."),
    Need("offline", "Stay linked", frozenset({"offline.access"}), "the account must be linked again every two hours."),
)


class _Token(msgspec.Struct):
    access_token: str
    expires_in: int | None = None
    refresh_token: str = ""
    scope: str = ""


class _AppToken(msgspec.Struct):
    access_token: str


class XLinking:
    """How accounts of X are linked; see core.linking for what each method promises."""

    needs = NEEDS

    def page(self, account: Account, *, callback: str, state: str, challenge: str, scopes: frozenset[str]) -> str:
        asked = {
            "response_type": "code",
            "client_id": account.client_id,
            "redirect_uri": callback,
            "scope": " ".join(sorted(scopes)),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{account.site}/i/oauth2/authorize?{urlencode(asked)}"

    def redeem(self, account: Account, *, code: str, verifier: str, callback: str) -> Talk[Grant]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": verifier,
        }
        response = yield _as_client(account, TOKEN, form)
        return _granted(response, Refused(_OLD_CODE))

    def renew(self, account: Account, grant: Grant) -> Talk[Grant]:
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh}
        response = yield _as_client(account, TOKEN, form)
        new = _granted(response, LostAccess(_NOT_RENEWED))
        # An answer that repeats neither scopes nor refresh token leaves them as they were (RFC 6749, section 6).
        return replace(new, refresh=new.refresh or grant.refresh, scopes=new.scopes or grant.scopes)

    def give_back(self, account: Account, grant: Grant) -> Talk[None]:
        if grant.kind == "oauth1":
            return
        # The refresh token first: with it X ends what it renews, and an access token alone dies by itself.
        for kind, token in (("refresh_token", grant.refresh), ("access_token", grant.token)):
            if token:
                response = yield _as_client(account, REVOKE, {"token": token, "token_type_hint": kind})
                if response.status not in (200, 400) or response.is_page:
                    raise _refused(response, Refused("X did not take the tokens back."))

    def app_token(self, account: Account) -> Talk[str]:
        form = {"grant_type": "client_credentials"}
        response = yield Request("POST", APP_TOKEN, form=form, token=AS_CONSUMER, timeout=SECONDS)
        if response.status != 200:
            raise _refused(response, LostAccess(_UNKNOWN_CONSUMER), unknown=_UNKNOWN_CONSUMER)
        return understood(response, _AppToken).access_token


def _as_client(account: Account, path: str, form: Mapping[str, str]) -> Request:
    """A request in the app's own name: one that can keep a secret shows it by HTTP Basic, another only says its id."""
    if account.client_secret:
        return Request("POST", path, form=form, token=AS_CLIENT, timeout=SECONDS)
    return Request("POST", path, form={**form, "client_id": account.client_id}, token=AS_NOBODY, timeout=SECONDS)


def _granted(response: Response, no: ConnectorError) -> Grant:
    if response.status != 200:
        raise _refused(response, no)
    try:
        told = understood(response, _Token)
    except TryLater as error:
        # Something was given out, once, and it did not reach us whole.
        raise Unsure("X's answer could not be understood.", raw="") from error
    lasts = None if told.expires_in is None else response.at + timedelta(seconds=told.expires_in)
    return Grant(told.access_token, told.refresh_token, expires_at=lasts, scopes=frozenset(told.scope.split()))


def _refused(response: Response, no: ConnectorError, unknown: str = "") -> ConnectorError:
    """Why a token endpoint said no: trouble of its own or on the way, keys that are not the app's, or `no`."""
    if response.is_page or (response.status in _NEVER_SAID and not _WORDS & body(response).keys()):
        return _by_another(response)
    if response.status in (402, 408, 429) or response.status >= 500:
        return failure(response, safe=False)
    if response.status == 401 or body(response).get("error") in ("invalid_client", "unauthorized_client"):
        return LostAccess(unknown or _UNKNOWN_CLIENT)
    return no


def _by_another(response: Response) -> Unsure:
    return Unsure(f"Something on the way to X answered in its place (status {response.status}).")


# A grant is refused by 400 and 401 (RFC 6749, section 5.2), a consumer pair by 403, and whatever X says has one of
# these words.
_NEVER_SAID: Final = (403, 404, 405, 407)
_WORDS: Final = {"error", "errors", "title", "detail"}
_OLD_CODE: Final = (
    "X did not take the code that came back with you: it is older than 30 seconds, was used already, or belongs to "
    "another callback address. Link again."
)
_NOT_RENEWED: Final = "X does not renew this account's access any more. Link it again."
_UNKNOWN_CLIENT: Final = "X does not know the app by this client id and client secret. Correct them, and link again."
_UNKNOWN_CONSUMER: Final = "X does not know the app by this consumer key and secret. Correct them, and link again."
