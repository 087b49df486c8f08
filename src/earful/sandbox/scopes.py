"""What a user access token may do: every scope in words, and which scopes each operation asks for.

Source: `securitySchemes` and each operation's `security` in X's descriptions 2.162 and 2.167; where the two differ,
the newer one.
"""

import re
from collections.abc import Mapping
from typing import Literal

WORDS: Mapping[str, str] = {
    "tweet.read": "See posts that you can see, those of protected accounts among them",
    "tweet.write": "Post, answer, repost and delete for you",
    "tweet.moderate.write": "Hide answers to your posts, and show them again",
    "users.read": "See accounts that you can see, protected ones among them",
    "follows.read": "See whom you follow and who follows you",
    "follows.write": "Follow and unfollow accounts for you",
    "offline.access": "Stay connected when you are away, until you take this back",
    "space.read": "See the Spaces that you can see",
    "mute.read": "See whom you muted",
    "mute.write": "Mute accounts for you, and let them be heard again",
    "like.read": "See what you liked and the likes that you can see",
    "like.write": "Like posts for you, and take likes back",
    "list.read": "See your lists, their members and followers, private lists among them",
    "list.write": "Make and change lists for you",
    "block.read": "See whom you blocked",
    "block.write": "Block accounts for you, and let them in again",
    "bookmark.read": "See your bookmarks",
    "bookmark.write": "Set and remove bookmarks for you",
    "broadcast.read": "See your live broadcasts and their chat",
    "broadcast.write": "Run your live broadcasts and write in their chat for you",
    "timeline.read": "See the custom timelines that you can see",
    "media.write": "Upload photos and videos for you",
    "dm.read": "Read all your private messages",
    "dm.write": "Send and manage private messages for you",
}
EVERY_SCOPE = frozenset(WORDS)

