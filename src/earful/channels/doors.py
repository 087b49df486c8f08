"""The door at which a network calls for one channel: an address that nobody can guess."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models

from earful.core.connector import Refused

LONGEST_ADDRESS: Final = 200
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_NO_ORIGIN: Final = (
    "A webhook needs the address at which the network reaches this desk: set EARFUL_ORIGIN to it, public, by https and "
    "without a port; or choose the stream in place of the webhook."
)


def new_token() -> str:
    return secrets.token_urlsafe(32)


class Door(models.Model):
    """Where a network calls for a channel. `hook` is under which id the network knows it ("": not yet), `called_at`
    when it called last and proved itself, or had us prove ourselves.
    """

    channel = models.OneToOneField("channels.Channel", on_delete=models.CASCADE, primary_key=True, related_name="door")
    token = models.CharField(max_length=64, unique=True, default=new_token)
    hook = models.CharField(max_length=40, blank=True)
    called_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"door of channel {self.pk}"

    @property
    def path(self) -> str:
        return f"/hooks/{self.channel.network}/{self.token}/"


def door_of(channel_id: int) -> Door:
    """The channel's door, made if there is none."""
    door, _ = Door.objects.select_related("channel").get_or_create(channel_id=channel_id)
    return door


def address(door: Door) -> str:
    """The address to give to the network; raises Refused, with what to set, if it could not call there.

    A pretend network on this very machine calls the desk on this machine as well.
    """
    origin = settings.LOCAL if urlsplit(door.channel.api).hostname in _LOOPBACK and settings.LOCAL else settings.ORIGIN
    parts = urlsplit(origin)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    public = parts.scheme == "https" and parts.hostname and not parts.port
    found = origin.rstrip("/") + door.path
    if not (local or public) or len(found) > LONGEST_ADDRESS:
        raise Refused(_NO_ORIGIN)
    return found
