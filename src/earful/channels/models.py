"""Channel, Credentials and Hearing."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from earful.channels import SILENT_AFTER
from earful.channels.credentials import Attempt, Credentials
from earful.channels.doors import Door
from earful.channels.keys import AppKeys
from earful.channels.pricing import price_list, prices_today
from earful.core.connector import Account
from earful.core.linking import Grant
from earful.core.prices import PriceList
from earful.vault import Unopenable

__all__ = ["Attempt", "Channel", "ChannelState", "Credentials", "Door", "Hearing"]


class ChannelState(models.TextChoices):
    OK = "ok", "hearing"
    LOST_ACCESS = "lost_access", "link again"
    OUT_OF_CREDIT = "out_of_credit", "out of credit"
    OVER_BUDGET = "over_budget", "stopped by its budget"
    FAILING = "failing", "not reachable"
    RULE_REFUSED = "rule_refused", "a listening rule is refused"


class ChannelQuery(QuerySet["Channel"]):
    """Questions about channels."""

    def linked(self) -> ChannelQuery:
        """Those that are switched on and whose access is not lost; the others rest until they are linked again."""
        return self.filter(enabled=True).exclude(credentials__lost_at__isnull=False)


class Channel(models.Model):
    """One of our accounts on one network. `api` and `site` are its base addresses; its keys lie in `Credentials`."""

    network = models.CharField(max_length=20)
    account_id = models.CharField(max_length=100)
    handle = models.CharField(max_length=100)
    name = models.CharField(max_length=200, blank=True)
    api = models.CharField(max_length=200)
    site = models.CharField(max_length=200)
    settings = models.JSONField(default=dict, blank=True)
    enabled = models.BooleanField(default=True)
    practice = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ChannelQuery.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "account_id", "api"], name="one_channel_per_account"),
        ]

    def __str__(self) -> str:
        return f"@{self.handle} on {self.network}"

    def seal_tokens(self, *, app: str, user: str, **pairs: str) -> None:
        """Put away keys that last, as the pretend X hands them out: the app's, its pairs, and the account's. An account
        is linked otherwise (`channels.linking`).
        """
        held, _ = Credentials.objects.get_or_create(channel=self)
        held.keep_app(AppKeys(app_token=app, **pairs))
        held.link(Grant(user), by="")

    @property
    def keyless(self) -> Account:
        """This channel as a connector needs it to read what was heard: without its keys."""
        return Account(
            self.account_id,
            self.handle,
            self.api,
            self.site,
            settings=self.settings,
            channel=self.pk or 0,
            prices=prices_today(self.network, self.settings.get("prices")),
        )

    @property
    def billed_as(self) -> str:
        """Whom this channel's network bills: accounts that share a developer app share what was read today. The setting
        `app` names it, else the app's own keys do; without any, each account has an app of its own.
        """
        held = getattr(self, "credentials", None)
        try:
            keys = held.app if held else AppKeys()
        except Unopenable:
            keys = AppKeys()
        named = self.settings.get("app") or keys.consumer_key or keys.client_id
        return str(named or f"{self.account_id}@{self.api}")[:200]

    @property
    def price_list(self) -> PriceList:
        """What this channel pays, with the days from which it does."""
        return price_list(self.network, self.settings.get("prices"))

    @cached_property
    def as_granted(self) -> Account:
        """The same with the scopes that its account granted us, as far as they were told: what may be done as it."""
        granted = Credentials.objects.filter(channel=self.pk).values_list("scopes", flat=True).first() or ""
        return replace(self.keyless, scopes=frozenset(granted.split()))


class Hearing(models.Model):
    """How one ear of a channel is doing, and where it has read to. The cursor moves in the transaction that
    journals what was heard, and not before."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="hearings")
    ear = models.CharField(max_length=30)
    cursor = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=ChannelState.choices, default=ChannelState.OK)
    reason = models.CharField(max_length=500, blank=True)
    alive_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "ear"], name="one_hearing_per_ear")]

    def __str__(self) -> str:
        return f"{self.ear} of {self.channel}"

    @property
    def silent(self) -> bool:
        """Whether it has shown no sign of life for as long as `SILENT_AFTER`, or never."""
        return self.alive_at is None or timezone.now() - self.alive_at > SILENT_AFTER