# By scopes, the operations that ask for all of them. What is not here asks for none.
_ASKED: Mapping[str, str] = {
    "tweet.read users.read": """
        GET /2/communities/search
        GET /2/news/search
        GET /2/news/{id}
        GET /2/tweets
        GET /2/tweets/analytics
        GET /2/tweets/search/recent
        GET /2/tweets/{id}
        GET /2/tweets/{id}/quote_tweets
        GET /2/tweets/{id}/retweeted_by
        GET /2/tweets/{id}/retweets
        GET /2/users
        GET /2/users/by
        GET /2/users/by/username/{username}
        GET /2/users/me
        GET /2/users/personalized_trends
        GET /2/users/search
        GET /2/users/{id}
        GET /2/users/{id}/affiliates
        GET /2/users/{id}/mentions
        GET /2/users/{id}/timelines/reverse_chronological
        GET /2/users/{id}/tweets
    """,
    "dm.write tweet.read users.read": """
        POST /2/chat/conversations/group
        POST /2/chat/conversations/{id}/keys
        POST /2/chat/conversations/{id}/members
        POST /2/chat/conversations/{id}/messages
        POST /2/chat/conversations/{id}/messages/delete
        POST /2/chat/conversations/{id}/read
        POST /2/chat/conversations/{id}/typing
        POST /2/dm_conversations
        POST /2/dm_conversations/with/{participant_id}/messages
        POST /2/dm_conversations/{dm_conversation_id}/messages
        POST /2/users/{id}/dm/block
        POST /2/users/{id}/dm/unblock
        POST /2/users/{id}/public_keys
    """,
    "media.write": """
        POST /2/chat/media/upload/initialize
        POST /2/chat/media/upload/{id}/append
        POST /2/chat/media/upload/{id}/finalize
        GET /2/chat/media/{id}/{media_hash_key}
        POST /2/media/metadata
        DELETE /2/media/subtitles
        POST /2/media/subtitles
        GET /2/media/upload
        POST /2/media/upload
        POST /2/media/upload/initialize
        POST /2/media/upload/{id}/append
        POST /2/media/upload/{id}/finalize
    """,
    "list.read tweet.read users.read": """
        GET /2/communities/{id}
        GET /2/lists/{id}
        GET /2/lists/{id}/followers
        GET /2/lists/{id}/members
        GET /2/lists/{id}/tweets
        GET /2/users/{id}/followed_lists
        GET /2/users/{id}/list_memberships
        GET /2/users/{id}/owned_lists
        GET /2/users/{id}/pinned_lists
    """,
    "dm.read tweet.read users.read": """
        GET /2/chat/conversations/{id}
        GET /2/chat/conversations/{id}/events
        GET /2/dm_conversations/with/{participant_id}/dm_events
        GET /2/dm_conversations/{id}/dm_events
        GET /2/dm_events
        GET /2/dm_events/{event_id}
        GET /2/users/public_keys
        GET /2/users/{id}/public_keys
    """,
    "list.write tweet.read users.read": """
        DELETE /2/lists/{id}
        PUT /2/lists/{id}
        POST /2/lists/{id}/members
        DELETE /2/lists/{id}/members/{user_id}
        POST /2/users/{id}/followed_lists
        DELETE /2/users/{id}/followed_lists/{list_id}
        POST /2/users/{id}/pinned_lists
        DELETE /2/users/{id}/pinned_lists/{list_id}
    """,
    "broadcast.read broadcast.write": """
        POST /2/broadcasts/scheduled
        DELETE /2/broadcasts/scheduled/{id}
        PUT /2/broadcasts/scheduled/{id}
        POST /2/broadcasts/scheduled/{id}/live
        POST /2/broadcasts/{id}/chat
        POST /2/broadcasts/{id}/chat/mutes
        DELETE /2/broadcasts/{id}/chat/mutes/{user_id}
        DELETE /2/broadcasts/{id}/chat/{message_id}
    """,
    "tweet.read": """
        GET /2/insights/28hr
        GET /2/insights/historical
        GET /2/media
        GET /2/media/analytics
        GET /2/media/{media_key}
        GET /2/notes/search/notes_written
        GET /2/notes/search/posts_eligible_for_notes
    """,
    "tweet.write": """
        POST /2/articles/draft
        POST /2/articles/{article_id}/publish
        POST /2/evaluate_note
        POST /2/notes
        POST /2/notes/evaluate
        DELETE /2/notes/{id}
    """,
    "space.read tweet.read users.read": """
        GET /2/spaces
        GET /2/spaces/by/creator_ids
        GET /2/spaces/search
        GET /2/spaces/{id}
        GET /2/spaces/{id}/buyers
        GET /2/spaces/{id}/tweets
    """,
    "broadcast.read": """
        GET /2/broadcasts
        GET /2/broadcasts/scheduled
        GET /2/broadcasts/scheduled/{id}
        GET /2/broadcasts/{id}
        GET /2/broadcasts/{id}/chat
    """,
    "tweet.read tweet.write users.read": """
        POST /2/tweets
        DELETE /2/tweets/{id}
        POST /2/users/{id}/retweets
        DELETE /2/users/{id}/retweets/{source_tweet_id}
    """,
    "dm.read dm.write tweet.read users.read": """
        GET /2/account_activity/webhooks/{webhook_id}/subscriptions/all
        POST /2/account_activity/webhooks/{webhook_id}/subscriptions/all
    """,
    "like.read tweet.read users.read": """
        GET /2/tweets/{id}/liking_users
        GET /2/users/{id}/liked_tweets
    """,
    "bookmark.read tweet.read users.read": """
        GET /2/users/{id}/bookmarks
        GET /2/users/{id}/bookmarks/folders/{folder_id}
    """,
    "bookmark.write tweet.read users.read": """
        POST /2/users/{id}/bookmarks
        DELETE /2/users/{id}/bookmarks/{tweet_id}
    """,
    "follows.read tweet.read users.read": """
        GET /2/users/{id}/followers
        GET /2/users/{id}/following
    """,
    "follows.write tweet.read users.read": """
        POST /2/users/{id}/following
        DELETE /2/users/{source_user_id}/following/{target_user_id}
    """,
    "like.write tweet.read users.read": """
        POST /2/users/{id}/likes
        DELETE /2/users/{id}/likes/{tweet_id}
    """,
    "mute.write tweet.read users.read": """
        POST /2/users/{id}/muting
        DELETE /2/users/{source_user_id}/muting/{target_user_id}
    """,
    "like.read tweet.read": """
        GET /2/activity/subscriptions
    """,
    "dm.read users.read": """
        GET /2/chat/conversations
    """,
    "dm.write": """
        POST /2/chat/conversations/group/initialize
    """,
    "dm.read": """
        GET /2/dm_conversations/media/{dm_id}/{media_id}/{resource_id}
    """,
    "dm.read dm.write": """
        DELETE /2/dm_events/{event_id}
    """,
    "list.read list.write tweet.read users.read": """
        POST /2/lists
    """,
    "tweet.moderate.write tweet.read users.read": """
        PUT /2/tweets/{tweet_id}/hidden
    """,
    "timeline.read tweet.read": """
        GET /2/users/reposts_of_me
    """,
    "block.read tweet.read users.read": """
        GET /2/users/{id}/blocking
    """,
    "bookmark.read users.read": """
        GET /2/users/{id}/bookmarks/folders
    """,
    "mute.read tweet.read users.read": """
        GET /2/users/{id}/muting
    """,
    "bookmark.write users.read": """
        POST /2/users/{id}/bookmarks/folders
    """,
}


def asked_for(operation: str) -> frozenset[str]:
    """The scopes that an operation, named like "POST /2/tweets", wants of a user access token."""
    return _SCOPES.get(_nameless(operation), frozenset())


def level_of(scopes: frozenset[str]) -> Literal["read", "write", "messages"]:
    """The level of OAuth 1.0a that does what these scopes do: it knows no finer ones."""
    if any(scope.startswith("dm.") for scope in scopes):
        return "messages"
    return "write" if any(scope.endswith(".write") for scope in scopes) else "read"


def _nameless(operation: str) -> str:
    # The two descriptions call the same part of a path by different names.
    return re.sub(r"\{\w+\}", "{}", operation)


_SCOPES = {
    _nameless(operation.strip()): frozenset(scopes.split())
    for scopes, operations in _ASKED.items()
    for operation in operations.strip().splitlines()
}
