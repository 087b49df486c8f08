"""Bytes of X in the shape that they should have; what an event tells is decoded once its kind is known."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from earful.connectors.x.event_frames import Happened
from earful.core.connector import Unreadable

T = TypeVar("T")

_decoders: dict[type, Any] = {}


def payload(happened: Happened, shape: type[T]) -> T:
    """What the event tells, in its kind's shape."""
    return decoded(_decoder(shape).decode, happened.payload, happened.event_type)


def decoded(decode: Callable[[Any], T], content: bytes | msgspec.Raw, what: str) -> T:
    """The content in a shape; raises Unreadable, with `what` it is, for any other."""
    try:
        return decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{what} in a shape that X does not use: {str(error)[:300]}") from error


def _decoder(shape: type[T]) -> "msgspec.json.Decoder[T]":
    if shape not in _decoders:
        _decoders[shape] = msgspec.json.Decoder(shape)
    decoder: msgspec.json.Decoder[T] = _decoders[shape]
    return decoder
