"""One request and its answer: time-outs, limits, and what is known when no answer came."""

import gzip
import json
import logging
import time

import pytest

from earful.core.connector import Account, LostAccess, NoAnswer, Refused, Request, TryLater, Unsure
from earful.wire import Exchange
from earful.wire import exchange as limits
from wire.listeners import CHUNKED, chunk, closes, free_port, keeps_silent, listening, resets, says, sends

ASK = Request("GET", "/2/users/me", timeout=0.5)
TELL = Request("POST", "/2/tweets", json={"text": "Grüße"}, token="user", timeout=0.5)


def ask(account, request=ASK):
    with Exchange() as exchange:
        return exchange.ask(account, request)


def lost(account, request=ASK):
    with pytest.raises(NoAnswer) as error:
        ask(account, request)
    return error.value


def at(base):
    return Account("1000", "Lumen", base, base, "app-key", "user-key")


def test_an_answer_comes_whole_with_status_headers_and_time():
    with listening(says(b'{"a": 1}', status="201 Created", headers="X-Rate-Limit-Reset: 5\r\n")) as server:
        response = ask(server.account)
    assert (response.status, response.body) == (201, b'{"a": 1}')
    assert response.headers["x-rate-limit-reset"] == "5"
    assert response.at.tzinfo is not None


def test_a_request_carries_its_parameters_its_body_and_the_key_asked_for():
    with listening(says()) as server:
        ask(server.account, Request("GET", "/2/a", params={"q": "a b&c", "tweet.fields": "id,text"}))
        ask(server.account, TELL)
    get, post = server.heard
    assert get.startswith(b"GET /2/a?q=a+b%26c&tweet.fields=id%2Ctext HTTP/1.1\r\n")
    assert b"\r\nauthorization: bearer app-key\r\n" in get.lower()
    assert b"\r\nauthorization: bearer user-key\r\n" in post.lower()
    assert json.loads(post.partition(b"\r\n\r\n")[2]) == {"text": "Grüße"}
    assert b"\r\nuser-agent: earful/" in get.lower()


def test_a_packed_answer_is_unpacked():
    with listening(says(gzip.compress(b'{"a": 1}'), headers="content-encoding: gzip\r\n")) as server:
        assert ask(server.account).body == b'{"a": 1}'


def test_a_refused_connection_never_left():
    error = lost(at(f"http://127.0.0.1:{free_port()}"), TELL)
    assert not error.left
    assert error.reason == "no connection"


def test_silence_ends_in_time_and_the_request_may_have_arrived():
    with listening(keeps_silent(seconds=2)) as server:
        begun = time.monotonic()
        error = lost(server.account, TELL)
        assert time.monotonic() - begun < 1.5
    assert error.left
    assert error.reason == "no answer in time"


