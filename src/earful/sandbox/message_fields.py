"""What the API tells about a private message, field by field, in the tweet vocabulary."""

from collections.abc import Callable
from typing import Any

from earful.sandbox.messages import Message
from earful.sandbox.snowflake import written

DM_FIELDS: dict[str, Callable[[Message], Any]] = {
    "id": lambda message: str(message.id),
    "event_type": lambda _: "MessageCreate",
    "text": lambda message: message.text,
    "sender_id": lambda message: str(message.sender),
    "created_at": lambda message: written(message.id),
    "dm_conversation_id": lambda message: message.conversation,
    "participant_ids": lambda message: [str(message.low), str(message.high)],
}
