"""Events of private conversations, as X's older API for them tells them."""

import re

from earful.connectors.x.frames import Item
from earful.connectors.x.reading.around import Around
from earful.connectors.x.reading.ids import checked, from_snowflake
from earful.connectors.x.reading.people import author
from earful.connectors.x.reading.posts import NETWORK, found, plain
from earful.core.connector import Unreadable
from earful.core.post import Arrival, Post

_CONVERSATION = re.compile(r"[0-9]{1,19}(?:-[0-9]{1,19})?\Z")


def message(item: Item, around: Around) -> Arrival:
    """A private message; what else happens in a conversation is harmless."""
    if item.event_type != "MessageCreate":
        return Arrival(kind="other", id=item.id, note=item.event_type)
    sender, talk = item.sender_id, item.dm_conversation_id
    if talk and not _CONVERSATION.match(talk):
        raise Unreadable(f"{talk[:40]!r} is not a conversation of X")
    others = [person for person in _people(item) if person != sender]
    post = Post(
        network=NETWORK,
        id=f"dm-{checked(item.id)}",
        version=item.id,
        author=author(sender and checked(sender), around.users),
        text=plain(item.text),
        created_at=item.created_at or from_snowflake(item.id),
        root=f"dm-{talk or item.id}",
        recipient=checked(others[0]) if others else "",
        private=True,
        **(found(item.entities, item) if item.entities else {}),
        media=around.media(item.attachments.media_keys) if item.attachments else (),
    )
    return Arrival(kind="message", id=post.id, post=post)


def _people(item: Item) -> list[str]:
    """Who takes part in a conversation. The id of one between two names both; a group's names nobody."""
    if item.participant_ids:
        return item.participant_ids
    talk = item.dm_conversation_id
    return talk.split("-") if "-" in talk else []
