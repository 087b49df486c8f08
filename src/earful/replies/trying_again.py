"""When something is tried again that did not go through: a reply, or a deed on a post that is out."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from earful.channels import access
from earful.channels.models import Channel
from earful.core.connector import ConnectorError, LostAccess, TryLater

# Seconds, by how often it was tried; the last is repeated.
BACK_OFF: Final = (5, 15, 60, 300, 900)


def again_at(error: ConnectorError, channel: Channel, tries: int) -> datetime:
    """When the network says, if it does; at once where it waits for the account to be linked again, since nobody claims
    it before; else after a pause that grows.
    """
    if isinstance(error, TryLater) and error.at:
        return error.at
    if isinstance(error, LostAccess) and access.rests(channel):
        return timezone.now()
    return timezone.now() + pause(tries)


def waits(error: ConnectorError) -> bool:
    """Whether it only waits for a time that is known (credit, a limit, a network with trouble): no try that failed."""
    return isinstance(error, TryLater) and error.at is not None


def pause(tries: int) -> timedelta:
    """How long to rest after so many tries, at least one."""
    return timedelta(seconds=BACK_OFF[min(max(tries, 1), len(BACK_OFF)) - 1])
