"""Linking an account: somebody is sent to the network, says yes there, and comes back with a code.

    address = begin("x", app, session=…, callback=…, scopes=…)      they go there
    linked = finish(state, code, session=…, by=…)                   they are back

What they come back with is bound to the session that sent them, works once, and for ten minutes. `keep` is the end of
every way to link: it asks the network whose the grant is, and makes the channel, or links it again.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from earful import pulse
from earful.channels.credentials import Attempt, Credentials
from earful.channels.keys import AppKeys
from earful.channels.models import Channel, ChannelState, Hearing
from earful.connectors.registry import LINKINGS, connector_for
from earful.core.connector import Account, ConnectorError
from earful.core.linking import Grant
from earful.core.post import Author
from earful.vault import Unopenable
from earful.wire import Exchange

log = structlog.get_logger("access")

LASTS: Final = timedelta(minutes=10)


class Stale(Exception):
    """What somebody came back with is not known here, was used, is too old, or belongs to another session."""


class OtherAccount(Exception):
    """They signed in to the network as `them`; the channel that was to be linked again is another account's."""

    def __init__(self, channel: Channel, them: Author) -> None:
        super().__init__(them.handle)
        self.channel, self.them = channel, them


@dataclass(frozen=True, slots=True)
class Linked:
    """A channel that can speak; `made` says that there was none for this account before."""

    channel: Channel
    made: bool


def begin(
    network: str,
    app: Account,
    *,
    session: str,
    callback: str,
    scopes: frozenset[str],
    again: Channel | None = None,
) -> str:
    """The network's page on which a person says yes; `app` carries our app's keys and the network's addresses.

    Raises ConnectorError where the network does not know the app by its consumer pair: now, and not when they are back.
    """
    with Exchange() as wire:
        keys = _complete(network, app, wire)
    now, state, verifier = timezone.now(), secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    Attempt.objects.filter(expires_at__lt=now).delete()
    attempt = Attempt(state=_digest(state), session=_digest(session), channel=again, network=network)
    attempt.api, attempt.site, attempt.settings = app.api, app.site, dict(app.settings)
    attempt.callback, attempt.expires_at = callback, now + LASTS
    attempt.seal(keys, verifier)
    attempt.save()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return LINKINGS[network].page(app, callback=callback, state=state, challenge=challenge, scopes=scopes)


def finish(state: str, code: str, *, session: str, by: str) -> Linked:
    """Change the code at once, for it lasts seconds, and keep what it stands for.

    Raises Stale, OtherAccount, ConnectorError, vault.Unopenable.
    """
    attempt = redeem(state, session)
    account, linking = attempt.account, LINKINGS[attempt.network]
    with Exchange() as wire:
        grant = wire.run(
            account, linking.redeem(account, code=code, verifier=attempt.verifier, callback=attempt.callback)
        )
    return keep(attempt.network, account, grant, by=by, again=attempt.channel)


def redeem(state: str, session: str) -> Attempt:
    """The linking that `state` belongs to, used up by this call; raises Stale."""
    now = timezone.now()
    mine = Attempt.objects.filter(state=_digest(state), session=_digest(session), used_at=None, expires_at__gt=now)
    if not mine.update(used_at=now):
        raise Stale
    attempt = Attempt.objects.select_related("channel").get(state=_digest(state))
    # Keys that were typed in lie with their channel from now on, or nowhere.
    Attempt.objects.filter(pk=attempt.pk).delete()
    return attempt


def keep(network: str, app: Account, grant: Grant, *, by: str, again: Channel | None = None) -> Linked:
    """Let the network say whose the grant is, and keep it sealed. Raises OtherAccount, ConnectorError."""
    account = replace(app, user_token=grant.token, user_secret=grant.secret, scopes=grant.scopes)
    with Exchange() as wire:
        keys = _complete(network, account, wire)
        us = wire.run(account, connector_for(network).who_am_i(account))
        if again is not None and us.id != again.account_id:
            _give_back(network, account, grant, wire)
            raise OtherAccount(again, us)
    linked = _kept(network, app, us, keys, grant, by)
    log.info("linked", channel=linked.channel.pk, made=linked.made, by=by)
    return linked


def unlink(channel: Channel, *, by: str) -> bool:
    """Give the grant back and destroy every key; cases and posts stay. False if the network could not be told."""
    told = _told_that_it_is_over(channel)
    now, reason = timezone.now(), f"Unlinked by {by}."
    with transaction.atomic():
        Channel.objects.filter(pk=channel.pk).update(enabled=False)
        for held in Credentials.objects.select_for_update().filter(channel=channel):
            held.lost_at, held.lost_reason = now, reason
            held.empty()
        Hearing.objects.filter(channel=channel).update(state=ChannelState.LOST_ACCESS, reason=reason)
        pulse.tell("channel", [channel.pk])
    log.info("unlinked", channel=channel.pk, by=by, told=told)
    return told


def _complete(network: str, account: Account, wire: Exchange) -> AppKeys:
    """The app's keys, its own token fetched where only the consumer pair was given."""
    keys = AppKeys.of(account)
    if keys.lacks_token:
        keys = replace(keys, app_token=wire.run(account, LINKINGS[network].app_token(account)))
    return keys


def _kept(network: str, app: Account, us: Author, keys: AppKeys, grant: Grant, by: str) -> Linked:
    shown = {"handle": us.handle, "name": us.name, "site": app.site, "enabled": True}
    practice = {"practice": bool(settings.SANDBOX_URL) and app.api == settings.SANDBOX_URL}
    with transaction.atomic():
        channel, made = Channel.objects.update_or_create(
            network=network,
            account_id=us.id,
            api=app.api,
            defaults=shown,
            create_defaults=shown | practice,
        )
        channel.settings = {**channel.settings, **app.settings}
        channel.save(update_fields=["settings"])
        held, _ = Credentials.objects.select_for_update().get_or_create(channel=channel)
        held.keep_app(keys)
        held.link(grant, by=by)
        Hearing.objects.filter(channel=channel, state=ChannelState.LOST_ACCESS).update(state=ChannelState.OK, reason="")
        pulse.tell("channel", [channel.pk])
    return Linked(channel, made)


def _told_that_it_is_over(channel: Channel) -> bool:
    held = Credentials.objects.filter(channel=channel).first()
    try:
        grant = held.grant if held else None
        if held is None or grant is None:
            return True
        with Exchange() as wire:
            return _give_back(channel.network, held.opened_for(channel.keyless), grant, wire)
    except Unopenable:
        return False


def _give_back(network: str, account: Account, grant: Grant, wire: Exchange) -> bool:
    """End a grant that nobody shall use; whether the network says that it is over."""
    try:
        wire.run(account, LINKINGS[network].give_back(account, grant))
    except ConnectorError as error:
        log.warning("not given back", network=network, reason=error.reason)
        return False
    return grant.kind == "oauth2"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
