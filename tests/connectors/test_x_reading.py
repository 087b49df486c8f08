"""What X's frames are understood to be, in both of its vocabularies; what is not understood says so."""

import copy
import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.x_frames import MESSAGE, POST, frame, in_posts, page, post, rule_case_posts
from earful.connectors.x.reading import LARGEST_FRAME, read
from earful.core.connector import Unreadable
from earful.core.language.candidate import Candidate
from earful.core.language.matcher import holds
from earful.core.language.parser import parse
from earful.core.post import Arrival, Link, Media, Place

ROOT = "1900000000000004037"
PARENT = "1900000000000001000"
EDITED = "1900000000000005000"


def only(payload):
    """The one arrival of a frame."""
    (arrival,) = read(frame(payload))
    return arrival


def text_of(**data):
    return only(post(**data)).post.text


def refused(payload):
    with pytest.raises(Unreadable) as error:
        read(payload if isinstance(payload, bytes) else frame(payload))
    return str(error.value)


def reply(**data):
    """Maria answers our post; X carries our handle along before her words."""
    return post(
        id="1900000000000004100",
        edit_history_tweet_ids=["1900000000000004100"],
        text="@Lumen @jo_b still dead",
        in_reply_to_user_id="1000",
        conversation_id=PARENT,
        referenced_tweets=[{"type": "replied_to", "id": PARENT}],
        display_text_range=[7, 23],
        entities={
            "mentions": [
                {"start": 0, "end": 6, "username": "Lumen"},
                {"start": 7, "end": 12, "username": "Jo_B"},
            ]
        },
        **data,
    )


LONG = "dead again, and nobody at @Lumen answers " * 6


def repost(original, **data):
    """A repost as X tells it: the text cut at 140 characters, with the entities that still fit."""
    handle = {"start": 3, "end": 8, "username": "Jo_B"}
    payload = post(
        text=f"RT @Jo_B: {LONG}"[:139] + "…",
        referenced_tweets=[{"type": "retweeted", "id": PARENT}],
        entities={"mentions": [handle], "hashtags": [{"tag": "cut"}]},
        **data,
    )
    payload["includes"]["tweets"] = [{"id": PARENT, "author_id": "1000", **original}]
    return payload


def test_a_line_of_the_stream_is_a_post_with_its_author_and_the_rules_that_found_it():
    arrival = only(POST)
    said = arrival.post
    assert (arrival.kind, arrival.id, arrival.rules) == ("post", ROOT, ("earful:own",))
    assert (said.network, said.id, said.version, said.root) == ("x", ROOT, ROOT, ROOT)
    assert said.text == "@Lumen no signal in Leeds since 6 am"
    assert said.created_at == datetime(2026, 8, 10, 9, 15, tzinfo=UTC)
    assert (said.spread, said.replies, said.lang, said.private) == (3, 3, "en", False)
    author = said.author
    assert (author.id, author.handle, author.name, author.followers) == (
        "2200000000",
        "Maria_K",
        "Maria K",
        120,
    )
    assert author.verified


VOCABULARY_PAIRS = {
    "plain": POST,
    "reply": reply(),
    "edit": post(edit_history_tweet_ids=[PARENT, ROOT]),
    "long": post(note_tweet={"text": "long " * 100, "entities": {"hashtags": [{"tag": "late"}]}}),
    "quote": post(referenced_tweets=[{"type": "quoted", "id": PARENT}]),
    "repost": post(referenced_tweets=[{"type": "retweeted", "id": PARENT}]),
    "repost of what came along": repost({"text": LONG}),
    "page": page(POST, reply(), newest_id="1900000000000004100"),
    "message": MESSAGE,
    "deletion": {"delete": {"tweet": {"id": ROOT, "author_id": "2200000000"}}},
}


@pytest.mark.parametrize("payload", VOCABULARY_PAIRS.values(), ids=VOCABULARY_PAIRS)
def test_both_vocabularies_say_the_same(payload):
    renamed = in_posts(payload)
    assert read(frame(renamed)) == read(frame(payload))


def test_every_post_of_the_shared_rule_cases_is_read_in_both_vocabularies():
    for payload in rule_case_posts():
        arrival = only(payload)
        assert arrival == only(in_posts(payload))
        users = {user["id"]: user for user in payload["includes"]["users"]}
        assert arrival.post.author.handle == users[payload["data"]["author_id"]]["username"]
        assert arrival.post.id == payload["data"]["edit_history_tweet_ids"][0]
        assert bool(arrival.post.reply_to) == ("in_reply_to_user_id" in payload["data"])


