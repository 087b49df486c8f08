"""What every network's connector promises, held against each room in the registry."""

import inspect
import json
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.driving import NOW, answer
from earful.connectors.registry import CONNECTORS, connector_for
from earful.core.connector import (
    Account,
    Capabilities,
    Connector,
    ConnectorError,
    Counted,
    Heard,
    InForce,
    LostAccess,
    NoAnswer,
    Outgoing,
    Preflight,
    Request,
    Rule,
    SearchPage,
    Sent,
    TryLater,
    Unreadable,
    Unsure,
)
from earful.core.delivering import Attachment, Between, Deed, Uploading
from earful.core.post import Arrival, Author, Post

EVERY = pytest.mark.parametrize("connector", CONNECTORS.values(), ids=CONNECTORS)
OURS = Account("1000", "Lumen", "https://api.example", "https://site.example", "app-key", "user-key")
THEIRS = Post(
    network="any",
    id="1900000000000004037",
    author=Author("2200000000", "maria_k"),
    text="@Lumen no signal",
    created_at=NOW,
    mentions=("lumen",),
)
REPLY = Outgoing("We are on it.", reply_to=THEIRS.id, not_before=NOW)
MESSAGE = Outgoing("Your number, please?", private=True, recipient="2200000000", not_before=NOW)
MOST_QUESTIONS = 200


def sends(connector):
    """What can be sent on a network."""
    return [REPLY, MESSAGE] if connector.capabilities.private_messages else [REPLY]


def questions(connector):
    """Every talk of a connector that only asks: asking twice does no harm."""
    polled = [ear for ear in connector.ears(OURS) if not ear.held]
    made = [lambda: connector.who_am_i(OURS)]
    made += [
        lambda ear=ear, at=at: connector.poll(OURS, ear, at) for ear in polled for at in ("", "1900000000000000000")
    ]
    return made + [lambda outgoing=each: connector.look(OURS, outgoing) for each in sends(connector)]


def asks_the_past(connector):
    """The talks about posts of the past, as far as a network has them."""
    since, can = NOW - timedelta(days=1), connector.capabilities
    made = [lambda at=at: connector.search(OURS, "lumen down", since, NOW, at) for at in ("", "p2") if can.search_days]
    return made + [lambda: connector.count(OURS, "lumen down", since, NOW)] * can.counts


def talks(connector):
    """Every talk of a connector."""
    held = [ear for ear in connector.ears(OURS) if ear.held]
    made = [lambda ear=ear: connector.prepare(OURS, ear, [Rule("7", "lumen down")]) for ear in held]
    made += asks_the_past(connector)
    made += [lambda outgoing=each: connector.send(OURS, outgoing) for each in sends(connector)]
    made += [lambda kind=kind: connector.act(OURS, Deed(kind, THEIRS.id)) for kind in connector.capabilities.deeds]
    return [*questions(connector), *made, *uploads(connector)]


def uploads(connector):
    """The steps by which a file is handed over, as far as a network takes files."""
    steps = (Uploading(), Uploading("7"), Uploading("7", sent=3), Uploading("7", sent=3, closed=True))
    picture = Attachment("picture", "image/png", 3, alt="A router")
    takes = connector.capabilities.public_media.takes
    return [lambda step=step: connector.upload(OURS, picture, step, b"abc") for step in steps if takes]


def ends(talk, given):
    """Give a talk the same answer to whatever it asks; what it learned, or the error that it ended in."""
    try:
        request = next(talk)
        for _ in range(MOST_QUESTIONS):
            assert isinstance(request, Request)
            request = talk.throw(given) if isinstance(given, NoAnswer) else talk.send(given)
    except StopIteration as done:
        return done.value
    except ConnectorError as error:
        return error if error.reason else pytest.fail("an error without a reason")
    pytest.fail(f"still asking after {MOST_QUESTIONS} answers")


@EVERY
def test_a_connector_fulfils_the_whole_interface(connector):
    for name, promised in inspect.getmembers(Connector, inspect.isfunction):
        if not name.startswith("_"):
            made = inspect.signature(getattr(type(connector), name))
            assert list(made.parameters) == list(inspect.signature(promised).parameters), name
    assert isinstance(connector.capabilities, Capabilities)
    assert connector.name


@EVERY
def test_a_connector_is_found_by_its_networks_name(connector):
    assert connector_for(connector.network) is connector


def test_an_unknown_network_is_named_with_those_that_there_are():
    with pytest.raises(KeyError, match="no network is called 'smoke'"):
        connector_for("smoke")


@EVERY
def test_a_connector_listens_by_some_ear_and_each_ear_has_its_rhythm(connector):
    assert connector.ears(OURS)
    assert len({ear.name for ear in connector.ears(OURS)}) == len(connector.ears(OURS))
    for ear in connector.ears(OURS):
        assert ear.silence > 0 if ear.held else ear.every >= 1


@EVERY
def test_every_request_has_a_time_out_and_goes_to_a_path_of_the_account(connector):
    for begin in talks(connector):
        request = next(begin())
        assert 0 < request.timeout <= 60
        assert request.path.startswith("/")
        assert "\n" not in request.path


@EVERY
def test_every_held_ear_opens_with_a_harmless_request(connector):
    for ear in connector.ears(OURS):
        if ear.held:
            assert connector.open(OURS, ear).safe


@EVERY
def test_no_key_stands_in_a_request(connector):
    for begin in talks(connector):
        asked = repr(next(begin()))
        assert "app-key" not in asked
        assert "user-key" not in asked


