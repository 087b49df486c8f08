"""What X bills: by operation, by what it handed over, by what was sent."""

import re
from dataclasses import replace
from datetime import date

import pytest

from connectors.driving import LUMEN, NOW, answer
from earful.connectors.x import X
from earful.connectors.x.ears import MENTIONS, STREAM
from earful.connectors.x.prices import PRICES, rates
from earful.core.connector import Account, Outgoing, Request, Sent
from earful.core.post import Author, Post
from earful.core.prices import Charge
from earful.sandbox.carrying_operations import CARRYING
from earful.sandbox.money.prices import Prices
from earful.sandbox.operations import OPERATIONS

# Other clients' business: a care desk neither follows nor carries on, and never asks for these.
FOLLOWING = ("/2/users/reposts_of_me", "/2/users/{id}/timelines/reverse_chronological", "/2/users/{id}/following",
             "/2/users/{id}/followers", "/2/users/{source_user_id}/following/{target_user_id}")  # fmt: skip
COMPARED = [one for one in OPERATIONS if one not in CARRYING and one.path not in FOLLOWING]

TODAY = date(2026, 11, 20)
STRANGERS_APP = replace(LUMEN, settings={"owns_app": False})
PAGE = {"data": [{"id": "11"}, {"id": "12"}], "includes": {"users": [{"id": "501"}], "tweets": [{"id": "9"}]}}
SUMMONED = Post(
    network="x", id="7", author=Author("501"), text="@Lumen hi", created_at=NOW, mentions=("lumen",)
)  # fmt: skip
UNSUMMONED = Post(network="x", id="7", author=Author("501"), text="hi", created_at=NOW)


def cost(account: Account, request: Request, status: int = 200, said: object = None) -> int:
    charges = X().charges(account, request, answer(status, PAGE if said is None else said))
    return sum(PRICES.price(charge.kind, charge.of, TODAY) for charge in charges)


def test_a_page_costs_its_posts_and_whoever_and_whatever_comes_along():
    assert cost(LUMEN, Request("GET", "/2/tweets/search/recent")) == 2 * 5_000 + 10_000 + 5_000


def test_ones_own_mentions_cost_a_fifth_if_one_owns_the_app_and_asks_as_oneself():
    mentions = Request("GET", "/2/users/1000/mentions", token="user")
    dear = 2 * 5_000 + 15_000
    assert cost(LUMEN, mentions) == 2 * 1_000 + 15_000
    assert cost(STRANGERS_APP, mentions) == dear
    assert cost(LUMEN, replace(mentions, token="app")) == dear
    assert cost(LUMEN, replace(mentions, path="/2/users/2200000000/mentions")) == dear


@pytest.mark.parametrize(
    ("method", "path", "price"),
    [
        ("GET", "/2/users", 2 * 10_000 + 15_000),
        ("GET", "/2/users/me", 2 * 10_000 + 15_000),
        ("GET", "/2/dm_events", 2 * 10_000 + 15_000),
        ("GET", "/2/dm_conversations/with/501/dm_events", 2 * 10_000 + 15_000),
        ("GET", "/2/tweets/counts/recent", 5_000),
        ("DELETE", "/2/tweets/11", 10_000),
        ("PUT", "/2/tweets/11/hidden", 5_000),
        ("POST", "/2/media/metadata", 5_000),
        ("POST", "/2/media/upload/initialize", 0),
        ("GET", "/2/tweets/search/stream/rules", 0),
        ("POST", "/2/tweets/search/stream/rules", 0),
        ("POST", "/2/compliance/jobs", 0),
        ("POST", "/2/oauth2/token", 0),
    ],
)
def test_each_operation_has_its_price(method, path, price):
    assert cost(LUMEN, Request(method, path)) == price


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 429, 500, 503])
def test_a_refusal_costs_nothing(status):
    for path in ("/2/tweets/search/recent", "/2/tweets/counts/recent"):
        assert cost(LUMEN, Request("GET", path), status) == 0


@pytest.mark.parametrize("said", [b"", b"<html>", b"[]", {"data": [{"id": "1,2"}]}, {"data": {"id": 5}}], ids=repr)
def test_an_answer_that_cannot_be_read_is_asked_for_again_and_counted_then(said):
    assert cost(LUMEN, Request("GET", "/2/tweets"), said=said) == 0


def test_what_comes_along_is_free_where_the_channel_says_so():
    free = replace(LUMEN, settings={"expansions_billed": False})
    assert cost(free, Request("GET", "/2/tweets/search/recent")) == 2 * 5_000
    assert rates(free).dearest == 5_000


