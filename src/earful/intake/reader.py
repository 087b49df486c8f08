"""A batch off the belt: read, matched, triaged, stored, made into cases; one transaction, one commit.

What cannot be understood goes aside with its reason and the rest goes on. If the database itself refuses a
batch, the batch is halved until the frame that it chokes on stands alone, and that one goes aside.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from django.db import DataError, IntegrityError, connection, transaction

from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.connector import UNKNOWN_KIND, Account, Unreadable
from earful.intake.belts import Belt, Carried
from earful.intake.billing import billed, lines, price_of
from earful.intake.models import walk_of
from earful.intake.taking_in import Batch, take_in
from earful.intake.wanting import gather
from earful.ledger import booking
from earful.posts.store import take_turns
from earful.rules import book

log = structlog.get_logger("reader")

MOST_AT_ONCE: Final = 2_000
# What one frame can make the database, or our own arithmetic with what it says, raise. A database that is
# away is not among them: then the whole batch stays on the belt.
_INDIGESTIBLE: Final = (DataError, IntegrityError, ArithmeticError, LookupError, TypeError, ValueError)
# Under load, frames gather for this long and share one commit; a lone frame does not wait.
GATHER_SECONDS: Final = 0.05
# A channel that was changed is read with what it is now after this long, without a restart.
CHANNELS_SECONDS: Final = 5.0


@dataclass(slots=True)
class Tally:
    """What came of frames: arrivals in them, posts newly stored, cases opened, posts that joined a case."""

    frames: int = 0
    arrivals: int = 0
    stored: int = 0
    opened: int = 0
    joined: int = 0
    aside: int = 0

    def add(self, other: "Tally") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class _Source:
    """A channel as the reader needs it."""

    id: int
    network: str
    account: Account

    @classmethod
    def of(cls, channel: Channel) -> "_Source":
        return cls(channel.pk, channel.network, channel.keyless)


class Reader:
    """Takes batches off a belt until told to stop."""

    def __init__(self, belt: Belt, channels_seconds: float = CHANNELS_SECONDS) -> None:
        self.belt = belt
        self._channels_seconds = channels_seconds
        self._sources: dict[int, _Source] = {}
        self._sources_since = time.monotonic()
        self._last_batch = 0.0

    def run_once(self, wait: float = 1.0) -> Tally:
        """Wait for something up to `wait` seconds, then read one batch of it."""
        self.belt.wait(wait)
        # A quiet hour must not end with a book that is an hour old.
        book.in_force()
        pause = GATHER_SECONDS - (time.monotonic() - self._last_batch)
        if pause > 0:
            time.sleep(pause)
        tally = self.read_batch()
        self._last_batch = time.monotonic()
        return tally

    def read_batch(self, most: int = MOST_AT_ONCE) -> Tally:
        """Read what the belt has now, `most` frames at the most, in one transaction."""
        with self.belt.take(most) as frames:
            return self._understand(frames) if frames else Tally()

    def _understand(self, frames: Sequence[Carried]) -> Tally:
        try:
            with transaction.atomic():
                tally = self._read(frames)
                # Foreign keys are checked now, while the batch can still be halved, not at the commit.
                _check_keys()
                return tally
        except _INDIGESTIBLE as error:
            if len(frames) == 1:
                self._bill(frames[0])
                return self._put_aside(frames, f"it cannot be stored: {str(error) or type(error).__name__}")
            # The halves are one transaction, and either may hold a deletion: no turn is changed for a better one in it.
            take_turns(forgetting=True)
            tally = Tally()
            half = len(frames) // 2
            for part in (frames[:half], frames[half:]):
                tally.add(self._understand(part))
            return tally

    def _bill(self, frame: Carried) -> None:
        """What cannot be stored was billed all the same."""
        source = self._source(frame.channel)
        if source is not None and (bill := billed(source.network, source.account, frame)):
            booking.book(lines([bill], {}))

    def _put_aside(self, frames: Sequence[Carried], reason: str) -> Tally:
        self.belt.aside([(frame, reason) for frame in frames])
        log.warning("put aside", frames=len(frames), reason=reason[:200])
        return Tally(frames=len(frames), aside=len(frames))

    def _read(self, frames: Sequence[Carried]) -> Tally:
        self._forget_old_sources()
        tally = Tally(frames=len(frames))
        by_network: dict[str, Batch] = {}
        poison: list[tuple[Carried, str]] = []
        for frame in frames:
            source = self._source(frame.channel)
            if source is None:
                poison.append((frame, "the channel that heard it is gone"))
                continue
            batch = by_network.get(source.network)
            if batch is None:
                batch = by_network[source.network] = Batch()
            bill = billed(source.network, source.account, frame)
            try:
                arrivals = connector_for(source.network).read(source.account, frame.body)
            except Unreadable as error:
                poison.append((frame, str(error)))
                arrivals = []
            tally.arrivals += len(arrivals)
            if bill is not None:
                # What cannot be read was billed all the same.
                batch.bills.append(bill._replace(post=arrivals[0].id) if arrivals else bill)
            gather(arrivals, source.id, walk_of(frame.ear), batch.posts, price_of(bill, source.network, source.account))
            if told := [each for each in arrivals if each.post is None]:
                batch.deletions.update([each.id for each in told if each.kind == "deletion"])
                batch.accounts += [each for each in told if each.kind == "account"]
                # A page of many is kept for a second reading if one of its posts was broken; the others go on now.
                poison += [(frame, each.note) for each in told if each.note.startswith("unreadable")][:1]
        if poison:
            self.belt.aside(poison)
            tally.aside = len(poison)
            _tell(poison)
        taken = take_in(by_network)
        tally.stored, tally.opened, tally.joined = taken.stored, taken.opened, taken.joined
        return tally

    def _forget_old_sources(self) -> None:
        if time.monotonic() - self._sources_since >= self._channels_seconds:
            self._sources.clear()
            self._sources_since = time.monotonic()

    def _source(self, channel: int) -> _Source | None:
        """A channel by its id, fetched once in a while; None for one that is gone."""
        if channel not in self._sources:
            found = Channel.objects.filter(pk=channel).first()
            if found is None:
                return None
            self._sources[channel] = _Source.of(found)
        return self._sources[channel]


def _tell(aside: Sequence[tuple[Carried, str]]) -> None:
    """Say what went aside. What is only new to this version is kept for the next one, and alarms nobody."""
    unknown = [reason for _, reason in aside if reason.startswith(UNKNOWN_KIND)]
    poison = [reason for _, reason in aside if not reason.startswith(UNKNOWN_KIND)]
    if unknown:
        log.info("kept for a later version", frames=len(unknown), reason=unknown[0][:200])
    if poison:
        log.warning("put aside", frames=len(poison), reason=poison[0][:200])


def _check_keys() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
