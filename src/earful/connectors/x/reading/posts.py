"""Posts, out of X's items and what the frame tells around them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from earful.connectors.x.frames import Context, Entities, Geo, Item, Mention, Metrics
from earful.connectors.x.reading.around import Around
from earful.connectors.x.reading.ids import check_all, checked, from_snowflake, is_id
from earful.connectors.x.reading.people import author
from earful.core.connector import Unreadable
from earful.core.post import Arrival, ArrivalKind, Link, Named, Post

NETWORK: Final = "x"
# X puts the handle of whoever wrote it before what is reposted.
_REPOSTED = re.compile(r"RT @([A-Za-z0-9_]{1,20}):")


def arrival_of(item: Item, around: Around, rules: tuple[str, ...]) -> Arrival:
    """A post, or a newer version of one."""
    post = post_of(item, around)
    kind: ArrivalKind = "edit" if post.version != post.id else "post"
    return Arrival(kind=kind, id=post.id, post=post, quoted=quoted_by(post, around), rules=rules)


def post_of(item: Item, around: Around) -> Post:
    references = {ref.type: ref.id for ref in (item.referenced_tweets or item.referenced_posts)}
    check_all(item, references)
    text, entities = _written(item)
    versions = item.edit_history_tweet_ids or item.edit_history_post_ids
    first = checked(versions[0]) if versions else item.id
    # What most posts do not have is not named: each field named costs about 50 ns, seventeen times a firehose's second.
    more: dict[str, Any] = _related(item, references, around) if references or item.in_reply_to_user_id else {}
    if entities is not None:
        more |= found(entities, item)
    if item.public_metrics is not None:
        more |= _counts(item.public_metrics)
    if item.geo is not None:
        more |= _where(item.geo, around)
    if item.attachments is not None:
        more["media"] = around.media(item.attachments.media_keys)
        more["poll"] = around.poll(item.attachments.poll_ids) if item.attachments.poll_ids else None
    if item.withheld is not None:
        more["withheld"] = item.withheld.countries
    if item.edit_controls is not None:
        more["editable_until"] = item.edit_controls.editable_until
    if item.context_annotations:
        more["topics"] = _topics(item.context_annotations)
    if "reposts" in more and (original := around.item(more["reposts"])) and original.text:
        text, carried = _carried(original, text, more, around)
        more |= carried
    return Post(
        network=NETWORK,
        id=first,
        author=author(item.author_id, around.users),
        text=plain(text),
        created_at=item.created_at or from_snowflake(item.id),
        root=item.conversation_id or first,
        lang="" if item.lang == "und" else item.lang,
        version=item.id,
        source=item.source,
        answerable=item.reply_settings,
        sensitive=item.possibly_sensitive,
        **more,
    )


def quoted_by(post: Post, around: Around) -> Post | None:
    """The quoted post. One that cannot be read is as good as one not told: the post that quotes it is sound."""
    item = around.item(post.quotes) if post.quotes else None
    try:
        return post_of(item, around) if item and item.text else None
    except Unreadable:
        return None


def _written(item: Item) -> tuple[str, Entities | None]:
    """The text, and what X found in it: a long post has both a second time, whole."""
    note = item.note_tweet or item.note_post
    if note is None:
        return item.text, item.entities
    return note.text or item.text, note.entities or item.entities


def _carried(original: Item, cut: str, own: Mapping[str, Any], around: Around) -> tuple[str, dict[str, Any]]:
    """A repost's text, and what is in it, with the words of the original whole.

    X cuts the text of a repost at 140 characters and tells to look at what it reposts (docs.x.com, "Timelines").
    Whoever wrote the original is mentioned in the repost alone, so mentions are told of both.
    """
    written, entities = _written(original)
    said = found(entities, original) if entities is not None else {}
    mentions = (*own.get("mentions", ()), *said.get("mentions", ()))
    if mentions:
        said["mentions"] = tuple(dict.fromkeys(mentions))
    if original.attachments is not None and (media := around.media(original.attachments.media_keys)):
        said["media"] = media
    handle = own["reposts_handle"]
    return f"RT @{handle}: {written}" if handle else cut, said


def _related(item: Item, references: Mapping[str, str], around: Around) -> dict[str, Any]:
    """Whom and what a post answers, quotes and reposts."""
    more: dict[str, Any] = {}
    if person := item.in_reply_to_user_id:
        answered = around.users.get(person)
        handle = answered.username if answered else _named(person, item.entities)
        more |= {"reply_to_author": person, "reply_to_handle": handle}
    if reply_to := references.get("replied_to"):
        more["reply_to"] = reply_to
    if quotes := references.get("quoted"):
        more |= {"quotes": quotes, "quotes_author": around.author_of(quotes)}
    if reposts := references.get("retweeted") or references.get("reposted"):
        author, handle = _reposted_from(item, reposts, around)
        more |= {"reposts": reposts, "reposts_author": author, "reposts_handle": handle}
    return more


def _named(person: str, entities: Entities | None) -> str:
    """The handle of whom a post names, typed or carried along: to ask for the account would be billed."""
    return next((each.username for each in entities.mentions if each.id == person), "") if entities else ""


def found(entities: Entities, item: Item) -> dict[str, Any]:
    """What X found in the text. Names are told of the text as it is shown, even where a note is longer."""
    more: dict[str, Any] = {}
    if entities.mentions:
        more["mentions"] = _explicit(entities.mentions, item.display_text_range)
        more["carries"] = _carries(entities.mentions)
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


def _where(geo: Geo, around: Around) -> dict[str, Any]:
    return {"place": around.place(geo.place_id) if geo.place_id else None, "point": _point(geo)}


def _reposted_from(item: Item, reposts: str, around: Around) -> tuple[str, str]:
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


def _carries(mentions: list[Mention]) -> tuple[Named, ...]:
    """Everybody named, typed or carried along: X notifies them of an answer unless they are left out by their ids."""
    return tuple({m.id: Named(m.id, m.username) for m in mentions if is_id(m.id)}.values())


def plain(text: str) -> str:
    """X escapes three characters of a text for HTML; nothing else in it is markup.

    So no more is undone: a link that ends in "&copy=2" would lose its sense.
    """
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
