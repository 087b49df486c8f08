"""What the API says about posts, accounts and messages: the fields asked for, and what expansions bring
along.

Shaped in the tweet vocabulary; empty values are left out, never null.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from earful.core.weight import weigh
from earful.sandbox.accounts import Account
from earful.sandbox.anatomy import cut, short_code, within
from earful.sandbox.asking import Asked
from earful.sandbox.messages import Message
from earful.sandbox.posts import Post
from earful.sandbox.problems import missing
from earful.sandbox.snowflake import moment, written

if TYPE_CHECKING:
    from earful.sandbox.world import World

Shape = dict[str, Any]

LONG = 280
EDIT_WINDOW_S = 3600
EDITS = 5


class Shaper:
    """Shapes one answer: remembers what the expansions bring along, and what could not be found."""

    def __init__(self, world: "World", asked: Asked, vocabulary: str = "tweet") -> None:
        self.world = world
        self.asked = asked
        self.vocabulary = vocabulary
        self.users: dict[int, Shape] = {}
        self.tweets: dict[int, Shape] = {}
        self.media: dict[str, Shape] = {}
        self.places: dict[str, Shape] = {}
        self.errors: list[Shape] = []

    def post(self, post: Post) -> Shape:
        """One post, and along with it whatever the expansions reach from there."""
        shape = self._plain(post)
        self._expand(post)
        return shape

    def user(self, account: Account) -> Shape:
        """One account."""
        names = self.asked.user_fields | {"id", "name", "username"}
        return _filled((name, USER_FIELDS[name](self.world, account)) for name in USER_FIELDS if name in names)

    def message(self, message: Message) -> Shape:
        """One private message, as an event."""
        names = self.asked.dm_fields | self.asked.expansions | {"id", "event_type", "text"}
        for reached, people in (
            ("sender_id", [message.sender]),
            ("participant_ids", [message.low, message.high]),
        ):
            if reached in self.asked.expansions:
                self._bring_users(people)
        return _filled((name, DM_FIELDS[name](message)) for name in DM_FIELDS if name in names)

    def whole(self, data: Any, **more: Any) -> Shape:
        """The answer around shaped data: includes and errors only where there are any."""
        kinds = (("users", self.users), ("tweets", self.tweets), ("media", self.media), ("places", self.places))
        includes = {kind: list(found.values()) for kind, found in kinds if found}
        parts = (("data", data), ("includes", includes), ("errors", self.errors))
        return {name: part for name, part in parts if part} | more

    def _plain(self, post: Post) -> Shape:
        names = self.asked.fields | self.asked.expansions | {"id", "text", "edit_history_tweet_ids"}
        return _filled((name, POST_FIELDS[name](self.world, post)) for name in POST_FIELDS if name in names)

    def _expand(self, post: Post) -> None:
        wanted = self.asked.expansions
        if "author_id" in wanted:
            self._bring_users([post.author])
        if "in_reply_to_user_id" in wanted:
            self._bring_users(filter(None, [replied_author(self.world, post)]))
        if "entities.mentions.username" in wanted:
            self._bring_users(int(mention["id"]) for mention in post.entities.get("mentions", []))
        if "attachments.media_keys" in wanted:
            self._bring_media(post)
        if "geo.place_id" in wanted and post.facts.place:
            self._bring_place(post.facts.place)
        if "referenced_tweets.id" in wanted:
            self._bring_posts(post)

    def _bring_users(self, accounts: Iterable[int]) -> None:
        for account in accounts:
            if account not in self.users:
                self.users[account] = self.user(self.world.accounts.known(account))

    def _bring_posts(self, post: Post) -> None:
        for _, referenced in references(post):
            found = self.world.posts.standing(referenced)
            if found is None:
                self.errors.append(missing(str(referenced), "referenced_tweets.id", "tweet", self.vocabulary))
            else:
                self._bring_post(found)

    def _bring_post(self, post: Post) -> None:
        self.tweets[post.id] = self._plain(post)
        if "referenced_tweets.id.author_id" in self.asked.expansions:
            self._bring_users([post.author])
        if "referenced_tweets.id.attachments.media_keys" in self.asked.expansions:
            self._bring_media(post)

    def _bring_media(self, post: Post) -> None:
        names = self.asked.media_fields | {"media_key", "type"}
        for key, item in zip(media_keys(post), post.media, strict=True):
            known = {"media_key": key, "type": "photo"} | item
            self.media[key] = {name: value for name, value in known.items() if name in names}

    def _bring_place(self, place: Shape) -> None:
        names = self.asked.place_fields | {"id", "full_name"}
        self.places[place["id"]] = {name: value for name, value in place.items() if name in names}


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
    return [f"3_{post.first + place}" for place in range(len(post.media))]


def is_long(post: Post) -> bool:
    """Whether a post is longer than its `text` may show."""
    return len(post.text) > LONG // 2 and weigh(post.text) > LONG


def shown_text(post: Post) -> str:
    """`text`: the post, or its beginning when it is long."""
    return cut(post.text, short_code(str(post.id))) if is_long(post) else post.text


def _entities(_: "World", post: Post) -> Shape:
    entities = within(post.entities, shown_text(post).rfind("…")) if is_long(post) else post.entities
    return _filled((*entities.items(), ("annotations", post.facts.annotations)))


def _geo(_: "World", post: Post) -> Shape | None:
    place, point = post.facts.place, post.facts.point
    coordinates = {"type": "Point", "coordinates": point} if point else None
    return _filled((("place_id", place and place["id"]), ("coordinates", coordinates)))


def _note(_: "World", post: Post) -> Shape | None:
    if not is_long(post):
        return None
    return _filled((("text", post.text), ("entities", post.entities)))


def _metrics(world: "World", post: Post) -> Shape:
    reposts, replies, quotes = world.posts.counts(post)
    silent = {"like_count": post.facts.likes, "bookmark_count": 0, "impression_count": 0}
    return {"retweet_count": reposts, "reply_count": replies, "quote_count": quotes} | silent


def _edit_controls(world: "World", post: Post) -> Shape:
    left = EDITS + 1 - len(world.posts.versions(post))
    until = written(post.first + (EDIT_WINDOW_S * 1000 << 22))
    eligible = post.reply_to is None and post.repost is None
    open_still = moment(post.first) + EDIT_WINDOW_S > world.clock()
    return {
        "edits_remaining": max(left, 0),
        "is_edit_eligible": eligible and open_still,
        "editable_until": until,
    }


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
    "attachments": lambda _, post: {"media_keys": media_keys(post)} if post.media else None,
    "edit_controls": _edit_controls,
    "display_text_range": lambda _, post: [0, len(shown_text(post))],
    "possibly_sensitive": lambda _world, _post: False,
    "reply_settings": lambda _world, _post: "everyone",
    "source": lambda _, post: post.source,
    "geo": _geo,
    "context_annotations": lambda _, post: post.facts.context_annotations,
}
# These expansions show the ids that they start from too, as X does.
POST_FIELDS["referenced_tweets.id"] = POST_FIELDS["referenced_tweets"]
POST_FIELDS["geo.place_id"] = POST_FIELDS["geo"]
POST_FIELDS["attachments.media_keys"] = POST_FIELDS["attachments"]


def _user_metrics(world: "World", account: Account) -> Shape:
    counts = {"followers_count": account.followers, "following_count": account.options.following}
    counts |= {"tweet_count": world.posts.number_by(account.id), "listed_count": account.options.listed}
    return counts | {"like_count": 0}


USER_FIELDS: dict[str, Callable[["World", Account], Any]] = {
    "id": lambda _, account: str(account.id),
    "name": lambda _, account: account.name,
    "username": lambda _, account: account.username,
    "created_at": lambda _, account: written(account.id),
    "description": lambda _, account: account.bio,
    "location": lambda _, account: account.options.location,
    "protected": lambda _world, _account: False,
    "verified": lambda _, account: account.verified,
    "verified_type": lambda _, account: "blue" if account.verified else "none",
    "receives_your_dm": lambda _world, _account: True,
    "public_metrics": _user_metrics,
    "profile_image_url": lambda world, account: f"{world.public_url}/portrait/{account.username}.svg",
    "url": lambda world, account: f"{world.public_url}/{account.username}",
}

DM_FIELDS: dict[str, Callable[[Message], Any]] = {
    "id": lambda message: str(message.id),
    "event_type": lambda _: "MessageCreate",
    "text": lambda message: message.text,
    "sender_id": lambda message: str(message.sender),
    "created_at": lambda message: written(message.id),
    "dm_conversation_id": lambda message: message.conversation,
    "participant_ids": lambda message: [str(message.low), str(message.high)],
}


def _filled(pairs: Iterable[tuple[str, Any]]) -> Shape:
    # "referenced_tweets.id" is the name of an expansion; what it shows is called by the field's name.
    return {name.partition(".")[0]: value for name, value in pairs if value not in (None, "", [], {})}
