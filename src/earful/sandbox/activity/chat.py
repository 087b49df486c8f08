"""Encrypted conversations, as much as anybody outside sees of them: who, when, and bytes that say nothing.

X keeps them apart from private messages: no endpoint of those ever shows one.
"""

import base64
import secrets
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from earful.sandbox.accounts import Account
from earful.sandbox.activity.payloads import milliseconds
from earful.sandbox.shapes import Shape

if TYPE_CHECKING:
    from earful.sandbox.world import World

ChatKind = Literal["message", "join"]


def chat(world: "World", sender: Account, recipient: Account, kind: ChatKind = "message") -> Shape:
    """Let something happen in an encrypted conversation of two, and tell both sides; returns what was told."""
    payload = sealed(sender.id, recipient.id, world.clock())
    if kind == "join":
        world.happenings.chatted("chat.conversation.join", sender.id, payload)
    else:
        world.happenings.chatted("chat.sent", sender.id, payload)
        world.happenings.chatted("chat.received", recipient.id, payload)
    world.changes += 1
    return payload


def sealed(sender: int, recipient: int, now: float) -> Shape:
    """An event of a conversation, its ciphertext made up: nobody could read it anyway."""
    low, high = sorted((sender, recipient))
    version = milliseconds(now)
    return {
        "id": str(uuid4()),
        "conversation_id": f"{low}:{high}",
        "conversation_token": _blob(96),
        "conversation_key_version": version,
        "conversation_key_change_event": _blob(180),
        "created_at_msec": version,
        "sender_id": str(sender),
        "encoded_event": _blob(240),
        "message_event_signature": {
            "public_key_version": version,
            "signature": _blob(64),
            "signature_version": "7",
            "signing_public_key": _blob(91),
        },
    }


def _blob(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode()
