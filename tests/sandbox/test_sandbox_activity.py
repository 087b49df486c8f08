"""The Activity API: what may be subscribed to, what is told, and in which odd words."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from practice import Brand, Practice

SUBSCRIPTIONS = "/2/activity/subscriptions"


def test_a_mention_is_told_with_its_author_and_every_number_twice(pretend: Practice, brand: Brand) -> None:
    brand.subscribe("post.mention.create", tag="ours")
    with brand.activity() as lines:
        post = pretend.post("zoe_a", f"@{brand.username} the box is dead")
        event = lines.next_post()["data"]
    assert event["event_type"] == "post.mention.create"
    assert event["event_uuid"] == post["id"]
    assert (event["filter"], event["tag"]) == ({"user_id": brand.id}, "ours")
    assert event["payload"]["text"] == post["text"]
    assert event["payload"]["public_metrics"]["retweet_count_str"] == "0"
    assert event["payload"]["entities"]["mentions"][0]["start_str"] == "0"
    assert event["includes"]["users"][0]["username"] == "zoe_a"
    assert event["includes"]["users"][0]["public_metrics"]["followers_count_str"] == "120"


def test_an_answer_to_us_and_a_quote_of_us_are_told_without_anything_beside_them(
    pretend: Practice, brand: Brand
) -> None:
    brand.subscribe("post.reply.create")
    brand.subscribe("post.quote.create")
    ours = pretend.post(brand.username, "We are looking into it")
    with brand.activity() as lines:
        pretend.post("zoe_b", "how long?", reply_to=ours["id"])
        answer = lines.next_post()["data"]
        pretend.post("zoe_b", "see this", quote=ours["id"])
        quote = lines.next_post()["data"]
    assert answer["payload"]["in_reply_to_tweet_id"] == ours["id"]
    assert quote["payload"]["referenced_tweets"] == [{"type": "quoted", "id": ours["id"]}]
    for event in (answer, quote):
        assert event["includes"] == {}
        assert "edit_controls" not in event["payload"]


def test_what_x_does_not_see_is_not_told(pretend: Practice, brand: Brand) -> None:
    for kind in ("post.mention.create", "post.reply.create", "post.quote.create"):
        brand.subscribe(kind)
    complaint = pretend.post("zoe_c", f"@{brand.username} no signal")
    ours = pretend.post(brand.username, "where are you?", reply_to=complaint["id"])
    with brand.activity() as lines:
        answer = pretend.post("zoe_c", "in town", reply_to=ours["id"])
        assert lines.next_post()["data"]["payload"]["id"] == answer["id"], "a direct answer is told, once"
        pretend.post("zoe_d", "me too", reply_to=answer["id"])
        pretend.post("zoe_c", "still nothing", reply_to=answer["id"])
        pretend.post("zoe_d", "", repost=complaint["id"])
        last = pretend.post("zoe_d", f"@{brand.username} hello?")
        assert lines.next_post()["data"]["payload"]["id"] == last["id"]


def test_our_own_posts_and_deletions_are_told_to_an_app_without_a_user(pretend: Practice, brand: Brand) -> None:
    for kind in ("post.create", "post.delete"):
        asked = {"event_type": kind, "filter": {"user_id": brand.id}}
        assert brand.app.post(SUBSCRIPTIONS, json=asked).status_code == 200
    with brand.activity() as lines:
        post = pretend.post(brand.username, "typed by hand in X's own app")
        assert lines.next_post()["data"]["payload"]["id"] == post["id"]
        pretend.control.delete(f"/pretend/posts/{post['id']}")
        gone = lines.next_post()["data"]
    assert gone["payload"] == {"id": post["id"], "author_id": brand.id}
    assert gone["includes"]["users"][0]["data"]["username"] == brand.username


def test_private_messages_keep_the_shape_of_an_older_api(pretend: Practice, brand: Brand) -> None:
    for kind in ("dm.received", "dm.sent"):
        brand.subscribe(kind)
    with brand.activity() as lines:
        told = pretend.say("messages", {"from": "zoe_e", "to": brand.username, "text": "psst"})
        received = lines.next_post()["data"]
        brand.user.post(f"/2/dm_conversations/{told['conversation']}/messages", json={"text": "hello"})
        sent = lines.next_post()["data"]
    (message,) = received["payload"]["direct_message_events"]
    assert message["message_create"]["message_data"]["text"] == "psst"
    assert message["id"] == told["id"]
    assert message["created_timestamp"].isdigit()
    sender = message["message_create"]["sender_id"]
    assert received["payload"]["users"][sender]["data"]["username"] == "zoe_e"
    assert "includes" not in received
    assert sent["event_type"] == "dm.sent"


def test_private_kinds_are_only_ones_own_and_by_ones_own_token(new_brand: Callable[..., Brand]) -> None:
    brand, other = new_brand(), new_brand()
    asked = {"event_type": "dm.received", "filter": {"user_id": brand.id}}
    assert brand.app.post(SUBSCRIPTIONS, json=asked).status_code == 403
    assert other.user.post(SUBSCRIPTIONS, json=asked).status_code == 403
    assert brand.user.post(SUBSCRIPTIONS, json=asked).status_code == 200


def test_a_token_without_the_scope_subscribes_to_nothing_private(pretend: Practice) -> None:
    narrow = pretend.brand("NarrowBrand", scopes=["tweet.read"])
    assert narrow.subscribe("dm.received").status_code == 403
    assert narrow.subscribe("post.mention.create").status_code == 200


def test_there_is_one_subscription_for_each_kind_and_account(brand: Brand) -> None:
    assert brand.subscribe("chat.conversation_join").status_code == 200
    assert brand.subscribe("chat.conversation.join").status_code == 409
    (kept,) = brand.app.get(SUBSCRIPTIONS).json()["data"]
    assert kept["event_type"] == "chat.conversation.join"


@pytest.mark.parametrize(
    "body",
    [
        {"event_type": "post.creation", "filter": {"user_id": "1"}},
        {"event_type": "post.create", "filter": {}},
        {"event_type": "post.create", "filter": {"keyword": "cat"}},
        {"event_type": "news.new", "filter": {"user_id": "1"}},
        {"event_type": "post.create", "filter": {"user_id": "1", "direction": "inbound"}},
        {"event_type": "post.create", "filter": {"user_id": "1"}, "tag": "x" * 201},
        {"event_type": "post.create", "filter": {"user_id": "1"}, "webhook_id": "12"},
        {"event_type": "post.create", "filter": {"user_id": "1"}, "colour": "red"},
    ],
)
def test_what_cannot_be_subscribed_to_is_a_400(brand: Brand, body: dict[str, Any]) -> None:
    assert brand.app.post(SUBSCRIPTIONS, json=body).status_code == 400


def test_a_subscription_is_retagged_and_ended(brand: Brand) -> None:
    made = brand.subscribe("post.create", tag="one").json()["data"]["subscription"]
    path = f"{SUBSCRIPTIONS}/{made['subscription_id']}"
    changed = brand.app.put(path, json={"tag": "two"}).json()["data"]["subscription"]
    assert (changed["tag"], changed["created_at"]) == ("two", made["created_at"])
    assert brand.app.delete(path).json()["data"] == {"deleted": True}
    assert brand.app.delete(path).status_code == 404
    assert brand.app.get(SUBSCRIPTIONS).json()["data"] == []


def test_many_subscriptions_end_together_and_the_missing_are_named(new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(vocabulary="post")
    ids = [brand.subscribe(kind).json()["data"]["subscription"]["subscription_id"] for kind in ("dm.sent", "dm.read")]
    told = brand.app.delete(SUBSCRIPTIONS, params={"ids": ",".join([*ids, "12"])}).json()
    assert [one["subscription_id"] for one in told["data"]] == ids
    assert [one["subscription_id"] for one in told["errors"]] == ["12"]
    assert told["meta"] == {"total_subscriptions": 0}


def test_subscriptions_are_listed_page_by_page(brand: Brand) -> None:
    kinds = ["dm.sent", "dm.read", "dm.received"]
    for kind in kinds:
        brand.subscribe(kind)
    first = brand.app.get(SUBSCRIPTIONS, params={"max_results": "2"}).json()
    query = {"max_results": "2", "pagination_token": first["meta"]["next_token"]}
    second = brand.app.get(SUBSCRIPTIONS, params=query).json()
    assert [one["event_type"] for one in first["data"] + second["data"]] == kinds
    assert "next_token" not in second["meta"]


def test_two_connections_hear_the_same_and_a_third_is_refused(pretend: Practice, brand: Brand) -> None:
    brand.subscribe("post.create")
    with brand.activity() as one, brand.activity() as two:
        assert brand.app.get("/2/activity/stream").status_code == 429
        post = pretend.post(brand.username, "hello")
        assert {lines.next_post()["data"]["payload"]["id"] for lines in (one, two)} == {post["id"]}


def test_a_change_of_profile_is_told_as_before_and_after(pretend: Practice, brand: Brand) -> None:
    customer = pretend.say("accounts", {"username": "zoe_f", "bio": "Plumber"})["id"]
    asked = {"event_type": "profile.update.bio", "filter": {"user_id": customer}}
    brand.app.post(SUBSCRIPTIONS, json=asked)
    with brand.activity() as lines:
        pretend.say("accounts", {"username": "zoe_f", "bio": "Plumber, out of office"})
        assert lines.next_post()["data"]["payload"] == {"before": "Plumber", "after": "Plumber, out of office"}


def test_access_taken_back_is_told_to_the_app(pretend: Practice, brand: Brand) -> None:
    assert brand.app.post(SUBSCRIPTIONS, json={"event_type": "oauth.revoke", "filter": {}}).status_code == 200
    with brand.activity() as lines:
        pretend.say(f"accounts/{brand.username}/revoke", {})
        event = lines.next_post()["data"]
    assert event["filter"] == {}
    assert event["payload"]["user_id"] == brand.id


def test_nothing_private_is_told_of_an_account_that_took_its_access_back(pretend: Practice, brand: Brand) -> None:
    for kind in ("dm.received", "post.create"):
        brand.subscribe(kind)
    pretend.say(f"accounts/{brand.username}/revoke", {})
    assert [one["event_type"] for one in brand.app.get(SUBSCRIPTIONS).json()["data"]] == ["post.create"]


def test_encrypted_talk_is_told_as_bytes_that_say_nothing_and_is_no_private_message(
    pretend: Practice, brand: Brand
) -> None:
    for kind in ("chat.received", "chat.sent", "chat.conversation_join"):
        brand.subscribe(kind)
    before = brand.user.get("/2/dm_events").json()
    with brand.activity() as lines:
        pretend.say("chat", {"from": "zoe_g", "to": brand.username})
        received = lines.next_post()["data"]
        pretend.say("chat", {"from": brand.username, "to": "zoe_g"})
        sent = lines.next_post()["data"]
        pretend.say("chat", {"from": brand.username, "to": "zoe_g", "kind": "join"})
        joined = lines.next_post()["data"]
    kinds = [event["event_type"] for event in (received, sent, joined)]
    assert kinds == ["chat.received", "chat.sent", "chat.conversation.join"]
    assert base64.b64decode(received["payload"]["encoded_event"])
    assert received["payload"]["created_at_msec"].isdigit()
    assert set(received["payload"]["conversation_id"].split(":")) >= {brand.id}
    assert "text" not in received["payload"]
    assert brand.user.get("/2/dm_events").json() == before


def test_reading_and_typing_are_told_to_the_other(pretend: Practice, brand: Brand) -> None:
    for kind in ("dm.read", "dm.indicate_typing"):
        brand.subscribe(kind)
    ours = pretend.say("messages", {"from": brand.username, "to": "zoe_h", "text": "hello"})
    with brand.activity() as lines:
        pretend.say("messages/read", {"from": "zoe_h", "to": brand.username})
        (mark,) = lines.next_post()["data"]["payload"]["direct_message_mark_read_events"]
        pretend.say("messages/typing", {"from": "zoe_h", "to": brand.username})
        (sign,) = lines.next_post()["data"]["payload"]["direct_message_indicate_typing_events"]
    assert mark["last_read_event_id"] == ours["id"]
    assert sign["target"]["recipient_id"] == brand.id
    assert sign["created_timestamp"].isdigit()


def test_whom_we_mute_and_block_is_told_to_us_and_following_to_both(pretend: Practice, brand: Brand) -> None:
    for kind in ("mute.mute", "block.block", "follow.follow"):
        brand.subscribe(kind)
    with brand.activity() as lines:
        pretend.say("accounts/zoe_i/ties", {"tie": "mutes", "to": brand.username})
        for tie, kind in (("mutes", "mute.mute"), ("blocks", "block.block")):
            pretend.say(f"accounts/{brand.username}/ties", {"tie": tie, "to": "zoe_i"})
            event = lines.next_post()["data"]
            assert event["event_type"] == kind
            assert event["payload"]["target"]["data"]["username"] == "zoe_i"
        pretend.say("accounts/zoe_i/ties", {"tie": "follows", "to": brand.username})
        assert lines.next_post()["data"]["payload"]["source"]["data"]["username"] == "zoe_i"


def test_a_new_handle_and_a_new_picture_are_told(pretend: Practice, brand: Brand) -> None:
    customer = pretend.say("accounts", {"username": "zoe_j"})["id"]
    for part in ("handle", "profile_picture"):
        asked = {"event_type": f"profile.update.{part}", "filter": {"user_id": customer}}
        brand.app.post(SUBSCRIPTIONS, json=asked)
    with brand.activity() as lines:
        pretend.say("accounts/zoe_j/rename", {"username": "zoe_jones"})
        assert lines.next_post()["data"]["payload"] == {"before": "zoe_j", "after": "zoe_jones"}
        pretend.say("accounts/zoe_jones/profile", {"part": "profile_picture", "before": "a.jpg", "after": "b.jpg"})
        assert lines.next_post()["data"]["payload"] == {"before": "a.jpg", "after": "b.jpg"}
    assert pretend.control.post("/pretend/accounts/zoe_jones/rename", json={"username": "zoe_i"}).status_code == 400
    assert brand.app.get(f"/2/users/{customer}").json()["data"]["username"] == "zoe_jones"


def test_likes_are_told_once_and_to_the_side_that_was_asked_for(
    pretend: Practice, new_brand: Callable[..., Brand]
) -> None:
    liked, other = new_brand(tier="enterprise"), new_brand(tier="enterprise")
    liked.subscribe("like.create", filter={"user_id": liked.id, "direction": "inbound"})
    ours = [pretend.post(liked.username, f"a good day {n}")["id"] for n in range(2)]
    foreign = pretend.post("zoe_k", "a cat")["id"]
    with liked.activity() as lines:
        liked.user.post(f"/2/users/{liked.id}/likes", json={"tweet_id": foreign})
        for post in (ours[0], *ours):
            other.user.post(f"/2/users/{other.id}/likes", json={"tweet_id": post})
        events = [lines.next_post()["data"] for _ in ours]
    assert [event["payload"]["liked_tweet_id"] for event in events] == ours
    assert events[0]["filter"]["direction"] == "inbound"


def test_news_is_told_by_the_word_in_it(pretend: Practice, brand: Brand) -> None:
    brand.app.post(SUBSCRIPTIONS, json={"event_type": "news.new", "filter": {"keyword": "Broadband"}})
    with brand.activity() as lines:
        pretend.say("news", {"name": "Cats are back"})
        pretend.say("news", {"name": "An outage", "summary": "No broadband in the north"})
        event = lines.next_post()["data"]
    assert event["payload"]["name"] == "An outage"
    assert event["filter"] == {"keyword": "Broadband"}


def test_nothing_of_a_protected_account_is_told(pretend: Practice, brand: Brand) -> None:
    brand.subscribe("post.mention.create")
    pretend.say("accounts/zoe_l/state", {"protected": True})
    with brand.activity() as lines:
        pretend.post("zoe_l", f"@{brand.username} between us")
        last = pretend.post("zoe_m", f"@{brand.username} for everybody")
        assert lines.next_post()["data"]["payload"]["id"] == last["id"]


def test_half_of_the_numbers_of_events_are_negative(pretend: Practice, brand: Brand) -> None:
    brand.subscribe("dm.received")
    with brand.activity() as lines:
        numbers = []
        for n in range(24):
            pretend.say("messages", {"from": "zoe_n", "to": brand.username, "text": f"{n}"})
            numbers.append(int(lines.next_post()["data"]["event_uuid"]))
    assert len(set(numbers)) == len(numbers)
    assert {number < 0 for number in numbers} == {True, False}


def test_fifteen_hundred_subscriptions_are_the_most(pretend: Practice, brand: Brand) -> None:
    pretend.brand(brand.username, limits={f"POST {SUBSCRIPTIONS}": 2000})
    answers = [
        brand.app.post(SUBSCRIPTIONS, json={"event_type": "post.delete", "filter": {"user_id": str(number)}})
        for number in range(1, 1502)
    ]
    assert [answer.status_code for answer in answers[-2:]] == [200, 403]
    assert "1500" in answers[-1].text