@EVERY
def test_questions_are_harmless_and_sending_is_not(connector):
    assert all(next(begin()).safe for begin in questions(connector))
    assert not any(next(connector.send(OURS, each)).safe for each in sends(connector))


@EVERY
def test_sending_asks_the_network_exactly_once(connector):
    for outgoing in sends(connector):
        for status in (200, 201, 400, 401, 403, 404, 429, 500):
            talk = connector.send(OURS, outgoing)
            next(talk)
            with pytest.raises((StopIteration, ConnectorError)):
                talk.send(answer(status, {"data": {"id": "5", "dm_event_id": "5"}}))


@EVERY
@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_yes_that_names_nothing_never_passes_for_sent(connector, status):
    for outgoing in sends(connector):
        assert type(ends(connector.send(OURS, outgoing), answer(status, {}))) is Unsure


@EVERY
def test_a_lost_answer_to_sending_is_later_or_unsure_by_whether_it_left(connector):
    for outgoing in sends(connector):
        assert type(ends(connector.send(OURS, outgoing), NoAnswer("lost", left=True))) is Unsure
        assert isinstance(_or_no_answer(connector.send(OURS, outgoing), left=False), TryLater | NoAnswer)


def _or_no_answer(talk, *, left):
    try:
        return ends(talk, NoAnswer("lost", left=left))
    except NoAnswer as unanswered:
        return unanswered


@EVERY
def test_trouble_at_the_network_never_proves_that_nothing_was_sent(connector):
    for outgoing in sends(connector):
        for status in (500, 502, 503, 504):
            assert type(ends(connector.send(OURS, outgoing), answer(status))) is Unsure


@EVERY
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 408, 409, 410, 413, 422, 429, 500, 502, 503, 504])
def test_a_refusing_answer_is_never_something_learned(connector, status):
    for begin in talks(connector):
        assert isinstance(ends(begin(), answer(status, b"<html>no</html>")), ConnectorError)


@EVERY
def test_a_401_means_linking_again_and_trouble_means_asking_later(connector):
    for begin in questions(connector):
        assert isinstance(ends(begin(), answer(401)), LostAccess)
        assert isinstance(ends(begin(), answer(503)), TryLater)


@EVERY
@pytest.mark.parametrize("said", [b"", b"<html>", b"{}", b"null", b"[]", b'{"errors": []}'], ids=repr)
def test_an_answer_without_sense_is_never_taken_for_not_there(connector, said):
    for outgoing in sends(connector):
        assert isinstance(ends(connector.look(OURS, outgoing), answer(200, said)), ConnectorError)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(["5", "p2"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "data",
                    "meta",
                    "errors",
                    "id",
                    "tag",
                    "value",
                    "type",
                    "next_token",
                    "newest_id",
                    "includes",
                    "cap_per_client_app",
                    "total_tweet_count",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
LEARNED = (Author, Counted, Heard, InForce, SearchPage, Sent, Uploading, ConnectorError, type(None))


@EVERY
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(status=st.sampled_from([200, 201, 403, 429]), said=JSON | st.binary(max_size=40))
def test_whatever_the_network_answers_a_talk_ends_in_a_value_or_a_named_error(connector, status, said):
    given_answer = answer(status, said if isinstance(said, bytes) else json.dumps(said).encode())
    for begin in talks(connector):
        assert isinstance(ends(begin(), given_answer), LEARNED)


@EVERY
@given(body=st.binary(max_size=200))
def test_any_frame_gives_arrivals_or_a_reason(connector, body):
    try:
        arrivals = connector.read(OURS, body)
    except Unreadable as error:
        reason = str(error)
    else:
        reason = "read"
        assert all(isinstance(arrival, Arrival) for arrival in arrivals)
        msgspec.json.encode(arrivals)
    assert reason


@EVERY
@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_a_long_answer_is_split_into_parts_that_each_fit(connector, private):
    if private and not connector.capabilities.private_messages:
        return
    limit = connector.capabilities.private_limit if private else connector.capabilities.public_limit
    parts = connector.split("Word after word, sentence after sentence. " * (limit // 20), private=private)
    assert len(parts) > 1
    assert all(0 < connector.weigh(part, private=private) <= limit for part in parts)


@EVERY
def test_a_short_answer_is_one_part_as_it_was_written(connector):
    assert connector.split("We are on it.", private=False) == ["We are on it."]
    assert connector.weigh("We are on it.", private=False) == 13


@EVERY
@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_before_anybody_types_it_is_known_by_which_route_why_and_at_what_price(connector, private):
    for text in ("", "See https://lumen.example"):
        flight = connector.preflight(OURS, THEIRS, private=private, text=text, between=Between())
        assert isinstance(flight, Preflight)
        assert flight.route in ("api", "maybe", "by_hand", "no")
        assert flight.reason
        assert flight.price >= 0


@EVERY
def test_links_lead_to_the_networks_own_site(connector):
    addresses = [connector.link(OURS, THEIRS.id, "maria_k")]
    addresses += [connector.compose_link(OURS, outgoing) for outgoing in sends(connector)]
    assert all(address.startswith("https://site.example/") for address in addresses)
    assert all(address.isascii() and " " not in address for address in addresses)


@EVERY
def test_a_stream_that_did_not_open_says_what_to_do_next(connector):
    for status in (400, 401, 402, 403, 404, 409, 429, 500, 503):
        error = connector.refused_stream(answer(status, b"<html>no</html>"))
        assert isinstance(error, ConnectorError)
        assert not isinstance(error, Unsure)
        if isinstance(error, TryLater) and error.at is not None:
            assert NOW < error.at <= NOW + timedelta(days=1)
