"""Posts with everything on them, files, messages, states and compliance, held against both of X's descriptions."""

from collections.abc import Callable
from typing import Any

import pytest
from described import hold
from practice import Brand, Practice
from specimens import clip, gif, png

UPLOAD = "/2/media/upload"
MEDIA = "alt_text,duration_ms,height,media_key,preview_image_url,public_metrics,type,url,variants,width"
POLL = "duration_minutes,end_datetime,id,options,voting_status"
USER = (
    "connection_status,created_at,description,location,profile_image_url,protected,public_metrics,receives_your_dm,"
    "url,verified,verified_type,withheld"
)
WITH_WORDS = pytest.mark.parametrize("vocabulary", ["tweet", "post"])


@pytest.fixture
def pretend(later: Practice) -> Practice:
    return later


def fields(vocabulary: str) -> dict[str, str]:
    """Everything that can be asked for about a post."""
    known = (
        "attachments,context_annotations,conversation_id,created_at,display_text_range,edit_controls,entities,geo,lang,"
        "media_metadata,possibly_sensitive,public_metrics,reply_settings,source,withheld"
    )
    more = {"tweet": "note_tweet,author_id,referenced_tweets", "post": "note_post,paid_partnership"}[vocabulary]
    referenced = {"tweet": "referenced_tweets.id", "post": "referenced_posts"}[vocabulary]
    return {
        f"{vocabulary}.fields": f"{known},{more}",
        "expansions": f"attachments.media_keys,attachments.poll_ids,author_id,{referenced}",
        "media.fields": MEDIA,
        "poll.fields": POLL,
        "user.fields": USER,
    }


@WITH_WORDS
def test_posts_with_everything_on_them_are_as_described(
    pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str
) -> None:
    brand = new_brand(vocabulary=vocabulary)
    made = []
    for category, data in (("tweet_image", png()), ("tweet_gif", gif()), ("tweet_video", clip())):
        query = {"username": "val_a", "category": category, "alt": "In words"}
        up = pretend.control.post("/pretend/uploads", params=query, content=data).json()
        made.append(pretend.post("val_a", category, media=[up["media"]])["id"])
    poll = {"options": [{"label": "Tea"}, {"label": "Milk", "votes": 2}], "minutes": 60}
    made.append(pretend.post("val_a", "poll", facts={"poll": poll, "reply_settings": "verified"})["id"])
    made.append(
        pretend.post("val_b", "quote", quote=made[0], facts={"paid_partnership": True, "sensitive": True})["id"]
    )
    pretend.say(f"posts/{made[0]}/withhold", {"countries": ["DE"]})
    pretend.say("accounts/val_b/state", {"withheld": ["FR"]})
    answer = brand.user.get("/2/tweets", params=fields(vocabulary) | {"ids": ",".join([*made, "12"])}).json()
    assert len(answer["data"]) == len(made)
    hold(answer, vocabulary, "/2/tweets", "get")


@WITH_WORDS
def test_what_cannot_be_seen_is_told_as_described(
    pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str
) -> None:
    brand = new_brand(vocabulary=vocabulary)
    handles = [f"val_{vocabulary[0]}{name}" for name in ("shy", "bad", "off")]
    posts = [pretend.post(handle, "hello") for handle in handles]
    reply = pretend.post("val_c", "an answer", reply_to=posts[0]["id"])["id"]
    for handle, state in zip(
        handles, ({"protected": True}, {"away": "suspended"}, {"away": "deactivated"}), strict=True
    ):
        pretend.say(f"accounts/{handle}/state", state)
    ids = ",".join([post["id"] for post in posts] + [reply])
    told = brand.app.get("/2/tweets", params=fields(vocabulary) | {"ids": ids}).json()
    assert len(told["errors"]) == 4
    hold(told, vocabulary, "/2/tweets", "get")
    people = ",".join(post["author_id"] for post in posts)
    for path, query in (("/2/users", {"ids": people}), ("/2/users/by", {"usernames": ",".join(handles)})):
        told = brand.user.get(path, params=query | {"user.fields": USER}).json()
        assert len(told["errors"]) == 2
        hold(told, vocabulary, path, "get")
    for post in posts:
        timeline = brand.app.get(f"/2/users/{post['author_id']}/tweets").json()
        hold(timeline, vocabulary, "/2/users/{id}/tweets", "get")