def test_the_references_of_the_shared_rule_cases_are_told_apart():
    names = {"replied_to": "reply_to", "quoted": "quotes", "retweeted": "reposts"}
    for payload in rule_case_posts():
        said = only(payload).post
        for reference in payload["data"].get("referenced_tweets", ()):
            assert getattr(said, names[reference["type"]]) == reference["id"]


def test_a_long_post_is_read_whole_with_its_own_entities():
    note = {
        "text": "the whole of it &amp; more #dead",
        "entities": {
            "hashtags": [{"start": 24, "end": 29, "tag": "dead"}],
            "mentions": [{"start": 0, "end": 6, "username": "Lumen"}],
        },
    }
    said = only(post(text="the whole of…", note_tweet=note, entities={"hashtags": [{"tag": "cut"}]})).post
    assert said.text == "the whole of it & more #dead"
    assert said.hashtags == ("dead",)
    assert said.mentions == ("lumen",)


def test_a_long_post_without_entities_of_its_own_keeps_the_short_ones():
    said = only(post(note_tweet={"text": "long"})).post
    assert (said.text, said.mentions) == ("long", ("lumen",))


def test_a_reply_names_what_and_whom_it_answers():
    payload = reply()
    payload["includes"]["users"].append({"id": "1000", "name": "Lumen", "username": "Lumen"})
    said = only(payload).post
    assert (said.reply_to, said.root) == (PARENT, PARENT)
    assert (said.reply_to_author, said.reply_to_handle) == ("1000", "Lumen")


def test_handles_that_a_reply_carries_along_are_not_mentions():
    assert only(reply()).post.mentions == ("jo_b",)


def test_a_handle_typed_again_inside_the_words_is_a_mention():
    payload = reply()
    payload["data"]["entities"]["mentions"].append({"start": 13, "end": 19, "username": "LUMEN"})
    assert only(payload).post.mentions == ("jo_b", "lumen")


def test_without_a_shown_range_every_handle_counts_as_typed():
    payload = reply()
    del payload["data"]["display_text_range"]
    assert only(payload).post.mentions == ("lumen", "jo_b")


def test_a_quote_names_the_quoted_post_and_its_author():
    payload = post(referenced_tweets=[{"type": "quoted", "id": PARENT}])
    payload["includes"]["tweets"] = [{"id": PARENT, "text": "Our new tariff", "author_id": "1000"}]
    said = only(payload).post
    assert (said.quotes, said.quotes_author, said.reply_to, said.reposts) == (PARENT, "1000", "", "")


def test_a_quote_of_a_post_that_is_gone_is_a_quote_all_the_same():
    said = only(post(referenced_tweets=[{"type": "quoted", "id": PARENT}])).post
    assert (said.quotes, said.quotes_author) == (PARENT, "")


def test_a_reply_can_quote_at_once():
    references = [{"type": "replied_to", "id": PARENT}, {"type": "quoted", "id": EDITED}]
    said = only(post(referenced_tweets=references)).post
    assert (said.reply_to, said.quotes) == (PARENT, EDITED)


def test_a_repost_names_what_it_spreads():
    said = only(post(text="RT @jo_b: dead again", referenced_tweets=[{"type": "retweeted", "id": PARENT}])).post
    assert said.reposts == PARENT


def test_a_reference_of_a_new_kind_is_passed_over():
    said = only(post(referenced_tweets=[{"type": "remixed", "id": PARENT}])).post
    assert (said.reply_to, said.quotes, said.reposts) == ("", "", "")


def test_an_edit_keeps_the_id_of_the_first_version():
    arrival = only(post(id=EDITED, edit_history_tweet_ids=[ROOT, EDITED], conversation_id=None))
    assert (arrival.kind, arrival.id) == ("edit", ROOT)
    assert (arrival.post.id, arrival.post.version, arrival.post.root) == (ROOT, EDITED, ROOT)


def test_the_first_version_of_a_post_that_will_be_edited_is_a_post():
    assert only(post(edit_history_tweet_ids=[ROOT])).kind == "post"


def test_a_deletion_has_an_id_and_no_post():
    assert only({"delete": {"tweet": {"id": ROOT, "author_id": "2200000000"}}}) == Arrival(kind="deletion", id=ROOT)


