"""Keys renewed before they run out, by one process alone.

A refresh token opens once: of two processes that use the same one, the network takes the second for a thief and ends
both. So whoever renews holds the channel's advisory lock, looks again whether somebody was quicker, writes down that
the network is about to be asked, asks, and then keeps the new pair beside the old one, in one statement. Who dies
between the network's answer and that statement loses what it gave out, and nothing can be done about that hole. It is
noticed: the next one finds the note, tries once more, and when the network refuses says what happened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from earful.channels.credentials import Credentials
from earful.connectors.registry import LINKINGS, connector_for
from earful.core.connector import Account, LostAccess, Refused, TryLater, Unsure
from earful.core.linking import Linking
from earful.wire import Exchange

log = structlog.get_logger("access")

RENEWING: Final = 0x0EA2F07
# How long a renewal that had no answer rests; the token has minutes left.
AFTER_TROUBLE: Final = timedelta(seconds=30)
# A token that is refused so soon after it was renewed will not be mended by renewing it once more.
JUST_NOW: Final = timedelta(minutes=2)


def fresh(channel: int) -> Credentials:
    """The channel's credentials with keys that have time left; raises LostAccess, TryLater, vault.Unopenable."""
    held = _held(channel)
    if _wants(held):
        with _turn(channel, wait=held.expired(timezone.now())) as ours:
            # Somebody may have been quicker.
            held = _held(channel)
            if ours and _wants(held):
                _renew(held)
                held = _held(channel)
    return _good(held)


def proved(account: Account) -> None:
    """The account's token has opened something: the pair before it is not needed any more."""
    for held in _linked(account.channel).exclude(former_sealed=""):
        if _token(held) == account.user_token:
            _unchanged(held).update(former_sealed="")


def doubt(account: Account) -> str:
    """The network refused the account's token. Why it is lost, or "" while there is hope.

    An old token that was still in somebody's hand says nothing. One in use may be dead while its renewal is not: then
    the next who needs it renews it, and learns what is true.
    """
    held, now = _linked(account.channel).first(), timezone.now()
    if held is None or _token(held) != account.user_token:
        return ""
    just_renewed = held.refreshed_at is not None and now - held.refreshed_at < JUST_NOW
    if held.renews and not just_renewed:
        _unchanged(held).update(expires_at=now, renew_after=None)
        return ""
    return _said(_RUN_OUT if held.expired(now) else _TAKEN_BACK, held)


def doubt_app(account: Account) -> str:
    """The network refused our app's own token. Why it is lost, or "" where the consumer pair can fetch another one."""
    held = _linked(account.channel).first()
    if held is None or held.app.app_token != account.app_token:
        return ""
    if not held.app.fetches:
        return _said(_APP_REFUSED, held)
    held.keep_app(replace(held.app, app_token=""))  # nosec B106
    return ""


def _held(channel: int) -> Credentials:
    held = Credentials.objects.select_related("channel").filter(channel=channel).first()
    if held is None:
        raise LostAccess("No account is linked here. Link one.")
    if held.lost_at is not None:
        raise LostAccess(held.lost_reason)
    return held


def _linked(channel: int) -> QuerySet[Credentials]:
    return Credentials.objects.select_related("channel").filter(channel=channel, lost_at=None)


def _unchanged(held: Credentials) -> QuerySet[Credentials]:
    """These credentials, unless somebody has renewed or linked meanwhile: what we know is about the old pair then."""
    return Credentials.objects.filter(pk=held.pk, grant_sealed=held.grant_sealed)


def _token(held: Credentials) -> str:
    return held.grant.token if held.grant else ""


def _wants(held: Credentials) -> bool:
    """Whether something is to be renewed, and its time has come."""
    now = timezone.now()
    rests = held.renew_after is not None and now < held.renew_after
    return not rests and (held.ageing(now) or held.app.lacks_token)


def _good(held: Credentials) -> Credentials:
    """The same, if its keys open something now."""
    if held.expired(timezone.now()) and not held.renews:
        raise LostAccess(_said(_RUN_OUT, held))
    if held.expired(timezone.now()) or held.app.lacks_token:
        raise TryLater(_said(_NOT_YET, held), at=held.renew_after)
    return held


@contextmanager
def _turn(channel: int, *, wait: bool) -> Iterator[bool]:
    """Whether it is ours to renew. Nobody waits for it whose token still opens."""
    with connection.cursor() as cursor:
        take = "SELECT pg_advisory_lock(%s, %s) IS NOT NULL" if wait else "SELECT pg_try_advisory_lock(%s, %s)"
        cursor.execute(take, [RENEWING, channel])
        ours = cursor.fetchone() == (True,)
    try:
        yield ours
    finally:
        if ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [RENEWING, channel])


def _renew(held: Credentials) -> None:
    """Whatever has run out, anew. Trouble that passes lets it rest; raises LostAccess where the network says no."""
    account = held.opened_for(held.channel.keyless)
    with Exchange() as wire:
        try:
            if held.app.lacks_token:
                _fetch_app_token(held, account, wire)
            if held.ageing(timezone.now()):
                _renew_grant(held, account, wire)
        except (TryLater, Unsure) as error:
            at = error.at if isinstance(error, TryLater) else None
            _unchanged(held).update(renew_after=at or timezone.now() + AFTER_TROUBLE)
            log.warning("not renewed yet", channel=held.pk, reason=error.reason)


def _fetch_app_token(held: Credentials, account: Account, wire: Exchange) -> None:
    token = wire.run(account, _linking(held).app_token(account))
    held.keep_app(replace(held.app, app_token=token))
    log.info("app token fetched", channel=held.pk)


def _renew_grant(held: Credentials, account: Account, wire: Exchange) -> None:
    """Ask for a new pair. If the pair in use is refused and never opened anything, the one before it is tried."""
    unanswered = held.renewing_at is not None
    _unchanged(held).update(renewing_at=timezone.now())
    refusal = ""
    for grant in (held.grant, held.former):
        if grant is None or not grant.refresh:
            continue
        try:
            new = wire.run(account, _linking(held).renew(account, grant))
        except (LostAccess, Refused) as error:
            refusal = error.reason
        except TryLater:
            # It never reached the network, or was turned away at its door: nothing was given out.
            _unchanged(held).update(renewing_at=held.renewing_at)
            raise
        else:
            held.renewed(new)
            log.info("renewed", channel=held.pk, expires=str(new.expires_at))
            return
    raise LostAccess(_said(_ANSWER_LOST, held) if unanswered else refusal)


def _linking(held: Credentials) -> Linking:
    return LINKINGS[held.channel.network]


def _said(words: str, held: Credentials) -> str:
    return words.format(network=connector_for(held.channel.network).name)


_TAKEN_BACK: Final = "{network} does not know our access to this account any more. Link it again."
_RUN_OUT: Final = "The access to this account has run out, and it does not renew itself. Link it again."
_NOT_YET: Final = "{network} has not renewed this account's access yet; asking again."
_APP_REFUSED: Final = "{network} does not take the app's bearer token any more. Link the account again with a new one."
_ANSWER_LOST: Final = (
    "The answer of {network} to a renewal was lost on its way here, and it gives each out only once. Link the account "
    "again."
)