@WITH_WORDS
def test_uploads_are_answered_as_described(pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str) -> None:
    brand = new_brand(vocabulary=vocabulary)
    body = {"media_category": "tweet_video", "media_type": "video/mp4", "total_bytes": len(clip())}
    begun = brand.user.post(f"{UPLOAD}/initialize", json=body).json()
    hold(begun, vocabulary, f"{UPLOAD}/initialize", "post")
    path = f"{UPLOAD}/{begun['data']['id']}"
    sent = brand.user.post(f"{path}/append", data={"segment_index": 0}, files={"media": ("a.mp4", clip())}).json()
    hold(sent, vocabulary, f"{UPLOAD}/{{id}}/append", "post")
    hold(brand.user.post(f"{path}/finalize").json(), vocabulary, f"{UPLOAD}/{{id}}/finalize", "post")
    pretend.say("clock", {"forward": 5})
    status = brand.user.get(UPLOAD, params={"media_id": begun["data"]["id"], "command": "STATUS"}).json()
    hold(status, vocabulary, UPLOAD, "get")
    photo = brand.user.post(UPLOAD, data={"media_category": "tweet_image"}, files={"media": ("a.png", png())}).json()
    hold(photo, vocabulary, UPLOAD, "post")
    alt = {"id": photo["data"]["id"], "metadata": {"alt_text": {"text": "A picture"}}}
    hold(brand.user.post("/2/media/metadata", json=alt).json(), vocabulary, "/2/media/metadata", "post")
    post = {"text": "look", "media": {"media_ids": [photo["data"]["id"]]}}
    hold(brand.user.post("/2/tweets", json=post).json(), vocabulary, "/2/tweets", "post")
    key = photo["data"]["media_key"]
    wanted = {"media_keys": f"{key},3_12", "media.fields": MEDIA}
    hold(brand.user.get("/2/media", params=wanted).json(), vocabulary, "/2/media", "get")
    one = brand.user.get(f"/2/media/{key}", params={"media.fields": MEDIA}).json()
    hold(one, vocabulary, "/2/media/{media_key}", "get")


@WITH_WORDS
def test_messages_with_files_and_groups_are_as_described(
    pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str
) -> None:
    brand = new_brand(vocabulary=vocabulary)
    people = [pretend.say("accounts", {"username": f"val_{name}"})["id"] for name in ("d", "e")]
    for category, data in (("dm_image", png()), ("dm_gif", gif()), ("dm_video", clip())):
        query = {"username": "val_d", "category": category}
        up = pretend.control.post("/pretend/uploads", params=query, content=data).json()
        pretend.say("messages", {"from": "val_d", "to": brand.username, "media": up["id"], "text": "https://a.example"})
    body = {"conversation_type": "Group", "participant_ids": people, "message": {"text": "All"}}
    made = brand.user.post("/2/dm_conversations", json=body).json()
    hold(made, vocabulary, "/2/dm_conversations", "post")
    known = "attachments,created_at,dm_conversation_id,entities,event_type,id,text"
    known += ",participant_ids,sender_id" if vocabulary == "tweet" else ""
    query = {"dm_event.fields": known, "expansions": "attachments.media_keys,sender_id,participant_ids"}
    told = brand.user.get("/2/dm_events", params=query | {"media.fields": MEDIA, "user.fields": USER}).json()
    assert len(told["includes"]["media"]) == 3
    hold(told, vocabulary, "/2/dm_events", "get")
    event = f"/2/dm_events/{made['data']['dm_event_id']}"
    hold(brand.user.get(event, params=query).json(), vocabulary, "/2/dm_events/{event_id}", "get")
    hold(brand.user.delete(event).json(), vocabulary, "/2/dm_events/{event_id}", "delete")


