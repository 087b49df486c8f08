"""A client that signs by OAuth 1.0a, by a library of which the pretend X knows nothing."""

from typing import Any
from urllib.parse import quote, urlencode

import httpx
from oauthlib.oauth1 import Client
from practice import Practice

FORM = "application/x-www-form-urlencoded"


class Signer:
    """A client that signs what it sends: with an app's pair, and with a person's when it has one."""

    def __init__(self, url: str, keys: dict[str, Any], token: str = "", secret: str = "") -> None:
        self.url, self.keys = url, keys
        self.token, self.secret = token, secret
        self.web = httpx.Client(timeout=10)

    def client(self, **more: Any) -> Client:
        pair = {"resource_owner_key": self.token, "resource_owner_secret": self.secret} if self.token else {}
        return Client(self.keys["consumer_key"], self.keys["consumer_secret"], **pair, **more)

    def signed(self, method: str, path: str, query: dict[str, str] | None = None, **more: Any) -> httpx.Request:
        """A request, signed; `form` goes into its body and its signature, `json` into its body alone."""
        form, body = more.pop("form", None), more.pop("json", None)
        asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
        content = urlencode(form) if form else None
        headers = {"Content-Type": FORM} if form else {}
        where, headers, content = self.client(**more).sign(f"{self.url}{path}{asked}", method, content, headers)
        carried = {"json": body} if body else {"content": content}
        return self.web.build_request(method, where, headers=headers, **carried)

    def ask(self, method: str, path: str, query: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        return self.web.send(self.signed(method, path, query, **more))

    def with_pair(self, told: dict[str, str]) -> "Signer":
        return Signer(self.url, self.keys, told["oauth_token"], told["oauth_token_secret"])


def signer(pretend: Practice, username: str, **wanted: Any) -> Signer:
    """Somebody's client, with a pair handed out at the practice door."""
    keys = pretend.say("accounts", {"username": username, "oauth1": True, "tokens": True} | wanted)
    return Signer(pretend.url, keys, keys["oauth1_token"], keys["oauth1_secret"])
