"""What happened to an account of ours or by it, as X's Activity API tells it by stream and by webhook.

Sources: "Event payloads" and the event types of X's documentation (2026). What a desk has no use for is understood
quietly; a kind that is not in these tables is kept for a version that knows it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from earful.connectors.x.event_frames import Change, EventIncludes, EventPost, Happened, Ref, Revoked
from earful.connectors.x.frames import Includes, Reference
from earful.connectors.x.reading.around import Around
from earful.connectors.x.reading.direct import direct_messages
from earful.connectors.x.reading.encrypted import encrypted
from earful.connectors.x.reading.ids import checked
from earful.connectors.x.reading.payloads import payload
from earful.connectors.x.reading.posts import arrival_of
from earful.core.connector import UnknownKind
from earful.core.post import Arrival, Author

# Kinds of which nothing comes: people's opinions of accounts, signs that somebody reads or types, shows and news.
_QUIET: Final = (
    "follow.", "mute.", "block.", "like.", "news.", "spaces.", "broadcast.", "dm.read", "dm.indicate_typing",
    "chat.conversation", "chat.update.", "profile.update.",
)  # fmt: skip


def event(happened: Happened, site: str) -> list[Arrival]:
    """The arrivals of one event. Raises UnknownKind for a kind that has no line here."""
    kind = happened.event_type
    if understand := _UNDERSTOOD.get(kind):
        return understand(happened, site)
    if kind.startswith(_QUIET):
        return [Arrival(kind="other", note=kind)]
    raise UnknownKind(f"an event of the kind {kind[:60]!r}")


def _posted(happened: Happened, site: str) -> list[Arrival]:
    item = payload(happened, EventPost)
    if answers := item.in_reply_to_tweet_id or item.in_reply_to_post_id:
        told = item.referenced_tweets or item.referenced_posts
        if not any(each.type == "replied_to" for each in told):
            item.referenced_tweets = [*told, Reference("replied_to", answers)]
    return [arrival_of(item, _around(happened.includes), ())]


def _deleted(happened: Happened, site: str) -> list[Arrival]:
    return [Arrival(kind="deletion", id=checked(payload(happened, Ref).id))]


def _messaged(happened: Happened, site: str) -> list[Arrival]:
    return direct_messages(happened)


def _chatted(happened: Happened, site: str) -> list[Arrival]:
    return [encrypted(happened, site)]


def _revoked(happened: Happened, site: str) -> list[Arrival]:
    told = payload(happened, Revoked)
    return [Arrival(kind="account", id=checked(told.user_id), change="revoked", at=told.date_time)]


def _renamed(field: str) -> Callable[[Happened, str], list[Arrival]]:
    """An account by another handle, name or picture. Who it is stands in the filter alone."""

    def renamed(happened: Happened, site: str) -> list[Arrival]:
        account = checked(happened.filter.user_id if happened.filter else "")
        shown: dict[str, Any] = {field: payload(happened, Change).after or ""}
        return [Arrival(kind="account", id=account, account=Author(account, **shown), note=happened.event_type)]

    return renamed


_UNDERSTOOD: Final[Mapping[str, Callable[[Happened, str], list[Arrival]]]] = {
    "post.create": _posted,
    "post.mention.create": _posted,
    "post.reply.create": _posted,
    "post.quote.create": _posted,
    "post.repost.create": _posted,
    "post.delete": _deleted,
    "dm.received": _messaged,
    "dm.sent": _messaged,
    "chat.received": _chatted,
    "chat.sent": _chatted,
    "oauth.revoke": _revoked,
    "profile.update.handle": _renamed("handle"),
    "profile.update.screenname": _renamed("name"),
    "profile.update.profile_picture": _renamed("avatar"),
}


def _around(told: EventIncludes | None) -> Around:
    if told is None:
        return Around(Includes())
    users = [each.bare for each in told.users]
    return Around(Includes(users, told.tweets, told.posts, told.media, told.places, told.polls))
