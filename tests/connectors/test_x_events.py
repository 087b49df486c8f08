"""What X's Activity API and its compliance streams tell: each event is understood, or kept for a version that can."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.test_x_reading import JSON, arrivals_or_unreadable, places, with_put
from connectors.x_events import AT, EVENTS, MARIA, US, USER, chat, direct, event, post_payload
from connectors.x_frames import POST, frame, in_posts
from earful.connectors.x.reading import read
from earful.core.connector import UnknownKind, Unreadable
from earful.core.post import Author, Media

SITE = "https://x.example"


def only(payload):
    (arrival,) = read(frame(payload), SITE)
    return arrival


@pytest.mark.parametrize("kind", ["create", "mention.create", "reply.create", "quote.create", "repost.create"])
@pytest.mark.parametrize("say", [lambda payload: payload, in_posts], ids=["tweet", "post"])
def test_a_post_by_an_event_is_the_post_of_the_stream(kind, say):
    told = only(say(event(f"post.{kind}", post_payload(), includes={"users": [USER]})))
    streamed = only(POST)
    assert told.post.author == streamed.post.author
    assert (told.id, told.post.text, told.post.likes) == (streamed.id, streamed.post.text, 9)


@pytest.mark.parametrize("includes", [{"users": [{"data": USER}]}, {"users": [USER], "tweets": []}])
def test_a_user_is_known_bare_and_wrapped(includes):
    assert only(event("post.create", post_payload(), includes=includes)).post.author.handle == "Maria_K"


@pytest.mark.parametrize("more", [{}, {"includes": {}}, {"includes": None}], ids=["missing", "empty", "null"])
def test_an_event_that_brings_nobody_along_knows_its_author_by_id(more):
    assert only(event("post.reply.create", post_payload(), **more)).post.author == Author(MARIA)


def test_what_a_post_answers_may_be_told_in_a_field_of_its_own_alone():
    told = only(event("post.reply.create", post_payload(in_reply_to_tweet_id="77", in_reply_to_user_id=US)))
    assert (told.post.reply_to, told.post.reply_to_author) == ("77", US)


def test_a_field_of_its_own_does_not_contradict_the_references():
    references = [{"type": "replied_to", "id": "78"}, {"type": "quoted", "id": "79"}]
    told = only(event("post.reply.create", post_payload(in_reply_to_tweet_id="77", referenced_tweets=references)))
    assert (told.post.reply_to, told.post.quotes) == ("78", "79")


def test_a_deletion_by_an_event_is_a_deletion():
    arrival = only(EVENTS["deletion"])
    assert (arrival.kind, arrival.id, arrival.post) == ("deletion", "5", None)


@pytest.mark.parametrize("kind", ["dm.received", "dm.sent"])
def test_a_private_message_has_the_ids_that_the_poll_gives_it(kind):
    arrival = only(event(kind, direct()))
    message = arrival.post
    assert (arrival.kind, arrival.id, message.root) == ("message", "dm-1900000000000009001", f"dm-{US}-{MARIA}")
    assert message.text == "My number is 0113 & the line is dead"
    assert (message.author.handle, message.recipient, message.private) == ("Maria_K", US, True)
    assert message.created_at == datetime.fromtimestamp(int(AT) / 1000, UTC)


def test_the_picture_of_a_private_message_is_read():
    photo = {
        "id_str": "9",
        "type": "photo",
        "media_url_https": "https://img.example/9.jpg",
        "ext_alt_text": "a dead modem",
        "sizes": {"large": {"w": 800, "h": 600}},
    }
    message = only(event("dm.received", direct(attachment={"type": "media", "media": photo}))).post
    assert message.media == (Media("photo", "https://img.example/9.jpg", "", "a dead modem", 800, 600),)


def test_the_film_of_a_private_message_is_its_best_version():
    variants = [{"bitrate": 832_000, "url": "https://video.example/9.mp4"}, {"url": "https://video.example/9.m3u8"}]
    film = {
        "type": "video",
        "media_url_https": "https://img.example/9.jpg",
        "video_info": {"variants": variants, "duration_millis": 2500},
    }
    message = only(event("dm.received", direct(attachment={"type": "media", "media": film}))).post
    assert message.media == (Media("video", "https://video.example/9.mp4", "https://img.example/9.jpg", seconds=2.5),)


def test_an_encrypted_message_is_a_private_post_that_says_where_it_can_be_read():
    arrival = only(EVENTS["chat"])
    message = arrival.post
    assert (arrival.kind, message.encrypted, message.private) == ("message", True, True)
    assert message.text.startswith("An encrypted message is waiting on X.")
    assert message.links[0].address == f"{SITE}/messages/compose?recipient_id={MARIA}"
    assert message.links[0].address in message.text


def test_encrypted_messages_stand_in_the_conversation_of_the_same_two():
    assert only(EVENTS["chat"]).post.root == only(EVENTS["message"]).post.root


def test_an_encrypted_message_of_ours_says_so_and_leads_to_whom_we_wrote():
    message = only(event("chat.sent", chat(sender_id=US))).post
    assert message.text.startswith("An encrypted message was sent on X.")
    assert (message.recipient, message.links[0].address[-len(MARIA) :]) == (MARIA, MARIA)


def test_an_encrypted_message_in_a_group_is_never_nothing():
    message = only(event("chat.received", chat(conversation_id="g1785:x"))).post
    assert (message.root, message.recipient) == ("chat-g1785-x", "")
    assert message.links[0].address == f"{SITE}/messages"


@pytest.mark.parametrize("part", [{"id": "../x"}, {"sender_id": "a"}, {"created_at_msec": "soon"}], ids=str)
def test_an_encrypted_message_that_is_damaged_is_put_aside(part):
    with pytest.raises(Unreadable):
        read(frame(event("chat.received", chat(**part))))


@pytest.mark.parametrize(
    ("kind", "field"), [("handle", "handle"), ("screenname", "name"), ("profile_picture", "avatar")]
)
def test_an_account_by_another_name_is_told_of_anew(kind, field):
    arrival = only(event(f"profile.update.{kind}", {"before": "Maria_K", "after": "MariaK"}))
    assert (arrival.kind, arrival.id, arrival.change) == ("account", US, "")
    assert arrival.account == Author(US, **{field: "MariaK"})


def test_access_that_was_taken_back_is_an_event_of_our_account():
    arrival = only(EVENTS["revoked"])
    assert (arrival.kind, arrival.id, arrival.change) == ("account", US, "revoked")


QUIET = [
    "follow.follow", "follow.unfollow", "mute.mute", "block.unblock", "like.create", "dm.read", "dm.indicate_typing",
    "news.new", "spaces.start", "broadcast.chat", "profile.update.bio", "chat.conversation_join",
    "chat.conversation.join", "chat.conversation.member_added", "chat.update.group_name",
]  # fmt: skip


@pytest.mark.parametrize("kind", QUIET)
def test_what_a_desk_has_no_use_for_is_understood_quietly(kind):
    arrival = only(event(kind, {"source": {"data": USER}}))
    assert (arrival.kind, arrival.note) == ("other", kind)


@pytest.mark.parametrize(
    "payload",
    [
        event("poll.closed", {"id": "1"}),
        {"data": {"user_renumber": {"user": {"id": "1"}}}},
        {"warning": {"code": "FALLING_BEHIND"}},
        {"delete": {"list": {"id": "1"}}},
    ],
    ids=str,
)
def test_a_kind_that_no_version_knew_is_kept_under_its_name(payload):
    with pytest.raises(UnknownKind, match=r"^unknown kind: "):
        read(frame(payload))


def test_the_end_of_a_replay_is_harmless():
    assert only({"replay_job_status": {"job_state": "Complete"}}).note == "replay_job_status"


NOTICES = {
    "user_delete": "gone", "user_undelete": "back", "user_protect": "protected", "user_unprotect": "unprotected",
    "user_suspend": "suspended", "user_unsuspend": "unsuspended", "user_withheld": "withheld",
}  # fmt: skip


@pytest.mark.parametrize(("name", "change"), NOTICES.items(), ids=NOTICES)
def test_what_became_of_an_account_is_heeded(name, change):
    told = {"user": {"id": MARIA}, "withheld_in_countries": ["DE"], "event_at": "2026-08-10T09:15:00.000Z"}
    arrival = only({"data": {name: told}})
    assert (arrival.kind, arrival.id, arrival.change) == ("account", MARIA, change)


@pytest.mark.parametrize("name", ["delete", "drop"])
@pytest.mark.parametrize("say", [lambda payload: payload, in_posts], ids=["tweet", "post"])
def test_a_post_that_x_took_from_sight_is_gone(name, say):
    assert only(say({"data": {name: {"tweet": {"id": "5", "author_id": MARIA}}}})).kind == "deletion"


@pytest.mark.parametrize(("country", "kind"), [("XX", "deletion"), ("XY", "deletion"), ("DE", "other")])
def test_a_post_that_is_withheld_everywhere_is_gone(country, kind):
    told = {"tweet": {"id": "5", "author_id": MARIA}, "withheld_in_countries": [country]}
    assert only({"data": {"withheld": told}}).kind == kind


@pytest.mark.parametrize(
    ("problem", "change"),
    [
        ({"detail": "User has been suspended: [2200000000].", "type": "x/resource-not-found"}, "suspended"),
        ({"detail": "You may not see it.", "type": "x/not-authorized-for-resource"}, "protected"),
    ],
    ids=["suspended", "protected"],
)
def test_an_error_beside_posts_says_what_became_of_an_account(problem, change):
    errors = [{"resource_type": "user", "resource_id": MARIA, "title": "Forbidden", **problem}]
    arrivals = read(frame({"data": [POST["data"]], "errors": errors}))
    assert [(each.kind, each.change) for each in arrivals] == [("post", ""), ("account", change)]


def test_a_post_that_another_one_answers_and_x_does_not_show_is_no_fault():
    missing = {"resource_type": "tweet", "resource_id": "5", "type": "x/resource-not-found", "title": "Not Found"}
    hidden = {"resource_type": "tweet", "resource_id": "6", "type": "x/not-authorized-for-resource", "title": "No"}
    payload = {**POST, "errors": [missing, hidden]}
    assert only(payload) == only(POST)


@settings(max_examples=300)
@given(st.data())
def test_an_event_with_any_value_put_anywhere_gives_arrivals_or_a_reason(data):
    payload = data.draw(st.sampled_from(list(EVENTS.values())))
    path = data.draw(st.sampled_from(list(places(payload))))
    arrivals_or_unreadable(frame(with_put(payload, path, data.draw(JSON))))
