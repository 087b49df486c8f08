"""What an event tells, decoded once its kind is known."""

from typing import Any, TypeVar

import msgspec

from earful.connectors.x.event_frames import Happened
from earful.core.connector import Unreadable

T = TypeVar("T")

_decoders: dict[type, Any] = {}


def payload(happened: Happened, shape: type[T]) -> T:
    """What the event tells, in its kind's shape."""
    try:
        return _decoder(shape).decode(happened.payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{happened.event_type} in a shape that X does not use: {str(error)[:200]}") from error


def _decoder(shape: type[T]) -> "msgspec.json.Decoder[T]":
    if shape not in _decoders:
        _decoders[shape] = msgspec.json.Decoder(shape)
    decoder: msgspec.json.Decoder[T] = _decoders[shape]
    return decoder
