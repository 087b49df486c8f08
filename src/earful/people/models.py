"""Agents, contacts and identities."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone

from earful.connectors.registry import CONNECTORS


class Agent(AbstractUser):
    """Somebody of ours who signs in and answers."""

    initials = models.CharField(max_length=4, blank=True)

    class Meta(AbstractUser.Meta):
        indexes = []

    @property
    def shown_name(self) -> str:
        return self.get_full_name() or self.username

    @property
    def may_link(self) -> bool:
        """Whether they may give the desk an account to speak with, and take it away."""
        return self.is_active and (self.is_staff or self.is_superuser)

    @property
    def signature(self) -> str:
        """How an agent signs in public, as care teams do: ^DK."""
        return f"^{self.initials}" if self.initials else ""


class Contact(models.Model):
    """A person who writes to us. Has identities; they are joined only by evidence and consent."""

    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name or f"contact {self.pk}"


class Identity(models.Model):
    """A person's account on one network, as last seen. (network, account_id) is the network's own key."""

    network = models.CharField(max_length=20)
    account_id = models.CharField(max_length=100)
    handle = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200, blank=True)
    avatar = models.CharField(max_length=500, blank=True)
    followers = models.BigIntegerField(null=True)
    verified = models.BooleanField(default=False)
    protected = models.BooleanField(default=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="identities")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["network", "account_id"], name="one_identity_per_account"),
        ]
        # The filter of the inbox looks for the beginnings of names, whatever their case.
        indexes = [
            models.Index(OpClass(Upper("handle"), name="text_pattern_ops"), name="identity_handle"),
            models.Index(OpClass(Upper("name"), name="text_pattern_ops"), name="identity_name"),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}" if self.handle else self.account_id

    @property
    def shown_name(self) -> str:
        """Their name, else their handle; somebody of whom nothing is known yet has neither."""
        return self.name or self.handle or f"Someone on {_called(self.network)}"


def _called(network: str) -> str:
    return CONNECTORS[network].name if network in CONNECTORS else network


class SignInLink(models.Model):
    """A link that signs an agent in once, within its time. Only the digest of its secret is kept."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link for {self.agent}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.digest:
            raise ValueError("A sign-in link without a secret would let anybody in.")
        super().save(*args, **kwargs)
