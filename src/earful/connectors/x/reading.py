"""What X's frames mean: a line of the stream, or a whole page of a poll, in either vocabulary.

A frame is decoded straight into slim structs; what X adds tomorrow is ignored, what it leaves out has a
default. Ids end up in addresses and queries, so what does not look like one of X's is not let in.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from earful.connectors.x.frames import (
    Context,
    Deletion,
    Entities,
    Following,
    Frame,
    Geo,
    Includes,
    Item,
    MediaItem,
    Mention,
    Metrics,
    User,
)
from earful.core.connector import Unreadable
from earful.core.post import Arrival, ArrivalKind, Author, Link, Media, Place, Post

NETWORK: Final = "x"
# A post with a long text, four pictures and a hundred mentions stays under 60 kB; a page of a hundred under
# 6 MB.
LARGEST_FRAME: Final = 8_000_000
LONGEST_ID: Final = 19
_ID = re.compile(rf"[0-9]{{1,{LONGEST_ID}}}\Z")
_CONVERSATION = re.compile(r"[0-9]{1,19}(?:-[0-9]{1,19})?\Z")
# X puts the handle of whoever wrote it before what is reposted.
_REPOSTED = re.compile(r"RT @([A-Za-z0-9_]{1,20}):")

_decode = msgspec.json.Decoder(Frame).decode
_NO_COUNTS, _NO_INCLUDES = Following(), Includes()


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
        return _arrivals(decoded, decoded.data)
    if decoded.errors:
        problem = decoded.errors[0]
        return [Arrival(kind="other", note=problem.disconnect_type or problem.title or problem.detail)]
    if decoded.meta is not None:
        return []
    raise Unreadable("a kind of message that this version does not know")


def _deletion(deletion: Deletion) -> Arrival:
    gone = deletion.tweet or deletion.post
    if gone is None:
        raise Unreadable("a deletion of a kind that this version does not know")
    return Arrival(kind="deletion", id=_checked(gone.id))


def _arrivals(frame: Frame, data: list[Item] | Item) -> list[Arrival]:
    includes = frame.includes or _NO_INCLUDES
    around = _Around({user.id: user for user in includes.users}, includes)
    rules = tuple([rule.tag for rule in frame.matching_rules])
    return [_arrival(data, around, rules)] if isinstance(data, Item) else list(_page(data, around, rules))


def _page(items: list[Item], around: "_Around", rules: tuple[str, ...]) -> Iterator[Arrival]:
    for item in sorted(items, key=lambda item: (len(item.id), item.id)):
        try:
            yield _arrival(item, around, rules)
        except Unreadable as error:
            # X leaves fields out of single posts when it has trouble; the rest of the page is sound.
            if len(items) == 1:
                raise
            yield Arrival(kind="other", note=f"unreadable: {error}")


def _arrival(item: Item, around: "_Around", rules: tuple[str, ...]) -> Arrival:
    if item.event_type:
        return _message(item, around.users)
    post = _post(item, around)
    quoted = around.quoted(post.quotes) if post.quotes else None
    kind: ArrivalKind = "edit" if post.version != post.id else "post"
    return Arrival(kind=kind, id=post.id, post=post, quoted=quoted, rules=rules)


class _Around:
    """What a frame tells beside its posts. The look-ups behind it are made only when a post needs them."""

    __slots__ = ("_items", "_media", "includes", "users")

    def __init__(self, users: Mapping[str, User], includes: Includes) -> None:
        self.users, self.includes = users, includes
        self._items: dict[str, Item] | None = None
        self._media: dict[str, MediaItem] | None = None

    def item(self, post_id: str) -> Item | None:
        if self._items is None:
            self._items = {item.id: item for item in (*self.includes.tweets, *self.includes.posts)}
        return self._items.get(post_id)

    def author_of(self, post_id: str) -> str:
        item = self.item(post_id)
        return item.author_id if item and is_id(item.author_id) else ""

    def quoted(self, post_id: str) -> Post | None:
        """The quoted post. One that cannot be read is as good as one not told: the post that quotes it is sound."""
        item = self.item(post_id)
        try:
            return _post(item, self) if item and item.text else None
        except Unreadable:
            return None

    def media(self, keys: list[str]) -> tuple[Media, ...]:
        if self._media is None:
            self._media = {item.media_key: item for item in self.includes.media}
        known = [self._media[key] for key in keys if key in self._media]
        return tuple([Media(item.type, item.url, item.preview_image_url, item.alt_text) for item in known])

    def place(self, place_id: str) -> Place:
        found = next((place for place in self.includes.places if place.id == place_id), None)
        if found is None:
            return Place(place_id)
        box = found.geo.bbox if found.geo else []
        west_south_east_north = (box[0], box[1], box[2], box[3]) if len(box) == 4 else None
        return Place(place_id, found.name, found.full_name, found.country_code, found.country, west_south_east_north)


def _post(item: Item, around: _Around) -> Post:
    references = {ref.type: ref.id for ref in (item.referenced_tweets or item.referenced_posts)}
    _check_all(item, references)
    text, entities = _written(item)
    versions = item.edit_history_tweet_ids or item.edit_history_post_ids
    first = _checked(versions[0]) if versions else item.id
    # What most posts do not have is not named: each field named costs about 50 ns, seventeen times a firehose's second.
    more: dict[str, Any] = _related(item, references, around) if references or item.in_reply_to_user_id else {}
    if entities is not None:
        more |= _found(entities, item)
    if item.public_metrics is not None:
        more |= _counts(item.public_metrics)
    if item.geo is not None:
        more |= _where(item.geo, around)
    if item.attachments is not None:
        more["media"] = around.media(item.attachments.media_keys)
    if item.context_annotations:
        more["topics"] = _topics(item.context_annotations)
    if "reposts" in more and (original := around.item(more["reposts"])) and original.text:
        text, carried = _carried(original, text, more, around)
        more |= carried
    return Post(
        network=NETWORK,
        id=first,
        author=_author(item.author_id, around.users),
        text=_plain(text),
        created_at=item.created_at or _from_snowflake(item.id),
        root=item.conversation_id or first,
        lang="" if item.lang == "und" else item.lang,
        version=item.id,
        source=item.source,
        **more,
    )


def _written(item: Item) -> tuple[str, Entities | None]:
    """The text, and what X found in it: a long post has both a second time, whole."""
    note = item.note_tweet or item.note_post
    if note is None:
        return item.text, item.entities
    return note.text or item.text, note.entities or item.entities


def _carried(original: Item, cut: str, own: Mapping[str, Any], around: _Around) -> tuple[str, dict[str, Any]]:
    """A repost's text, and what is in it, with the words of the original whole.

    X cuts the text of a repost at 140 characters and tells to look at what it reposts (docs.x.com, "Timelines").
    Whoever wrote the original is mentioned in the repost alone, so mentions are told of both.
    """
    written, entities = _written(original)
    found = _found(entities, original) if entities is not None else {}
    mentions = (*own.get("mentions", ()), *found.get("mentions", ()))
    if mentions:
        found["mentions"] = tuple(dict.fromkeys(mentions))
    if original.attachments is not None and (media := around.media(original.attachments.media_keys)):
        found["media"] = media
    handle = own["reposts_handle"]
    return f"RT @{handle}: {written}" if handle else cut, found


def _related(item: Item, references: Mapping[str, str], around: _Around) -> dict[str, Any]:
    """Whom and what a post answers, quotes and reposts."""
    more: dict[str, Any] = {}
    if person := item.in_reply_to_user_id:
        answered = around.users.get(person)
        more |= {"reply_to_author": person, "reply_to_handle": answered.username if answered else ""}
    if reply_to := references.get("replied_to"):
        more["reply_to"] = reply_to
    if quotes := references.get("quoted"):
        more |= {"quotes": quotes, "quotes_author": around.author_of(quotes)}
    if reposts := references.get("retweeted") or references.get("reposted"):
        author, handle = _reposted_from(item, reposts, around)
        more |= {"reposts": reposts, "reposts_author": author, "reposts_handle": handle}
    return more


def _found(entities: Entities, item: Item) -> dict[str, Any]:
    """What X found in the text. Names are told of the text as it is shown, even where a note is longer."""
    more: dict[str, Any] = {}
    if entities.mentions:
        more["mentions"] = _explicit(entities.mentions, item.display_text_range)
    if entities.hashtags:
        more["hashtags"] = tuple([tag.tag for tag in entities.hashtags])
    if entities.urls:
        more["links"] = tuple(
            [Link(u.url, u.expanded_url, u.display_url, u.title, u.description) for u in entities.urls]
        )
    if item.entities and item.entities.annotations:
        more["entities"] = tuple([found.normalized_text for found in item.entities.annotations])
    return more


def _counts(metrics: Metrics) -> dict[str, int]:
    """How often a post was carried on, answered and liked; nothing for one that nobody has touched yet."""
    reposted = metrics.retweet_count + metrics.repost_count
    spread = reposted + metrics.quote_count
    if not (spread or metrics.reply_count or metrics.like_count):
        return {}
    return {"spread": spread, "replies": metrics.reply_count, "likes": metrics.like_count, "reposted": reposted}


def _where(geo: Geo, around: _Around) -> dict[str, Any]:
    return {"place": around.place(geo.place_id) if geo.place_id else None, "point": _point(geo)}


def _reposted_from(item: Item, reposts: str, around: _Around) -> tuple[str, str]:
    """Whose words a repost carries: account id and handle, each "" if nothing tells.

    X tells the handle before the text, and to ask for the account as well would be billed.
    """
    author = around.author_of(reposts)
    user = around.users.get(author)
    named = None if user else _REPOSTED.match(item.text)
    return author, user.username if user else named[1] if named else ""


def _point(geo: Geo) -> tuple[float, float] | None:
    pair = geo.coordinates.coordinates if geo.coordinates else []
    if len(pair) == 2 and all(isinstance(each, int | float) for each in pair):
        return float(pair[0]), float(pair[1])
    return None


def _topics(contexts: list[Context]) -> tuple[str, ...]:
    """Numbers as "domain.entity" by their numbers, each once: X repeats a pair for every way in which it came to it."""
    return tuple(dict.fromkeys([f"{each.domain.id}.{each.entity.id}" for each in contexts]))


def _explicit(mentions: list[Mention], display: list[int]) -> tuple[str, ...]:
    """The handles that the author typed. X puts those that a reply carries along before the shown range."""
    if not mentions:
        return ()
    begins = display[0] if display else 0
    return tuple(dict.fromkeys([m.username.lower() for m in mentions if m.username and m.start >= begins]))


def _message(item: Item, users: Mapping[str, User]) -> Arrival:
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


def _people(item: Item) -> list[str]:
    """Who takes part in a conversation. The id of one between two names both; a group's names nobody."""
    if item.participant_ids:
        return item.participant_ids
    talk = item.dm_conversation_id
    return talk.split("-") if "-" in talk else []


