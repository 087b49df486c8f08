"""What X's frames mean: a line of the stream, or a whole page of a poll, in either vocabulary.

A frame is decoded straight into slim structs; what X adds tomorrow is ignored, what it leaves out has a
default. Ids end up in addresses and queries, so what does not look like one of X's is not let in.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec

from earful.core.connector import Unreadable
from earful.core.post import Arrival, Author, Link, Media, Post

NETWORK: Final = "x"
# A post with a long text, four pictures and a hundred mentions stays under 60 kB; a page of a hundred under
# 6 MB.
LARGEST_FRAME: Final = 8_000_000
_ID = re.compile(r"[0-9]{1,19}\Z")
_IDS = re.compile(r"(?:[0-9]{0,19} )*\Z")
_CONVERSATION = re.compile(r"[0-9]{1,19}(?:-[0-9]{1,19})?\Z")
# A time without its zone would be a moment that nobody knows.
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Struct(msgspec.Struct, gc=False):
    pass


class _Reference(_Struct):
    type: str
    id: str


class _Mention(_Struct):
    username: str = ""
    start: int = 0


class _Tag(_Struct):
    tag: str = ""


class _Url(_Struct):
    url: str = ""
    expanded_url: str = ""
    display_url: str = ""


class _Entities(_Struct):
    mentions: list[_Mention] = []
    hashtags: list[_Tag] = []
    urls: list[_Url] = []


class _Note(_Struct):
    text: str = ""
    entities: _Entities | None = None


class _Metrics(_Struct):
    retweet_count: int = 0
    repost_count: int = 0
    quote_count: int = 0
    reply_count: int = 0
    followers_count: int | None = None


class _Attachments(_Struct):
    media_keys: list[str] = []


class _Item(_Struct):
    """A post, or an event of a private conversation: X tells them apart by their fields alone."""

    id: str
    text: str = ""
    author_id: str = ""
    created_at: _Moment | None = None
    conversation_id: str = ""
    in_reply_to_user_id: str = ""
    referenced_tweets: list[_Reference] = []
    referenced_posts: list[_Reference] = []
    edit_history_tweet_ids: list[str] = []
    edit_history_post_ids: list[str] = []
    entities: _Entities | None = None
    attachments: _Attachments | None = None
    display_text_range: list[int] = []
    lang: str = ""
    public_metrics: _Metrics | None = None
    note_tweet: _Note | None = None
    note_post: _Note | None = None
    event_type: str = ""
    dm_conversation_id: str = ""
    sender_id: str = ""
    participant_ids: list[str] = []


class _User(_Struct):
    id: str
    username: str = ""
    name: str = ""
    profile_image_url: str = ""
    verified: bool = False
    protected: bool = False
    public_metrics: _Metrics | None = None


class _MediaItem(_Struct):
    media_key: str = ""
    type: str = ""
    url: str = ""
    preview_image_url: str = ""
    alt_text: str = ""


class _Includes(_Struct):
    users: list[_User] = []
    tweets: list[_Item] = []
    posts: list[_Item] = []
    media: list[_MediaItem] = []


class _MatchedRule(_Struct):
    tag: str = ""


class _Problem(_Struct):
    title: str = ""
    detail: str = ""
    disconnect_type: str = ""


class _Deleted(_Struct):
    id: str


class _Deletion(_Struct):
    tweet: _Deleted | None = None
    post: _Deleted | None = None


class _Frame(_Struct):
    data: list[_Item] | _Item | None = None
    includes: _Includes | None = None
    matching_rules: list[_MatchedRule] = []
    errors: list[_Problem] = []
    delete: _Deletion | None = None
    meta: dict[str, Any] | None = None


_decode = msgspec.json.Decoder(_Frame).decode
_NO_ENTITIES, _NO_METRICS, _NO_INCLUDES = _Entities(), _Metrics(), _Includes()


def read(frame: bytes) -> list[Arrival]:
    """The arrivals inside a frame, oldest first; raises Unreadable with a reason for people."""
    if len(frame) > LARGEST_FRAME:
        raise Unreadable(f"{len(frame) / 1e6:.1f} MB in one frame; nothing that X sends is larger than 8 MB")
    try:
        decoded = _decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"not in a shape X uses: {str(error)[:300]}") from error
    if decoded.delete is not None:
        return [_deletion(decoded.delete)]
    if decoded.data is not None:
        return list(_items(decoded, decoded.data))
    if decoded.errors:
        problem = decoded.errors[0]
        return [Arrival(kind="other", note=problem.disconnect_type or problem.title or problem.detail)]
    if decoded.meta is not None:
        return []
    raise Unreadable("a kind of message that this version does not know")


def _deletion(deletion: _Deletion) -> Arrival:
    gone = deletion.tweet or deletion.post
    if gone is None:
        raise Unreadable("a deletion of a kind that this version does not know")
    return Arrival(kind="deletion", id=_checked(gone.id))


def _items(frame: _Frame, data: list[_Item] | _Item) -> Iterator[Arrival]:
    includes = frame.includes or _NO_INCLUDES
    users = {user.id: user for user in includes.users}
    around = _Around(users, includes)
    rules = tuple(rule.tag for rule in frame.matching_rules)
    if isinstance(data, _Item):
        yield _arrival(data, around, rules)
        return
    for item in sorted(data, key=lambda item: (len(item.id), item.id)):
        try:
            yield _arrival(item, around, rules)
        except Unreadable as error:
            # X leaves fields out of single posts when it has trouble; the rest of the page is sound.
            if len(data) == 1:
                raise
            yield Arrival(kind="other", note=f"unreadable: {error}")


def _arrival(item: _Item, around: "_Around", rules: tuple[str, ...]) -> Arrival:
    return _message(item, around.users) if item.event_type else _post(item, around, rules)


class _Around:
    """What a frame tells beside its posts. The look-ups behind it are made only when a post needs them."""

    __slots__ = ("_authors", "_media", "includes", "users")

    def __init__(self, users: Mapping[str, _User], includes: _Includes) -> None:
        self.users, self.includes = users, includes
        self._authors: dict[str, str] | None = None
        self._media: dict[str, _MediaItem] | None = None

    def author_of(self, post_id: str) -> str:
        if self._authors is None:
            both = (*self.includes.tweets, *self.includes.posts)
            self._authors = {item.id: item.author_id for item in both}
        return self._authors.get(post_id, "")

    def media(self, keys: list[str]) -> tuple[Media, ...]:
        if self._media is None:
            self._media = {item.media_key: item for item in self.includes.media}
        known = (self._media[key] for key in keys if key in self._media)
        return tuple(Media(item.type, item.url, item.preview_image_url, item.alt_text) for item in known)


def _post(item: _Item, around: _Around, rules: tuple[str, ...]) -> Arrival:
    note = item.note_tweet or item.note_post
    entities = (note and note.entities) or item.entities or _NO_ENTITIES
    versions = item.edit_history_tweet_ids or item.edit_history_post_ids
    first = _checked(versions[0]) if versions else item.id
    references = {ref.type: ref.id for ref in (item.referenced_tweets or item.referenced_posts)}
    _check_all(item, references)
    quoted = references.get("quoted", "")
    metrics = item.public_metrics or _NO_METRICS
    answered = around.users.get(item.in_reply_to_user_id)
    post = Post(
        network=NETWORK,
        id=first,
        version=item.id,
        author=_author(item.author_id, around.users),
        text=_plain(note.text if note and note.text else item.text),
        created_at=item.created_at or _from_snowflake(item.id),
        root=item.conversation_id or first,
        reply_to=references.get("replied_to", ""),
        reply_to_author=item.in_reply_to_user_id,
        reply_to_handle=answered.username if answered else "",
        quotes=quoted,
        quotes_author=around.author_of(quoted) if quoted else "",
        reposts=references.get("retweeted", "") or references.get("reposted", ""),
        mentions=_explicit(entities.mentions, item.display_text_range),
        hashtags=tuple(tag.tag for tag in entities.hashtags),
        links=tuple(Link(url.url, url.expanded_url, url.display_url) for url in entities.urls),
        media=around.media(item.attachments.media_keys) if item.attachments else (),
        lang="" if item.lang == "und" else item.lang,
        spread=metrics.retweet_count + metrics.repost_count + metrics.quote_count,
        replies=metrics.reply_count,
    )
    return Arrival(kind="edit" if item.id != first else "post", id=first, post=post, rules=rules)


def _explicit(mentions: list[_Mention], display: list[int]) -> tuple[str, ...]:
    """The handles that the author typed. X puts those that a reply carries along before the shown range."""
    if not mentions:
        return ()
    begins = display[0] if display else 0
    return tuple(dict.fromkeys(m.username.lower() for m in mentions if m.username and m.start >= begins))


def _message(item: _Item, users: Mapping[str, _User]) -> Arrival:
    if item.event_type != "MessageCreate":
        return Arrival(kind="other", id=item.id, note=item.event_type)
    sender, talk = item.sender_id, item.dm_conversation_id
    if talk and not _CONVERSATION.match(talk):
        raise Unreadable(f"{talk[:40]!r} is not a conversation of X")
    others = [person for person in _people(item) if person != sender]
    post = Post(
        network=NETWORK,
        id=f"dm-{_checked(item.id)}",
        version=item.id,
        author=_author(sender and _checked(sender), users),
        text=_plain(item.text),
        created_at=item.created_at or _from_snowflake(item.id),
        root=f"dm-{talk or item.id}",
        recipient=_checked(others[0]) if others else "",
        private=True,
    )
    return Arrival(kind="message", id=post.id, post=post)


def _people(item: _Item) -> list[str]:
    """Who takes part in a conversation. The id of one between two names both; a group's names nobody."""
    if item.participant_ids:
        return item.participant_ids
    talk = item.dm_conversation_id
    return talk.split("-") if "-" in talk else []