def test_a_private_message_says_who_wrote_to_whom_in_which_conversation():
    arrival = only(MESSAGE)
    said = arrival.post
    assert (arrival.kind, arrival.id) == ("message", "dm-1900000000000009001")
    assert (said.private, said.root, said.recipient) == (True, "dm-1000-2200000000", "1000")
    assert (said.author.handle, said.text) == ("Maria_K", "My number is 0113 & the line is dead")


def test_the_conversations_id_tells_the_recipient_when_nothing_else_does():
    payload = copy.deepcopy(MESSAGE)
    del payload["data"][0]["participant_ids"]
    assert only(payload).post.recipient == "1000"


def test_a_group_conversation_names_nobody_as_its_recipient():
    payload = copy.deepcopy(MESSAGE)
    del payload["data"][0]["participant_ids"]
    payload["data"][0]["dm_conversation_id"] = "1899999999999999999"
    assert only(payload).post.recipient == ""


@pytest.mark.parametrize("kind", ["ParticipantsJoin", "ParticipantsLeave", "SomethingNew"])
def test_other_events_of_a_conversation_are_harmless(kind):
    payload = copy.deepcopy(MESSAGE)
    payload["data"][0] |= {"event_type": kind}
    assert (only(payload).kind, only(payload).note) == ("other", kind)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("5 &lt; 6 &amp; 7 &gt; 6", "5 < 6 & 7 > 6"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("https://shop.example/?a=1&copy=2", "https://shop.example/?a=1&copy=2"),
        ("Q&A &quot;live&quot;", "Q&A &quot;live&quot;"),
        ("R&D", "R&D"),
    ],
)
def test_the_three_characters_that_x_escapes_are_unescaped_and_nothing_else(written, meant):
    assert text_of(text=written) == meant


@pytest.mark.parametrize("text", ["a\x00b", "👩🏽‍🚒 ok", "שלום", "line\u2028break", ""])
def test_any_text_that_json_can_hold_is_kept_as_it_is(text):
    assert text_of(text=text) == text


def test_half_a_character_is_put_aside():
    assert refused(frame(POST).replace(b"Leeds", rb"\ud800"))


def test_links_say_where_they_lead_and_how_they_are_shown():
    urls = [
        {
            "url": "https://t.co/a1",
            "expanded_url": "https://lumen.example/bill",
            "display_url": "lumen.example/bill",
        }
    ]
    said = only(post(entities={"urls": urls})).post
    assert said.links == (Link("https://t.co/a1", "https://lumen.example/bill", "lumen.example/bill"),)


def test_media_come_from_beside_the_post_in_its_order():
    payload = post(attachments={"media_keys": ["3_2", "3_1", "3_9"]})
    payload["includes"]["media"] = [
        {"media_key": "3_1", "type": "photo", "url": "https://img.example/1.jpg", "alt_text": "a router"},
        {"media_key": "3_2", "type": "video", "preview_image_url": "https://img.example/2.jpg"},
    ]
    assert only(payload).post.media == (
        Media("video", "", "https://img.example/2.jpg"),
        Media("photo", "https://img.example/1.jpg", "", "a router"),
    )


def test_an_unknown_number_of_followers_is_not_none_at_all():
    payload = copy.deepcopy(POST)
    del payload["includes"]["users"][0]["public_metrics"]
    assert only(payload).post.author.followers is None


def test_an_author_that_the_frame_does_not_show_is_known_by_id():
    author = only({"data": POST["data"]}).post.author
    assert (author.id, author.handle, author.followers) == ("2200000000", "", None)


def test_a_language_that_x_could_not_tell_is_none():
    assert only(post(lang="und")).post.lang == ""


def test_a_post_without_its_time_has_the_time_in_its_id():
    payload = post(created_at=None, id="1212092628029698048", edit_history_tweet_ids=None, conversation_id=None)
    assert only(payload).post.created_at.replace(microsecond=0) == datetime(2019, 12, 31, 19, 26, 16, tzinfo=UTC)


def test_what_x_adds_tomorrow_is_ignored():
    payload = post(mood="sour", edit_controls={"is_edit_eligible": True}, article={"title": "x"})
    payload["includes"]["polls"] = [{"id": "7"}]
    payload["newness"] = [1, 2]
    assert only(payload) == only(POST)


