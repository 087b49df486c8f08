"""Speaking as a channel: every place that talks to a network asks here for its account, and gets keys that open.

    account = account_of(channel)
    with exchange() as wire:
        wire.run(account, connector.send(account, outgoing))

A token that is about to expire has been renewed by then. What the network says to our keys is watched, so that access
taken back is noticed at the first refusal, wherever it comes.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone

from earful import pulse, wire
from earful.channels import renewing
from earful.channels.keys import AppKeys
from earful.channels.models import Channel, ChannelState, Credentials, Hearing
from earful.core.connector import Account, LostAccess, Request, Response, Turnstile
from earful.vault import Unopenable
from earful.wire import Buckets, Exchange

log = structlog.get_logger("access")

# Shared by all threads of this process: limits are counted for all of them together.
_buckets: Final = Buckets()
TAKEN_BACK: Final = "The account's owner took our access back on {network}. Link it again."


def account_of(channel: Channel) -> Account:
    """The channel with every key opened, its token good for a while.

    Raises LostAccess while the channel waits to be linked again, TryLater where its token has run out and the network
    does not renew it just now, vault.Unopenable.
    """
    try:
        held = renewing.fresh(channel.pk)
    except LostAccess as error:
        lost(channel.pk, error.reason)
        raise
    return held.opened_for(channel.keyless)


def app_of(channel: Channel) -> Account:
    """The channel with the keys of our app alone. They go on opening what is not the account's own while access to that
    is lost: what we owe to people must be done all the same. Raises LostAccess where there are none, vault.Unopenable.
    """
    held = Credentials.objects.filter(channel=channel.pk).first()
    app = held.app if held else AppKeys()
    if not app.app_token:
        return replace(account_of(channel), user_token="", user_secret="")  # nosec B106 - no key at all
    return app.on(channel.keyless)


def exchange(*turnstiles: Turnstile) -> Exchange:
    """Connections over which talks are driven; what the network says to our keys, and of its limits, is noticed."""
    return Exchange((Watch(), _buckets, *turnstiles))


def hold(account: Account, request: Request, *, silence: float) -> Iterator[list[bytes]]:
    """The frames of a held stream, as `wire.hold` brings them; that our key is refused is noticed."""
    try:
        yield from wire.hold(account, request, silence=silence)
    except wire.StreamRefused as refusal:
        Watch().after(account, request, refusal.response)
        raise


def lost(channel: int, reason: str, *, at: datetime | None = None) -> bool:
    """Our access to a channel's account is gone: its ears and its outbox rest until somebody links it again.

    `at` is when it went, where an event told it; one from before the channel was linked is old news. False if nothing
    changed by it.
    """
    now = timezone.now()
    linked = Credentials.objects.filter(channel=channel, lost_at=None)
    with transaction.atomic():
        held = linked.filter(linked_at__lt=at) if at is not None else linked
        if not held.update(lost_at=now, lost_reason=reason[:500], renewing_at=None, renew_after=None):
            return False
        Hearing.objects.filter(channel=channel).update(state=ChannelState.LOST_ACCESS, reason=reason[:500])
        pulse.tell("channel", [channel])
    log.warning("access lost", channel=channel, reason=reason)
    return True


def rests(channel: Channel) -> bool:
    """Whether a channel waits to be linked again."""
    return Credentials.objects.filter(channel=channel.pk, lost_at__isnull=False).exists()


class Watch:
    """A turnstile that sees how a network takes our keys: a refused one is looked into, one that opens has proved
    itself.
    """

    def __init__(self) -> None:
        self._proved: set[int] = set()

    def before(self, account: Account, request: Request) -> None:
        """Everything may go."""

    def after(self, account: Account, request: Request, response: Response) -> None:
        """A 401 says that the network does not know the key, if it is the network that says so; anything below 400 that
        it opened.
        """
        if not account.channel or request.elsewhere:
            return
        try:
            if response.status == 401 and not response.is_page:
                refused(account, request)
            elif request.token == "user" and response.status < 400:  # noqa: S105  # nosec B105 - a kind of key
                self._worked(account)
        except (DatabaseError, Unopenable) as error:
            log.warning("not looked into", channel=account.channel, reason=str(error).strip())

    def _worked(self, account: Account) -> None:
        # Once for each token: every request comes by here.
        token = hash((account.channel, account.user_token))
        if token not in self._proved:
            self._proved.add(token)
            renewing.proved(account)


def refused(account: Account, request: Request) -> None:
    """The network did not take the key that signed a request."""
    if request.token == "user":  # noqa: S105  # nosec B105 - a kind of key
        gone = renewing.doubt(account)
    elif request.token == "app":  # noqa: S105  # nosec B105 - a kind of key
        gone = renewing.doubt_app(account)
    else:
        return
    if gone:
        lost(account.channel, gone)
