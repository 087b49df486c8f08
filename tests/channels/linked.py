"""Channels linked by OAuth 2.0, and what a network's token endpoint says to them."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from building import US, brand
from earful.channels.keys import AppKeys
from earful.channels.models import Channel, Credentials
from earful.core.linking import Grant
from wire.listeners import Behaviour, says

SCOPES = frozenset({"tweet.read", "tweet.write", "users.read", "offline.access"})
KEYS = AppKeys("app-key", "consumer", "consumer-secret", "client", "client-secret")


def linked(base: str, *, minutes: float = 120, **grant: Any) -> Channel:
    """A channel whose network is at `base`, its access with so many minutes left."""
    channel = brand(api=base, site=base)
    held = Credentials.objects.get(channel=channel)
    held.keep_app(KEYS)
    lasts = timezone.now() + timedelta(minutes=minutes)
    said: dict[str, Any] = {"token": "access-1", "refresh": "refresh-1", "expires_at": lasts, "scopes": SCOPES}
    held.link(Grant(**said | grant), by="Dario")
    return channel


def held_by(channel: Channel) -> Credentials:
    """The channel's keys as they lie there now."""
    return Credentials.objects.get(channel=channel)


def gives(number: int, **more: Any) -> Behaviour:
    """A token endpoint that gives out the pair of this number."""
    pair = {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "expires_in": 7200}
    return says(json.dumps(pair | {"scope": " ".join(sorted(SCOPES))} | more).encode())


def refuses(error: str = "invalid_request", status: str = "400 Bad Request") -> Behaviour:
    """A token endpoint that says no."""
    return says(json.dumps({"error": error, "error_description": "No."}).encode(), status=status)


def knows_us(account: str = US, handle: str = "LumenHelp") -> Behaviour:
    """X's answer to "who am I"."""
    return says(json.dumps({"data": {"id": account, "username": handle, "name": "Lumen Help"}}).encode())
