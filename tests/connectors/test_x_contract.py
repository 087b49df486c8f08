"""Every question that we put to X, against X's own description of its interface in both vocabularies.

A name that an operation does not know passes silently at X: the field is missing and nothing says why.
"""

import json
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from connectors.driving import IN_POSTS, LUMEN, NOW, answer, drive
from earful.connectors.x import streams
from earful.connectors.x.deeds import act
from earful.connectors.x.ears import ACTIVITY, STREAM
from earful.connectors.x.examining import looks
from earful.connectors.x.hooking import hooked, replay
from earful.connectors.x.listening import POLLS, who_am_i
from earful.connectors.x.looking import look
from earful.connectors.x.rules import put_in_force
from earful.connectors.x.searching import count, search
from earful.connectors.x.sending import send
from earful.connectors.x.subscriptions import kinds, subscribe
from earful.connectors.x.uploading import upload
from earful.core.connector import Outgoing
from earful.core.delivering import Attachment, Deed, Uploading
from shared import shared

BOTH = pytest.mark.parametrize(("version", "account"), [("2.162", LUMEN), ("2.167", IN_POSTS)], ids=["tweet", "post"])
OPERATIONS = {
    "/2/webhooks/77": "/2/webhooks/{webhook_id}",
    "/2/users/1000/mentions": "/2/users/{id}/mentions",
    "/2/users/1000/tweets": "/2/users/{id}/tweets",
    "/2/dm_conversations/with/2200000000/dm_events": "/2/dm_conversations/with/{participant_id}/dm_events",
    "/2/dm_conversations/with/2200000000/messages": "/2/dm_conversations/with/{participant_id}/messages",
    "/2/media/upload/77/append": "/2/media/upload/{id}/append",
    "/2/media/upload/77/finalize": "/2/media/upload/{id}/finalize",
    "/2/tweets/5/hidden": "/2/tweets/{tweet_id}/hidden",
    "/2/tweets/5": "/2/tweets/{id}",
    "/2/users/by/username/nina": "/2/users/by/username/{username}",
}


def test_every_kind_of_request_is_compared():
    asked = {(request.method, request.path) for request in everything_asked(LUMEN)}
    assert len(asked) == 30


@BOTH
def test_every_query_name_and_value_is_declared_for_its_operation(version, account):
    for request in everything_asked(account):
        known = declared(version, request)
        assert set(request.params) <= set(known), f"{request.path} does not know them all in {version}"
        for name, value in request.params.items():
            unknown = set(value.split(",")) - known[name] if known[name] else None
            assert not unknown, f"{name} of {request.path} does not take {unknown} in {version}"


@BOTH
def test_every_field_of_a_body_is_declared_for_its_operation(version, account):
    for request in everything_asked(account):
        if request.json is not None:
            known = body_of(version, request)["content"]["application/json"]["schema"]
            assert not undeclared(version, known, request.json), f"{request.path} of {version}"


@BOTH
def test_rest_speaks_the_accounts_vocabulary_and_streams_the_older_one(version, account):
    stream = streams.opening(account, STREAM, away=90.0)
    assert "tweet.fields" in stream.params
    asked = [request for request in everything_asked(account) if "/stream" not in request.path]
    other = "post.fields" if version == "2.162" else "tweet.fields"
    assert not [request.path for request in asked if other in request.params]


@BOTH
def test_every_question_at_first_contact_is_declared_for_its_operation(version, account):
    asked = [request for name, look in looks(account, "nina") if name != "Vocabulary" for request in questions(look)]
    assert len(asked) == 9
    for request in asked:
        known = declared(version, request)
        assert set(request.params) <= set(known), f"{request.path} does not know them all in {version}"
        for name, value in request.params.items():
            unknown = set(value.split(",")) - known[name] if known[name] else None
            assert not unknown, f"{name} of {request.path} does not take {unknown} in {version}"


def questions(look):
    """What a look asks when everything is refused."""
    asked = []
    try:
        request = next(look)
        while True:
            asked.append(request)
            request = look.send(answer(403, {}))
    except StopIteration:
        return asked


