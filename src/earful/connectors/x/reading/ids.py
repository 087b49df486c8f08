"""Ids of X: they end up in addresses and queries, so what does not look like one is not let in."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from earful.connectors.x.frames import Item
from earful.core.connector import Unreadable

LONGEST_ID: Final = 19
_EPOCH_MS: Final = 1_288_834_974_657
_ID = re.compile(rf"[0-9]{{1,{LONGEST_ID}}}\Z")


def is_id(text: str) -> bool:
    """X's ids are up to 19 digits."""
    return _ID.match(text) is not None


def checked(post_id: str) -> str:
    """The id, if it is one; raises Unreadable otherwise."""
    if not is_id(post_id):
        raise Unreadable(f"{post_id[:40]!r} is not an id of X")
    return post_id


def conversation_of(one: str, other: str) -> str:
    """The conversation of two, as our posts name it: X writes the lower id first, and encrypted or not it is one."""
    low, high = sorted((checked(one), checked(other)), key=int)
    return f"dm-{low}-{high}"


def check_all(item: Item, references: Mapping[str, str]) -> None:
    """Every id that a post brings, in one look."""
    ids = (item.id, item.author_id, item.conversation_id, item.in_reply_to_user_id, *references.values())
    joined = "".join(ids)
    if not (item.id and joined.isascii() and joined.isdigit() and max(map(len, ids)) <= LONGEST_ID):
        checked(item.id)
        for each in filter(None, ids):
            checked(each)


def from_snowflake(post_id: str) -> datetime:
    """When it was made, from its id: milliseconds since 2010-11-04T01:42:54.657Z in the bits above 22."""
    return datetime.fromtimestamp(((int(post_id) >> 22) + _EPOCH_MS) / 1000, UTC)


def snowflake(moment: datetime) -> str:
    """The first id of a moment."""
    return str((int(moment.timestamp() * 1000) - _EPOCH_MS) << 22)


def from_milliseconds(told: str) -> datetime:
    """A moment that X tells as milliseconds since 1970, in digits."""
    try:
        return datetime.fromtimestamp(int(told) / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable(f"{told[:40]!r} is not a moment in milliseconds") from error
