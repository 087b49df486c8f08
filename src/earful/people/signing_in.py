"""Ways in: one-time links, and nobody who was not invited."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.utils import timezone

from earful.people.models import Agent, SignInLink

LINK_LASTS = timedelta(hours=12)


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing up is closed: agents are made by an administrator or by `earful up`."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False


def one_time_link(agent: Agent) -> str:
    """A secret that `sign_in_by_link` takes once within twelve hours. The desk keeps its digest alone."""
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(agent=agent, digest=_digest(secret), expires_at=timezone.now() + LINK_LASTS)
    return secret


def redeem(secret: str) -> Agent | None:
    """The agent whose link this is, used up by this call; None if unknown, used or too old.

    A guarded UPDATE settles who was first when two browsers open the same link at once. Its guards are the
    row's own columns: a condition on another table makes them a subquery, which a second UPDATE that had to
    wait for the first does not ask again.
    """
    if not secret:
        return None
    links = SignInLink.objects.filter(digest=_digest(secret), agent__is_active=True)
    link, now = links.select_related("agent").first(), timezone.now()
    if link is None:
        return None
    unused = SignInLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    return link.agent if unused.update(used_at=now) else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
