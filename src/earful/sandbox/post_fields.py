"""What the API tells about a post, field by field, in the tweet vocabulary."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from earful.core.weight import weigh
from earful.sandbox.anatomy import cut, short_code, within
from earful.sandbox.posting.editing import controls
from earful.sandbox.posts import Post
from earful.sandbox.snowflake import written

if TYPE_CHECKING:
    from earful.sandbox.world import World

Shape = dict[str, Any]

LONG = 280


def references(post: Post) -> list[tuple[str, int]]:
    """The posts that a post points to, each with the kind of the pointing."""
    kinds = (("replied_to", post.reply_to), ("quoted", post.quote), ("retweeted", post.repost))
    return [(kind, referenced) for kind, referenced in kinds if referenced]


def replied_author(world: "World", post: Post) -> int | None:
    """Whose post is answered, even if it was deleted since."""
    parent = world.posts.find(post.reply_to) if post.reply_to else None
    return parent.author if parent else None


def media_keys(post: Post) -> list[str]:
    """A key for each attachment: the kind's number, as X has it, and an id."""
    return [item.get("media_key") or f"3_{post.first + place}" for place, item in enumerate(post.media)]


def is_long(post: Post) -> bool:
    """Whether a post is longer than its `text` may show."""
    return len(post.text) > LONG // 2 and weigh(post.text) > LONG


def shown_text(post: Post) -> str:
    """`text`: the post, or its beginning when it is long."""
    return cut(post.text, short_code(str(post.id))) if is_long(post) else post.text


def _entities(_: "World", post: Post) -> Shape:
    entities = within(post.entities, shown_text(post).rfind("…")) if is_long(post) else post.entities
    return filled((*entities.items(), ("annotations", post.facts.annotations)))


def _geo(_: "World", post: Post) -> Shape | None:
    place, point = post.facts.place, post.facts.point
    coordinates = {"type": "Point", "coordinates": point} if point else None
    return filled((("place_id", place and place["id"]), ("coordinates", coordinates)))


def _note(_: "World", post: Post) -> Shape | None:
    if not is_long(post):
        return None
    return filled((("text", post.text), ("entities", post.entities)))


def _metrics(world: "World", post: Post) -> Shape:
    reposts, replies, quotes = world.posts.counts(post)
    likes = post.facts.likes + world.ties.number(post.first, "likes")
    told = {"retweet_count": reposts, "reply_count": replies, "quote_count": quotes, "like_count": likes}
    return told | {"bookmark_count": 0, "impression_count": 0}


def _attachments(_: "World", post: Post) -> Shape:
    polls = [post.facts.poll.id] if post.facts.poll else []
    return filled((("media_keys", media_keys(post)), ("poll_ids", polls)))


def _withheld(world: "World", post: Post) -> Shape | None:
    told, of_author = post.facts.withheld, world.states.of(post.author).withheld
    if told:
        return {"copyright": told.copyright, "country_codes": told.countries, "scope": "tweet"}
    return {"copyright": False, "country_codes": list(of_author), "scope": "user"} if of_author else None


def _media_metadata(world: "World", post: Post) -> list[Shape]:
    return [
        {"media_key": key, "alt_text": alt}
        for key, item in zip(media_keys(post), post.media, strict=True)
        if (alt := alt_text(world, item))
    ]


def _username(world: "World", post: Post) -> str:
    return world.accounts.known(post.author).username


def alt_text(world: "World", item: dict[str, Any]) -> str:
    """The words of a picture for those who do not see it."""
    upload = world.uploads.of(item)
    return upload.alt if upload else str(item.get("alt_text", ""))


def _replied_author(world: "World", post: Post) -> str | None:
    author = replied_author(world, post)
    return str(author) if author else None


POST_FIELDS: dict[str, Callable[["World", Post], Any]] = {
    "id": lambda _, post: str(post.id),
    "text": lambda _, post: shown_text(post),
    "edit_history_tweet_ids": lambda world, post: [str(one) for one in world.posts.versions(post)],
    "author_id": lambda _, post: str(post.author),
    "created_at": lambda _, post: written(post.id),
    "conversation_id": lambda _, post: str(post.conversation),
    "in_reply_to_user_id": _replied_author,
    "referenced_tweets": lambda _, post: [{"type": kind, "id": str(one)} for kind, one in references(post)],
    "entities": _entities,
    "note_tweet": _note,
    "lang": lambda _, post: post.lang,
    "public_metrics": _metrics,
    "attachments": _attachments,
    "edit_controls": controls,
    "withheld": _withheld,
    "media_metadata": _media_metadata,
    "card_uri": lambda _, post: post.facts.card,
    "paid_partnership": lambda _, post: post.facts.paid_partnership,
    "username": _username,
    "display_text_range": lambda _, post: [0, len(shown_text(post))],
    "possibly_sensitive": lambda _, post: post.facts.sensitive,
    "reply_settings": lambda _, post: post.facts.reply_settings or "everyone",
    "source": lambda _, post: post.source,
    "geo": _geo,
    "context_annotations": lambda _, post: post.facts.context_annotations,
}
# These expansions show the ids that they start from too, as X does.
POST_FIELDS["referenced_tweets.id"] = POST_FIELDS["referenced_tweets"]
POST_FIELDS["geo.place_id"] = POST_FIELDS["geo"]
POST_FIELDS["attachments.media_keys"] = POST_FIELDS["attachments"]
POST_FIELDS["attachments.poll_ids"] = POST_FIELDS["attachments"]


def filled(pairs: Iterable[tuple[str, Any]]) -> Shape:
    """A shape of named values: empty values are left out, never null."""
    # "referenced_tweets.id" is the name of an expansion; what it shows is called by the field's name.
    return {name.partition(".")[0]: value for name, value in pairs if value not in (None, "", [], {})}
