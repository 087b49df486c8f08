"""Where a post can be seen on its network."""

from earful.channels.models import Channel
from earful.connectors.registry import CONNECTORS
from earful.console.pieces import safe_address


def permalink(channel: Channel | None, post_id: str, handle: str) -> str:
    """The public page of a post that `channel` knows of; "" where nothing tells it. Needs none of the channel's keys.

    `handle` is its author's, "" if it is not known: then the network finds the post by its id alone.
    """
    connector = CONNECTORS.get(channel.network) if channel else None
    if channel is None or connector is None:
        return ""
    address = connector.link(channel.keyless, post_id, handle)
    return address if safe_address(address) else ""
