"""A channel of ours on a pretend X: linked there, and what mentions it heard; and what must come, waited for."""

import time
from collections.abc import Callable
from typing import Final

from building import brand, hear
from earful.channels import access
from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.connector import Ear
from sandbox.practice import Brand

TIMELINE: Final = Ear("mentions", held=False)
PATIENCE_S: Final = 60.0


def until(what: Callable[[], object], otherwise: str = "it never came", *, patience: float = PATIENCE_S) -> None:
    """Wait for something, so many seconds at most."""
    end = time.monotonic() + patience
    while not what():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)


def linked_to(us: Brand) -> Channel:
    """Our account on the pretend X, linked with its real keys."""
    channel = brand(account_id=us.id, handle=us.username, api=us.url, site=us.url)
    channel.seal_tokens(app=us.app_token, user=us.user.headers["authorization"].removeprefix("Bearer "))
    return channel


def listen(channel: Channel) -> None:
    """Hear what mentions us."""
    account, connector = access.account_of(channel), connector_for("x")
    with access.exchange() as wire:
        hear(channel, *wire.run(account, connector.poll(account, TIMELINE, "")).frames)
