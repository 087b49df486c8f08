"""Taking a batch in: what is worth keeping is stored, brought before the cases, kept with the rules that found it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from earful import pulse
from earful.cases import filing
from earful.connectors.registry import connector_for
from earful.core.connector import Gone
from earful.core.post import AccountChange, Arrival, Post
from earful.core.triage import Verdict
from earful.intake import forgetting
from earful.intake.accounts import heed
from earful.intake.billing import Billed, lines
from earful.intake.recognising import recognise
from earful.intake.wanting import Came, Gathered, Walk, Wanted, Why, own_accounts, still_there, walks_of, wanted, waves
from earful.ledger import booking
from earful.posts import spread
from earful.posts.models import Removal
from earful.posts.store import Stored, fill_in, keep_earlier, keep_edits, known, store, take_turns
from earful.replies import echo
from earful.rules import attributing, breaker
from earful.rules.breaker import Find, Room
from earful.triage.doubts import doubt


@dataclass(slots=True)
class Taken:
    """What came of a batch: posts newly stored, cases opened, posts that joined one."""

    stored: int = 0
    opened: int = 0
    joined: int = 0


@dataclass(slots=True)
class Batch:
    """What one network told in a batch, sorted by what is to be done with it."""

    posts: Gathered = field(default_factory=dict)
    deletions: set[str] = field(default_factory=set)
    accounts: list[Arrival] = field(default_factory=list)
    bills: list[Billed] = field(default_factory=list)

    @property
    def changes(self) -> dict[str, AccountChange]:
        """What became of accounts, the last that was told of each."""
        return {arrival.id: arrival.change for arrival in self.accounts if arrival.change}

    @property
    def forgets(self) -> bool:
        """Whether something in it may take words away."""
        return bool(self.deletions or self.changes)


@dataclass(slots=True)
class _News:
    """What a batch found and cost, over all its networks: for the breaker, the ledger, and the backfills that fetched
    it.
    """

    finds: list[Find] = field(default_factory=list)
    walked: dict[int, int] = field(default_factory=dict)
    why: dict[str, Why] = field(default_factory=dict)
    lines: list[booking.Line] = field(default_factory=list)


def take_in(by_network: Mapping[str, Batch]) -> Taken:
    """Store what is worth keeping, file it, keep which rules found it; in the caller's transaction."""
    take_turns(forgetting=any(batch.forgets for batch in by_network.values()))
    now, news, taken = timezone.now(), _News(), Taken()
    walks = walks_of({walk for batch in by_network.values() for came in batch.posts.values() for walk in came.walks})
    # In one order: readers lock the people of one network after those of another.
    for network, batch in sorted(by_network.items()):
        for wave in waves(batch.posts):
            _take_in_of(network, wave, walks, now, taken, news)
        news.lines += lines(batch.bills, news.why)
        news.why.clear()
        _forget(network, batch, now)
        heed(network, batch.accounts, now)
    # Last, and once for all networks: these rows are the ones that two readers both want most.
    _count_walked(news.walked)
    booking.book(news.lines)
    breaker.note(news.finds, now)
    return taken


def _take_in_of(
    network: str, posts: Mapping[str, Came], walks: Mapping[int, Walk], now: datetime, taken: Taken, news: _News
) -> None:
    own = own_accounts(network)
    recognise(network, posts.values())
    keep = wanted(still_there(network, posts), own, walks)
    news.why |= {key: each.why for key, each in keep.items()}
    stored = store([each.heard for each in keep.values()], now)
    edited = keep_edits(now) if any(each.heard.edited for each in keep.values()) else []
    fuller = _told_again(network, [each.heard.post for key, each in keep.items() if key not in stored], now)
    again = _known(network, keep, stored)
    room = Room({rule for each in keep.values() for rule in each.why.asking}, now)
    arrived = [_arrived(keep[key], place) for key, place in stored.items() if _is_filed(keep[key], room)]
    arrived += _late(keep, again, edited, room)
    doubt(_judged(keep, stored) | _judged(keep, {key: place for key, place in again.items() if place.id in edited}))
    filed = filing.file(network, arrived, own, now)
    news.finds += _keep_finds(network, keep, stored | again, edited)
    for key in stored:
        for walk in keep[key].came.walks & walks.keys():
            news.walked[walk] = news.walked.get(walk, 0) + 1
    spread.count(network, [keep[key].heard.post for key in stored])
    news.lines += echo.seen(network, filed.ours)
    filing.refresh_words([*edited, *fuller])
    pulse.tell("post", [max(place.id for place in stored.values())] if stored else [])
    taken.stored += len(stored)
    taken.opened += filed.opened
    taken.joined += filed.joined


