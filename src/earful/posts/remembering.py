"""A post as it was heard, kept beside its row and put together again: rules ask stored posts what they ask new ones.

What has a column of its own is not kept twice. A post that was stored before facts were kept is remembered with what is
known of its author now.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from django.db.models import TextField
from django.db.models.functions import Cast

from earful.core.post import Author, Link, Media, Named, Place, Poll, Post
from earful.posts import models
from earful.posts.lexemes import clean

_encode: Final = msgspec.json.Encoder().encode


class _Facts(msgspec.Struct, omit_defaults=True, gc=False, kw_only=True):
    """What else a rule, or whoever answers, can ask of a post. The handle is always written: facts that were kept are
    never empty.
    """

    handle: str
    name: str = ""
    verified: bool = False
    protected: bool = False
    followers: int | None = None
    bio: str = ""
    home: str = ""
    wrote: int | None = None
    following: int | None = None
    listed: int | None = None
    to: str = ""
    of: str = ""
    of_id: str = ""
    recipient: str = ""
    tags: tuple[str, ...] = ()
    replies: int = 0
    likes: int = 0
    reposted: int = 0
    place: Place | None = None
    point: tuple[float, float] | None = None
    source: str = ""
    topics: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    takes_messages: bool | None = None
    author_withheld: tuple[str, ...] = ()
    poll: Poll | None = None
    answerable: str = ""
    withheld: tuple[str, ...] = ()
    sensitive: bool = False
    editable_until: datetime | None = None
    carries: tuple[Named, ...] = ()
    encrypted: bool = False
    quoted: "_Quoted | None" = None


class _Quoted(msgspec.Struct, omit_defaults=True, gc=False, kw_only=True):
    """What a rule can ask of a quoted post, and who wrote it."""

    handle: str = ""
    name: str = ""
    text: str = ""
    mentions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


class Row(NamedTuple):
    """The columns of a stored post and its author that a rule can ask, the JSON ones as text: COLUMNS asks for them."""

    network: str
    network_id: str
    version: str
    text: str
    lang: str
    root: str
    reply_to: str
    reply_to_author: str
    quotes: str
    quotes_author: str
    reposts: str
    private: bool
    spread: int
    created_at: datetime
    mentions: str
    links: str
    media: str
    facts: str
    account_id: str
    handle: str
    name: str
    avatar: str
    followers: int | None
    verified: bool
    protected: bool


_JSON: Final = ("mentions", "links", "media", "facts")
_OF_AUTHOR: Final = ("account_id", "handle", "name", "avatar", "followers", "verified", "protected")
COLUMNS: Final = tuple(
    Cast(name, TextField()) if name in _JSON else f"author__{name}" if name in _OF_AUTHOR else name
    for name in Row._fields
)


def facts(post: Post, quoted: Post | None = None) -> str:
    """What a post said beyond the columns of its row, as JSON for the column `facts`."""
    author = post.author
    kept = _Facts(
        handle=author.handle, name=author.name, verified=author.verified, protected=author.protected,
        followers=author.followers, bio=author.bio, home=author.location, wrote=author.posts,
        following=author.following, listed=author.listed, to=post.reply_to_handle, of=post.reposts_handle,
        of_id=post.reposts_author, recipient=post.recipient, tags=post.hashtags, replies=post.replies,
        likes=post.likes, reposted=post.reposted, place=post.place, point=post.point, source=post.source,
        topics=post.topics, entities=post.entities, takes_messages=author.takes_messages,
        author_withheld=author.withheld, poll=post.poll, answerable=post.answerable, withheld=post.withheld,
        sensitive=post.sensitive, editable_until=post.editable_until, carries=post.carries, encrypted=post.encrypted,
        quoted=None if quoted is None else _quoted(quoted),
    )  # fmt: skip
    return json_text(kept)


def author_facts(author: Author) -> dict[str, Any]:
    """What a rule can ask of an author, as it stands among the facts of a post."""
    kept = _Facts(
        handle=author.handle, name=author.name, verified=author.verified, protected=author.protected,
        followers=author.followers, bio=author.bio, home=author.location, wrote=author.posts,
        following=author.following, listed=author.listed, takes_messages=author.takes_messages,
        author_withheld=author.withheld,
    )  # fmt: skip
    told: dict[str, Any] = msgspec.to_builtins(kept)
    return told


def remembered(row: models.Post) -> tuple[Post, Post | None]:
    """The post of a row (its author loaded) as it was heard, and the post that it quotes if its words were told."""
    return remember(
        Row(
            *(getattr(row, name) for name in Row._fields[:14]),
            *(json_text(getattr(row, name)) for name in _JSON),
            *(getattr(row.author, name) for name in _OF_AUTHOR),
        )
    )


def remember(row: Row) -> tuple[Post, Post | None]:
    """As `remembered`, from the columns themselves: several times quicker, for thousands of posts."""
    told = _told(row)
    post = Post(
        network=row.network, id=row.network_id, version=row.version, author=_author(row, told), text=row.text,
        created_at=row.created_at, root=row.root, reply_to=row.reply_to, reply_to_author=row.reply_to_author,
        reply_to_handle=told.to, quotes=row.quotes, quotes_author=row.quotes_author, reposts=row.reposts,
        reposts_author=told.of_id, reposts_handle=told.of, mentions=_some(row.mentions, _mentions),
        hashtags=told.tags, links=_some(row.links, _links), media=_some(row.media, _media), lang=row.lang,
        private=row.private, recipient=told.recipient, spread=row.spread, replies=told.replies, likes=told.likes,
        reposted=told.reposted, place=told.place, point=told.point, source=told.source, topics=told.topics,
        entities=told.entities, poll=told.poll, answerable=told.answerable, withheld=told.withheld,
        sensitive=told.sensitive, editable_until=told.editable_until, carries=told.carries, encrypted=told.encrypted,
    )  # fmt: skip
    return post, None if told.quoted is None else _quoted_post(post, told.quoted)


def json_text(value: Any) -> str:
    """JSON for a jsonb column, which refuses an escaped NUL and halves of surrogate pairs."""
    try:
        encoded = _encode(value).decode()
    except UnicodeEncodeError:
        encoded = _encode(_cleaned(msgspec.to_builtins(value))).decode()
    return encoded.replace("\\u0000", "\\ufffd") if "\\u0000" in encoded else encoded


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(part) for key, part in value.items()}
    return [_cleaned(part) for part in value] if isinstance(value, list | tuple) else value


def _quoted(post: Post) -> _Quoted:
    return _Quoted(
        handle=post.author.handle, name=post.author.name, text=post.text, mentions=post.mentions,
        tags=post.hashtags, links=post.links,
    )  # fmt: skip


def _told(row: Row) -> _Facts:
    if row.facts != "{}":
        return _facts(row.facts)
    return _Facts(
        handle=row.handle, name=row.name, verified=row.verified, protected=row.protected, followers=row.followers
    )


def _author(row: Row, told: _Facts) -> Author:
    return Author(
        row.account_id, told.handle, told.name, row.avatar, told.followers, told.verified, told.protected, told.bio,
        told.home, told.wrote, told.following, told.listed, told.takes_messages, told.author_withheld,
    )  # fmt: skip


def _quoted_post(post: Post, told: _Quoted) -> Post:
    return Post(
        network=post.network, id=post.quotes, author=Author(post.quotes_author, told.handle, told.name), text=told.text,
        created_at=post.created_at, mentions=told.mentions, hashtags=told.tags, links=told.links,
    )  # fmt: skip


def _some(column: str, decode: Callable[[str], Sequence[Any]]) -> Any:
    return () if column == "[]" else decode(column)


_facts: Final = msgspec.json.Decoder(_Facts).decode
_mentions: Final = msgspec.json.Decoder(tuple[str, ...]).decode
_links: Final = msgspec.json.Decoder(tuple[Link, ...]).decode
_media: Final = msgspec.json.Decoder(tuple[Media, ...]).decode