def _author(account_id: str, users: Mapping[str, _User]) -> Author:
    if not account_id:
        raise Unreadable("a post without its author")
    user = users.get(account_id)
    if user is None:
        return Author(account_id)
    followers = user.public_metrics.followers_count if user.public_metrics else None
    return Author(
        account_id, user.username, user.name, user.profile_image_url, followers, user.verified, user.protected
    )


def _plain(text: str) -> str:
    """X escapes three characters of a text for HTML; nothing else in it is markup.

    So no more is undone: a link that ends in "&copy=2" would lose its sense.
    """
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def is_id(text: str) -> bool:
    """X's ids are up to 19 digits."""
    return _ID.match(text) is not None


def _checked(post_id: str) -> str:
    if not is_id(post_id):
        raise Unreadable(f"{post_id[:40]!r} is not an id of X")
    return post_id


def _check_all(item: _Item, references: Mapping[str, str]) -> None:
    """Every id that a post brings, in one look."""
    _checked(item.id)
    ids = (item.author_id, item.conversation_id, item.in_reply_to_user_id, *references.values(), "")
    if not _IDS.match(" ".join(ids)):
        wrong = next(each for each in ids if each and not is_id(each))
        raise Unreadable(f"{wrong[:40]!r} is not an id of X")


def _from_snowflake(post_id: str) -> datetime:
    """When it was made, from its id: milliseconds since 2010-11-04T01:42:54.657Z in the bits above 22."""
    return datetime.fromtimestamp(((int(post_id) >> 22) + 1288834974657) / 1000, UTC)
