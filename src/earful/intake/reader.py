"""A batch off the belt: read, matched, triaged, stored, made into cases; one transaction, one commit.

What cannot be understood goes aside with its reason and the rest goes on. If the database itself refuses a
batch, the batch is halved until the frame that it chokes on stands alone, and that one goes aside.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from earful.cases import filing
from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.connector import Account, Unreadable
from earful.core.post import Arrival, Post
from earful.core.triage import judge
from earful.intake.belts import Belt, Carried
from earful.posts.store import Heard, Stored, forget, keep_edits, store
from earful.replies import outbox
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


@dataclass(slots=True)
class _Sorted:
    """A batch by network, sorted by what is to be done with it."""

    posts: dict[str, tuple[_Source, Arrival]] = field(default_factory=dict)
    deletions: set[str] = field(default_factory=set)


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
                return self._put_aside(frames, f"it cannot be stored: {str(error) or type(error).__name__}")
            tally = Tally()
            half = len(frames) // 2
            for part in (frames[:half], frames[half:]):
                tally.add(self._understand(part))
            return tally

    def _put_aside(self, frames: Sequence[Carried], reason: str) -> Tally:
        self.belt.aside([(frame, reason) for frame in frames])
        log.warning("put aside", frames=len(frames), reason=reason[:200])
        return Tally(frames=len(frames), aside=len(frames))

    def _read(self, frames: Sequence[Carried]) -> Tally:
        self._forget_old_sources()
        tally = Tally(frames=len(frames))
        by_network: dict[str, _Sorted] = {}
        poison: list[tuple[Carried, str]] = []
        for frame in frames:
            try:
                source = self._source(frame.channel)
                arrivals = connector_for(source.network).read(source.account, frame.body)
            except Unreadable as error:
                poison.append((frame, str(error)))
                continue
            tally.arrivals += len(arrivals)
            # A page of many is kept for a second reading if one of its posts was broken; the others go on now.
            poison += [(frame, each.note) for each in arrivals if each.note.startswith("unreadable")][:1]
            _sort(arrivals, source, by_network.setdefault(source.network, _Sorted()))
        if poison:
            self.belt.aside(poison)
            tally.aside = len(poison)
            log.warning("put aside", frames=len(poison), reason=poison[0][1][:200])
        for network, batch in by_network.items():
            self._take_in(network, batch, tally)
        return tally

    def _forget_old_sources(self) -> None:
        if time.monotonic() - self._sources_since >= self._channels_seconds:
            self._sources.clear()
            self._sources_since = time.monotonic()

    def _source(self, channel: int) -> _Source:
        """A channel by its id, fetched once in a while; one that is gone leaves its frames unreadable."""
        if channel not in self._sources:
            try:
                self._sources[channel] = _Source.of(Channel.objects.get(pk=channel))
            except Channel.DoesNotExist:
                raise Unreadable("the channel that heard it is gone") from None
        return self._sources[channel]

    def _take_in(self, network: str, batch: _Sorted, tally: Tally) -> None:
        now = timezone.now()
        own = _own_accounts(network)
        wanted = _wanted(network, batch.posts, own)
        stored = store([heard for heard, _ in wanted.values()], now)
        edited = keep_edits(now) if any(heard.edited for heard, _ in wanted.values()) else []
        arrived = [_arrived(wanted[key], place) for key, place in stored.items() if not wanted[key][0].post.reposts]
        filed = filing.file(network, arrived, own, now)
        _keep_matches(wanted, stored)
        _count_spread([wanted[key][0].post for key in stored])
        outbox.seen(network, filed.ours)
        filing.refresh_words([*edited, *forget(network, batch.deletions, now)])
        tally.stored += len(stored)
        tally.opened += filed.opened
        tally.joined += filed.joined


@dataclass(frozen=True, slots=True)
class _Why:
    """Why a post is kept: it is our own, it speaks to us, or listening rules of ours found it."""

    ours: bool
    calls_us: bool
    rules: tuple[int, ...]


_Wanted = dict[str, tuple[Heard, _Why]]


def _sort(arrivals: Iterable[Arrival], source: _Source, batch: _Sorted) -> None:
    """Each post once, in the newest version the batch has of it."""
    for arrival in arrivals:
        if arrival.kind == "deletion":
            batch.deletions.add(arrival.id)
        elif arrival.post is not None:
            there = batch.posts.get(arrival.id)
            if there is None or _newer(arrival.post, there[1].post):
                batch.posts[arrival.id] = (source, arrival)


def _newer(post: Post, than: Post | None) -> bool:
    return than is None or (len(post.version), post.version) > (len(than.version), than.version)


def _wanted(network: str, posts: dict[str, tuple[_Source, Arrival]], own: dict[str, str]) -> _Wanted:
    """The posts worth keeping: to us, by us, found by a rule, or in a thread that we are in. The rest is let
    go.
    """
    heard = [(source, arrival, arrival.post) for source, arrival in posts.values() if arrival.post is not None]
    posts_alone = [post for _, _, post in heard]
    whys = [
        _Why(post.author.id in own, post.private or _calls_us(post, own), tuple(map(int, rules)))
        for post, rules in zip(posts_alone, book.current().find(posts_alone), strict=True)
    ]
    # An edit may have taken our name out of a post that is in a case: it is heard all the same.
    threads = _threads_we_are_in({post.root for _, arrival, post in heard if post.reply_to or arrival.kind == "edit"})
    # A thread that begins in this very batch is ours as well: who joins in under it is heard, too.
    threads |= {post.root for post, why in zip(posts_alone, whys, strict=True) if why.calls_us or why.rules}
    return {
        arrival.id: (Heard(source.id, post, why.ours, judge(post.text), arrival.kind == "edit"), why)
        for (source, arrival, post), why in zip(heard, whys, strict=True)
        if why.ours or why.calls_us or why.rules or post.root in threads or post.reposts
    }


def _calls_us(post: Post, own: dict[str, str]) -> bool:
    """It names us, answers us, or quotes us."""
    return post.reply_to_author in own or post.quotes_author in own or any(h in own.values() for h in post.mentions)


def _own_accounts(network: str) -> dict[str, str]:
    """Our accounts on a network: account id → handle, folded."""
    rows = Channel.objects.filter(network=network).values_list("account_id", "handle")
    return {account_id: handle.lower() for account_id, handle in rows}


def _threads_we_are_in(roots: set[str]) -> set[str]:
    if not roots:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT root FROM cases_thread WHERE root = ANY(%s)", [list(roots)])
        return {root for (root,) in cursor.fetchall()}


def _arrived(wanted: tuple[Heard, _Why], stored: Stored) -> filing.Arrived:
    heard, why = wanted
    return filing.Arrived(
        row=stored.id,
        author=stored.author_id,
        channel=heard.channel,
        post=heard.post,
        verdict=heard.verdict,
        calls_us=why.calls_us,
        opens=why.calls_us or bool(why.rules),
        gone=stored.gone,
        by_rule=bool(why.rules),
    )


# The rulebook may be two seconds behind the table: a rule deleted meanwhile has no matches to keep.
_KEEP_MATCHES: Final = """
    INSERT INTO rules_match (rule_id, post_id, reasons, found_at)
    SELECT rule.id, found.post, '[]', now()
    FROM unnest(%s::bigint[], %s::bigint[]) AS found (rule, post)
    JOIN rules_listeningrule AS rule ON rule.id = found.rule
    FOR KEY SHARE OF rule
    ON CONFLICT DO NOTHING
"""


def _check_keys() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _keep_matches(wanted: _Wanted, stored: dict[str, Stored]) -> None:
    pairs = [(rule, place.id) for key, place in stored.items() for rule in wanted[key][1].rules]
    if pairs:
        rules, posts = zip(*pairs, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(
                _KEEP_MATCHES,
                [list(rules), list(posts)],
            )


def _count_spread(posts: Sequence[Post]) -> None:
    """Newly heard reposts count as spread of the post they carry on; they never become work."""
    carried: dict[tuple[str, str], int] = {}
    for post in posts:
        if post.reposts:
            key = post.network, post.reposts
            carried[key] = carried.get(key, 0) + 1
    if carried:
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE posts_post SET spread = spread + %s WHERE network = %s AND network_id = %s",
                # In one order, so that two readers never wait for each other in a circle.
                [(count, network, post_id) for (network, post_id), count in sorted(carried.items())],
            )
