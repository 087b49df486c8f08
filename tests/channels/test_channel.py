"""Channels: keys sealed at rest, and ears that say how they are."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from building import brand, minutes_ago
from earful.channels.access import account_of
from earful.channels.models import Channel, Credentials, Hearing
from earful.vault import Unopenable


def test_keys_lie_sealed_and_come_out_whole(db: None) -> None:
    brand(settings={"tier": "enterprise"})
    row = Credentials.objects.values().get()
    assert "user-key" not in str(row)
    account = account_of(Channel.objects.get())
    assert (account.app_token, account.user_token) == ("app-key", "user-key")
    assert account.settings == {"tier": "enterprise"}
    assert "user-key" not in repr(account)


def test_what_reads_needs_no_keys(db: None) -> None:
    channel = brand()
    Credentials.objects.update(grant_sealed="sealed with a key that is gone")
    assert (channel.keyless.id, channel.keyless.user_token) == (channel.account_id, "")
    with pytest.raises(Unopenable):
        account_of(channel)


def test_an_account_is_one_channel(db: None) -> None:
    brand()
    with pytest.raises(IntegrityError), transaction.atomic():
        brand()


def test_an_ear_without_a_sign_of_life_for_three_minutes_is_silent(db: None) -> None:
    hearing = Hearing(channel=brand(), ear="stream")
    assert hearing.silent
    hearing.alive_at = minutes_ago(2)
    assert not hearing.silent
    hearing.alive_at = timezone.now() - timedelta(minutes=3, seconds=1)
    assert hearing.silent
