"""All that X tells of a post beside its words, in both vocabularies."""

from datetime import UTC, datetime

import pytest

from connectors.x_frames import MESSAGE, POST, frame, in_posts, post
from earful.connectors.x.reading import read
from earful.core.post import Media, Poll

UNTIL = datetime(2026, 8, 10, 10, 15, tzinfo=UTC)
FILM = {
    "media_key": "7_1",
    "type": "video",
    "preview_image_url": "https://img.example/7.jpg",
    "width": 1280,
    "height": 720,
    "duration_ms": 4500,
    "variants": [
        {"content_type": "application/x-mpegURL", "url": "https://video.example/7.m3u8"},
        {"content_type": "video/mp4", "bit_rate": 256_000, "url": "https://video.example/7-small.mp4"},
        {"content_type": "video/mp4", "bit_rate": 2_176_000, "url": "https://video.example/7.mp4"},
    ],
}
BOTH = pytest.mark.parametrize("say", [lambda payload: payload, in_posts], ids=["tweet", "post"])


def said(payload):
    (arrival,) = read(frame(payload))
    return arrival.post


def with_beside(payload, **beside):
    payload["includes"] = {**payload["includes"], **beside}
    return payload


@BOTH
def test_who_may_answer_and_until_when_it_can_be_edited_are_read(say):
    controls = {"edits_remaining": 5, "is_edit_eligible": True, "editable_until": "2026-08-10T10:15:00.000Z"}
    read_post = said(say(post(reply_settings="mentionedUsers", edit_controls=controls)))
    assert (read_post.answerable, read_post.editable_until) == ("mentionedUsers", UNTIL)


@BOTH
def test_where_a_post_is_withheld_and_whether_it_is_sensitive_are_read(say):
    withheld = {"copyright": False, "country_codes": ["DE", "FR"], "scope": "tweet"}
    read_post = said(say(post(withheld=withheld, possibly_sensitive=True)))
    assert (read_post.withheld, read_post.sensitive) == (("DE", "FR"), True)


def test_what_x_withholds_without_saying_where_is_read_all_the_same():
    assert said(post(withheld={"copyright": True, "country_codes": None})).withheld == ()


@BOTH
def test_a_poll_is_read_with_its_votes_in_the_order_of_its_choices(say):
    options = [{"position": 2, "label": "No", "votes": 3}, {"position": 1, "label": "Yes", "votes": 9}]
    asks = {"id": "77", "options": options, "end_datetime": "2026-08-10T10:15:00.000Z", "voting_status": "open"}
    payload = with_beside(post(attachments={"poll_ids": ["77"]}), polls=[asks])
    assert said(say(payload)).poll == Poll(("Yes", "No"), (9, 3), UNTIL)


def test_a_poll_that_is_not_told_along_is_none():
    assert said(post(attachments={"poll_ids": ["77"]})).poll is None


@BOTH
def test_a_film_has_its_size_its_length_and_the_address_of_its_best_version(say):
    payload = with_beside(post(attachments={"media_keys": ["7_1"]}), media=[FILM])
    (film,) = said(say(payload)).media
    assert film == Media("video", "https://video.example/7.mp4", "https://img.example/7.jpg", "", 1280, 720, 4.5)


def test_a_film_that_comes_as_a_playlist_alone_has_no_address():
    payload = with_beside(post(attachments={"media_keys": ["7_1"]}), media=[{**FILM, "variants": FILM["variants"][:1]}])
    assert said(payload).media[0].address == ""


@BOTH
def test_an_author_says_whether_we_may_write_to_them_and_where_they_are_withheld(say):
    maria = {**POST["includes"]["users"][0], "receives_your_dm": False, "withheld": {"country_codes": ["TR"]}}
    author = said(say(with_beside(post(), users=[maria]))).author
    assert (author.takes_messages, author.withheld) == (False, ("TR",))


def test_whether_we_may_write_to_them_is_unknown_where_x_does_not_say():
    assert said(POST).author.takes_messages is None


@pytest.mark.parametrize(("kind", "verified"), [("blue", True), ("business", True), ("none", False)])
def test_an_author_is_verified_by_the_kind_of_it_as_well(kind, verified):
    maria = {**POST["includes"]["users"][0], "verified": False, "verified_type": kind}
    assert said(with_beside(post(), users=[maria])).author.verified is verified


def test_mentions_and_links_beyond_where_a_long_post_is_cut_are_read():
    words = "so it goes " * 40
    note = {
        "text": f"{words}@Lumen see https://t.co/far",
        "entities": {
            "mentions": [{"start": len(words), "end": len(words) + 6, "username": "Lumen"}],
            "urls": [{"url": "https://t.co/far", "expanded_url": "https://far.example"}],
        },
    }
    long = said(post(text=words[:279] + "…", note_tweet=note, entities=None))
    assert (long.mentions, long.links[0].address) == (("lumen",), "https://far.example")
    assert long.text.endswith("https://t.co/far")


def test_a_private_message_has_its_pictures_and_links():
    photo = {"media_key": "3_9", "type": "photo", "url": "https://img.example/9.jpg"}
    event = {
        **MESSAGE["data"][0],
        "attachments": {"media_keys": ["3_9"]},
        "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://a.example"}]},
    }
    payload = with_beside({**MESSAGE, "data": [event]}, media=[photo])
    message = said(payload)
    assert [picture.address for picture in message.media] == ["https://img.example/9.jpg"]
    assert [link.address for link in message.links] == ["https://a.example"]
