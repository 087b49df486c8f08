"""Taking away what a network no longer shows: out of posts and what they are found by, out of those that quote them,
out of cases, drafts, notes, spikes and the journal; and writing down that it was done.

In the caller's transaction, which took its turn alone (`posts.store.take_turns`): who stores beside it would not see
what is forgotten.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from earful.cases.forgetting import forget_posts
from earful.core.connector import Gone, Why
from earful.core.post import AccountChange
from earful.intake import journal
from earful.people import forgetting as people
from earful.posts import store
from earful.posts.models import Post, Removal
from earful.replies import quoting
from earful.spikes import forgetting as spikes

# What of somebody's posts goes when their account is in this state: nothing, what is public, or what is private too.
_GOES: Final[Mapping[Why, bool]] = {"protected": False, "suspended": True, "gone": True}
_CHANGES: Final[Mapping[AccountChange, Why]] = {"protected": "protected", "suspended": "suspended", "gone": "gone"}
_AGAIN: Final = ("unprotected", "unsuspended", "back")


def forget(network: str, posts: Sequence[Gone], persons: Sequence[Gone], now: datetime, learned: str) -> list[Removal]:
    """Take away these posts and what these persons wrote; what was there to be taken, as it is written down.

    A network asked every night names the same people every night: of what is gone already nothing is written.
    """
    persons = list(dict.fromkeys(persons))
    written = _written(network, persons)
    ids = sorted({gone.id for gone in posts if gone.why != "place"}.union(*written.values()))
    quotable = quoting.quotable(network, ids)
    forgotten = forget_posts(network, ids, now)
    quoting.take_out(quotable)
    spikes.forget_posts(forgotten.posts)
    journal.drop_aside(ids)
    less = _forget_people(network, persons)
    lost = _network_ids(forgotten.posts)
    gone_posts = {gone.id: gone for gone in posts if gone.id in lost}
    removals = [_removal(network, gone, Removal.Subject.POST, 1, now, learned) for gone in gone_posts.values()]
    for gone in persons:
        theirs = len(written.pop(gone.id, ()))
        if theirs or gone.id in less.get(gone.why, ()):
            removals.append(_removal(network, gone, Removal.Subject.PERSON, theirs, now, learned))
    return Removal.objects.bulk_create(removals)


def changed(network: str, changes: Mapping[str, AccountChange], now: datetime) -> list[Gone]:
    """What became of accounts, as the network told it: those whose words must go. Who is back is written to by name
    again, and their posts are stored anew as they are heard.
    """
    back = [account for account, change in changes.items() if change in _AGAIN]
    if back:
        people.protect(network, back, protected=False)
    return [Gone(account, _CHANGES[change], now) for account, change in changes.items() if change in _CHANGES]


def _written(network: str, persons: Sequence[Gone]) -> dict[str, list[str]]:
    written: dict[str, list[str]] = {}
    for private in (False, True):
        accounts = [gone.id for gone in persons if _GOES.get(gone.why) is private]
        written |= store.written_by(network, accounts, private=private)
    return written


def _forget_people(network: str, persons: Sequence[Gone]) -> Mapping[Why, set[str]]:
    """Of whom the desk shows less now than before, by why."""
    by_why: defaultdict[Why, list[str]] = defaultdict(list)
    for gone in persons:
        by_why[gone.why].append(gone.id)
    less: Mapping[Why, set[str]] = {
        "protected": people.protect(network, by_why["protected"], protected=True),
        "suspended": people.take_profile_away(network, by_why["suspended"], handle=False),
        "gone": people.take_profile_away(network, by_why["gone"], handle=True),
        "place": _forget_places(network, by_why["place"]),
    }
    return less


def _forget_places(network: str, accounts: Sequence[str]) -> set[str]:
    placed = store.forget_places(network, accounts)
    return set(Post.objects.filter(pk__in=placed).values_list("author__account_id", flat=True)) if placed else set()


def _network_ids(rows: Sequence[int]) -> Collection[str]:
    return set(Post.objects.filter(pk__in=rows).values_list("network_id", flat=True)) if rows else ()


def _removal(network: str, gone: Gone, subject: str, posts: int, now: datetime, learned: str) -> Removal:
    return Removal(
        network=network, network_id=gone.id, subject=subject, why=gone.why, learned=learned, posts=posts,
        happened_at=gone.at, at=now,
    )  # fmt: skip