def _judged(keep: Mapping[str, Wanted], places: Mapping[str, Stored]) -> dict[int, Verdict]:
    """The verdicts on posts whose words are there, by row."""
    return {place.id: keep[key].heard.verdict for key, place in places.items() if not place.gone}


def _told_again(network: str, posts: Sequence[Post], now: datetime) -> list[int]:
    """What was stored before and is told anew: versions older than the one that is shown are kept with it, and what was
    not told before is filled in; the rows that were.
    """
    if not posts:
        return []
    keep_earlier(network, posts, now)
    return fill_in(network, [post.id for post in posts])


def _forget(network: str, batch: Batch, now: datetime) -> None:
    """Take away what the network told that it shows no more, wherever it was carried."""
    if batch.forgets:
        deleted = [Gone(post, "deleted") for post in sorted(batch.deletions)]
        persons = forgetting.changed(network, batch.changes, now)
        forgetting.forget(network, deleted, persons, now, Removal.Learned.TOLD)


def _is_filed(wanted: Wanted, room: Room) -> bool:
    """Whether it is brought before the cases: not if only rules want it to be a case, and those want too many."""
    why = wanted.why
    return why.filed and (not why.asking or any(room.take(rule, wanted.heard.post.created_at) for rule in why.asking))


def _known(network: str, keep: Mapping[str, Wanted], stored: Mapping[str, Stored]) -> dict[str, Stored]:
    """Where the posts are that were stored before, as far as something comes of it that they were heard again."""
    again = {key: each.heard for key, each in keep.items() if key not in stored and _says_more(each)}
    return known(network, {key: heard.post.version for key, heard in again.items()})


def _says_more(wanted: Wanted) -> bool:
    return wanted.heard.edited or wanted.why.opens or bool(wanted.why.finds)


def _late(
    keep: Mapping[str, Wanted], again: Mapping[str, Stored], edited: Sequence[int], room: Room
) -> list[filing.Arrived]:
    """Those of the posts heard again that are a case only now: a quiet rule kept them, or a backfill fetched them."""
    asking = {
        place.id: key for key, place in again.items() if keep[key].why.filed and keep[key].why.opens and not place.gone
    }
    unfiled = [asking[row] for row in sorted(filing.unfiled([*asking], edited))]
    return [_arrived(keep[key], again[key]) for key in unfiled if _is_filed(keep[key], room)]


def _keep_finds(
    network: str, keep: Mapping[str, Wanted], places: Mapping[str, Stored], edited: Sequence[int]
) -> list[Find]:
    """Keep which rules found which posts, those of posts that were stored before among them; what is new in that."""
    changed = {place.id: keep[key].heard for key, place in places.items() if place.id in edited} if edited else {}
    attributing.ask_again({row: (heard.post, heard.quoted) for row, heard in changed.items()})
    there = [(places[key].id, each) for key, each in keep.items() if each.why.finds and key in places]
    wordless = {place.id for place in places.values() if place.gone}
    new = attributing.keep(
        (row, find._replace(reasons=None) if row in wordless else find)
        for row, each in there
        for find in each.why.finds
    )
    return [
        Find(find.rule, each.heard.post.created_at, each.came.live, each.came.cost)
        for row, each in there
        for find in each.why.finds
        if (find.rule, row) in new
    ]


def _arrived(wanted: Wanted, stored: Stored) -> filing.Arrived:
    heard, why = wanted.heard, wanted.why
    return filing.Arrived(
        row=stored.id,
        author=stored.author_id,
        channel=heard.channel,
        post=heard.post,
        verdict=heard.verdict,
        calls_us=why.calls_us,
        opens=why.opens,
        gone=stored.gone,
        by_rule=bool(why.finds),
        told=wanted.came.told or not connector_for(heard.post.network).capabilities.people_at_once,
    )


def _count_walked(walked: Mapping[int, int]) -> None:
    """What backfills fetched and the desk did not know yet."""
    if walked:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT_WALKED, [list(walked), list(walked.values())])
        pulse.tell("backfill", walked)


_COUNT_WALKED: Final = """
    WITH locked AS (
        SELECT walk.id, counted.posts
        FROM intake_backfill AS walk JOIN unnest(%s::bigint[], %s::int[]) AS counted (id, posts) ON counted.id = walk.id
        ORDER BY walk.id FOR UPDATE OF walk
    )
    UPDATE intake_backfill AS walk SET found = walk.found + locked.posts FROM locked WHERE walk.id = locked.id
"""
