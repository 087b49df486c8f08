"""What happens, and who is told: each verb below is one thing that an account did or that was done to it.

What X does not tell is left untold here too: a mention that a reply only carries along, an answer to somebody
else's answer in our thread, and anything at all by a protected account.
"""

import secrets
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from earful.sandbox.accounts import Account
from earful.sandbox.activity import payloads
from earful.sandbox.activity.subscriptions import Subscription
from earful.sandbox.messages import Message
from earful.sandbox.money.billing import Charge, read
from earful.sandbox.posts import Post
from earful.sandbox.shapes import Shape
from earful.sandbox.snowflake import first_at
from earful.sandbox.streams.connection import LINE_END
from earful.sandbox.streams.connections import same
from earful.sandbox.streams.endpoints import ACTIVITY

if TYPE_CHECKING:
    from collections.abc import Callable

    from earful.sandbox.world import World

KEPT_S = 24 * 3600
SWEPT_EVERY = 500


class Happenings:
    """Tells every subscription of what it asked for, by stream and by webhook, and remembers it for a day."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.untidy = 0

    def posted(self, post: Post) -> None:
        """Somebody made a post, or a new version of one."""
        if not self.world.subscriptions.wanted or payloads.hidden(self.world, self.world.accounts.known(post.author)):
            return
        self._tell("post.create", post.author, partial(self._post, post), str(post.id))
        for named in self._named(post) - {post.author}:
            self._tell("post.mention.create", named, partial(self._post, post, named), str(post.id))
        for kind, other in (("reply", post.reply_to), ("quote", post.quote), ("repost", post.repost)):
            found = self.world.posts.find(other) if other else None
            if found and found.author != post.author:
                self._tell(f"post.{kind}.create", found.author, partial(self._bare_post, post))

    def deleted(self, ids: list[int], author: int) -> None:
        """Somebody took a post away, with all its versions."""
        if payloads.hidden(self.world, self.world.accounts.known(author)):
            return
        for post in ids:
            self._tell("post.delete", author, partial(self._deletion, post, author))

    def messaged(self, message: Message) -> None:
        """Somebody sent a private message. Of groups nothing is told here, as the older API told nothing."""
        if message.group:
            return
        event = partial(self._alone, partial(payloads.message, self.world, message))
        self._tell("dm.sent", message.sender, event)
        self._tell("dm.received", message.recipient, event)

    def read(self, reader: int, writer: int, last: int) -> None:
        """Somebody read what another wrote: the writer is told."""
        shape = partial(payloads.reading, self.world, reader, writer, last, self.world.clock())
        self._tell("dm.read", writer, partial(self._alone, shape))

    def typed(self, writer: int, reader: int) -> None:
        """Somebody is writing to another, who is told."""
        shape = partial(payloads.typing, self.world, writer, reader, self.world.clock())
        self._tell("dm.indicate_typing", reader, partial(self._alone, shape))

    def chatted(self, kind: str, account: int, payload: Shape) -> None:
        """Something happened in an encrypted conversation of an account."""
        self._tell(kind, account, lambda: (payload, None))

    def changed(self, before: Account, after: Account) -> None:
        """Somebody changed what their profile shows."""
        for part, was, is_now in profile_changes(before, after):
            self.profile(part, after.id, was, is_now)

    def profile(self, part: str, account: int, before: str, after: str) -> None:
        """One part of a profile is another now."""
        self._tell(f"profile.update.{part}", account, lambda: ({"before": before, "after": after}, None))

    def related(self, kind: str, source: int, target: int) -> None:
        """Somebody followed, muted or blocked somebody, or stopped. Following is told to both, the rest to the doer."""
        event = partial(self._alone, partial(payloads.pair, self.world, source, target))
        self._tell(kind, source, event, direction="outbound")
        if kind.startswith("follow."):
            self._tell(kind, target, event, direction="inbound")

    def revoked(self, account: int, app: int) -> None:
        """Somebody took an app's access back: that app is told, whether or not it named the account."""
        at = datetime.fromtimestamp(self.world.clock(), UTC).isoformat(timespec="seconds")
        payload = {"date_time": at, "user_id": str(account), "app_id": str(app)}
        for user in (0, account):
            self._tell("oauth.revoke", user, lambda: (payload, None), only=app)

    def _post(self, post: Post, *others: int) -> "Event":
        return payloads.post(self.world, post, editable=True), payloads.around_post(self.world, post, *others)

    def _bare_post(self, post: Post) -> "Event":
        return payloads.post(self.world, post, editable=False), {}

    def _alone(self, payload: "Callable[[], Shape]") -> "Event":
        return payload(), None

    def _deletion(self, post: int, author: int) -> "Event":
        return payloads.deletion(post, author), {"users": [{"data": payloads.user(self.world, author)}]}

    def _named(self, post: Post) -> set[int]:
        # What a repost says is the other's words, so it names nobody itself.
        mentions = [] if post.repost else post.entities.get("mentions", [])
        return {int(mention["id"]) for mention in mentions}

    def _tell(
        self,
        kind: str,
        user: int,
        event: "Callable[[], Event]",
        number: str = "",
        *,
        direction: str = "",
        only: int = 0,
    ) -> None:
        wanted = [one for one in self.world.subscriptions.to(kind, user) if _meant(one, direction, only)]
        if not wanted:
            return
        payload, includes = event()
        for one in wanted:
            self._deliver(one, payload, includes, number or _signed())
        self._sweep()

    def _deliver(self, to: Subscription, payload: Shape, includes: Shape | None, number: str) -> None:
        data: Shape = {"event_uuid": number, "filter": to.filter, "event_type": to.kind}
        data |= {"tag": to.tag} if to.tag else {}
        data |= {"payload": payload} | ({} if includes is None else {"includes": includes})
        body = msgspec.json.encode({"data": data})
        attempted = to.webhook if self.world.webhooks.listens(to.webhook) else 0
        owed = self._owed(to, payload, includes or {}, number)
        self.world.store.write(
            "INSERT INTO told VALUES (?, ?, ?, ?, ?)",
            self.world.ids.next(), to.app, attempted, body.decode(), msgspec.json.encode(owed).decode(),
        )  # fmt: skip
        self.world.connections.send(to.app, ACTIVITY, same(body + LINE_END, owed))
        if attempted:
            self.world.deliveries.send(attempted, body, owed)

    def _owed(self, to: Subscription, payload: Shape, includes: Shape, number: str) -> list[Charge]:
        terms = self.world.ledger.terms(to.app)
        today = datetime.fromtimestamp(self.world.clock(), UTC).date()
        billed = self.world.prices.on(today).event_kind(to.kind)
        if billed is None or (to.kind == "post.delete" and not terms.deletions):
            return []
        # Once a day for each thing: a post is the same one in a mention, an answer and on the filtered stream.
        about = payload.get("id") or next((one["id"] for one in payload.get("direct_message_events", [])), number)
        bare = {name: [one.get("data", one) for one in many] for name, many in includes.items()}
        return list(read(billed, {"data": {"id": about}, "includes": bare}, expansions=terms.activity_includes))

    def _sweep(self) -> None:
        self.untidy += 1
        if self.untidy % SWEPT_EVERY == 0:
            self.world.store.write("DELETE FROM told WHERE id < ?", first_at(self.world.clock() - KEPT_S))


# What an event carries: its payload, and what comes along, which some kinds do not have at all.
Event = tuple[Shape, Shape | None]


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


def _meant(one: Subscription, direction: str, only: int) -> bool:
    return (not one.direction or one.direction == direction) and (not only or one.app == only)


def _signed() -> str:
    # X's numbers here are 64 bits with a sign: half of them are negative.
    return str(secrets.randbits(64) - 2**63)
