"""Taking away what a network no longer shows: out of posts and what they are found by, out of those that quote them,
out of cases, drafts, notes and the journal; and writing down that it was done.

In the caller's transaction, which took its turn alone (`posts.store.take_turns`): who stores beside it would not see
what is forgotten.
"""

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

# What of somebody's posts goes when their account is in this state: nothing, what is public, or what is private too.
_GOES: Final[Mapping[Why, bool]] = {"protected": False, "suspended": True, "gone": True}
_CHANGES: Final[Mapping[AccountChange, Why]] = {"protected": "protected", "suspended": "suspended", "gone": "gone"}
_AGAIN: Final = ("unprotected", "unsuspended", "back")


def forget(network: str, posts: Sequence[Gone], persons: Sequence[Gone], now: datetime, learned: str) -> list[int]:
    """Take away these posts and what these persons wrote; the rows of the posts that lost their words."""
    written = _written(network, persons)
    ids = sorted({gone.id for gone in posts if gone.why != "place"}.union(*written.values()))
    quotable = quoting.quotable(network, ids)
    forgotten = forget_posts(network, ids, now)
    quoting.take_out(quotable)
    journal.drop_aside(ids)
    _forget_people(network, persons)
    rows = _network_ids(forgotten.posts)
    removals = [_removal(network, gone, Removal.Subject.POST, 1, now, learned) for gone in posts if gone.id in rows]
    removals += [
        _removal(network, gone, Removal.Subject.PERSON, len(written.get(gone.id, ())), now, learned) for gone in persons
    ]
    Removal.objects.bulk_create(removals)
    return forgotten.posts


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


def _forget_people(network: str, persons: Sequence[Gone]) -> None:
    by_why = {
        why: [gone.id for gone in persons if gone.why == why] for why in ("protected", "suspended", "gone", "place")
    }
    people.protect(network, by_why["protected"], protected=True)
    people.take_profile_away(network, by_why["suspended"], handle=False)
    people.take_profile_away(network, by_why["gone"], handle=True)
    store.forget_places(network, by_why["place"])


def _network_ids(rows: Sequence[int]) -> Collection[str]:
    return set(Post.objects.filter(pk__in=rows).values_list("network_id", flat=True)) if rows else ()


def _removal(network: str, gone: Gone, subject: str, posts: int, now: datetime, learned: str) -> Removal:
    return Removal(
        network=network, network_id=gone.id, subject=subject, why=gone.why, learned=learned, posts=posts,
        happened_at=gone.at, at=now,
    )  # fmt: skip
