"""Private messages between two accounts. A conversation's id is both account ids, the smaller one first."""

import sqlite3
from dataclasses import dataclass

from earful.sandbox.accounts import Account
from earful.sandbox.posts import Span
from earful.sandbox.snowflake import Snowflakes
from earful.sandbox.store import Store


@dataclass(frozen=True, slots=True)
class Message:
    """One private message. `low` and `high` are the ids of the two who talk."""

    id: int
    low: int
    high: int
    sender: int
    text: str

    @property
    def conversation(self) -> str:
        """The conversation's id."""
        return f"{self.low}-{self.high}"

    @property
    def recipient(self) -> int:
        """Who did not send it."""
        return self.high if self.sender == self.low else self.low


class Messages:
    """All private messages."""

    def __init__(self, store: Store, ids: Snowflakes) -> None:
        self.store = store
        self.ids = ids

    def send(self, sender: Account, recipient: Account, text: str, key: str | None = None) -> Message:
        """Put a message into the conversation of two."""
        low, high = sorted((sender.id, recipient.id))
        message = Message(self.ids.next(), low, high, sender.id, text)
        self.store.write("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)", message.id, low, high, sender.id, text, key)
        return message

    def keyed(self, key: str) -> Message | None:
        """The message sent under a key."""
        return next(iter(_messages(self.store.rows("SELECT * FROM messages WHERE key = ?", key))), None)

    def of(self, account: int, span: Span) -> list[Message]:
        """Messages to and from an account, newest first."""
        mine = "SELECT * FROM messages WHERE (low = ?1 OR high = ?1)"
        question = f"{mine} AND id > ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4"
        return _messages(self.store.rows(question, account, span.after, span.before, span.size))

    def between(self, one: int, other: int, span: Span) -> list[Message]:
        """Messages that two exchanged, newest first."""
        low, high = sorted((one, other))
        question = "SELECT * FROM messages WHERE low = ? AND high = ? AND id > ? AND id < ? ORDER BY id DESC LIMIT ?"
        return _messages(self.store.rows(question, low, high, span.after, span.before, span.size))


def _messages(rows: list[sqlite3.Row]) -> list[Message]:
    return [Message(row["id"], row["low"], row["high"], row["sender"], row["text"]) for row in rows]
