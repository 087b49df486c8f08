"""What the API says about posts, accounts and messages: the fields asked for, and what expansions bring
along.

Shaped in the tweet vocabulary; empty values are left out, never null.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from earful.sandbox.accounts import Account
from earful.sandbox.asking import Asked
from earful.sandbox.facts import Poll
from earful.sandbox.media.fields import media_shape, shown, uploaded
from earful.sandbox.message_fields import DM_FIELDS, address, attached, shared
from earful.sandbox.messages import Message
from earful.sandbox.polls import poll_shape
from earful.sandbox.post_fields import POST_FIELDS, Shape, filled, media_keys, references, replied_author
from earful.sandbox.posts import Post
from earful.sandbox.problems import barred, missing, suspended
from earful.sandbox.sight import Sight, Unseen
from earful.sandbox.user_fields import USER_FIELDS

if TYPE_CHECKING:
    from earful.sandbox.world import World

__all__ = ["Shape", "Shaper"]


class Shaper:
    """Shapes one answer: remembers what the expansions bring along, and what could not be found. `viewer` is whose
    token asks, None for an app's.
    """

    def __init__(self, world: "World", asked: Asked, vocabulary: str = "tweet", viewer: Account | None = None) -> None:
        self.world = world
        self.sight = Sight(world, viewer)
        self.asked = asked
        self.vocabulary = vocabulary
        self.users: dict[int, Shape] = {}
        self.tweets: dict[int, Shape] = {}
        self.media: dict[str, Shape] = {}
        self.polls: dict[str, Shape] = {}
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
        return filled((name, USER_FIELDS[name](self.sight, account)) for name in USER_FIELDS if name in names)

    def message(self, message: Message) -> Shape:
        """One private message, as an event."""
        names = self.asked.dm_fields | self.asked.expansions | {"id", "event_type", "text"}
        talking = [message.low, message.high] if not message.group else [message.sender]
        for reached, people in (("sender_id", [message.sender]), ("participant_ids", message.people or talking)):
            if reached in self.asked.expansions:
                self._bring_users(people)
        if "attachments.media_keys" in self.asked.expansions:
            self._bring_attachment(message)
        if "referenced_tweets.id" in self.asked.expansions:
            for shared_post in shared(message):
                self._bring_referenced(shared_post)
        shape = filled((name, DM_FIELDS[name](self.world, message)) for name in DM_FIELDS if name in names)
        # The older description has what is in a message's text beside the text, the newer one under one name.
        return shape if self.vocabulary == "post" else shape | shape.pop("entities", {})

    def whole(self, data: Any, **more: Any) -> Shape:
        """The answer around shaped data: includes and errors only where there are any."""
        brought: dict[str, Mapping[Any, Shape]] = {
            "users": self.users,
            "tweets": self.tweets,
            "media": self.media,
            "polls": self.polls,
            "places": self.places,
        }
        includes = {kind: list(found.values()) for kind, found in brought.items() if found}
        parts = (("data", data), ("includes", includes), ("errors", self.errors))
        return {name: part for name, part in parts if part} | more

    def _plain(self, post: Post) -> Shape:
        names = self.asked.fields | self.asked.expansions | {"id", "text", "edit_history_tweet_ids"}
        shape = filled((name, POST_FIELDS[name](self.world, post)) for name in POST_FIELDS if name in names)
        if self.vocabulary == "post" and shape.get("withheld", {}).get("scope") == "tweet":
            # The one value that the two vocabularies have different words for.
            shape["withheld"]["scope"] = "post"
        return shape

    def _expand(self, post: Post) -> None:
        wanted = self.asked.expansions
        if "author_id" in wanted:
            self._bring_users([post.author])
        if "in_reply_to_user_id" in wanted:
            self._bring_users(filter(None, [replied_author(self.world, post)]), "in_reply_to_user_id")
        if "entities.mentions.username" in wanted:
            named = [int(mention["id"]) for mention in post.entities.get("mentions", [])]
            self._bring_users(named, "entities.mentions.username")
        if "attachments.media_keys" in wanted:
            self._bring_media(post)
        if "attachments.poll_ids" in wanted and post.facts.poll:
            self._bring_poll(post, post.facts.poll)
        if "geo.place_id" in wanted and post.facts.place:
            self._bring_place(post.facts.place)
        if "referenced_tweets.id" in wanted:
            self._bring_posts(post)

    def lack_post(self, given: str, parameter: str, unseen: Unseen, section: str = "data") -> None:
        """Tell that a post was asked for, and why it is not there."""
        tell = partial(barred, section=section) if unseen == "barred" else missing
        self.errors.append(tell(given, parameter, "tweet", self.vocabulary))

    def lack_user(self, given: str, parameter: str, unseen: Unseen) -> None:
        """Tell that an account was asked for, and why it is not there."""
        tell = {"suspended": suspended, "barred": barred}.get(unseen, missing)
        self.errors.append(tell(given, parameter, "user", self.vocabulary))

    def _bring_users(self, accounts: Iterable[int], expansion: str = "author_id") -> None:
        for account in accounts:
            found = self.world.accounts.known(account)
            unseen = self.sight.of_account(found)
            if unseen:
                self.lack_user(str(account), expansion, unseen)
            elif account not in self.users:
                self.users[account] = self.user(found)

    def _bring_posts(self, post: Post) -> None:
        for _, referenced in references(post):
            self._bring_referenced(referenced)

    def _bring_referenced(self, referenced: int) -> None:
        found = self.world.posts.find(referenced)
        unseen = self.sight.of_post(found)
        if found is None or unseen:
            self.lack_post(str(referenced), "referenced_tweets.id", unseen, "includes")
        else:
            self._bring_post(found)

    def _bring_post(self, post: Post) -> None:
        self.tweets[post.id] = self._plain(post)
        if "referenced_tweets.id.author_id" in self.asked.expansions:
            self._bring_users([post.author])
        if "referenced_tweets.id.attachments.media_keys" in self.asked.expansions:
            self._bring_media(post)

    def _bring_media(self, post: Post) -> None:
        for key, item in zip(media_keys(post), post.media, strict=True):
            self.media[key] = media_shape(self.world, {"media_key": key} | item, self.asked.media_fields)

    def _bring_attachment(self, message: Message) -> None:
        upload = attached(self.world, message)
        if upload:
            whole = uploaded(self.world, upload, address(self.world, message, upload))
            self.media[upload.key] = shown(whole, self.asked.media_fields)

    def _bring_poll(self, post: Post, poll: Poll) -> None:
        names = self.asked.poll_fields | {"id", "options"}
        whole = poll_shape(poll, post, self.world.clock())
        self.polls[poll.id] = {name: value for name, value in whole.items() if name in names}

    def _bring_place(self, place: Shape) -> None:
        names = self.asked.place_fields | {"id", "full_name"}
        self.places[place["id"]] = {name: value for name, value in place.items() if name in names}
