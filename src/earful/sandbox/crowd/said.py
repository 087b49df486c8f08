"""Person, Reply, Move: what goes in and out of the crowd."""

from dataclasses import dataclass
from typing import Literal

MoveKind = Literal["post", "reply", "message", "repost", "delete", "edit", "quote"]


@dataclass(frozen=True, slots=True)
class Person:
    """One invented account. `handle` has no "@"."""

    handle: str
    name: str
    bio: str
    followers: int
    verified: bool = False
    location: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A post or private message by the brand, as the pretend X saw it.

    `to_post_id` is the id of the post answered, or "key:<key of a move>" where the caller knows it, which
    settles which thread is meant; `at` is in seconds since the crowd's beginning.
    """

    post_id: str
    to_post_id: str
    to_handle: str
    text: str
    at: float
    private: bool


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that one person does.

    `key` is unique, and stable for a seed and step. `reply_to` is "key:<key of an earlier move>", the
    id of one of the brand's own posts, or "" when nothing is referred to; it names what a reply answers, a
    quote or repost carries, an edit changes and a deletion removes. `text` is "" for reposts and deletions,
    and the whole new text for edits. A message is private, to the brand. `at` is in seconds since the crowd's
    beginning, at speed 1.
    """

    key: str
    handle: str
    kind: MoveKind
    text: str
    reply_to: str = ""
    at: float = 0.0
