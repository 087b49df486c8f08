"""What the API says about posts, accounts and messages: the fields asked for, and what expansions bring
along.

Shaped in the tweet vocabulary; empty values are left out, never null.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from earful.sandbox.accounts import Account
from earful.sandbox.asking import Asked
from earful.sandbox.message_fields import DM_FIELDS
from earful.sandbox.messages import Message
from earful.sandbox.post_fields import POST_FIELDS, Shape, filled, media_keys, references, replied_author
from earful.sandbox.posts import Post
from earful.sandbox.problems import missing
from earful.sandbox.user_fields import USER_FIELDS

if TYPE_CHECKING:
    from earful.sandbox.world import World

__all__ = ["Shape", "Shaper"]


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
        return filled((name, USER_FIELDS[name](self.world, account)) for name in USER_FIELDS if name in names)

    def message(self, message: Message) -> Shape:
        """One private message, as an event."""
        names = self.asked.dm_fields | self.asked.expansions | {"id", "event_type", "text"}
        for reached, people in (
            ("sender_id", [message.sender]),
            ("participant_ids", [message.low, message.high]),
        ):
            if reached in self.asked.expansions:
                self._bring_users(people)
        return filled((name, DM_FIELDS[name](message)) for name in DM_FIELDS if name in names)

    def whole(self, data: Any, **more: Any) -> Shape:
        """The answer around shaped data: includes and errors only where there are any."""
        kinds = (("users", self.users), ("tweets", self.tweets), ("media", self.media), ("places", self.places))
        includes = {kind: list(found.values()) for kind, found in kinds if found}
        parts = (("data", data), ("includes", includes), ("errors", self.errors))
        return {name: part for name, part in parts if part} | more

    def _plain(self, post: Post) -> Shape:
        names = self.asked.fields | self.asked.expansions | {"id", "text", "edit_history_tweet_ids"}
        return filled((name, POST_FIELDS[name](self.world, post)) for name in POST_FIELDS if name in names)

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
