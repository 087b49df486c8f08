"""The wire: the only part of the house to talk HTTP. It drives connectors' talks and holds streams open."""

from earful.wire.buckets import Buckets
from earful.wire.exchange import Exchange
from earful.wire.streams import StreamRefused, hold

__all__ = ["Buckets", "Exchange", "StreamRefused", "hold"]
