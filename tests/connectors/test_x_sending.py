"""Saying something on X once, and finding out whether it is out when the answer was lost."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.driving import IN_POSTS, LUMEN, NOW, answer, drive, snowflake
from earful.connectors.x.looking import MARGIN, MOST_PAGES, look
from earful.connectors.x.sending import compose_link, link, send
from earful.core.connector import LostAccess, Outgoing, Sent, TryLater

CUSTOMER, PARENT = "2200000000", "1900000000000004037"
REPLY = Outgoing("We are on it: lumen.example/status ^JB", reply_to=PARENT, not_before=NOW)
MESSAGE = Outgoing("Your number, please?", private=True, recipient=CUSTOMER, not_before=NOW)


def posted(text=REPLY.text, *, post_id=None, parent=PARENT, author=LUMEN.id, ago=timedelta(0), urls=()):
    """One of our posts as the timeline shows it."""
    made = NOW - ago
    return {
        "id": post_id or snowflake(ago),
        "text": text,
        "author_id": author,
        "created_at": made.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "conversation_id": parent or "1",
        "referenced_tweets": [{"type": "replied_to", "id": parent}] if parent else [],
        "entities": {"urls": [{"url": short, "expanded_url": leads} for short, leads in urls]},
    }


def written(text=MESSAGE.text, *, event_id="77", sender=LUMEN.id, ago=timedelta(0)):
    """A private message as the conversation shows it."""
    return {
        "id": event_id,
        "event_type": "MessageCreate",
        "text": text,
        "sender_id": sender,
        "created_at": (NOW - ago).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "dm_conversation_id": f"{LUMEN.id}-{CUSTOMER}",
        "participant_ids": [LUMEN.id, CUSTOMER],
    }


def page(*items, next_token=None):
    meta = {"result_count": len(items)} | ({"next_token": next_token} if next_token else {})
    return answer(200, {"meta": meta} | ({"data": list(items)} if items else {}))


def looked(*pages, outgoing=REPLY, account=LUMEN):
    return drive(look(account, outgoing), pages)


def test_an_answer_is_posted_under_what_it_answers():
    (request,) = drive(send(LUMEN, REPLY), [answer(201, {"data": {"id": "5"}})]).asked
    assert (request.method, request.path, request.token, request.safe) == ("POST", "/2/tweets", "user", False)
    assert request.json == {"text": REPLY.text, "reply": {"in_reply_to_tweet_id": PARENT}}


def test_a_post_that_answers_nothing_says_so():
    (request,) = drive(send(LUMEN, Outgoing("Hello")), [answer(201, {"data": {"id": "5"}})]).asked
    assert request.json == {"text": "Hello"}


def test_a_private_message_goes_to_its_recipient():
    (request,) = drive(send(LUMEN, MESSAGE), [answer(201, {"data": {"dm_event_id": "5"}})]).asked
    assert request.path == f"/2/dm_conversations/with/{CUSTOMER}/messages"
    assert request.json == {"text": MESSAGE.text}


def test_an_answer_carries_files_and_leaves_people_out():
    outgoing = Outgoing("Here", reply_to=PARENT, media=("77", "78"), without=("3000",))
    (request,) = drive(send(LUMEN, outgoing), [answer(201, {"data": {"id": "5"}})]).asked
    assert request.json == {
        "text": "Here",
        "reply": {"in_reply_to_tweet_id": PARENT, "exclude_reply_user_ids": ["3000"]},
        "media": {"media_ids": ["77", "78"]},
    }


def test_an_invitation_leads_to_where_people_write_to_us():
    outgoing = Outgoing("Write to us", reply_to=PARENT, invite=True)
    (request,) = drive(send(LUMEN, outgoing), [answer(201, {"data": {"id": "5"}})]).asked
    assert request.json["direct_message_deep_link"] == "https://x.example/messages/compose?recipient_id=1000"


def test_a_private_message_may_be_a_file_alone():
    outgoing = Outgoing("", private=True, recipient=CUSTOMER, media=("77",))
    (request,) = drive(send(LUMEN, outgoing), [answer(201, {"data": {"dm_event_id": "5"}})]).asked
    assert request.json == {"attachments": [{"media_id": "77"}]}


WITH_FILE = posted(
    f"{REPLY.text} https://t.co/pic", urls=[("https://t.co/pic", "https://x.com/Lumen/status/5/photo/1")]
)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (WITH_FILE, REPLY.text),
        (posted("https://t.co/p", urls=[("https://t.co/p", "https://x.com/L/status/5/video/1")]), ""),
        (posted("@maria_k https://t.co/p", urls=[("https://t.co/p", "https://x.com/L/status/5/photo/1")]), ""),
    ],
    ids=["words and file", "file alone", "file alone, somebody carried along"],
)
def test_a_look_knows_our_words_with_the_link_to_their_files_behind_them(said, text):
    outgoing = Outgoing(text, reply_to=PARENT, not_before=NOW, media=("77",))
    assert looked(page(said), outgoing=outgoing).learned is not None


def test_a_look_knows_a_private_message_with_a_file():
    event = {**written("Here https://t.co/p"), "attachments": {"media_keys": ["3_77"]}}
    picture = {"media_key": "3_77", "type": "photo", "url": "https://img.example/1.jpg"}
    shown = answer(200, {"data": [event], "includes": {"media": [picture]}, "meta": {"result_count": 1}})
    outgoing = Outgoing("Here", private=True, recipient=CUSTOMER, not_before=NOW, media=("77",))
    assert looked(shown, outgoing=outgoing).learned == Sent("dm-77", "")


def test_a_link_that_is_ours_is_no_file():
    urls = [("https://t.co/s", "https://lumen.example/status")]
    outgoing = Outgoing("See https://lumen.example/status", reply_to=PARENT, not_before=NOW)
    assert looked(page(posted("See https://t.co/s", urls=urls)), outgoing=outgoing).learned is not None
    assert looked(page(posted("See https://t.co/s", urls=urls)), outgoing=replace(outgoing, text="See")).learned is None


def test_a_post_with_nothing_in_it_is_not_taken_for_a_file_alone():
    assert looked(page(posted("")), outgoing=Outgoing("", reply_to=PARENT, not_before=NOW)).learned is None


def test_a_look_finds_the_same_words_under_the_same_post():
    told = looked(page(posted("Something else"), posted(post_id="1900000000000005000")))
    assert told.learned == Sent("1900000000000005000", "https://x.example/Lumen/status/1900000000000005000")
    (request,) = told.asked
    assert (request.method, request.path, request.token) == ("GET", "/2/users/1000/tweets", "user")


def test_a_look_begins_a_little_before_the_first_attempt_for_clocks_differ():
    (request,) = looked(page()).asked
    assert request.params["start_time"] == (NOW - MARGIN).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("We are on it: https://t.co/a1 ^JB", [("https://t.co/a1", "http://lumen.example/status")]),
        ("We are on it: https://t.co/a1 ^JB", [("https://t.co/a1", "https://lumen.example/status/")]),
        ("We are on it:\n\nlumen.example/status  ^JB", []),
        ("@maria_k We are on it: lumen.example/status ^JB", []),
        ("@maria_k @jo_b We are on it: lumen.example/status ^JB", []),
    ],
)
def test_a_look_knows_our_words_as_x_shows_them(text, urls):
    assert looked(page(posted(text, urls=urls))).learned is not None


def test_a_look_knows_our_words_however_their_letters_are_composed():
    outgoing = Outgoing("Cafe\u0301 closed", reply_to=PARENT, not_before=NOW)
    assert looked(page(posted("Caf\u00e9 closed")), outgoing=outgoing).learned is not None


def test_a_look_expands_a_link_that_another_begins_with():
    outgoing = Outgoing("See a.example and b.example", reply_to=PARENT, not_before=NOW)
    urls = [("https://t.co/a", "https://a.example"), ("https://t.co/ab", "https://b.example")]
    said = posted("See https://t.co/a and https://t.co/ab", urls=urls)
    assert looked(page(said), outgoing=outgoing).learned is not None


def test_a_look_unescapes_what_x_escapes():
    outgoing = Outgoing("R&D <soon>", reply_to=PARENT, not_before=NOW)
    assert looked(page(posted("R&amp;D &lt;soon&gt;")), outgoing=outgoing).learned is not None


@pytest.mark.parametrize(
    "other",
    [
        posted("We are on it: lumen.example/status ^AB"),
        posted("now We are on it: lumen.example/status ^JB"),
        posted("We are on it: lumen.example/status ^JB thanks"),
        posted(parent="1900000000000004999"),
        posted(parent=""),
        posted(author=CUSTOMER),
        posted(ago=MARGIN + timedelta(seconds=1)),
    ],
    ids=["signed otherwise", "more before", "more after", "other post", "no reply", "another's", "older"],
)
def test_a_look_ignores_what_is_not_the_message(other):
    assert looked(page(other)).learned is None


def test_a_look_takes_a_post_from_a_clock_that_is_a_little_behind():
    assert looked(page(posted(ago=MARGIN))).learned is not None


def test_a_look_turns_the_page():
    told = looked(page(posted("Other"), next_token="p2"), page(posted("More"), next_token="p3"), page(posted()))
    assert told.learned is not None
    assert [request.params.get("pagination_token") for request in told.asked] == [None, "p2", "p3"]
    assert len({request.params["start_time"] for request in told.asked}) == 1


def test_a_look_turns_even_an_empty_page():
    assert looked(page(next_token="p2"), page(posted())).learned is not None


def test_a_look_stops_at_posts_from_before_the_first_attempt():
    told = looked(page(posted("Old", ago=timedelta(hours=1)), next_token="p2"))
    assert told.learned is None


def test_a_look_that_saw_everything_says_that_it_is_not_there():
    assert looked(page()).learned is None
    assert looked(page()).error is None


def test_a_look_does_not_turn_pages_for_ever():
    told = looked(*[page(posted("Other"), next_token="again") for _ in range(MOST_PAGES)])
    assert isinstance(told.error, TryLater)


@pytest.mark.parametrize(
    "given",
    [
        answer(200, b"<html>"),
        answer(200, {}),
        answer(200, {"errors": [{"title": "Authorization Error"}]}),
        answer(200, {"data": [{"id": "5", "text": 7}], "meta": {}}),
        answer(200, {"data": [{"id": "no id"}], "meta": {}}),
        answer(503),
    ],
    ids=["a page of html", "nothing", "errors alone", "wrong types", "no id", "trouble"],
)
@pytest.mark.parametrize("outgoing", [REPLY, MESSAGE], ids=["public", "private"])
def test_a_look_never_takes_an_answer_it_did_not_understand_for_not_there(given, outgoing):
    assert isinstance(looked(given, outgoing=outgoing).error, TryLater)


def test_a_look_that_is_not_let_in_says_so():
    assert isinstance(looked(answer(401)).error, LostAccess)


def test_a_look_for_a_private_message_reads_the_conversation():
    told = looked(page(written("Hi", event_id="78", sender=CUSTOMER), written()), outgoing=MESSAGE)
    assert told.learned == Sent("dm-77", "")
    assert told.asked[0].path == f"/2/dm_conversations/with/{CUSTOMER}/dm_events"


@pytest.mark.parametrize(
    "other",
    [written(sender=CUSTOMER), written("Your number?"), written(ago=timedelta(hours=1))],
    ids=["theirs", "other words", "older"],
)
def test_a_look_for_a_private_message_ignores_others(other):
    assert looked(page(other), outgoing=MESSAGE).learned is None


def test_a_look_speaks_the_accounts_vocabulary():
    (request,) = looked(page(), account=IN_POSTS).asked
    assert "post.fields" in request.params
    assert "tweet.fields" not in request.params


def test_a_public_post_has_an_address():
    assert link(LUMEN, "5", "Lumen") == "https://x.example/Lumen/status/5"
    assert link(LUMEN, "5", "") == "https://x.example/i/status/5"


def asked_of_the_page(outgoing):
    parts = urlsplit(compose_link(LUMEN, outgoing))
    return parts.path, parse_qs(parts.query)


def test_a_person_is_sent_to_xs_own_page_with_the_words_filled_in():
    path, query = asked_of_the_page(Outgoing("R&D, 5 > 4? #yes", reply_to=PARENT))
    assert path == "/intent/post"
    assert query == {"text": ["R&D, 5 > 4? #yes"], "as": ["Lumen"], "in_reply_to": [PARENT]}


def test_a_person_is_sent_to_the_private_conversation():
    assert asked_of_the_page(MESSAGE) == ("/messages/compose", {"recipient_id": [CUSTOMER]})
