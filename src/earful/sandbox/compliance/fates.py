"""What befell posts and accounts, in the order in which it did: remembered, and told to the compliance streams.

Kinds and shapes: the compliance components of X's API description (2.162), which every stream still speaks.
"""

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from earful.sandbox.snowflake import SHIFT, written
from earful.sandbox.streams.connection import LINE_END, Told
from earful.sandbox.streams.connections import same
from earful.sandbox.streams.endpoints import PARTITIONS, POSTS_COMPLIANCE, USERS_COMPLIANCE

if TYPE_CHECKING:
    from earful.sandbox.posts import Post
    from earful.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Fate:
    """One thing that befell an account, or one of its posts; an id is its time."""

    id: int
    kind: str
    account: int
    post: int
    more: dict[str, Any]

    @property
    def partition(self) -> int:
        """On which of a stream's parts it is told."""
        return ((self.post or self.account) >> SHIFT) % PARTITIONS + 1

    def line(self) -> bytes:
        """As a stream tells it."""
        about = {"user": {"id": str(self.account)}}
        if self.post:
            about = {"tweet": {"id": str(self.post)} | ({} if self.kind == "tweet_edit" else self._author())}
        told = {"data": {self.kind: about | self.more | {"event_at": written(self.id)}}}
        return msgspec.json.encode(told) + LINE_END

    def _author(self) -> dict[str, str]:
        return {"author_id": str(self.account)}


class Fates:
    """Everything that befell."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def of_post(self, kind: str, post: "Post", **more: Any) -> None:
        """Something befell a post, and every version of it."""
        for version in self.world.posts.versions(self.world.posts.newest_version(post)):
            quoted = {"quote_tweet_id": str(post.quote)} if post.quote else {}
            self._tell(Fate(self.world.ids.next(), kind, post.author, version, quoted | more))

    def edited(self, post: "Post") -> None:
        """A post has a new version."""
        ids = [str(one) for one in self.world.posts.versions(post)]
        more = {"initial_tweet_id": ids[0], "edit_tweet_ids": ids}
        self._tell(Fate(self.world.ids.next(), "tweet_edit", post.author, post.id, more))

    def of_account(self, kind: str, account: int, **more: Any) -> None:
        """Something befell an account."""
        self._tell(Fate(self.world.ids.next(), kind, account, 0, more))

    def between(self, after: int, before: int, *, posts: bool, partition: int) -> list[Told]:
        """What one part of a stream told between two ids, oldest first."""
        about = "post <> 0" if posts else "post = 0"
        question = f"SELECT * FROM fates WHERE {about} AND id > ? AND id < ? ORDER BY id"  # noqa: S608  # nosec B608 - words above
        found = (_fate(row) for row in self.world.store.rows(question, after, before))
        return [(fate.line(), ()) for fate in found if fate.partition == partition]

    def newest(self, kind: str, account: int, post: int = 0) -> Fate | None:
        """The last time that something befell an account or a post."""
        question = "SELECT * FROM fates WHERE account = ? AND post = ? AND kind = ? ORDER BY id DESC LIMIT 1"
        row = self.world.store.row(question, account, post, kind)
        return _fate(row) if row else None

    def _tell(self, fate: Fate) -> None:
        self.world.store.write(
            "INSERT INTO fates VALUES (?, ?, ?, ?, ?)",
            fate.id, fate.kind, fate.account, fate.post, msgspec.json.encode(fate.more).decode(),
        )  # fmt: skip
        endpoint = (POSTS_COMPLIANCE if fate.post else USERS_COMPLIANCE)[fate.partition - 1]
        for app in dict.fromkeys(one.app for one in self.world.connections.live if one.endpoint == endpoint):
            self.world.connections.send(app, endpoint, same(fate.line()))


def _fate(row: sqlite3.Row) -> Fate:
    return Fate(row["id"], row["kind"], row["account"], row["post"], msgspec.json.decode(row["more"]))
