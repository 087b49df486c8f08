"""Storing a batch of posts: COPY to a stage, two set-based statements, and COPY of what the new ones are found by. A
repeat changes nothing.

Measured on two cores: one by one through the ORM 105 posts/s, bulk_create 5,049, this way 22 to 28 thousand;
one big CTE in place of the two statements collapses as the batch grows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from earful.core.post import Post
from earful.core.triage import Verdict
from earful.posts import models, partitions
from earful.posts.lexemes import clean, vector
from earful.posts.remembering import facts, json_text, remembered

_STAGE: Final = (
    "network", "network_id", "version", "channel_id", "account_id", "handle", "name", "avatar", "followers",
    "verified", "protected", "ours", "private", "text", "words", "lang", "root", "reply_to", "reposts",
    "quotes", "quotes_author", "reply_to_author", "mentions", "links", "media", "intent", "signals", "facts",
    "spread", "created_at", "edited",
)  # fmt: skip
_SQL: Final[Mapping[str, str]] = {
    name: files("earful.posts").joinpath("sql", f"{name}.sql").read_text("utf-8")
    for name in ("stage", "keep_authors", "keep_posts", "keep_edits", "forget")
}
_FIND: Final = "COPY posts_search (created_at, post_id, private, words) FROM STDIN"


@dataclass(frozen=True, slots=True)
class Heard:
    """A post worth keeping: by which channel it was heard, whether it is our own, what it was judged to be, and the
    post that it quotes, where that one's words came along.
    """

    channel: int
    post: Post
    ours: bool
    verdict: Verdict
    edited: bool = False
    quoted: Post | None = None

    @property
    def words(self) -> str:
        """What it is found by, as the text of a tsvector."""
        return vector(self.post, self.quoted, self.verdict.intent)


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a post went: its row, its author's row, and whether its words are gone already."""

    id: int
    author_id: int
    gone: bool


def store(batch: Sequence[Heard], now: datetime) -> dict[str, Stored]:
    """Keep the posts of a batch (each network id once) and their authors.

    Answers network id → row for the posts that were new; those that were there already are left as they are.
    Must run in a transaction: the authors' rows stay locked until it ends, so that two readers never open two
    cases for one person at once.
    """
    if not batch:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SQL["stage"])
        statement = f"COPY posts_stage ({', '.join(_STAGE)}) FROM STDIN"
        # Django names the errors of `execute` by its own classes, but lets `copy` through to the driver.
        with connection.wrap_database_errors, cursor.copy(statement) as copy:  # nosec B608
            for heard in batch:
                copy.write_row(_row(heard))
        cursor.execute(_SQL["keep_authors"], {"now": now})
        cursor.execute(_SQL["keep_posts"], {"now": now})
        stored = {network_id: Stored(row, author, gone) for row, author, network_id, gone in cursor.fetchall()}
        _make_found(
            cursor,
            [
                (heard.post.created_at, there.id, heard.post.private, heard.words)
                for heard in batch
                if (there := stored.get(heard.post.id)) is not None and not there.gone
            ],
        )
        return stored


def keep_edits(now: datetime) -> list[int]:
    """Bring posts that were there already up to the newer versions on the stage; the rows that changed.

    Runs after `store`, in its transaction. How a post read before stays with it as an earlier version.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQL["keep_edits"], {"now": now})
        return [row for (row,) in cursor.fetchall()]


def forget(network: str, network_ids: Iterable[str], now: datetime) -> list[int]:
    """Take the words of deleted posts away; the rows that lost them. A deletion ahead of its post is
    remembered.
    """
    ids = sorted(set(network_ids))
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SQL["forget"], {"network": network, "ids": ids, "now": now})
        return [row for (row,) in cursor.fetchall()]


def index(posts: Iterable[models.Post]) -> None:
    """Write what posts are found by that were made in another way than by `store`; each has its author loaded."""
    with connection.cursor() as cursor:
        _make_found(
            cursor,
            [
                (post.created_at, post.pk, post.private, vector(*remembered(post), post.intent))
                for post in posts
                if post.deleted_at is None
            ],
        )


def _make_found(cursor: CursorWrapper, rows: Sequence[tuple[datetime, int, bool, str]]) -> None:
    if rows:
        partitions.ensure(created_at for created_at, *_ in rows)
        with connection.wrap_database_errors, cursor.copy(_FIND) as copy:
            for row in rows:
                copy.write_row(row)


def _row(heard: Heard) -> tuple[Any, ...]:
    post, author, verdict = heard.post, heard.post.author, heard.verdict
    return (
        post.network, post.id, post.version, heard.channel, author.id, clean(author.handle)[:100],
        clean(author.name)[:200], author.avatar[:500], author.followers, author.verified, author.protected,
        heard.ours, post.private, clean(post.text), heard.words if heard.edited else None, post.lang[:10], post.root,
        post.reply_to, post.reposts, post.quotes, post.quotes_author, post.reply_to_author,
        _list(post.mentions), _list(post.links), _list(post.media), verdict.intent, _list(verdict.signals),
        facts(post, heard.quoted), post.spread, post.created_at, heard.edited,
    )  # fmt: skip


def _list(values: Sequence[Any]) -> str:
    return json_text(values) if values else "[]"
