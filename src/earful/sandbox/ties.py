"""How accounts stand to each other: who follows, mutes or blocks whom, and whose messages are refused."""

from collections.abc import Mapping
from typing import Literal

from earful.sandbox.posts import Span
from earful.sandbox.snowflake import Snowflakes
from earful.sandbox.store import Store

Tie = Literal["follows", "asks", "mutes", "blocks", "refuses", "likes"]

# What subscribers are told when a tie begins, and when it ends.
TOLD: Mapping[Tie, tuple[str, str]] = {
    "follows": ("follow.follow", "follow.unfollow"),
    "mutes": ("mute.mute", "mute.unmute"),
    "blocks": ("block.block", "block.unblock"),
}


class Ties:
    """All ties. `asks` is a request to follow a protected account; `refuses` a block of messages alone,
    `likes` ties an account to a post, by the first version's id.
    """

    def __init__(self, store: Store, ids: Snowflakes) -> None:
        self.store = store
        self.ids = ids

    def bind(self, source: int, tie: Tie, target: int) -> None:
        """Tie one account to another; a tie that stands already stays as it is."""
        self.store.write("INSERT OR IGNORE INTO ties VALUES (?, ?, ?, ?)", self.ids.next(), source, tie, target)

    def loose(self, source: int, tie: Tie, target: int) -> None:
        """Take a tie away."""
        self.store.write("DELETE FROM ties WHERE source = ? AND kind = ? AND target = ?", source, tie, target)

    def bound(self, source: int, tie: Tie, target: int) -> bool:
        """Whether a tie stands."""
        question = "SELECT 1 FROM ties WHERE source = ? AND kind = ? AND target = ?"
        return self.store.row(question, source, tie, target) is not None

    def number(self, target: int, tie: Tie) -> int:
        """How many are tied to a target."""
        return self.store.number("SELECT count(*) FROM ties WHERE target = ? AND kind = ?", target, tie)

    def targets(self, source: int, tie: Tie, span: Span) -> list[tuple[int, int]]:
        """Whom an account is tied to, the newest tie first: pairs of the tie's id and the account's."""
        question = "SELECT id, target FROM ties WHERE source = ? AND kind = ? AND id < ? ORDER BY id DESC LIMIT ?"
        return [(row["id"], row["target"]) for row in self.store.rows(question, source, tie, span.before, span.size)]

    def sources(self, target: int, tie: Tie, span: Span) -> list[tuple[int, int]]:
        """Who is tied to an account, the newest tie first: pairs of the tie's id and the account's."""
        question = "SELECT id, source FROM ties WHERE target = ? AND kind = ? AND id < ? ORDER BY id DESC LIMIT ?"
        return [(row["id"], row["source"]) for row in self.store.rows(question, target, tie, span.before, span.size)]
