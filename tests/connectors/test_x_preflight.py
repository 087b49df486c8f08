"""What is known before anybody types: whether X will let us answer, why, and at what price."""

import pytest

from connectors.driving import LUMEN, NOW
from earful.connectors.x import prices
from earful.connectors.x.preflight import preflight
from earful.core.connector import Account
from earful.core.post import Author, Post

ENTERPRISE = Account("1000", "Lumen", "https://api.example", "https://x.example", settings={"tier": "enterprise"})


def flight(*, account=LUMEN, private=False, text="", **said):
    post = Post(network="x", id="5", author=Author("2200000000"), text="no signal", created_at=NOW, **said)
    return preflight(account, post, private=private, text=text)


@pytest.mark.parametrize(
    ("said", "route"),
    [
        ({"mentions": ("lumen",)}, "api"),
        ({"mentions": ("jo_b", "lumen"), "reply_to_author": "1000"}, "api"),
        ({"quotes": "7", "quotes_author": "1000"}, "api"),
        ({"reply_to": "7", "reply_to_author": "1000"}, "maybe"),
        ({"mentions": ("lumenfans",)}, "by_hand"),
        ({"quotes": "7", "quotes_author": "3000"}, "by_hand"),
        ({"quotes": "7"}, "by_hand"),
        ({}, "by_hand"),
    ],
    ids=str,
)
def test_only_who_named_or_quoted_us_can_be_answered_by_program(said, route):
    assert flight(**said).route == route


def test_an_enterprise_account_may_answer_anybody():
    assert flight(account=ENTERPRISE).route == "api"


def test_a_private_message_is_allowed_whoever_was_named():
    assert (flight(private=True).route, flight(private=True).price) == ("api", prices.PRIVATE_MESSAGE)


def test_a_link_makes_an_answer_twenty_times_dearer():
    plain, linked = (flight(mentions=("lumen",), text=text).price for text in ("Hello", "See lumen.com/bill"))
    assert (plain, linked) == (prices.SUMMONED_REPLY, prices.POST_WITH_LINK)


def test_what_a_person_sends_by_hand_costs_nothing():
    assert flight(text="See lumen.com").price == 0
