"""What opens a channel, sealed: the keys of our app, the grant of its account, and linkings under way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils import timezone

from earful.channels.keys import AppKeys, opened, sealed
from earful.core.connector import Account
from earful.core.linking import Grant
from earful.vault import seal, unseal
from earful.vault.fields import SealedField

# A token with less than this left is renewed before it is used: longer than any talk with a network takes.
MARGIN: Final = timedelta(minutes=10)


class Credentials(models.Model):
    """The keys of one channel.

    A token and what renews it are sealed as one: a pair is stored whole or not at all. `former_sealed` is the pair
    before it, kept until the new one has opened something. `renewing_at` is set before the network is asked for a new
    pair and cleared with its answer; found set, it says that an answer was lost. With `lost_at` the channel rests.
    """

    channel = models.OneToOneField(
        "channels.Channel", on_delete=models.CASCADE, primary_key=True, related_name="credentials"
    )
    app_sealed = SealedField(blank=True)
    grant_sealed = SealedField(blank=True)
    former_sealed = SealedField(blank=True)
    kind = models.CharField(max_length=6, default="oauth2", choices=[("oauth2", "OAuth 2.0"), ("oauth1", "OAuth 1.0a")])
    renews = models.BooleanField(default=False)
    scopes = models.CharField(max_length=1000, blank=True)
    expires_at = models.DateTimeField(null=True)
    linked_at = models.DateTimeField(default=timezone.now)
    linked_by = models.CharField(max_length=150, blank=True)
    refreshed_at = models.DateTimeField(null=True)
    renewing_at = models.DateTimeField(null=True)
    renew_after = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)
    lost_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "credentials"

    def __str__(self) -> str:
        return f"credentials of channel {self.pk}"

    @property
    def app(self) -> AppKeys:
        return opened(self.app_sealed, AppKeys) or AppKeys()

    @property
    def grant(self) -> Grant | None:
        return opened(self.grant_sealed, Grant)

    @property
    def former(self) -> Grant | None:
        return opened(self.former_sealed, Grant)

    @property
    def granted(self) -> frozenset[str]:
        """The scopes that were granted; empty where nobody told."""
        return frozenset(self.scopes.split())

    def ageing(self, now: datetime) -> bool:
        """Whether the token is to be renewed before it is used."""
        return self.renews and self.expires_at is not None and self.expires_at - now < MARGIN

    def expired(self, now: datetime) -> bool:
        """Whether the token opens nothing any more."""
        return self.expires_at is not None and self.expires_at <= now

    def opened_for(self, account: Account) -> Account:
        """The account with every key in its place; raises vault.Unopenable."""
        grant = self.grant or Grant("")
        return replace(self.app.on(account), user_token=grant.token, user_secret=grant.secret, scopes=self.granted)

    def keep_app(self, keys: AppKeys) -> None:
        """Put away the keys of our app."""
        self.app_sealed = sealed(keys)
        self.save(update_fields=["app_sealed"])

    def link(self, grant: Grant, *, by: str) -> None:
        """Begin anew with a grant that somebody has just given: nothing of the one before is kept, no loss either."""
        self.linked_at, self.linked_by = timezone.now(), by
        self.former_sealed, self.refreshed_at = "", None
        self.lost_at, self.lost_reason = None, ""
        self._hold(grant)
        self.save()

    def renewed(self, grant: Grant) -> None:
        """Keep a renewed grant, the one before it beside it, in one statement; nothing if somebody linked meanwhile."""
        before = self.grant_sealed
        self.former_sealed, self.refreshed_at = before, timezone.now()
        self._hold(grant)
        kept = {name: getattr(self, name) for name in _RENEWED}
        type(self).objects.filter(pk=self.pk, grant_sealed=before).update(**kept)

    def empty(self) -> None:
        """Destroy every key."""
        self.app_sealed = self.grant_sealed = self.former_sealed = self.scopes = ""
        self.renews, self.expires_at, self.renewing_at, self.renew_after = False, None, None, None
        self.save()

    def _hold(self, grant: Grant) -> None:
        self.grant_sealed, self.kind, self.renews = sealed(grant), grant.kind, bool(grant.refresh)
        self.scopes, self.expires_at = " ".join(sorted(grant.scopes)), grant.expires_at
        self.renewing_at = self.renew_after = None


class Attempt(models.Model):
    """A linking under way: somebody was sent to the network, and comes back with its `state` and a code, once.

    `state` and `session` are kept as digests, what proves that we began it (PKCE's verifier) and the app's keys as they
    were typed in are sealed. `channel` is the channel that is linked again, None for a new one.
    """

    state = models.CharField(max_length=64, unique=True)
    session = models.CharField(max_length=64)
    channel = models.ForeignKey("channels.Channel", null=True, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=20)
    api = models.CharField(max_length=200)
    site = models.CharField(max_length=200)
    settings = models.JSONField(default=dict)
    app_sealed = SealedField(blank=True)
    verifier_sealed = SealedField()
    callback = models.CharField(max_length=500)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"linking of {self.network} under way"

    def seal(self, keys: AppKeys, verifier: str) -> None:
        """Put away what the way back needs; save() afterwards."""
        self.app_sealed, self.verifier_sealed = sealed(keys), seal(verifier)

    @property
    def account(self) -> Account:
        """Our app on that network, before anybody's account; raises vault.Unopenable."""
        keys = opened(self.app_sealed, AppKeys) or AppKeys()
        return keys.on(Account("", "", self.api, self.site, settings=self.settings))

    @property
    def verifier(self) -> str:
        return unseal(self.verifier_sealed)


_RENEWED: Final = (
    "grant_sealed",
    "former_sealed",
    "refreshed_at",
    "kind",
    "renews",
    "scopes",
    "expires_at",
    "renewing_at",
    "renew_after",
)
