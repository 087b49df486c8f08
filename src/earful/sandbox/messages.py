"""Private messages: between two, or in a group.

The id of a conversation of two is both account ids, the smaller one first; a group has an id of its own, which stands
in both places.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from earful.sandbox.accounts import Account
from earful.sandbox.posts import Span
from earful.sandbox.snowflake import Snowflakes
from earful.sandbox.store import Store

Kind = Literal["MessageCreate", "ParticipantsJoin", "ParticipantsLeave"]


@dataclass(frozen=True, slots=True)
class Message:
    """One event of a conversation. `low` and `high` are the ids of the two who talk, or twice the group's; `media` is
    the id of an uploaded file, or 0; `people` are those who joined or left.
    """

    id: int
    low: int
    high: int
    sender: int
    text: str
    kind: Kind = "MessageCreate"
    media: int = 0
    people: tuple[int, ...] = ()

    @property
    def group(self) -> bool:
        """Whether it belongs to a group."""
        return self.low == self.high

    @property
    def conversation(self) -> str:
        """The conversation's id."""
        return str(self.low) if self.group else f"{self.low}-{self.high}"

    @property
    def recipient(self) -> int:
        """Who did not send it; a group's id for a message to all of it."""
        return self.high if self.sender == self.low else self.low


class Messages:
    """All private messages."""

    def __init__(self, store: Store, ids: Snowflakes) -> None:
        self.store = store
        self.ids = ids

    def send(self, sender: Account, recipient: Account, text: str, key: str | None = None, media: int = 0) -> Message:
        """Put a message into the conversation of two."""
        low, high = sorted((sender.id, recipient.id))
        return self._keep(Message(self.ids.next(), low, high, sender.id, text, media=media), key)

    def send_to_group(self, sender: Account, group: int, text: str, media: int = 0) -> Message:
        """Put a message into a group's conversation."""
        return self._keep(Message(self.ids.next(), group, group, sender.id, text, media=media))

    def gather(self, founder: Account, people: Iterable[int]) -> int:
        """Make a group of the founder and some people; returns its id."""
        group, invited = self.ids.next(), tuple(dict.fromkeys(people))
        with self.store.together():
            for account in {founder.id, *invited}:
                self.store.write("INSERT INTO members VALUES (?, ?)", group, account)
            joining = Message(self.ids.next(), group, group, founder.id, "", "ParticipantsJoin", people=invited)
            self._keep(joining)
        return group

    def leave(self, account: Account, group: int) -> Message:
        """Take an account out of a group."""
        with self.store.together():
            self.store.write("DELETE FROM members WHERE conversation = ? AND account = ?", group, account.id)
            return self._keep(
                Message(self.ids.next(), group, group, account.id, "", "ParticipantsLeave", people=(account.id,))
            )

    def members(self, group: int) -> list[int]:
        """Who is in a group."""
        rows = self.store.rows("SELECT account FROM members WHERE conversation = ? ORDER BY account", group)
        return [row["account"] for row in rows]

    def find(self, message: int) -> Message | None:
        """The message with an id."""
        return next(iter(_messages(self.store.rows("SELECT * FROM messages WHERE id = ?", message))), None)

    def keyed(self, key: str) -> Message | None:
        """The message sent under a key."""
        return next(iter(_messages(self.store.rows("SELECT * FROM messages WHERE key = ?", key))), None)

    def of(self, account: int, span: Span) -> list[Message]:
        """What happened in all conversations of an account, newest first."""
        mine = (
            "(low = ?1 OR high = ?1 OR low IN (SELECT conversation FROM members WHERE account = ?1))"
            " AND id NOT IN (SELECT message FROM discarded WHERE account = ?1)"
        )
        question = f"SELECT * FROM messages WHERE {mine} AND id > ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4"  # noqa: S608  # nosec B608 - words above
        return _messages(self.store.rows(question, account, span.after, span.before, span.size))

    def between(self, one: int, other: int, span: Span) -> list[Message]:
        """What two exchanged, or what happened in a group (its id twice), newest first."""
        return self.seen_between(0, one, other, span)

    def seen_between(self, viewer: int, one: int, other: int, span: Span) -> list[Message]:
        """The same without what the viewer has deleted for themselves."""
        low, high = sorted((one, other))
        question = (
            "SELECT * FROM messages WHERE low = ? AND high = ? AND id > ? AND id < ?"
            " AND id NOT IN (SELECT message FROM discarded WHERE account = ?) ORDER BY id DESC LIMIT ?"
        )
        return _messages(self.store.rows(question, low, high, span.after, span.before, viewer, span.size))

    def wrote(self, sender: int, recipient: int) -> bool:
        """Whether somebody ever wrote to somebody."""
        low, high = sorted((sender, recipient))
        question = "SELECT 1 FROM messages WHERE low = ? AND high = ? AND sender = ? LIMIT 1"
        return self.store.row(question, low, high, sender) is not None

    def takes_part(self, account: int, message: Message) -> bool:
        """Whether a message is in a conversation of an account, and was not deleted by it."""
        gone = "SELECT 1 FROM discarded WHERE account = ? AND message = ?"
        inside = account in (self.members(message.low) if message.group else (message.low, message.high))
        return inside and self.store.row(gone, account, message.id) is None

    def discard(self, account: int, message: Message) -> None:
        """Let an account no longer see a message; the others go on seeing it."""
        self.store.write("INSERT OR IGNORE INTO discarded VALUES (?, ?)", account, message.id)

    def _keep(self, message: Message, key: str | None = None) -> Message:
        self.store.write(
            "INSERT INTO messages (id, low, high, sender, text, key, kind, media, people)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            message.id, message.low, message.high, message.sender, message.text, key,
            message.kind, message.media, ",".join(map(str, message.people)),
        )  # fmt: skip
        return message


def _messages(rows: list[sqlite3.Row]) -> list[Message]:
    return [
        Message(
            row["id"],
            row["low"],
            row["high"],
            row["sender"],
            row["text"],
            row["kind"],
            row["media"],
            tuple(int(one) for one in row["people"].split(",") if one),
        )
        for row in rows
    ]
