"""What the API tells about a private message, field by field, in the tweet vocabulary."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from earful.sandbox.anatomy import untouched
from earful.sandbox.messages import Message
from earful.sandbox.post_fields import Shape
from earful.sandbox.snowflake import MAX_ID, written

SHARED = re.compile(r"/status/([0-9]{1,19})\b", re.ASCII)

if TYPE_CHECKING:
    from earful.sandbox.media.uploads import Upload
    from earful.sandbox.world import World


def attached(world: "World", message: Message) -> "Upload | None":
    """The file that a message carries."""
    return world.uploads.find(message.media) if message.media else None


def address(world: "World", message: Message, upload: "Upload") -> str:
    """Where X says that an attachment lies. Its last three parts are those of the operation that downloads it."""
    return f"{world.public_url}/1.1/ton/data/dm/{message.id}/{upload.id}/{upload.resource}"


def _attachments(world: "World", message: Message) -> Shape | None:
    upload = attached(world, message)
    return {"media_keys": [upload.key]} if upload else None


def _people(_: "World", message: Message) -> list[str]:
    # X tells who takes part in a conversation of two with every message, in a group only who came and went.
    return [str(one) for one in message.people or (() if message.group else (message.low, message.high))]


def shared(message: Message) -> list[int]:
    """The posts that a message has links to."""
    return list(dict.fromkeys(min(int(one), MAX_ID) for one in SHARED.findall(message.text)))


def _shared(world: "World", message: Message) -> list[Shape]:
    return [{"id": str(one)} for one in shared(message) if world.posts.find(one)]


def _entities(world: "World", message: Message) -> Shape:
    return untouched(message.text, world.accounts.named)


DM_FIELDS: dict[str, Callable[["World", Message], Any]] = {
    "id": lambda _, message: str(message.id),
    "event_type": lambda _, message: message.kind,
    "text": lambda _, message: message.text,
    "sender_id": lambda _, message: str(message.sender),
    "created_at": lambda _, message: written(message.id),
    "dm_conversation_id": lambda _, message: message.conversation,
    "participant_ids": _people,
    "attachments": _attachments,
    "referenced_tweets": _shared,
    "entities": _entities,
}
DM_FIELDS["referenced_tweets.id"] = DM_FIELDS["referenced_tweets"]
DM_FIELDS["attachments.media_keys"] = DM_FIELDS["attachments"]