def everything_asked(account):
    """Every kind of request that we make, the next page of each among them."""
    message = Outgoing("Hi", private=True, recipient="2200000000", not_before=NOW)
    reply = Outgoing("Hi", reply_to="5", not_before=NOW)
    rules = {"data": [{"id": "2", "tag": "earful:7", "value": "x"}], "meta": {"next_token": "p2"}}
    first, last = (
        answer(200, {"data": [{"id": "19"}], "meta": {"next_token": "p2"}}),
        answer(200, {"meta": {}}),
    )
    shown = answer(200, {"meta": {"next_token": "p2"}})
    subscribed = answer(200, {"data": [{"subscription_id": "3", "event_type": "like.create", "tag": "earful:1000"}]})
    secret, door = replace(account, consumer_secret="s"), {"id": "77", "url": "https://desk.example/", "valid": False}
    held = {"id": "a1", "endpoint_name": "filtered_stream"}
    enterprise = replace(STREAM, backfill=300.0)
    caps = answer(200, {"data": {"cap_per_client_app": "1000"}})
    counted, counted_last = (
        answer(200, {"meta": {"total_post_count": 1, **more}}) for more in ({"next_token": "p2"}, {})
    )
    talks = [
        (who_am_i(account), [answer(401)]),
        (put_in_force(account, []), [answer(200, rules), last, caps, last, last, last]),
        (count(account, "lumen", NOW - timedelta(days=1), NOW), [counted, counted_last]),
        (search(account, "lumen", NOW - timedelta(days=1), NOW, "p2"), [last]),
        (POLLS["mentions"](account, "9"), [first, last]),
        (POLLS["messages"](account, "9"), [first, last]),
        (look(account, reply), [shown, last]),
        (look(account, message), [shown, last]),
        (send(account, reply), [answer(401)]),
        (send(account, message), [answer(401)]),
        (subscribe(account, "77"), [subscribed, *[last] * (1 + len(kinds(account)))]),
        (hooked(secret, "https://desk.example/"), [last, answer(200, {"id": "77"})]),
        (hooked(secret, "https://desk.example/"), [answer(200, {"data": [door]}), last]),
        (replay(secret, "77", NOW - timedelta(hours=1), NOW), [last]),
        (streams.take_over(account, STREAM), [answer(200, {"data": [held]}), last]),
    ]
    asked = [request for talk, answers in talks for request in drive(talk, answers).asked]
    return [
        *asked,
        streams.opening(account, enterprise, away=90.0),
        streams.opening(account, ACTIVITY),
        *said_and_done(account),
    ]


def said_and_done(account):
    """Requests that change something at X beside plain words."""
    film = Attachment("film", "video/mp4", 2, alt="A router")
    begun, closed = Uploading("77"), Uploading("77", sent=2, closed=True)
    steps = [Uploading(), begun, Uploading("77", sent=2), closed, Uploading("77", sent=2, closed=True, ready=True)]
    whole = Outgoing("Hi", reply_to="5", media=("77",), without=("8",))
    talks = [upload(account, film, step, b"ab") for step in steps]
    talks += [act(account, Deed(kind, "5")) for kind in ("hide", "unhide", "delete")]
    talks += [send(account, whole), send(account, Outgoing("Hi", reply_to="5", invite=True))]
    talks += [send(account, Outgoing("", private=True, recipient="2200000000", media=("77",)))]
    return [request for talk in talks for request in drive(talk, [answer(401)]).asked]


def declared(version, request):
    """The query names that an operation knows, each with the values that it takes (empty: any)."""
    parameters = [resolved(version, each) for each in operation(version, request).get("parameters", ())]
    return {each["name"]: values(version, each["schema"]) for each in parameters if each["in"] == "query"}


def values(version, schema):
    items = resolved(version, resolved(version, schema).get("items", {}))
    return set(items.get("enum", ()))


def body_of(version, request):
    return resolved(version, operation(version, request)["requestBody"])


def undeclared(version, schema, value):
    """The names in a body, at any depth, that its description does not know."""
    if isinstance(value, list):
        return {name for each in value for name in undeclared(version, items(version, schema), each)}
    if not isinstance(value, dict):
        return set()
    known = fields(version, schema)
    within = (undeclared(version, known[name], each) for name, each in value.items() if name in known)
    return (value.keys() - known.keys()).union(*within)


def items(version, schema):
    schema = resolved(version, schema)
    found = [schema["items"]] if "items" in schema else [part["items"] for part in alternatives(version, schema)]
    return found[0]


def fields(version, schema):
    """The names that an object may have with what each may be, those of all its alternatives together."""
    schema = resolved(version, schema)
    known = dict(schema.get("properties", {}))
    for part in alternatives(version, schema):
        known |= fields(version, part)
    return known


def alternatives(version, schema):
    return [resolved(version, part) for kind in ("oneOf", "anyOf", "allOf") for part in schema.get(kind, ())]


def operation(version, request):
    return description(version)["paths"][OPERATIONS.get(request.path, request.path)][request.method.lower()]


def resolved(version, node):
    """The node itself, or what it refers to."""
    while "$ref" in node:
        found = description(version)
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


@cache
def description(version):
    return json.loads(shared("contracts", "x", f"openapi-{version}.json").read_text("utf-8"))