def test_a_page_is_read_oldest_first():
    newest, oldest = (
        post(id="999", edit_history_tweet_ids=["999"]),
        post(id="1000", edit_history_tweet_ids=["1000"]),
    )
    assert [arrival.id for arrival in read(frame(page(oldest, newest)))] == ["999", "1000"]


@pytest.mark.parametrize("payload", [page(), {"data": [], "meta": {"result_count": 0}}])
def test_an_empty_page_brings_nothing(payload):
    assert read(frame(payload)) == []


def test_one_broken_post_does_not_hide_the_others_of_its_page():
    nobody = post(id="1900000000000004200", edit_history_tweet_ids=None, author_id=None)
    arrivals = read(frame(page(nobody, POST)))
    assert [arrival.kind for arrival in arrivals] == ["post", "other"]
    assert arrivals[1].note == "unreadable: a post without its author"


def test_partial_errors_beside_posts_do_not_hide_the_posts():
    payload = page(POST) | {"errors": [{"title": "Not Found Error", "type": "x", "resource_id": "5"}]}
    assert [arrival.kind for arrival in read(frame(payload))] == ["post"]


@pytest.mark.parametrize(
    ("error", "note"),
    [
        (
            {"title": "operational-disconnect", "disconnect_type": "SlowReader", "detail": "slow"},
            "SlowReader",
        ),
        ({"title": "ConnectionException", "detail": "too many"}, "ConnectionException"),
        ({"detail": "too many"}, "too many"),
    ],
)
def test_an_errors_line_is_a_notice_and_no_post(error, note):
    arrival = only({"errors": [error]})
    assert (arrival.kind, arrival.post, arrival.note) == ("other", None, note)


UNKNOWN = [
    b"{}",
    b'{"warning": "falling behind"}',
    b'{"delete": {"list": {"id": "1"}}}',
    b'{"data": {"event_uuid": "-7", "event_type": "post.mention.create", "payload": {}}}',
]
WRONG = [
    b"",
    b"null",
    b"[]",
    b'"hello"',
    b"<html>Bad gateway</html>",
    b'{"data": {"id": 5}}',
    b'{"data": {"id": "5", "text": null, "author_id": "1"}}',
    b'{"data": [7]}',
    b'{"data": {"id": "1", "author_id": "2", "created_at": "yesterday"}}',
    b'{"data": {"id": "1", "author_id": "2", "created_at": "2026-08-10T09:15:00"}}',
    b'{"data": {"id": "1", "author_id": "2", "public_metrics": {"reply_count": "many"}}}',
    b'{"data": {"id": "1", "author_id": "2"',
    b"\xff\xfe\x00",
    b'{"data": ' + b"[" * 100_000,
]


@pytest.mark.parametrize("payload", UNKNOWN + WRONG, ids=lambda payload: repr(payload[:40]))
def test_what_is_not_known_or_not_in_shape_is_put_aside_with_a_reason(payload):
    assert 10 < len(refused(payload)) < 400


@pytest.mark.parametrize(
    "data",
    [
        {"id": "../../etc"},
        {"id": "1" * 20, "edit_history_tweet_ids": None},
        {"id": "x", "edit_history_tweet_ids": [ROOT], "created_at": None},
        {"edit_history_tweet_ids": ["1 OR 1"]},
        {"author_id": "2200000000/../1"},
        {"conversation_id": "a"},
        {"in_reply_to_user_id": "١٢"},
        {"referenced_tweets": [{"type": "replied_to", "id": "5\n"}]},
        {"author_id": None},
    ],
    ids=str,
)
def test_what_is_no_id_of_x_is_not_let_in(data):
    refused(post(**data))


@pytest.mark.parametrize(
    "event",
    [{"id": "x"}, {"sender_id": "a/b"}, {"dm_conversation_id": "1-2/.."}, {"participant_ids": ["7/8"]}],
)
def test_what_is_no_id_of_x_is_not_let_in_with_a_message_either(event):
    payload = copy.deepcopy(MESSAGE)
    payload["data"][0] |= event
    refused(payload)