def _author(account_id: str, users: Mapping[str, User]) -> Author:
    if not account_id:
        raise Unreadable("a post without its author")
    user = users.get(account_id)
    if user is None:
        return Author(account_id)
    counts = user.public_metrics or _NO_COUNTS
    posts = counts.tweet_count if counts.tweet_count is not None else counts.post_count
    return Author(
        account_id,
        user.username,
        user.name,
        user.profile_image_url,
        counts.followers_count,
        user.verified,
        user.protected,
        user.description,
        user.location,
        posts,
        counts.following_count,
        counts.listed_count,
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


def _check_all(item: Item, references: Mapping[str, str]) -> None:
    """Every id that a post brings, in one look."""
    ids = (item.id, item.author_id, item.conversation_id, item.in_reply_to_user_id, *references.values())
    joined = "".join(ids)
    if not (item.id and joined.isascii() and joined.isdigit() and max(map(len, ids)) <= LONGEST_ID):
        _checked(item.id)
        for each in filter(None, ids):
            _checked(each)


def _from_snowflake(post_id: str) -> datetime:
    """When it was made, from its id: milliseconds since 2010-11-04T01:42:54.657Z in the bits above 22."""
    return datetime.fromtimestamp(((int(post_id) >> 22) + 1288834974657) / 1000, UTC)