@WITH_WORDS
def test_ties_and_echoes_are_as_described(pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str) -> None:
    brand = new_brand(vocabulary=vocabulary, tier="enterprise")
    post = pretend.post("val_f", "carry me")
    pretend.post("val_g", "look", quote=post["id"])
    me, other, one = brand.id, post["author_id"], post["id"]
    deeds: tuple[tuple[str, str, str, Any], ...] = (
        ("post", "/2/users/{id}/muting", f"/2/users/{me}/muting", {"target_user_id": other}),
        ("post", "/2/users/{id}/dm/block", f"/2/users/{other}/dm/block", None),
        ("post", "/2/users/{id}/dm/unblock", f"/2/users/{other}/dm/unblock", None),
        ("post", "/2/users/{id}/following", f"/2/users/{me}/following", {"target_user_id": other}),
        ("post", "/2/users/{id}/likes", f"/2/users/{me}/likes", {"tweet_id": one}),
        ("post", "/2/users/{id}/retweets", f"/2/users/{me}/retweets", {"tweet_id": one}),
    )
    for method, name, path, body in deeds:
        answer = brand.user.request(method, path, json=body)
        assert answer.status_code == 200, name
        hold(answer.json(), vocabulary, name, method)
    for name in ("/2/users/{id}/muting", "/2/users/{id}/blocking", "/2/users/{id}/following"):
        hold(brand.user.get(name.replace("{id}", me), params={"user.fields": USER}).json(), vocabulary, name, "get")
    for name in ("quote_tweets", "retweets", "retweeted_by", "liking_users"):
        told = brand.user.get(f"/2/tweets/{one}/{name}").json()
        assert told["data"], name
        hold(told, vocabulary, f"/2/tweets/{{id}}/{name}", "get")
    for name in ("/2/users/{id}/liked_tweets", "/2/users/{id}/timelines/reverse_chronological"):
        hold(brand.user.get(name.replace("{id}", me)).json(), vocabulary, name, "get")
    undone = (
        ("/2/users/{source_user_id}/muting/{target_user_id}", f"/2/users/{me}/muting/{other}"),
        ("/2/users/{source_user_id}/following/{target_user_id}", f"/2/users/{me}/following/{other}"),
        ("/2/users/{id}/likes/{tweet_id}", f"/2/users/{me}/likes/{one}"),
        ("/2/users/{id}/retweets/{source_tweet_id}", f"/2/users/{me}/retweets/{one}"),
    )
    for name, path in undone:
        hold(brand.user.delete(path).json(), vocabulary, name, "delete")


@WITH_WORDS
def test_hiding_and_compliance_are_as_described(
    pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str
) -> None:
    brand = new_brand(vocabulary=vocabulary)
    own = brand.user.post("/2/tweets", json={"text": "How was it?"}).json()["data"]["id"]
    reply = pretend.post("val_h", "rude", reply_to=own)["id"]
    hidden = brand.user.put(f"/2/tweets/{reply}/hidden", json={"hidden": True}).json()
    hold(hidden, vocabulary, "/2/tweets/{tweet_id}/hidden", "put")
    jobs = "/2/compliance/jobs"
    made = brand.app.post(jobs, json={"type": "tweets", "name": "nightly"}).json()
    hold(made, vocabulary, jobs, "post")
    hold(brand.app.get(f"{jobs}/{made['data']['id']}").json(), vocabulary, f"{jobs}/{{id}}", "get")
    for kind in ("tweets", "users"):
        hold(brand.app.get(jobs, params={"type": kind}).json(), vocabulary, jobs, "get")
    for name in ("search", "counts"):
        path = f"/2/tweets/{name}/all"
        hold(brand.app.get(path, params={"query": "carry"}).json(), vocabulary, path, "get")