def test_a_line_of_the_stream_costs_its_post_and_what_comes_along():
    line = (
        b'{"data":{"id":"11","text":"x"},"includes":{"users":[{"id":"501"}]},"matching_rules":[{"id":"1","tag":"t"}]}'
    )
    assert X().charges_heard(LUMEN, line) == [Charge("post", "read", "11"), Charge("user", "read", "501")]
    assert X().charges_heard(LUMEN, b'{"errors":[{"title":"operational-disconnect"}]}') == []
    assert X().charges_heard(LUMEN, b'{"delete":{"tweet":{"id":"11"}}}') == []


@pytest.mark.parametrize(
    ("outgoing", "answered", "kind"),
    [
        (Outgoing("Hi", reply_to="7"), SUMMONED, "post_create_summoned"),
        (Outgoing("Hi", reply_to="7"), UNSUMMONED, "post_create"),
        (Outgoing("Hi", reply_to="8"), SUMMONED, "post_create"),
        (Outgoing("See lumen.com/bill", reply_to="7"), SUMMONED, "post_create_with_url"),
        (Outgoing("Hi"), None, "post_create"),
        (Outgoing("See lumen.com", private=True, recipient="501"), None, "dm_create"),
    ],
)
def test_what_was_sent_costs_by_its_link_and_by_whether_we_were_called(outgoing, answered, kind):
    assert X().charge_sent(LUMEN, outgoing, Sent("99"), answered) == Charge(kind, "request", "99")


def test_what_was_sent_is_not_billed_a_second_time_by_its_answer():
    assert cost(LUMEN, Request("POST", "/2/tweets", token="user"), 201, {"data": {"id": "99"}}) == 0
    assert not X().bill(LUMEN, Request("POST", "/2/tweets", token="user")).free


@pytest.mark.parametrize(
    ("event", "charges"),
    [
        ({"event_type": "post.mention.create", "payload": {"id": "11"}}, [("post", "11")]),
        ({"event_type": "post.delete", "payload": {"id": "11", "author_id": "501"}}, [("post", "11")]),
        ({"event_type": "dm.received", "payload": {"direct_message_events": [{"id": "5"}]}}, [("dm_event", "5")]),
        ({"event_type": "dm.sent", "payload": {"direct_message_events": [{"id": "5"}]}}, []),
        ({"event_type": "profile.update.bio", "event_uuid": "-77", "payload": {}}, [("profile_update", "-77")]),
        ({"event_type": "oauth.revoke", "payload": {"id": "1"}}, []),
        (
            {"event_type": "post.reply.create", "payload": {"id": "11"}, "includes": {"users": [{"id": "501"}]}},
            [("post", "11"), ("user", "501")],
        ),
        (
            {
                "event_type": "post.quote.create",
                "payload": {"id": "11"},
                "includes": {"users": [{"data": {"id": "501"}}]},
            },
            [("post", "11"), ("user", "501")],
        ),
        (
            {"event_type": "dm.received", "event_uuid": "9", "payload": {"direct_message_events": None}},
            [("dm_event", "9")],
        ),
    ],
)
def test_events_of_the_activity_api_cost_by_what_they_tell(event, charges):
    heard = X().charges_heard(LUMEN, answer(200, {"data": event}).body)
    assert [(charge.kind, charge.resource) for charge in heard] == charges


@pytest.mark.parametrize("authors", [None, "for_cases", "with_posts"])
def test_authors_come_along_only_where_the_channel_pays_for_them(authors):
    account = replace(LUMEN, settings={"authors": authors} if authors else {})
    polled = [ear for ear in X().ears(account) if not ear.held]
    asked = [X().open(account, STREAM), *(next(X().poll(account, ear, "")) for ear in polled)]
    along = {name for request in asked for name in request.params["expansions"].split(",")}
    assert bool(along & {"author_id", "in_reply_to_user_id", "sender_id", "participant_ids"}) is (
        authors == "with_posts"
    )


def test_the_newer_words_tell_an_author_in_no_other_way():
    account = replace(LUMEN, settings={"vocabulary": "post", "authors": "for_cases"})
    asked = next(X().poll(account, MENTIONS, ""))
    assert "author_id" in asked.params["expansions"]


@pytest.mark.parametrize("operation", COMPARED, ids=lambda one: f"{one.method} {one.path}")
def test_two_readings_of_the_price_list_agree(operation):
    """The pretend X was written from X's pages by itself: what it bills, we expect, kind by kind."""
    path = re.sub(r"{\w*username}", "lumen", re.sub(r"{(?!id)\w*id}", "77", operation.path.replace("{id}", "1000")))
    ours, theirs = X().bill(LUMEN, Request(operation.method, path, token="user")), operation.bills
    assert ours.sends or ours.request == theirs.request
    assert not ours.sends or theirs.request
    if not operation.stream:
        assert (ours.reads, ours.of == "owned") == (theirs.reads, theirs.owned)


def test_two_readings_of_the_prices_agree():
    theirs = Prices().on(TODAY).prices
    for of, kind, price, _ in PRICES.in_force(TODAY):
        assert theirs[of, kind] == price, kind
