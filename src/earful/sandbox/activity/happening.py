"""What happens, and who is told: each verb below is one thing that an account did or that was done to it.

What X does not tell is left untold here too: a mention that a reply only carries along, an answer to somebody
else's answer in our thread, and anything at all by a protected account.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from earful.sandbox.accounts import Account
from earful.sandbox.activity import payloads
from earful.sandbox.activity.kinds import PRIVATE
from earful.sandbox.activity.telling import Event, Telling
from earful.sandbox.messages import Message
from earful.sandbox.posts import Post
from earful.sandbox.shapes import Shape

if TYPE_CHECKING:
    from earful.sandbox.world import World


class Happenings:
    """Everything that the Activity API may tell of."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.telling = Telling(world)

    def posted(self, post: Post) -> None:
        """Somebody made a post, or a new version of one."""
        if not self.world.subscriptions.wanted or payloads.hidden(self.world, self.world.accounts.known(post.author)):
            return
        self.telling.tell("post.create", post.author, partial(self._post, post), str(post.id))
        for named in self._named(post) - {post.author}:
            self.telling.tell("post.mention.create", named, partial(self._post, post, named), str(post.id))
        for kind, other in (("reply", post.reply_to), ("quote", post.quote), ("repost", post.repost)):
            found = self.world.posts.find(other) if other else None
            if found and found.author != post.author:
                self.telling.tell(f"post.{kind}.create", found.author, partial(self._bare_post, post))

    def deleted(self, ids: list[int], author: int) -> None:
        """Somebody took a post away, with all its versions."""
        if payloads.hidden(self.world, self.world.accounts.known(author)):
            return
        for post in ids:
            self.telling.tell("post.delete", author, partial(self._deletion, post, author))

    def messaged(self, message: Message) -> None:
        """Somebody sent a private message to one other."""
        event = partial(self._alone, partial(payloads.message, self.world, message))
        self.telling.tell("dm.sent", message.sender, event)
        self.telling.tell("dm.received", message.recipient, event)

    def read(self, reader: int, writer: int, last: int) -> None:
        """Somebody read what another wrote: the writer is told."""
        shape = partial(payloads.reading, self.world, reader, writer, last, self.world.clock())
        self.telling.tell("dm.read", writer, partial(self._alone, shape))

    def typed(self, writer: int, reader: int) -> None:
        """Somebody is writing to another, who is told."""
        shape = partial(payloads.typing, self.world, writer, reader, self.world.clock())
        self.telling.tell("dm.indicate_typing", reader, partial(self._alone, shape))

    def chatted(self, kind: str, account: int, payload: Shape) -> None:
        """Something happened in an encrypted conversation of an account."""
        self.telling.tell(kind, account, lambda: (payload, None))

    def changed(self, before: Account, after: Account) -> None:
        """Somebody changed what their profile shows."""
        for part, was, is_now in profile_changes(before, after):
            self.profile(part, after.id, was, is_now)

    def profile(self, part: str, account: int, before: str, after: str) -> None:
        """One part of a profile is another now."""
        self.telling.tell(f"profile.update.{part}", account, lambda: ({"before": before, "after": after}, None))

    def related(self, kind: str, source: int, target: int) -> None:
        """Somebody followed, muted or blocked somebody, or stopped. Following is told to both, the rest to the doer."""
        event = partial(self._alone, partial(payloads.pair, self.world, source, target))
        self.telling.tell(kind, source, event, direction="outbound")
        if kind.startswith("follow."):
            self.telling.tell(kind, target, event, direction="inbound")

    def liked(self, liker: int, post: Post) -> None:
        """Somebody liked a post: both who did and whose it is may be told."""
        if payloads.hidden(self.world, self.world.accounts.known(liker)):
            return
        event = partial(self._like, liker, post)
        self.telling.tell("like.create", liker, event, direction="outbound")
        if liker != post.author:
            self.telling.tell("like.create", post.author, event, direction="inbound")

    def news(self, story: Shape) -> None:
        """There is news: those are told whose word is in it."""
        words = f"{story['name']} {story['summary']}".lower()
        self.telling.tell("news.new", 0, partial(self._alone, lambda: story), story["id"], words=words)

    def revoked(self, account: int, app: int) -> None:
        """Somebody took an app's access back: that app is told, whether or not it named the account, and hears nothing
        private of the account any more.
        """
        at = datetime.fromtimestamp(self.world.clock(), UTC).isoformat(timespec="seconds")
        payload = {"date_time": at, "user_id": str(account), "app_id": str(app)}
        for user in (0, account):
            self.telling.tell("oauth.revoke", user, lambda: (payload, None), only=app)
        for one in self.world.subscriptions.of(app):
            if one.user == account and one.kind in PRIVATE:
                self.world.subscriptions.remove(one)

    def _post(self, post: Post, *others: int) -> Event:
        return payloads.post(self.world, post, editable=True), payloads.around_post(self.world, post, *others)

    def _bare_post(self, post: Post) -> Event:
        return payloads.post(self.world, post, editable=False), {}

    def _like(self, liker: int, post: Post) -> Event:
        around = payloads.around_post(self.world, post, liker)
        return payloads.like(post, self.world.clock()), around

    def _alone(self, payload: Callable[[], Shape]) -> Event:
        return payload(), None

    def _deletion(self, post: int, author: int) -> Event:
        return payloads.deletion(post, author), {"users": [{"data": payloads.user(self.world, author)}]}

    def _named(self, post: Post) -> set[int]:
        # What a repost says is the other's words, so it names nobody itself.
        mentions = [] if post.repost else post.entities.get("mentions", [])
        return {int(mention["id"]) for mention in mentions}


def profile_changes(before: Account, after: Account) -> list[tuple[str, str, str]]:
    """The parts of a profile that differ, each with what it was and is: X calls the name a screen name."""
    parts = (
        ("screenname", before.name, after.name),
        ("handle", before.username, after.username),
        ("bio", before.bio, after.bio),
        ("geo", before.options.location, after.options.location),
        ("verified_badge", _badge(before), _badge(after)),
    )
    return [part for part in parts if part[1] != part[2]]


def _badge(account: Account) -> str:
    return "blue" if account.verified else "none"