def test_ten_megabytes_in_one_frame_are_put_aside_unread():
    assert "10.0 MB" in refused(b" " * 10_000_000)
    assert LARGEST_FRAME < 10_000_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just(ROOT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FRAMES = [
    POST,
    reply(),
    MESSAGE,
    repost({"text": LONG, "entities": {"hashtags": [{"tag": "late"}]}, "attachments": {"media_keys": ["3_1"]}}),
    page(POST, reply()),
    {"errors": [{"title": "x"}]},
    {"delete": {"tweet": {"id": "1"}}},
]


def places(payload, path=()):
    """Every place inside a payload."""
    yield path
    children = payload.items() if isinstance(payload, dict) else enumerate(payload) if isinstance(payload, list) else ()
    for key, value in children:
        yield from places(value, (*path, key))


def with_put(payload, path, value):
    if not path:
        return value
    made = copy.deepcopy(payload)
    inside = made
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return made


def arrivals_or_unreadable(body):
    """Reading gives arrivals that can be stored, or Unreadable, and nothing else."""
    try:
        arrivals = read(body)
    except Unreadable:
        return
    for arrival in arrivals:
        assert isinstance(arrival, Arrival)
        assert arrival.kind in ("post", "edit", "deletion", "message", "account", "other")
        assert (arrival.post is not None) == (arrival.kind in ("post", "edit", "message"))
        if arrival.post is not None:
            assert arrival.post.created_at.tzinfo is not None
            assert arrival.post.author.id
        msgspec.json.encode(arrival)


@given(st.binary(max_size=300))
def test_any_bytes_give_arrivals_or_a_reason(body):
    arrivals_or_unreadable(body)


@given(JSON)
def test_any_json_gives_arrivals_or_a_reason(value):
    arrivals_or_unreadable(json.dumps(value).encode())


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
@given(st.data())
def test_a_valid_frame_with_any_value_put_anywhere_gives_arrivals_or_a_reason(data):
    payload = data.draw(st.sampled_from(FRAMES))
    path = data.draw(st.sampled_from(list(places(payload))))
    arrivals_or_unreadable(frame(with_put(payload, path, data.draw(JSON))))


@given(st.sampled_from(FRAMES), st.data())
def test_a_valid_frame_cut_or_scratched_anywhere_gives_arrivals_or_a_reason(payload, data):
    body = bytearray(frame(payload))
    at = data.draw(st.integers(0, len(body) - 1))
    arrivals_or_unreadable(bytes(body[:at]))
    body[at] = data.draw(st.integers(0, 255))
    arrivals_or_unreadable(bytes(body))


def test_everything_a_rule_may_ask_of_a_post_is_read():
    place = {
        "id": "0f01",
        "name": "Louvre",
        "full_name": "Louvre, Paris",
        "country": "France",
        "country_code": "FR",
        "geo": {"type": "Feature", "bbox": [2.33, 48.859, 2.34, 48.864], "properties": {}},
    }
    payload = post(
        source="X for iPhone",
        geo={"place_id": "0f01", "coordinates": {"type": "Point", "coordinates": [2.3376, 48.8606]}},
        context_annotations=[topic("47", "5"), topic("47", "5"), topic("48", "5")],
        entities={
            "annotations": [{"normalized_text": "Acme", "type": "Organization", "probability": 0.9}],
            "urls": [{"url": "https://t.co/a", "title": "Snow", "description": "Pictures"}],
        },
    )
    payload["includes"]["places"] = [place]
    said = only(payload).post
    assert said.place == Place("0f01", "Louvre", "Louvre, Paris", "FR", "France", (2.33, 48.859, 2.34, 48.864))
    assert (said.point, said.source) == ((2.3376, 48.8606), "X for iPhone")
    assert (said.topics, said.entities) == (("47.5", "48.5"), ("Acme",))
    assert said.links == (Link("https://t.co/a", "", "", "Snow", "Pictures"),)
    assert (said.likes, said.reposted) == (9, 2)
    assert only(in_posts(payload)).post == said


def topic(domain, entity):
    return {"domain": {"id": domain, "name": "Brand"}, "entity": {"id": entity, "name": "Acme"}}


def test_everything_a_rule_may_ask_of_an_author_is_read():
    payload = copy.deepcopy(POST)
    counts = {"followers_count": 1, "following_count": 2, "listed_count": 3, "tweet_count": 4}
    payload["includes"]["users"][0] |= {"description": "Tea", "location": "Leeds", "public_metrics": counts}
    author = only(payload).post.author
    assert (author.bio, author.location) == ("Tea", "Leeds")
    assert (author.followers, author.following, author.listed, author.posts) == (1, 2, 3, 4)
    assert only(in_posts(payload)).post.author == author


def test_counts_that_x_leaves_out_are_unknown_and_not_nothing():
    payload = copy.deepcopy(POST)
    del payload["includes"]["users"][0]["public_metrics"]
    author = only(payload).post.author
    assert (author.followers, author.following, author.listed, author.posts) == (None, None, None, None)


def test_a_place_that_is_not_told_along_keeps_its_id():
    said = only(post(geo={"place_id": "0f01"})).post
    assert (said.place, said.point) == (Place("0f01"), None)


@pytest.mark.parametrize("coordinates", [{"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}, {}, None])
def test_a_shape_that_is_no_point_is_no_point(coordinates):
    assert only(post(geo={"coordinates": coordinates})).post.point is None


def quote(**quoted):
    payload = post(referenced_tweets=[{"type": "quoted", "id": PARENT}])
    payload["includes"]["tweets"] = [{"id": PARENT, "author_id": "1000", **quoted}]
    return payload


def test_the_words_of_a_quoted_post_come_along():
    arrival = only(quote(text="Our new &lt;tariff&gt;", entities={"hashtags": [{"tag": "fair"}]}))
    assert (arrival.quoted.id, arrival.quoted.text, arrival.quoted.hashtags) == (PARENT, "Our new <tariff>", ("fair",))
    assert arrival.quoted.author.id == "1000"
    assert arrival.post.quotes == PARENT


def test_a_quoted_post_that_cannot_be_read_takes_nothing_from_the_one_that_quotes_it():
    for broken in ({"text": "x", "author_id": ""}, {"text": "x", "author_id": "no id"}, {}):
        arrival = only(quote(**broken))
        assert arrival.quoted is None
        assert arrival.post.quotes == PARENT


def test_a_repost_tells_whose_words_it_carries():
    payload = post(text="RT @jo_b: dead again", referenced_tweets=[{"type": "retweeted", "id": PARENT}])
    assert (only(payload).post.reposts_author, only(payload).post.reposts_handle) == ("", "jo_b")
    payload["includes"]["tweets"] = [{"id": PARENT, "author_id": "1000", "text": "dead again"}]
    payload["includes"]["users"].append({"id": "1000", "username": "Jo_B"})
    assert (only(payload).post.reposts_author, only(payload).post.reposts_handle) == ("1000", "Jo_B")


@pytest.mark.parametrize("vocabulary", [lambda payload: payload, in_posts], ids=["tweet", "post"])
def test_a_repost_is_read_with_the_whole_text_of_what_it_reposts(vocabulary):
    entities = {"mentions": [{"start": 26, "end": 32, "username": "Lumen"}], "hashtags": [{"tag": "outage"}]}
    said = only(vocabulary(repost({"text": LONG.replace("and", "&amp;"), "entities": entities}))).post
    assert said.text == f"RT @Jo_B: {LONG.replace('and', '&')}"
    assert (said.mentions, said.hashtags) == (("jo_b", "lumen"), ("outage",))
    assert (said.reposts, said.reposts_author, said.reposts_handle) == (PARENT, "1000", "Jo_B")


def test_a_repost_of_a_long_post_has_its_note_with_links_and_names():
    note = {"text": LONG, "entities": {"urls": [{"url": "https://t.co/a"}]}}
    names = {"annotations": [{"normalized_text": "Lumen"}]}
    said = only(repost({"text": LONG[:279] + "…", "note_tweet": note, "entities": names})).post
    assert said.text == f"RT @Jo_B: {LONG}"
    assert said.links == (Link("https://t.co/a"),)
    assert said.hashtags == ("cut",)


def test_the_pictures_of_a_repost_are_those_of_what_it_reposts():
    payload = repost({"text": LONG, "attachments": {"media_keys": ["3_1"]}})
    payload["includes"]["media"] = [{"media_key": "3_1", "type": "photo"}]
    assert only(payload).post.media == (Media("photo"),)


@pytest.mark.parametrize("original", [{}, {"text": ""}], ids=["not told", "without words"])
def test_a_repost_whose_original_did_not_come_along_keeps_its_own_words(original):
    said = only(repost(original)).post
    assert said.text == f"RT @Jo_B: {LONG}"[:139] + "…"
    assert (said.mentions, said.hashtags) == (("jo_b",), ("cut",))


def test_a_rule_finds_what_x_cut_out_of_a_repost():
    text = "a" * 140 + " kettle"
    payload = repost({"text": text})
    assert holds(parse("kettle"), Candidate(only(payload).post))
    payload["includes"]["tweets"] = []
    assert not holds(parse("kettle"), Candidate(only(payload).post))
