"""Encrypted messages, of which X lets us know that they are there: never nothing, and never their words.

Their conversation is the one in which the same two write unencrypted ones, so both stand in one case.
"""

import re
from typing import Final
from urllib.parse import urlencode

from earful.connectors.x.event_frames import Chat, Happened
from earful.connectors.x.reading.ids import checked, conversation_of, from_milliseconds, is_id
from earful.connectors.x.reading.payloads import payload
from earful.connectors.x.reading.posts import NETWORK
from earful.core.connector import Unreadable
from earful.core.post import Arrival, Author, Link, Post

_CHAT_ID = re.compile(r"[0-9A-Za-z-]{1,80}\Z")
_WAITING: Final = "An encrypted message is waiting on X. It can be read and answered there alone: {}"
_SENT: Final = "An encrypted message was sent on X. It can be read there alone: {}"


def encrypted(happened: Happened, site: str) -> Arrival:
    """The private post that stands for an encrypted message, with the way to it."""
    chat = payload(happened, Chat)
    if not _CHAT_ID.match(chat.id):
        raise Unreadable(f"{chat.id[:40]!r} is not an id of an encrypted message")
    sender, others = checked(chat.sender_id), _others(chat)
    way, words = _way(chat, others, happened, site), _SENT if happened.event_type == "chat.sent" else _WAITING
    post = Post(
        network=NETWORK,
        id=f"chat-{chat.id}",
        version=chat.id,
        author=Author(sender),
        text=words.format(way),
        created_at=from_milliseconds(chat.created_at_msec),
        root=_root(chat, others),
        recipient=others[0] if len(others) == 1 else "",
        links=(Link(way, way, way),),
        private=True,
        encrypted=True,
    )
    return Arrival(kind="message", id=post.id, post=post)


def _people(chat: Chat) -> list[str]:
    """The two of a conversation between two. X writes their ids with a colon in events, with a hyphen in addresses."""
    people = re.split("[:-]", chat.conversation_id)
    return people if len(people) == 2 and all(map(is_id, people)) else []


def _others(chat: Chat) -> list[str]:
    return [person for person in _people(chat) if person != chat.sender_id]


def _root(chat: Chat, others: list[str]) -> str:
    if others:
        return conversation_of(*_people(chat))
    return f"chat-{re.sub('[^0-9A-Za-z]', '-', chat.conversation_id)[:60] or chat.id}"


def _way(chat: Chat, others: list[str], happened: Happened, site: str) -> str:
    """The page of X that opens the conversation with the other one; that of all conversations for a group's."""
    other = others[0] if happened.event_type == "chat.sent" and others else chat.sender_id
    return f"{site}/messages/compose?{urlencode({'recipient_id': other})}" if others else f"{site}/messages"
