"""X's two vocabularies, as tables: `tweet` (description 2.162, and every stream) and `post` (2.167).

Everything is shaped in the tweet vocabulary and put into the other one at the door, by renaming.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Name = Literal["tweet", "post"]
# What an app may be told to speak; with "both" a caller is answered in the words that it used itself.
Spoken = Literal["tweet", "post", "both"]

RENAMED = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "referenced_tweets": "referenced_posts",
    "note_tweet": "note_post",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "total_tweet_count": "total_post_count",
    "most_recent_tweet_id": "most_recent_post_id",
    "pinned_tweet_id": "pinned_post_id",
    "tweets": "posts",
    "referenced_tweets.id": "referenced_posts",
}
OLD_NAMES = {new: old for old, new in RENAMED.items() if old != "referenced_tweets"} | {
    "referenced_posts": "referenced_tweets.id",
    "affiliation": "affiliation.user_id",
}

BOTH_POST_FIELDS = (
    "article attachments card_uri community_id context_annotations conversation_id created_at"
    " display_text_range edit_controls entities geo id lang matched_media_notes media_metadata"
    " non_public_metrics organic_metrics possibly_sensitive promoted_metrics public_metrics reply_settings"
    " scopes source suggested_source_links suggested_source_links_with_counts text withheld"
)
BOTH_USER_FIELDS = (
    "confirmed_email connection_status created_at description entities id is_identity_verified location"
    " name parody profile_banner_url profile_image_url protected public_metrics receives_your_dm"
    " subscription subscription_type url username verified verified_followers_count verified_type withheld"
)
BOTH_EXPANSIONS = (
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet"
    " attachments.poll_ids author_id entities.mentions.username geo.place_id in_reply_to_user_id"
)
MEDIA_FIELDS = (
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url"
    " promoted_metrics public_metrics type url variants width"
)
POLL_FIELDS = "duration_minutes end_datetime id options voting_status"
PLACE_FIELDS = "contained_within country country_code full_name geo id name place_type"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One way of naming things: for each parameter that lists names, the names it may list."""

    name: Name
    version: str
    post_fields: str
    lists: dict[str, frozenset[str]]
    post_expansions: frozenset[str]
    dm_expansions: frozenset[str]
    user_expansions: frozenset[str]


def _words(*lists: str) -> frozenset[str]:
    return frozenset(" ".join(lists).split())


_COMMON_LISTS = {
    "media.fields": _words(MEDIA_FIELDS),
    "poll.fields": _words(POLL_FIELDS),
    "place.fields": _words(PLACE_FIELDS),
}

TWEET = Vocabulary(
    name="tweet",
    version="2.162",
    post_fields="tweet.fields",
    lists=_COMMON_LISTS
    | {
        "tweet.fields": _words(
            BOTH_POST_FIELDS,
            "author_id edit_history_tweet_ids in_reply_to_user_id note_tweet referenced_tweets",
        ),
        "user.fields": _words(BOTH_USER_FIELDS, "affiliation most_recent_tweet_id pinned_tweet_id"),
        "dm_event.fields": _words(
            "attachments created_at dm_conversation_id entities event_type id participant_ids",
            "referenced_tweets sender_id text",
        ),
    },
    post_expansions=_words(
        BOTH_EXPANSIONS,
        "edit_history_tweet_ids entities.note.mentions.username referenced_tweets.id",
        "referenced_tweets.id.attachments.media_keys referenced_tweets.id.author_id",
    ),
    dm_expansions=_words("attachments.media_keys participant_ids referenced_tweets.id sender_id"),
    user_expansions=_words("affiliation.user_id most_recent_tweet_id pinned_tweet_id"),
)

POST = Vocabulary(
    name="post",
    version="2.167",
    post_fields="post.fields",
    lists=_COMMON_LISTS
    | {
        "post.fields": _words(BOTH_POST_FIELDS, "article_title note_post note_request_suggestions paid_partnership"),
        "user.fields": _words(BOTH_USER_FIELDS, "subscribes_to_you"),
        "dm_event.fields": _words("attachments created_at dm_conversation_id entities event_type id text"),
    },
    post_expansions=_words(BOTH_EXPANSIONS, "edit_history_post_ids referenced_posts username"),
    dm_expansions=_words("attachments.media_keys participant_ids referenced_posts sender_id"),
    user_expansions=_words("affiliation most_recent_post_id pinned_post_id"),
)

VOCABULARIES: dict[Name, Vocabulary] = {"tweet": TWEET, "post": POST}


def spoken(answer: Any, vocabulary: Spoken) -> Any:
    """An answer, shaped in the tweet vocabulary, in the wanted one. Only names change, never values; in both, whatever
    has two names is told under either.
    """
    if vocabulary == "tweet":
        return answer
    if isinstance(answer, list):
        return [spoken(value, vocabulary) for value in answer]
    if not isinstance(answer, dict):
        return answer
    newer = {RENAMED.get(name, name): spoken(value, vocabulary) for name, value in answer.items()}
    if vocabulary == "post":
        return newer
    return {name: newer[RENAMED[name]] for name in answer if name in RENAMED} | newer


def heard_in(query: Iterable[tuple[str, str]]) -> Name | None:
    """The vocabulary that a query's names and values give away; None where they would do in either."""
    told = list(query)
    for vocabulary, other in ((POST, TWEET), (TWEET, POST)):
        only = (vocabulary.post_expansions | vocabulary.dm_expansions | vocabulary.user_expansions) - (
            other.post_expansions | other.dm_expansions | other.user_expansions
        )
        for name, value in told:
            if name == vocabulary.post_fields or (name == "expansions" and only & set(value.split(","))):
                return vocabulary.name
    return None


def understood(names: frozenset[str], vocabulary: Name) -> frozenset[str]:
    """Asked-for names in the tweet vocabulary, whatever vocabulary they came in."""
    return names if vocabulary == "tweet" else frozenset(OLD_NAMES.get(name, name) for name in names)
