"""The same post told by several ways, each of which tells more of something: of these is made what is known of it."""

from typing import Any, Final

import msgspec

from earful.core.post import Author, Post

# What one way of hearing leaves out and another tells. The words of a version are the same by every way.
_LEFT_OUT: Final = (
    "reply_to", "reply_to_author", "reply_to_handle", "quotes", "quotes_author", "reposts_author", "reposts_handle",
    "mentions", "carries", "hashtags", "links", "media", "lang", "recipient", "place", "point", "source", "topics",
    "entities", "poll", "answerable", "withheld", "sensitive", "editable_until",
)  # fmt: skip
# A count that is told later is the better one, and none goes down for being left out.
_COUNTS: Final = ("spread", "replies", "likes", "reposted")


def together(known: Post, other: Post) -> Post:
    """What `known` tells of a post, with what `other` tells beyond it of the same version. Poor never replaces rich."""
    more: dict[str, Any] = {name: getattr(other, name) for name in _LEFT_OUT if not getattr(known, name)}
    more |= {name: max(getattr(known, name), getattr(other, name)) for name in _COUNTS}
    return msgspec.structs.replace(known, author=_author(known.author, other.author), **more)


def _author(known: Author, other: Author) -> Author:
    """The one with a name: a frame shows somebody whole, or by number alone."""
    return known if known.handle or not other.handle else other
