"""What the Activity API can tell of, as a table, and what it takes to be told.

Kinds and scopes: the OpenAPI descriptions (`createActivitySubscription`) and X's pages on the Activity API.
"""

from collections.abc import Mapping

# Anybody's, by the app's own token: what every visitor of X can see.
_PUBLIC = """
    post.create post.delete follow.follow follow.unfollow spaces.start spaces.end broadcast.start broadcast.end
    profile.update.bio profile.update.profile_picture profile.update.banner_picture profile.update.screenname
    profile.update.geo profile.update.url profile.update.verified_badge profile.update.affiliate_badge
    profile.update.handle news.new oauth.revoke
"""

# Only one's own, by a token of that account: by scope, the kinds that ask for it.
_PRIVATE = {
    "tweet.read": "post.mention.create post.reply.create post.quote.create post.repost.create broadcast.chat",
    "dm.read": """
        dm.sent dm.received dm.indicate_typing dm.read chat.received chat.sent chat.conversation.join
        chat.conversation.member_added chat.conversation.member_removed chat.conversation.admin_added
        chat.conversation.admin_removed chat.update.group_name chat.update.restrictions
    """,
    "like.read": "like.create",
    "mute.read": "mute.mute mute.unmute",
    "block.read": "block.block block.unblock",
}

PUBLIC = frozenset(_PUBLIC.split())
PRIVATE: Mapping[str, str] = {kind: scope for scope, kinds in _PRIVATE.items() for kind in kinds.split()}

# An older name of the same kind: understood, never said.
OLD_NAMES = {"chat.conversation_join": "chat.conversation.join"}
DIRECTED = frozenset({"like.create", "follow.follow", "follow.unfollow"})
BY_KEYWORD = frozenset({"news.new"})
OF_THE_APP = frozenset({"oauth.revoke"})


def canonical(kind: str) -> str:
    """The name of a kind as answers and events say it; an unknown one stays as it is."""
    return OLD_NAMES.get(kind, kind)


def known(kind: str) -> bool:
    """Whether there is such a kind, under whichever name."""
    return canonical(kind) in PUBLIC or canonical(kind) in PRIVATE
