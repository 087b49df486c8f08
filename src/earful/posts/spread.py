"""How far a post was carried on: reposts and quotes of it, and the people whom they reached.

Kept by the network's own id and not on the post's row: a repost is often heard before what it carries, a backfill
always goes that way, and a post that storms would have its wide row rewritten with every batch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from typing import Final

from django.db import connection
from django.db.models import Q

from earful.core.post import Post as HeardPost
from earful.people.models import Identity
from earful.posts.models import Carried, Post

_SQL: Final = {
    name: files("earful.posts").joinpath("sql", f"{name}.sql").read_text("utf-8")
    for name in ("count_spread", "recount_spread")
}
CARRIERS_SHOWN: Final = 30


@dataclass(frozen=True)
class Spread:
    """Reposts and quotes of a post that this desk heard, and the followers of those who carried it on, each person
    once. `told` is the network's own number of both together, which knows of more and may be older.
    """

    reposts: int = 0
    quotes: int = 0
    reach: int = 0
    told: int = 0

    @cached_property
    def total(self) -> int:
        """How often it was carried on: by our count or by the network's, whichever is larger."""
        return max(self.reposts + self.quotes, self.told)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Somebody who carried a post on, by which post, and when. `quotes` tells a quote from a repost."""

    author: Identity
    quotes: bool
    post: Post
    at: datetime


def count(network: str, carriers: Sequence[HeardPost]) -> None:
    """Count those of these posts that repost or quote another. Each must be newly stored, in the transaction that
    stored it: then a repeat counts nothing, and two readers count each once.
    """
    ids = sorted({post.id for post in carriers if post.reposts or post.quotes})
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_SQL["count_spread"], {"network": network, "ids": ids})


def recount(network: str, rows: Sequence[int]) -> None:
    """Posts (rows) were deleted just now: what they carried on went less far. In the transaction that forgot them."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_SQL["recount_spread"], {"network": network, "rows": list(rows)})


def of(posts: Sequence[Post]) -> dict[int, Spread]:
    """How far each of these posts went, by its row; one question."""
    ours = {(row.network, row.network_id): row for row in _carried(posts)}
    return {post.pk: _spread(post, ours.get((post.network, post.network_id))) for post in posts}


def carriers(post: Post, most: int = CARRIERS_SHOWN) -> list[Carrier]:
    """Who carried `post` on in public, the newest first; those whose post was deleted meanwhile are left out."""
    carrying = Q(reposts=post.network_id) | Q(quotes=post.network_id)
    found = Post.objects.filter(carrying, network=post.network, private=False, deleted_at=None)
    rows = found.select_related("author", "channel").order_by("-created_at", "-pk")[:most]
    return [Carrier(row.author, row.quotes == post.network_id, row, row.created_at) for row in rows]


def _carried(posts: Iterable[Post]) -> Iterable[Carried]:
    by_network: dict[str, list[str]] = {}
    for post in posts:
        by_network.setdefault(post.network, []).append(post.network_id)
    wanted = Q(pk__in=[])
    for network, ids in by_network.items():
        wanted |= Q(network=network, network_id__in=ids)
    return Carried.objects.filter(wanted)


def _spread(post: Post, ours: Carried | None) -> Spread:
    return Spread(ours.reposts, ours.quotes, ours.reach, post.spread) if ours else Spread(told=post.spread)
