"""Payloads of X's documented shape with invented people in its `tweet` vocabulary, and how to change it."""

import copy
import json
from typing import Any

from shared import shared

Json = dict[str, Any]

POST: Json = {
    "data": {
        "id": "1900000000000004037",
        "text": "@Lumen no signal in Leeds since 6 am",
        "author_id": "2200000000",
        "lang": "en",
        "created_at": "2026-08-10T09:15:00.000Z",
        "conversation_id": "1900000000000004037",
        "edit_history_tweet_ids": ["1900000000000004037"],
        "display_text_range": [0, 36],
        "public_metrics": {"retweet_count": 2, "reply_count": 3, "like_count": 9, "quote_count": 1},
        "entities": {
            "mentions": [{"start": 0, "end": 6, "username": "Lumen", "id": "1000"}],
        },
    },
    "includes": {
        "users": [
            {
                "id": "2200000000",
                "name": "Maria K",
                "username": "Maria_K",
                "verified": True,
                "protected": False,
                "profile_image_url": "https://img.example/maria.png",
                "public_metrics": {"followers_count": 120, "following_count": 90, "tweet_count": 400},
            }
        ]
    },
    "matching_rules": [{"id": "1", "tag": "earful:own"}],
}

MESSAGE: Json = {
    "data": [
        {
            "id": "1900000000000009001",
            "event_type": "MessageCreate",
            "text": "My number is 0113 &amp; the line is dead",
            "created_at": "2026-08-10T09:20:00.000Z",
            "dm_conversation_id": "1000-2200000000",
            "sender_id": "2200000000",
            "participant_ids": ["2200000000", "1000"],
        }
    ],
    "includes": POST["includes"],
    "meta": {"result_count": 1},
}

# What X renamed between 2.162 and 2.167 of its description; see "Two vocabularies" in its component schemas.
RENAMED = {
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "tweets": "posts",
    "tweet": "post",
}


def frame(payload: Any) -> bytes:
    """The bytes of a payload."""
    return json.dumps(payload).encode()


def post(base: Json = POST, **data: Any) -> Json:
    """A post with other data; None takes a field away."""
    made = copy.deepcopy(base)
    made["data"].update(data)
    made["data"] = {name: value for name, value in made["data"].items() if value is not None}
    return made


def page(*posts: Json, **meta: Any) -> Json:
    """A page of posts, newest first as X gives them."""
    data = [copy.deepcopy(each["data"]) for each in posts]
    made: Json = {"meta": {"result_count": len(data), **meta}}
    return {"data": data, "includes": POST["includes"], **made} if data else made


def in_posts(payload: Any) -> Any:
    """The same payload in the `post` vocabulary."""
    if isinstance(payload, dict):
        return {RENAMED.get(name, name): in_posts(value) for name, value in payload.items()}
    return [in_posts(each) for each in payload] if isinstance(payload, list) else payload


def rule_case_posts() -> list[Json]:
    """Every post of the shared cases of X's rule language."""
    lines = shared("contracts", "x", "rule-cases.jsonl").read_text("utf-8").splitlines()
    return [each["post"] for line in lines for each in json.loads(line)["posts"]]
