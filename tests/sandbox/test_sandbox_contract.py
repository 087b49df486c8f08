"""Answers held against X's own descriptions: nothing is missing, and nothing else is there."""

from collections.abc import Callable

import pytest
from described import hold
from practice import Brand, Practice

TWEET = (
    "attachments,author_id,conversation_id,created_at,display_text_range,edit_controls,"
    "edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,public_metrics,referenced_tweets,reply_settings,source"
)
POST = (
    "attachments,conversation_id,created_at,display_text_range,edit_controls,entities,lang,note_post,"
    "public_metrics,reply_settings,source"
)
USER = "created_at,description,profile_image_url,protected,public_metrics,receives_your_dm,url,verified,verified_type"
PEOPLE = "author_id,in_reply_to_user_id,entities.mentions.username"
FULL = {
    "tweet": {
        "tweet.fields": TWEET,
        "user.fields": USER,
        "expansions": f"referenced_tweets.id.author_id,{PEOPLE}",
    },
    "post": {
        "post.fields": POST,
        "user.fields": USER,
        "expansions": f"referenced_posts,{PEOPLE}",
    },
}


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_what_is_read_is_as_described(pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str) -> None:
    brand = new_brand(vocabulary=vocabulary)
    post = pretend.post("hal_a", f"@{brand.username} #dead {'long story ' * 40} https://example.com/x")
    pretend.post("hal_b", f"@{brand.username} me too", reply_to=post["id"])
    query = FULL[vocabulary]
    user = {"user.fields": USER}
    for path, name, asked in (
        ("/2/tweets", "/2/tweets", query | {"ids": f"{post['id']},12"}),
        (f"/2/tweets/{post['id']}", "/2/tweets/{id}", query),
        (f"/2/users/{brand.id}/mentions", "/2/users/{id}/mentions", query),
        (f"/2/users/{brand.id}", "/2/users/{id}", user),
        ("/2/users/by/username/hal_a", "/2/users/by/username/{username}", user),
        ("/2/tweets/search/recent", "/2/tweets/search/recent", query | {"query": f"@{brand.username}"}),
    ):
        hold(brand.app.get(path, params=asked).json(), vocabulary, name, "get")


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_usage_is_as_described(pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str) -> None:
    brand = new_brand(vocabulary=vocabulary)
    brand.app.get(f"/2/tweets/{pretend.post('hal_e', 'hello')['id']}")
    everything = "cap_reset_day,daily_client_app_usage,daily_project_usage,project_cap,project_id,project_usage"
    told = brand.app.get("/2/usage/tweets", params={"usage.fields": everything}).json()
    hold(told, vocabulary, "/2/usage/tweets", "get")


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_what_is_done_is_answered_as_described(
    pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str
) -> None:
    brand = new_brand(vocabulary=vocabulary)
    sent = brand.user.post("/2/tweets", json={"text": "Hello"}).json()
    hold(sent, vocabulary, "/2/tweets", "post")
    gone = brand.user.delete(f"/2/tweets/{sent['data']['id']}").json()
    hold(gone, vocabulary, "/2/tweets/{id}", "delete")
    customer = pretend.say("accounts", {"username": "hal_c"})["id"]
    path = "/2/dm_conversations/with/{participant_id}/messages"
    told = brand.user.post(path.format(participant_id=customer), json={"text": "psst"}).json()
    hold(told, vocabulary, path, "post")
    fields = "created_at,dm_conversation_id" + (",sender_id" if vocabulary == "tweet" else "")
    events = {"dm_event.fields": fields, "expansions": "sender_id,participant_ids"}
    hold(brand.user.get("/2/dm_events", params=events).json(), vocabulary, "/2/dm_events", "get")
    rules = "/2/tweets/search/stream/rules"
    hold(brand.follow("cat", "(broken", "cat").json(), vocabulary, rules, "post")
    hold(brand.app.get(rules).json(), vocabulary, rules, "get")


def test_a_line_of_the_stream_is_as_described(pretend: Practice, brand: Brand) -> None:
    brand.follow("numbat")
    with brand.stream(**FULL["tweet"]) as lines:
        pretend.post("hal_d", "a numbat https://example.com #zoo")
        hold(lines.next_post(), "tweet", "/2/tweets/search/stream", "get")
