"""What is known before anybody types: whether X will let us answer, why, and at what price."""

import pytest

from connectors.driving import LUMEN, NOW
from earful.connectors.x import prices
from earful.connectors.x.preflight import preflight
from earful.core.connector import Account, Outgoing
from earful.core.delivering import Between
from earful.core.post import Author, Named, Post
from priced import priced

CUSTOMER = Author("2200000000")
ANSWERED = {"reply_to": "7", "reply_to_author": "1000"}
NAMED = {"mentions": ("lumen",)}


def account(**settings):
    return Account("1000", "Lumen", "https://api.example", "https://x.example", settings=settings)


def flight(*, by=LUMEN, private=False, text="", between=Between(), **said):  # noqa: B008  # it never changes
    post = Post(network="x", id="5", text="no signal", created_at=NOW, **{"author": CUSTOMER, **said})
    return preflight(by, post, private=private, text=text, between=between)


@pytest.mark.parametrize(
    ("granted", "public", "private"),
    [
        ("", "api", "maybe"),
        ("tweet.read users.read", "by_hand", "by_hand"),
        ("tweet.read users.read tweet.write", "api", "by_hand"),
        ("tweet.read users.read tweet.write dm.read dm.write", "api", "maybe"),
    ],
)
def test_what_the_account_did_not_grant_goes_by_hand_and_says_why(granted, public, private):
    us = Account("1000", "Lumen", "https://api.example", "https://x.example", scopes=frozenset(granted.split()))
    in_public, in_private = (flight(by=us, private=each, **NAMED) for each in (False, True))
    assert (in_public.route, in_private.route) == (public, private)
    assert ("link the account again with more" in in_public.reason) == (public == "by_hand")


def author(**known):
    return Author("2200000000", **known)


@pytest.mark.parametrize(
    ("said", "route"),
    [
        (NAMED, "api"),
        ({"mentions": ("jo_b", "lumen"), "reply_to_author": "1000"}, "api"),
        ({"quotes": "7", "quotes_author": "1000"}, "api"),
        ({"author": Author("1000")}, "api"),
        (ANSWERED, "maybe"),
        ({"carries": (Named("1000", "Lumen"),)}, "maybe"),
        ({"mentions": ("lumenfans",)}, "by_hand"),
        ({"quotes": "7", "quotes_author": "3000"}, "by_hand"),
        ({"quotes": "7"}, "by_hand"),
        ({}, "by_hand"),
    ],
    ids=str,
)
def test_only_who_named_or_quoted_us_can_be_answered_by_program(said, route):
    assert flight(**said).route == route


@pytest.mark.parametrize(("setting", "route"), [("ask", "maybe"), ("allowed", "api"), ("refused", "by_hand")])
def test_what_a_mention_carried_along_is_worth_is_a_setting(setting, route):
    assert flight(by=account(implicit_mention=setting), **ANSWERED).route == route


def test_an_enterprise_account_may_answer_anybody():
    assert flight(by=account(tier="enterprise")).route == "api"


@pytest.mark.parametrize(
    ("answerable", "route"),
    [
        ("everyone", "api"),
        ("mentionedUsers", "no"),
        ("subscribers", "no"),
        ("following", "maybe"),
        ("verified", "maybe"),
        ("other", "maybe"),
        ("whatever comes", "api"),
    ],
)
def test_who_may_answer_is_for_the_author_to_say_even_on_enterprise(answerable, route):
    told = flight(by=account(tier="enterprise"), answerable=answerable)
    assert told.route == route
    assert route == "api" or "may answer this post" in told.reason


@pytest.mark.parametrize("answerable", ["mentionedUsers", "subscribers", "following", "verified"])
def test_whom_the_post_names_may_always_answer(answerable):
    assert flight(answerable=answerable, **NAMED).route == "api"
    assert flight(answerable=answerable, **ANSWERED).route == "maybe"


@pytest.mark.parametrize(("said", "route"), [(NAMED, "maybe"), (ANSWERED, "maybe"), ({}, "by_hand")], ids=str)
def test_an_answer_to_a_protected_author_may_be_refused(said, route):
    assert flight(author=author(protected=True), **said).route == route


@pytest.mark.parametrize("said", [{"withheld": ("XX",)}, {"author": author(withheld=("XY",))}], ids=str)
def test_what_x_hides_from_everybody_cannot_be_answered(said):
    assert flight(**NAMED, **said).route == "no"


def test_what_x_hides_in_some_countries_can_be():
    assert flight(**NAMED, withheld=("DE", "FR")).route == "api"


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_who_shut_us_out_before_is_not_tried_again(private):
    shut = Between(shut="This person has blocked us.", wrote_first=True)
    told = flight(private=private, between=shut, **NAMED)
    assert (told.route, told.reason, told.price) == ("no", "This person has blocked us.", 0.0)


@pytest.mark.parametrize(
    ("takes", "between", "route"),
    [
        (True, Between(), "api"),
        (None, Between(), "maybe"),
        (False, Between(), "no"),
        (None, Between(wrote_first=True), "api"),
        (False, Between(wrote_first=True), "api"),
        (True, Between(wrote_first=True, encrypted=True), "by_hand"),
    ],
)
def test_a_private_message_goes_to_whom_x_says_or_who_wrote_first_and_never_past_encryption(takes, between, route):
    assert flight(private=True, author=author(takes_messages=takes), between=between).route == route


def test_a_private_message_has_its_price_whoever_was_named():
    assert flight(private=True, author=author(takes_messages=True)).price == priced("dm_create")


def test_a_link_makes_an_answer_twenty_times_dearer():
    plain, linked = (flight(mentions=("lumen",), text=text).price for text in ("Hello", "See lumen.com/bill"))
    assert (plain, linked) == (priced("post_create_summoned"), priced("post_create_with_url"))


def test_what_a_person_sends_by_hand_costs_nothing():
    assert flight(text="See lumen.com").price == 0


def test_parts_have_their_own_prices_and_only_the_first_answers_somebody_who_called_us():
    parts = [Outgoing("One", reply_to="5"), Outgoing("lumen.com", reply_to="5"), Outgoing("Three", reply_to="5")]
    together = priced("post_create_summoned") + priced("post_create_with_url") + priced("post_create")
    assert prices.of_messages(LUMEN, parts) == pytest.approx(together)


def test_the_button_to_write_to_us_is_priced_as_a_link_and_a_description_by_itself():
    invited = [Outgoing("Write to us", reply_to="5", invite=True)]
    assert prices.of_messages(LUMEN, invited, described=2) == pytest.approx(
        priced("post_create_with_url") + 2 * priced("media_metadata")
    )
