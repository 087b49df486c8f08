"""A stream held open: lines out of pieces cut anywhere, heartbeats, silence, and streams that never open."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.core.connector import Account, LostAccess, NoAnswer, Refused, Request
from earful.wire import StreamRefused, hold
from earful.wire.streams import LARGEST_LINE, LARGEST_REFUSAL, lines
from wire.listeners import CHUNKED, LAST_CHUNK, chunk, closes, free_port, keeps_silent, listening, says, sends

STREAM = Request("GET", "/2/tweets/search/stream", params={"tweet.fields": "id"})


def held(account, silence=0.5):
    return list(hold(account, STREAM, silence=silence))


def frames(batches):
    return [frame for batch in batches for frame in batch]


def cut(whole, places):
    """The bytes in pieces, cut at these places."""
    edges = [0, *sorted(place % (len(whole) + 1) for place in places), len(whole)]
    return [whole[start:end] for start, end in itertools.pairwise(edges)]


FRAMES = st.lists(st.binary(max_size=30).filter(lambda frame: frame.strip() == frame and b"\n" not in frame))
CUTS = st.lists(st.integers(0, 10_000), max_size=30)


@given(FRAMES, CUTS, st.sampled_from([b"\n", b"\r\n"]))
def test_lines_come_whole_wherever_the_pieces_are_cut(sent, places, end):
    whole = b"".join(frame + end for frame in sent)
    assert frames(lines(iter(cut(whole, places)))) == [frame for frame in sent if frame]


@given(CUTS)
def test_letters_of_several_bytes_come_whole_wherever_the_pieces_are_cut(places):
    whole = '{"text":"Grüße 👩🏽‍🚒 から"}\r\n'.encode() * 3
    assert frames(lines(iter(cut(whole, places)))) == ['{"text":"Grüße 👩🏽‍🚒 から"}'.encode()] * 3


def test_frames_of_one_read_come_together():
    assert list(lines(iter([b"one\r\ntwo\r\nthr", b"ee\r\n"]))) == [[b"one", b"two"], [b"three"]]


@pytest.mark.parametrize("beat", [b"\n", b"\r\n", b"\r\n\r\n"])
def test_a_blank_line_is_a_heartbeat(beat):
    assert list(lines(iter([beat, b"one\r\n"]))) == [[], [b"one"]]


def test_a_heartbeat_cut_in_two_is_still_one():
    assert list(lines(iter([b"\r", b"\n"]))) == [[]]


def test_half_a_line_at_the_end_is_no_frame():
    assert list(lines(iter([b"one\r\n", b'{"half'])))== [[b"one"]]  # fmt: skip


def test_a_line_of_sixteen_megabytes_is_taken():
    piece = b"x" * 1_000_000
    pieces = itertools.chain([piece] * (LARGEST_LINE // 1_000_000), [b"\n"])
    assert len(frames(lines(pieces))[0]) == LARGEST_LINE


def test_a_line_without_end_is_given_up():
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1_000_000
            yield b"x" * 1_000_000

    with pytest.raises(NoAnswer, match="larger than 16 MB"):
        list(lines(endless()))
    assert taken == LARGEST_LINE + 1_000_000


def test_many_long_lines_are_no_line_without_end():
    piece = b"x" * 9_000_000 + b"\n"
    assert len(frames(lines(iter([piece] * 4)))) == 4


def test_a_stream_says_first_that_it_is_open_then_gives_frames_and_ends():
    with listening(sends(CHUNKED, chunk(b"one\r\n"), chunk(b"\r\n"), LAST_CHUNK, pause=0.1)) as server:
        assert held(server.account) == [[], [b"one"], []]
    (request,) = server.heard
    assert request.startswith(b"GET /2/tweets/search/stream?tweet.fields=id HTTP/1.1\r\n")
    assert b"\r\nauthorization: bearer app-key\r\n" in request.lower()


def test_a_frame_comes_as_soon_as_it_is_sent():
    with listening(sends(CHUNKED, chunk(b"one\r\n"), pause=1.0)) as server:
        stream = hold(server.account, STREAM, silence=3)
        assert next(stream) == []
        begun = time.monotonic()
        assert next(stream) == [b"one"]
        assert time.monotonic() - begun < 1.5
        stream.close()


def test_silence_ends_a_stream():
    with listening(keeps_silent(CHUNKED + chunk(b"one\r\n"), seconds=2)) as server:
        begun = time.monotonic()
        stream = hold(server.account, STREAM, silence=0.4)
        assert [next(stream), next(stream)] == [[], [b"one"]]
        with pytest.raises(NoAnswer):
            next(stream)
        assert time.monotonic() - begun < 1.5


def test_heartbeats_keep_a_quiet_stream_open():
    beats = [chunk(b"\r\n")] * 6
    with listening(sends(CHUNKED, *beats, chunk(b"one\r\n"), LAST_CHUNK, pause=0.15)) as server:
        assert frames(held(server.account, silence=0.5)) == [b"one"]


def test_a_stream_that_breaks_says_so_after_what_it_brought():
    with listening(sends(CHUNKED, chunk(b"one\r\n"))) as server:
        stream = hold(server.account, STREAM, silence=1)
        assert [next(stream), next(stream)] == [[], [b"one"]]
        with pytest.raises(NoAnswer) as error:
            next(stream)
    assert error.value.left


@pytest.mark.parametrize("status", [401, 409, 429, 503, 302])
def test_a_stream_that_never_opened_is_refused_with_the_whole_answer(status):
    said = says(b'{"title": "no"}', status=f"{status} No", headers="x-rate-limit-reset: 5\r\n")
    with listening(said) as server, pytest.raises(StreamRefused) as error:
        held(server.account)
    response = error.value.response
    assert (response.status, response.body) == (status, b'{"title": "no"}')
    assert response.headers["x-rate-limit-reset"] == "5"


def test_a_refusal_of_any_length_is_read_no_further_than_it_is_of_use():
    with listening(says(b"x" * 5_000_000, status="503 No")) as server, pytest.raises(StreamRefused) as error:
        held(server.account)
    assert len(error.value.response.body) < 2 * LARGEST_REFUSAL


def test_a_network_that_is_not_there_was_never_reached():
    base = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(NoAnswer) as error:
        held(Account("1000", "Lumen", base, base, "app-key"))
    assert not error.value.left


def test_a_network_that_closes_without_a_word_gives_no_answer():
    with listening(closes) as server, pytest.raises(NoAnswer):
        held(server.account)


@pytest.mark.parametrize("base", ["http://api.example", "", "http://[::1"])
def test_no_stream_is_held_where_no_key_may_travel(base):
    with pytest.raises(Refused):
        held(Account("1000", "Lumen", base, base, "app-key"))


def test_no_stream_is_held_without_a_key():
    with pytest.raises(LostAccess):
        held(Account("1000", "Lumen", "http://127.0.0.1:9", ""))


def test_a_stream_that_is_let_go_closes_its_connection():
    with listening(sends(CHUNKED, *[chunk(b"\r\n")] * 40, pause=0.05)) as server:
        stream = hold(server.account, STREAM, silence=2)
        next(stream)
        begun = time.monotonic()
        stream.close()
    assert time.monotonic() - begun < 1.5