@pytest.mark.parametrize(
    "behaviour",
    [
        closes,
        resets,
        sends(b"HTTP/1.1 200 OK\r\ncontent-le"),
        sends(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"),
        sends(CHUNKED, chunk(b"{")),
        sends(b"SSH-2.0-OpenSSH\r\n"),
        says(b"not gzip", headers="content-encoding: gzip\r\n"),
    ],
    ids=[
        "closed",
        "reset",
        "cut in the head",
        "cut in the body",
        "cut in the chunks",
        "not http",
        "not gzip",
    ],
)
def test_an_answer_that_is_cut_or_garbled_may_follow_a_request_that_arrived(behaviour):
    with listening(behaviour) as server:
        error = lost(server.account, TELL)
    assert error.left
    assert error.reason


def test_an_answer_that_drips_ends_in_time():
    pieces = [CHUNKED, *[chunk(b"x")] * 60]
    with listening(sends(*pieces, pause=0.05)) as server:
        begun = time.monotonic()
        error = lost(server.account, TELL)
        assert time.monotonic() - begun < 1.5
    assert error.left
    assert error.reason == "the answer did not end in time"


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_an_answer_that_is_too_large_is_not_taken_in(monkeypatch, packed):
    monkeypatch.setattr(limits, "LARGEST_ANSWER", 1_000_000)
    body = b" " * 2_000_000
    given = says(gzip.compress(body), headers="content-encoding: gzip\r\n") if packed else says(body)
    with listening(given) as server:
        error = lost(server.account)
    assert error.reason == "the answer is larger than 1 MB"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_redirect_is_an_answer_and_is_not_followed(status):
    with listening(says()) as other:
        moved = says(b"", status=status, headers=f"location: http://127.0.0.1:{other.port}/\r\n")
        with listening(moved) as server:
            assert ask(server.account, TELL).status == int(status[:3])
    assert other.heard == []


FOREIGN = [
    "http://api.example",
    "http://10.0.0.1",
    "http://127.0.0.1@api.example",
    "http://127.0.0.1.api.example",
    "http://localhost.api.example",
    "http://[::2]",
    "ftp://127.0.0.1",
    "file:///etc/passwd",
    "//127.0.0.1",
    "https://",
    "http://[::1",
    "http://127.0.0.1\n.api.example",
    "https://api.example:port",
    "",
]


@pytest.mark.parametrize("base", FOREIGN, ids=repr)
def test_no_key_travels_in_clear_text_or_to_what_is_no_address(base):
    with pytest.raises(Refused):
        ask(at(base))


def test_the_environment_cannot_send_our_keys_over_a_proxy(monkeypatch):
    with listening(says()) as proxy, listening(says()) as server:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert ask(server.account).status == 200
    assert proxy.heard == []


def test_a_key_never_stands_in_a_log_or_an_error(caplog):
    caplog.set_level(logging.DEBUG)
    with listening(says(), resets) as server:
        ask(server.account)
        error = lost(server.account, TELL)
    told = caplog.text + repr(server.account) + repr(error) + str(error) + repr(error.__cause__)
    assert "app-key" not in told
    assert "user-key" not in told


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "kéy", "k\x00y", "“key”", "key\r"], ids=repr)
def test_a_damaged_key_is_named_without_being_quoted(key):
    account = Account("1000", "Lumen", "http://127.0.0.1:9", "", app_token=key)
    with pytest.raises(LostAccess) as error:
        ask(account)
    assert not key or key not in str(error.value)


def talk_of(*requests):
    """A talk that asks one question after the other and learns the bodies."""

    def talk():
        bodies = []
        for request in requests:
            bodies.append((yield request).body)
        return bodies

    return talk()


def run(account, talk):
    with Exchange() as exchange:
        return exchange.run(account, talk)


def test_a_talk_is_driven_to_its_end():
    with listening(says(b"one"), says(b"two")) as server:
        assert run(server.account, talk_of(ASK, ASK)) == [b"one", b"two"]


def test_a_talk_hears_that_no_answer_came_and_may_go_on():
    def stubborn():
        try:
            yield TELL
        except NoAnswer:
            return (yield ASK).body

    with listening(closes, says(b"at last")) as server:
        assert run(server.account, stubborn()) == b"at last"


@pytest.mark.parametrize(
    ("request_", "behaviour", "meant"),
    [(ASK, closes, TryLater), (TELL, closes, Unsure)],
    ids=["a question", "an utterance"],
)
def test_a_talk_that_says_nothing_to_a_lost_answer_ends_in_what_to_do_next(request_, behaviour, meant):
    with listening(behaviour) as server, pytest.raises(meant):
        run(server.account, talk_of(request_))


def test_an_utterance_that_never_left_is_tried_later():
    with pytest.raises(TryLater):
        run(at(f"http://127.0.0.1:{free_port()}"), talk_of(TELL))


def test_a_connection_that_the_network_closed_meanwhile_is_made_anew():
    alive = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
    with listening(sends(alive)) as server, Exchange() as exchange:
        for _ in range(3):
            assert exchange.ask(server.account, ASK).body == b"ok"
            time.sleep(0.05)
    assert len(server.heard) == 3
