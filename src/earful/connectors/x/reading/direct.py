"""Private messages as the Activity API tells them: in the shape of X's API 1.1, times in milliseconds as text."""

from collections.abc import Mapping
from typing import Any

from earful.connectors.x.event_frames import (
    DirectCreate,
    DirectData,
    DirectEvent,
    DirectMedia,
    DirectMessages,
    Happened,
)
from earful.connectors.x.frames import User
from earful.connectors.x.reading.ids import checked, conversation_of, from_milliseconds
from earful.connectors.x.reading.payloads import payload
from earful.connectors.x.reading.people import author
from earful.connectors.x.reading.posts import NETWORK, plain
from earful.core.post import Arrival, Link, Media, Post


def direct_messages(happened: Happened) -> list[Arrival]:
    """The messages of an event; what else happens in a conversation is harmless."""
    told = payload(happened, DirectMessages)
    users = {key: wrapped.bare for key, wrapped in told.users.items()}
    return [_arrival(each, users, happened) for each in told.direct_message_events]


def _arrival(event: DirectEvent, users: Mapping[str, User], happened: Happened) -> Arrival:
    if event.message_create is None:
        return Arrival(kind="other", id=checked(event.id), note=event.type or happened.event_type)
    post = _post(event, event.message_create, users)
    return Arrival(kind="message", id=post.id, post=post)


def _post(event: DirectEvent, message: DirectCreate, users: Mapping[str, User]) -> Post:
    sender, recipient = checked(message.sender_id), checked(message.target.recipient_id)
    return Post(
        network=NETWORK,
        id=f"dm-{checked(event.id)}",
        version=event.id,
        author=author(sender, users),
        text=plain(message.message_data.text),
        created_at=from_milliseconds(event.created_timestamp),
        root=conversation_of(sender, recipient),
        recipient=recipient,
        private=True,
        **_found(message.message_data),
    )


def _found(data: DirectData) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if said := data.entities:
        more["links"] = tuple([Link(each.url, each.expanded_url, each.display_url) for each in said.urls])
        more["mentions"] = tuple(dict.fromkeys([m.screen_name.lower() for m in said.user_mentions if m.screen_name]))
        more["hashtags"] = tuple([each.text for each in said.hashtags])
    if data.attachment and data.attachment.media:
        more["media"] = (_media(data.attachment.media),)
    return more


def _media(media: DirectMedia) -> Media:
    size, film = media.sizes.get("large"), media.video_info
    films = [each for each in film.variants if each.bitrate is not None] if film else []
    best = max(films, key=lambda each: each.bitrate or 0).url if films else ""
    return Media(
        media.type,
        best or media.media_url_https,
        media.media_url_https if best else "",
        media.ext_alt_text or "",
        size.w if size else 0,
        size.h if size else 0,
        film.duration_millis / 1000 if film else 0.0,
    )
