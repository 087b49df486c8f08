"""The same post by several ways is one post; each version of it is kept; a poorer telling never replaces a richer."""

import json
from typing import Any

import pytest

from building import LUMEN, NINA, hear, item, next_id, said
from earful.cases.models import Case
from earful.channels.models import Channel
from earful.people.models import Identity
from earful.posts.models import Post, PostVersion, Searched
from earful.rules.models import Match

SAID = "@LumenHelp no signal in Leeds"


def by_event(post: dict[str, Any], kind: str = "post.mention.create", **includes: Any) -> bytes:
    """The post as an event of X's Activity API tells it, with nobody brought along."""
    told = {"event_uuid": "-7", "filter": {"user_id": LUMEN.id}, "event_type": kind, "payload": post}
    return json.dumps({"data": {**told, **({"includes": includes} if includes else {})}}).encode()


def by_poll(post: dict[str, Any], **more: Any) -> bytes:
    """The same post on a page of the mentions, with its author and pictures."""
    users = [{"id": NINA.id, "username": NINA.handle, "name": NINA.name, "public_metrics": {"followers_count": 50}}]
    media = [{"media_key": "3_1", "type": "photo", "url": "https://img.example/1.jpg"}]
    told = {**post, "attachments": {"media_keys": ["3_1"]}, **more}
    return json.dumps({"data": [told], "includes": {"users": users, "media": media}, "meta": {}}).encode()


def versions(post: Post) -> list[str]:
    return list(post.versions.order_by("pk").values_list("text", flat=True))


def test_an_author_whom_an_event_did_not_name_is_named_by_the_poll(channel: Channel) -> None:
    post = item(NINA, SAID)
    hear(channel, by_event(post))
    assert Identity.objects.get().handle == ""
    hear(channel, by_poll(post, public_metrics={"retweet_count": 2, "like_count": 5}))
    stored = Post.objects.get()
    assert (Identity.objects.get().name, Case.objects.count()) == ("Nina Okafor", 1)
    assert (stored.facts["handle"], stored.facts["followers"], stored.facts["likes"]) == (NINA.handle, 50, 5)
    assert (stored.media[0]["address"], stored.spread) == ("https://img.example/1.jpg", 2)


def test_a_post_is_found_by_an_author_who_was_told_later(channel: Channel) -> None:
    post = item(NINA, SAID)
    hear(channel, by_event(post))
    [before] = Searched.objects.values_list("words", flat=True)
    hear(channel, by_poll(post))
    [after] = Searched.objects.values_list("words", flat=True)
    assert ":from:" in after
    assert set(before.split()) < set(after.split())


def test_an_event_after_the_poll_takes_nothing_away(channel: Channel) -> None:
    post = item(NINA, SAID)
    hear(channel, by_poll(post))
    before = Post.objects.values().get()
    hear(channel, by_event({**post, "entities": {}}))
    assert Post.objects.values().get() == before
    assert Identity.objects.get().name == "Nina Okafor"


@pytest.mark.parametrize("first_rich", [True, False])
def test_two_ways_in_one_batch_make_one_whole_post(channel: Channel, first_rich: bool) -> None:
    post = item(NINA, SAID)
    frames = [by_poll(post), by_event(post)]
    hear(channel, *(frames if first_rich else frames[::-1]))
    stored = Post.objects.get()
    assert (stored.facts["handle"], len(stored.media)) == (NINA.handle, 1)


def test_a_post_that_calls_us_only_by_its_second_telling_opens_a_case_then(channel: Channel) -> None:
    post = item(NINA, SAID, answers=next_id(), answers_person=LUMEN)
    hear(
        channel,
        by_event({**post, "entities": {}, "in_reply_to_user_id": ""}, "post.create"),
        said(NINA, "@LumenHelp hi"),
    )
    hear(channel, by_poll(post))
    assert Post.objects.get(network_id=post["id"]).mentions == ["lumenhelp"]
    assert Case.objects.filter(messages__post__network_id=post["id"]).count() == 1


def test_an_original_and_its_edit_in_one_batch_are_both_kept(channel: Channel) -> None:
    first, second, third = next_id(), next_id(), next_id()
    hear(
        channel,
        said(NINA, "@LumenHelp no signl at all", versions=[first, second, third]),
        said(NINA, "@LumenHelp no signl", id=first),
        said(NINA, "@LumenHelp no signl at", versions=[first, second]),
    )
    post = Post.objects.get()
    assert (post.text, post.version) == ("@LumenHelp no signl at all", third)
    assert versions(post) == ["@LumenHelp no signl", "@LumenHelp no signl at"]


def test_an_edit_that_takes_our_name_out_in_the_same_batch_is_heard_all_the_same(channel: Channel) -> None:
    first, second = next_id(), next_id()
    hear(channel, said(NINA, "@LumenHelp no signal", id=first), said(NINA, "never mind", versions=[first, second]))
    assert (Post.objects.get().text, versions(Post.objects.get())) == ("never mind", ["@LumenHelp no signal"])
    assert Case.objects.count() == 1


def test_an_original_that_comes_after_its_edit_is_kept_as_how_it_read(channel: Channel) -> None:
    first, second = next_id(), next_id()
    hear(channel, said(NINA, "@LumenHelp no signal", versions=[first, second]))
    for _ in range(2):
        hear(channel, said(NINA, "@LumenHelp no signl", id=first))
    assert (Post.objects.get().text, versions(Post.objects.get())) == ("@LumenHelp no signal", ["@LumenHelp no signl"])


def test_the_versions_of_a_deleted_post_do_not_come_back(channel: Channel) -> None:
    first, second = next_id(), next_id()
    hear(channel, said(NINA, "@LumenHelp no signal", versions=[first, second]))
    hear(channel, json.dumps({"delete": {"tweet": {"id": first}}}).encode())
    hear(channel, said(NINA, "@LumenHelp no signl", id=first))
    assert not PostVersion.objects.exists()


def test_an_encrypted_message_opens_a_case_and_one_that_can_be_read_joins_it(channel: Channel) -> None:
    chat = {"id": "e4f4d3fc-8bbf", "created_at_msec": "1786353600000", "sender_id": NINA.id, "encoded_event": "CwAB"}
    chat["conversation_id"] = f"{NINA.id}:{LUMEN.id}"
    told = {"event_uuid": "-7", "event_type": "chat.received", "payload": chat}
    for _ in range(2):
        hear(channel, json.dumps({"data": told}).encode())
    case = Case.objects.get()
    assert (case.private, case.unanswered) == (True, 1)
    post = Post.objects.get()
    assert post.facts["encrypted"] is True
    assert f"{channel.site}/messages/compose?recipient_id={NINA.id}" in post.text
    assert not Match.objects.exists()
