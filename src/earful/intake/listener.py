"""Which ears are open: those that each linked channel wants, each in a thread; whatever is heard goes on the belt.

A channel's ears have one owner among all listener processes: a database session that holds the channel's advisory lock.
`holding`, `polling` and `tending` are the kinds of ears, `pauses` says how long one waits after trouble, `following`
brings a network's rules up to ours, `gaps` and `mending` have what was missed.
"""

import threading
from collections.abc import Iterator
from typing import Final, NamedTuple

import structlog
from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Q

from earful.channels.models import Channel, Hearing
from earful.connectors.registry import connector_for
from earful.core.connector import Account, Ear
from earful.intake.beside import Beside
from earful.intake.holding import Holding
from earful.intake.listening import Listening
from earful.intake.polling import Polling
from earful.intake.tending import Tending
from earful.vault import Unopenable

log = structlog.get_logger("listener")

LOOK_FOR_CHANNELS_SECONDS: Final = 2.0
OWNER: Final = 0x0EA2F02


class Wanted(NamedTuple):
    """An ear that shall be open, and whether it looks after its channel's rules as well."""

    channel: int
    ear: Ear
    tends_rules: bool


def new_ear(wanted: Wanted, listener: "Listener | None" = None, before: Listening | None = None) -> Listening:
    """The thread of an ear. It remembers the connects that the one before it made: the network does, too."""
    kind = Holding if wanted.ear.held else Tending if wanted.ear.pushed else Polling
    ring = (lambda: listener.ring(wanted.channel)) if listener else (lambda: None)
    pauses = before.pauses if before else None
    return kind(wanted.channel, wanted.ear, pauses, tends_rules=wanted.tends_rules, ring=ring)


class Listener:
    """Ears for every linked channel; new ones are noticed within two seconds, those that lost their access let go."""

    def __init__(self) -> None:
        self._ears: dict[tuple[int, str], Listening] = {}
        self._beside = Beside()

    def run(self, stop: threading.Event) -> None:
        """Listen until `stop` is set. What goes on beside it asks the same networks, and has time."""
        while not stop.is_set():
            self._beside.tend(stop)
            try:
                self._tend()
            except DatabaseError as error:
                log.warning("database away", reason=str(error).strip())
                close_old_connections()
            stop.wait(LOOK_FOR_CHANNELS_SECONDS)
        for listening in self._ears.values():
            listening.end()

    def ring(self, channel: int) -> None:
        """Wake a channel's polls: a stream has missed something that they may bring. Called by the ears' threads."""
        for (owner, _), listening in list(self._ears.items()):
            if owner == channel and not (listening.ear.held or listening.ear.pushed):
                listening.nudge.set()

    def _tend(self) -> None:
        """Begin what is wanted and not running, end what runs and is not wanted, replace what died or changed."""
        wanted = {(each.channel, each.ear.name): each for each in self._wanted()}
        for key in [key for key in self._ears if key not in wanted]:
            self._ears.pop(key).end()
        for key, each in wanted.items():
            before = self._ears.get(key)
            if before is not None and before.is_alive() and before.ear == each.ear:
                continue
            if before is not None:
                before.end()
            self._ears[key] = new_ear(each, self, before)
            self._ears[key].start()

    def _wanted(self) -> Iterator[Wanted]:
        """The ears of the channels that this process owns. Of those that an app holds only once, one channel has it,
        and hears for the others of the app.
        """
        held: set[tuple[str, ...]] = set()
        for channel in Channel.objects.linked().select_related("credentials").order_by("pk"):
            account = _opened(channel)
            app = (channel.network, channel.api, account.consumer_key or account.app_token or str(channel.pk))
            every = connector_for(channel.network).ears(account)
            ears = [ear for ear in every if not (ear.shared and (*app, ear.name) in held)]
            held |= {(*app, ear.name) for ear in ears if ear.shared}
            if self._owned(channel):
                _forget_others(channel, ears)
                followed = any(ear.follows == "rules" for ear in ears)
                polls = [ear for ear in ears if not (ear.held or ear.pushed)]
                yield from (Wanted(channel.pk, ear, not followed and ear in polls[:1]) for ear in ears)

    def _owned(self, channel: Channel) -> bool:
        """Whether this process owns the channel. The lock is the session's: taken once, gone when we die."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s "
                "AND objid = %s AND pid = pg_backend_pid()) OR pg_try_advisory_lock(%s, %s)",
                [OWNER, channel.pk, OWNER, channel.pk],
            )
            row = cursor.fetchone()
            return bool(row and row[0])


def _opened(channel: Channel) -> Account:
    """With its keys, where they can be opened: they say what the account may hear, and which channels share an app."""
    try:
        return channel.credentials.opened_for(channel.keyless)
    except (Channel.credentials.RelatedObjectDoesNotExist, Unopenable):
        return channel.keyless


def _forget_others(channel: Channel, ears: list[Ear]) -> None:
    """An ear that the channel has no longer is no silence to be alarmed by."""
    gone = ~Q(ear__in=[ear.name for ear in ears])
    Hearing.objects.filter(gone, channel=channel).delete()
