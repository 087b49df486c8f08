"""Posting through the API: what is allowed, and X's refusals."""

from collections.abc import Callable

import pytest
from practice import Brand, Practice


def test_a_summoned_reply_is_posted_in_the_thread(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("bea_a", f"@{brand.username} my line is dead")
    answer = brand.answer(post["id"], "Sorry to hear that, Bea.")
    assert answer.status_code == 201
    assert answer.json()["data"]["text"] == "Sorry to hear that, Bea."
    (seen,) = pretend.control.get("/pretend/posts", params={"username": brand.username}).json()["posts"]
    assert seen["conversation_id"] == post["id"]
    assert seen["id"] == answer.json()["data"]["id"]


def test_a_reply_without_a_summons_is_refused_in_words(pretend: Practice, brand: Brand) -> None:
    unnamed = pretend.post("bea_b", "my line is dead")
    summoning = pretend.post("bea_c", f"@{brand.username} help")
    carried = pretend.post("bea_d", "same here", reply_to=summoning["id"])
    for post in (unnamed, carried):
        answer = brand.answer(post["id"], f"Sorry {post['id']}")
        assert answer.status_code == 403
        assert "mentioned" in answer.json()["detail"]


def test_quoting_a_brand_post_summons_too(pretend: Practice, brand: Brand) -> None:
    own = brand.user.post("/2/tweets", json={"text": "We are looking into it."}).json()["data"]
    quoting = pretend.post("bea_e", "are you though", quote=own["id"])
    assert brand.answer(quoting["id"], "We are!").status_code == 201


def test_parts_of_a_long_answer_may_follow_each_other(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("bea_f", f"@{brand.username} help")
    first = brand.answer(post["id"], "First part 1/2").json()["data"]["id"]
    assert brand.answer(first, "Second part 2/2").status_code == 201


def test_enterprise_needs_no_summons_and_may_quote(
    pretend: Practice, new_brand: Callable[..., Brand], brand: Brand
) -> None:
    large = new_brand(tier="enterprise")
    post = pretend.post("bea_g", "my line is dead")
    assert large.answer(post["id"], "May we help?").status_code == 201
    quote = {"text": "Look at this", "quote_tweet_id": post["id"]}
    assert large.user.post("/2/tweets", json=quote).status_code == 201
    assert brand.user.post("/2/tweets", json=quote).status_code == 403


def test_the_same_words_again_are_a_duplicate(brand: Brand) -> None:
    assert brand.user.post("/2/tweets", json={"text": "All fixed now."}).status_code == 201
    again = brand.user.post("/2/tweets", json={"text": "All fixed now."})
    assert again.status_code == 403
    assert again.json()["type"] == "about:blank"
    assert "duplicate content" in again.json()["detail"]


def test_the_parent_must_stand(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("bea_h", f"@{brand.username} help")
    pretend.control.delete(f"/pretend/posts/{post['id']}")
    answer = brand.answer(post["id"], "Sorry!")
    assert answer.status_code == 403
    assert "deleted" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x", "colour": "red"},
        {"text": "x", "reply": {"in_reply_to": "1"}},
        {"text": ""},
        {"text": "漢" * 141},
        {"text": 5},
        [],
    ],
)
def test_a_post_that_is_not_well_formed_is_a_400(brand: Brand, body: object) -> None:
    answer = brand.user.post("/2/tweets", json=body)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/invalid-request")


def test_a_link_counts_23_however_long(brand: Brand) -> None:
    text = "a" * 256 + " https://example.com/" + "b" * 200
    assert brand.user.post("/2/tweets", json={"text": text}).status_code == 201
    assert brand.user.post("/2/tweets", json={"text": f"a{text}"}).status_code == 400


def test_only_own_posts_can_be_deleted(pretend: Practice, brand: Brand) -> None:
    own = brand.user.post("/2/tweets", json={"text": "Oops"}).json()["data"]["id"]
    assert brand.user.delete(f"/2/tweets/{own}").json() == {"data": {"deleted": True}}
    assert "errors" in brand.app.get(f"/2/tweets/{own}").json()
    other = pretend.post("bea_i", "mine")["id"]
    assert brand.user.delete(f"/2/tweets/{other}").status_code == 403


def test_excluded_bystanders_are_not_mentioned(pretend: Practice, brand: Brand) -> None:
    other = pretend.brand("Bystander")
    post = pretend.post("bea_j", f"@{brand.username} and @Bystander help")
    reply = {"in_reply_to_tweet_id": post["id"], "exclude_reply_user_ids": [other.id]}
    sent = brand.user.post("/2/tweets", json={"text": "On it", "reply": reply}).json()["data"]["id"]
    found = other.app.get(f"/2/users/{other.id}/mentions").json()["data"]
    assert sent not in [one["id"] for one in found]


def test_private_messages_go_both_ways(pretend: Practice, brand: Brand) -> None:
    said = {"from": "bea_k", "to": brand.username, "text": "My number is 12"}
    conversation = pretend.say("messages", said)["conversation"]
    customer = next(one for one in conversation.split("-") if one != brand.id)
    path = f"/2/dm_conversations/with/{customer}"
    sent = brand.user.post(f"{path}/messages", json={"text": "Thank you"})
    assert sent.status_code == 201
    assert sent.json()["data"]["dm_conversation_id"] == conversation
    fields = {"dm_event.fields": "sender_id,created_at,dm_conversation_id", "expansions": "sender_id"}
    for each in ("/2/dm_events", f"{path}/dm_events", f"/2/dm_conversations/{conversation}/dm_events"):
        whole = brand.user.get(each, params=fields).json()
        assert [event["text"] for event in whole["data"]] == ["Thank you", "My number is 12"]
        assert {user["username"] for user in whole["includes"]["users"]} == {"bea_k", brand.username}
    assert brand.user.get("/2/dm_events", params={"since_id": "1"}).status_code == 400


def test_messages_have_at_most_ten_thousand_characters(pretend: Practice, brand: Brand) -> None:
    customer = pretend.say("accounts", {"username": "bea_l"})["id"]
    path = f"/2/dm_conversations/with/{customer}/messages"
    assert brand.user.post(path, json={"text": "x" * 10_000}).status_code == 201
    assert brand.user.post(path, json={"text": "x" * 10_001}).status_code == 400


def test_nobody_reads_a_conversation_of_others(pretend: Practice, brand: Brand) -> None:
    assert brand.user.get("/2/dm_conversations/11-12/dm_events").status_code == 403
