"""OAuth 1.0a over the wire: what arrives bears out its signature, and nothing is signed that must not be."""

import base64
import hashlib
import hmac
import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest

from earful.core.connector import Account, LostAccess, Request, Upload
from earful.wire import Exchange
from wire.listeners import listening, says

KEYS = {
    "consumer_key": "consumer",
    "consumer_secret": "consumer-secret",
    "user_token": "token",
    "user_secret": "token-secret",
}
PICTURE = Upload("media", "a.png", b"\x89PNG", "image/png")


def arrived(request: Request, **keys: str) -> tuple[str, bytes]:
    """The base address of a server, and what reached it."""
    with listening(says()) as server:
        base = server.account.api
        with Exchange() as exchange:
            exchange.ask(Account("1", "a", base, base, app_token="app", **(KEYS | keys)), request)
    return base, server.heard[0]


def borne_out(base: str, heard: bytes) -> bool:
    """Whether the signature is that of what arrived, made anew by RFC 5849, section 3.4."""
    head, _, body = heard.decode("latin-1").partition("\r\n\r\n")
    method, target, _ = head.split(" ", 2)
    signed = re.search(r"authorization: OAuth ([^\r]*)", head, re.IGNORECASE)
    assert signed
    ours = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', signed[1])}
    given, parts = ours.pop("oauth_signature"), urlsplit(target)
    form = parse_qsl(body, keep_blank_values=True) if "application/x-www-form-urlencoded" in head else []
    pairs = sorted(
        (quote(name, safe="~"), quote(value, safe="~"))
        for name, value in [*ours.items(), *parse_qsl(parts.query), *form]
    )
    said = "&".join(f"{name}={value}" for name, value in pairs)
    text = "&".join([method, quote(base + parts.path, safe="~"), quote(said, safe="~")])
    made = hmac.new(b"consumer-secret&token-secret", text.encode(), hashlib.sha1).digest()
    return base64.b64encode(made).decode() == given


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/2/users/me", token="user"),
        Request("GET", "/2/a", params={"query": 'a b&c="é" (~*!\')', "tweet.fields": "id,text"}, token="user"),
        Request("POST", "/2/tweets", json={"text": "Grüße"}, token="user"),
        Request("POST", "/2/form", form={"a": "1 + 1", "b": "ü"}, token="user"),
        Request("POST", "/2/media/upload/1/append", form={"segment_index": "0"}, uploads=[PICTURE], token="user"),
    ],
    ids=["plain", "parameters", "json", "form", "multipart"],
)
def test_what_arrives_bears_out_its_signature(request_: Request) -> None:
    assert borne_out(*arrived(request_))


def test_a_multipart_body_goes_out_whole_and_unsigned() -> None:
    _, heard = arrived(Request("POST", "/a", form={"segment_index": "7"}, uploads=[PICTURE], token="user"))
    assert b"multipart/form-data" in heard
    assert b"\x89PNG" in heard
    assert b'name="segment_index"' in heard


def test_what_the_app_asks_for_itself_is_not_signed() -> None:
    _, heard = arrived(Request("GET", "/a"))
    assert b"authorization: Bearer app\r\n" in heard.replace(b"Authorization", b"authorization")


@pytest.mark.parametrize("name", KEYS)
def test_a_damaged_pair_is_named_without_being_quoted(name: str) -> None:
    with pytest.raises(LostAccess) as error:
        arrived(Request("GET", "/a", token="user"), **{name: "two words"})
    assert "two words" not in str(error.value)
