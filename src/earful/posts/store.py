"""Storing a batch of posts: COPY to a stage, two set-based statements, and COPY of what the new ones are found by. A
repeat changes nothing.

Measured on two cores: one by one through the ORM 105 posts/s, bulk_create 5,049, this way 22 to 28 thousand;
one big CTE in place of the two statements collapses as the batch grows.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any, Final, NamedTuple

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
    "quotes", "quotes_author", "reply_to_author", "mentions", "links", "media", "intent", "signals",
    "verdict", "facts",
    "spread", "created_at", "edited",
)  # fmt: skip
_SQL: Final[Mapping[str, str]] = {
    name: files("earful.posts").joinpath("sql", f"{name}.sql").read_text("utf-8")
    for name in (
        "stage",
        "keep_authors",
        "keep_posts",
        "keep_edits",
        "keep_earlier",
        "fill_in",
        "forget",
        "forget_quoted",
        "forget_places",
        "gone",
        "known",
        "written_by",
    )
}
# Who forgets has this lock for itself; any number, the same for all (see `take_turns`).
_TURNS: Final = 7_240_117
_ALONE: Final = "SELECT pg_advisory_xact_lock(%s)"
_SIDE_BY_SIDE: Final = "SELECT pg_advisory_xact_lock_shared(%s)"
_FIND: Final = "COPY posts_search (created_at, post_id, private, words) FROM STDIN"


class Heard(NamedTuple):
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


class Stored(NamedTuple):
    """Where a post went: its row, its author's row, and whether its words are gone already."""

    id: int
    author_id: int
    gone: bool


class Forgotten(NamedTuple):
    """Rows that lost words: those of deleted posts, and those of posts that quote them."""

    posts: list[int]
    quoting: list[int]


def take_turns(*, forgetting: bool) -> None:
    """Begin a transaction that stores posts, or one that forgets some as well: before it looks at or locks anything.

    Those that only store go side by side. One that forgets goes by itself: it would not see posts that another is about
    to commit, nor that one the deletion, and the words would stay for good.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALONE if forgetting else _SIDE_BY_SIDE, [_TURNS])


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


def keep_earlier(network: str, posts: Iterable[Post], now: datetime) -> None:
    """Of these posts, keep those that are earlier versions of what is shown, each once: an original may come late."""
    told = [(post.id, post.version, clean(post.text)) for post in posts]
    ids, versions, texts = ([row[column] for row in told] for column in range(3))
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL["keep_earlier"], {"network": network, "ids": ids, "versions": versions, "texts": texts, "now": now}
        )


def fill_in(network: str, network_ids: Sequence[str]) -> list[int]:
    """Add to stored posts what the stage tells of them beyond what is known: who wrote them, what came with them. What
    is known stays as it is. Runs after `store`, in its transaction; the rows that changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQL["fill_in"], {"network": network, "ids": list(network_ids)})
        rows = [row for (row,) in cursor.fetchall()]
    if rows:
        index(models.Post.objects.filter(pk__in=rows).select_related("author"))
    return rows


def known(network: str, versions: Mapping[str, str]) -> dict[str, Stored]:
    """Where posts went that are stored, by network id; `versions` tells in which version each was heard now. One that
    is kept in a newer version is not answered: what was heard is not true of it any more.
    """
    if not versions:
        return {}
    ids, heard = list(versions), list(versions.values())
    with connection.cursor() as cursor:
        cursor.execute(_SQL["known"], {"network": network, "ids": ids, "versions": heard})
        return {network_id: Stored(row, author, gone) for network_id, row, author, gone in cursor.fetchall()}


def gone(network: str, network_ids: Collection[str]) -> set[str]:
    """Which of these posts are known to be deleted, whether or not they were ever heard."""
    if not network_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_SQL["gone"], {"network": network, "ids": list(network_ids)})
        return {network_id for (network_id,) in cursor.fetchall()}


def forget(network: str, network_ids: Iterable[str], now: datetime) -> Forgotten:
    """Take the words of deleted posts away, out of those that carry them on as well. A deletion ahead of its post is
    remembered.
    """
    ids = sorted(set(network_ids))
    if not ids:
        return Forgotten([], [])
    with connection.cursor() as cursor:
        cursor.execute(_SQL["forget"], {"network": network, "ids": ids, "now": now})
        posts = [row for (row,) in cursor.fetchall()]
        cursor.execute(_SQL["forget_quoted"], {"network": network, "ids": ids})
        quoting = [row for (row,) in cursor.fetchall()]
    if quoting:
        index(models.Post.objects.filter(pk__in=quoting).select_related("author"))
    return Forgotten(posts, quoting)


def written_by(network: str, accounts: Collection[str], *, private: bool) -> dict[str, list[str]]:
    """The network's ids of what these people wrote and is still shown here, by their account ids; what they wrote in
    private among it only if asked.
    """
    written: dict[str, list[str]] = {}
    if accounts:
        with connection.cursor() as cursor:
            cursor.execute(_SQL["written_by"], {"network": network, "accounts": list(accounts), "private": private})
            for account, post in cursor.fetchall():
                written.setdefault(account, []).append(post)
    return written


def forget_places(network: str, accounts: Collection[str]) -> list[int]:
    """Take away where these people said that they wrote; the rows that changed."""
    if not accounts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SQL["forget_places"], {"network": network, "accounts": list(accounts)})
        rows = [row for (row,) in cursor.fetchall()]
    if rows:
        index(models.Post.objects.filter(pk__in=rows).select_related("author"))
    return rows


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
        json_text(verdict.kept),
        facts(post, heard.quoted), post.spread, post.created_at, heard.edited,
    )  # fmt: skip


def _list(values: Sequence[Any]) -> str:
    return json_text(values) if values else "[]"
