"""Posts for rules to be asked of: said out of nothing, or read from the contract cases (X's v2)."""

from datetime import UTC, datetime
from typing import Any

from earful.core.post import Author, Link, Media, Post


def said(text: str) -> Post:
    """A post of which only the text matters."""
    return Post(network="x", id="1", author=Author(id="7"), text=text, created_at=datetime(2026, 8, 10, tzinfo=UTC))


def posts_of(answer: dict[str, Any]) -> tuple[Post, Post | None]:
    """The post of an answer, and the post it quotes or None."""
    includes = answer.get("includes", {})
    users = {user["id"]: user for user in includes.get("users", [])}
    tweets = {tweet["id"]: tweet for tweet in includes.get("tweets", [])}
    media = {item["media_key"]: item for item in includes.get("media", [])}
    quoted = tweets.get(_referenced(answer["data"], "quoted"))
    return _post(answer["data"], users, tweets, media), quoted and _post(quoted, users, tweets, media)


def _post(data: dict[str, Any], users: dict[str, Any], tweets: dict[str, Any], media: dict[str, Any]) -> Post:
    entities = data.get("entities", {})
    quotes = _referenced(data, "quoted")
    return Post(
        network="x",
        id=data["id"],
        author=_author(data["author_id"], users),
        text=data["text"],
        created_at=datetime.fromisoformat(data["created_at"]),
        root=data.get("conversation_id", ""),
        reply_to=_referenced(data, "replied_to"),
        reply_to_author=data.get("in_reply_to_user_id", ""),
        reply_to_handle=users.get(data.get("in_reply_to_user_id"), {}).get("username", ""),
        quotes=quotes,
        quotes_author=tweets.get(quotes, {}).get("author_id", ""),
        reposts=_referenced(data, "retweeted"),
        mentions=tuple(item["username"].lower() for item in entities.get("mentions", [])),
        hashtags=tuple(item["tag"] for item in entities.get("hashtags", [])),
        links=tuple(
            Link(item["url"], item.get("expanded_url", ""), item.get("display_url", ""))
            for item in entities.get("urls", [])
        ),
        media=tuple(Media(media[key]["type"]) for key in data.get("attachments", {}).get("media_keys", [])),
        lang=data.get("lang", ""),
    )


def _author(author_id: str, users: dict[str, Any]) -> Author:
    user = users.get(author_id, {})
    return Author(
        id=author_id,
        handle=user.get("username", ""),
        name=user.get("name", ""),
        followers=user.get("public_metrics", {}).get("followers_count"),
        verified=user.get("verified", False),
        protected=user.get("protected", False),
    )


def _referenced(data: dict[str, Any], kind: str) -> str:
    return next((item["id"] for item in data.get("referenced_tweets", []) if item["type"] == kind), "")
