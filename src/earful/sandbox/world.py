"""The pretend X as one thing: what is kept, who listens, and the verbs that change something and tell of it.

Telling comes after the writing: a stream never carries a post that a crash could take back.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from msgspec import structs

from earful.sandbox.accounts import Account, Accounts, Profile
from earful.sandbox.activity.happening import Happenings, profile_changes
from earful.sandbox.activity.subscriptions import Subscriptions
from earful.sandbox.apps import App, Apps
from earful.sandbox.clock import Clock
from earful.sandbox.codes import Codes
from earful.sandbox.compliance.fates import Fates
from earful.sandbox.compliance.jobs import Jobs
from earful.sandbox.facts import Withheld
from earful.sandbox.faults import Faults
from earful.sandbox.grants import Grant, Grants
from earful.sandbox.habits import HabitsOfApps
from earful.sandbox.limits import Limits
from earful.sandbox.media.uploads import Uploads
from earful.sandbox.messages import Message, Messages
from earful.sandbox.money.billing import Charge
from earful.sandbox.money.caps import broke, over_cap
from earful.sandbox.money.ledger import Ledger
from earful.sandbox.money.prices import Prices
from earful.sandbox.older import adopt
from earful.sandbox.posts import Draft, Post, Posts
from earful.sandbox.request_tokens import RequestTokens
from earful.sandbox.rules import Rules
from earful.sandbox.signatures import Signatures
from earful.sandbox.snowflake import Snowflakes
from earful.sandbox.states import State, States, befallen
from earful.sandbox.store import Store
from earful.sandbox.streams.connections import Connections
from earful.sandbox.streams.filtered import Filtered
from earful.sandbox.ties import TOLD, Tie, Ties
from earful.sandbox.webhooks.challenge import Challenges
from earful.sandbox.webhooks.deliveries import Deliveries
from earful.sandbox.webhooks.replay import Replays
from earful.sandbox.webhooks.webhooks import Webhooks

HEARTBEAT_S = 20.0
QUEUE_LINES = 2000


class World:
    """Everything in one process. `clock` tells the time in seconds since 1970; `changes` counts what pages may have to
    show.
    """

    def __init__(
        self,
        path: Path,
        public_url: str,
        *,
        heartbeat: float = HEARTBEAT_S,
        queue: int = QUEUE_LINES,
        rule_lag: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.public_url: str = public_url.rstrip("/")
        self.store = Store(path)
        self.clock = Clock(self.store, clock)
        self.ids = Snowflakes(self.clock, self.store.last_id())
        self.accounts = Accounts(self.store, self.ids)
        self.apps = Apps(self.store, self.accounts, self.ids)
        self.grants = Grants(self.store, self.accounts, self.apps, self.ids)
        self.codes = Codes(self.store, self.grants)
        self.request_tokens = RequestTokens(self.store, self.apps, self.grants)
        self.signatures = Signatures(self)
        self.posts: Posts = Posts(self.store, self.accounts, self.ids)
        self.states: States = States(self.store)
        self.ties = Ties(self.store, self.ids)
        self.messages = Messages(self.store, self.ids)
        self.uploads = Uploads(self.store, self.ids, self.clock, path.with_name(path.name + ".media"))
        self.jobs = Jobs(self.store, self.ids, self.clock, path.with_name(path.name + ".compliance"))
        self.fates = Fates(self)
        self.habits = HabitsOfApps(self.store)
        self.rule_lag = rule_lag
        self.rules = Rules(self.store, self.ids, self.clock, self._lag_of_rules)
        self.limits = Limits()
        self.prices = Prices()
        self.ledger = Ledger(self.store, self.prices)
        self.faults = Faults()
        # Called with the app and the account when somebody takes back what an app may do for them.
        self.on_revoke: list[Callable[[App, Account], None]] = []
        self.changes = 0
        self.connections = Connections(self, heartbeat, queue)
        self.filtered = Filtered(self)
        self.webhooks = Webhooks(self.store, self.ids)
        self.challenges = Challenges(self)
        self.deliveries = Deliveries(self)
        self.replays = Replays(self)
        self.subscriptions = Subscriptions(self.store, self.ids)
        self.happenings = Happenings(self)
        self.on_revoke.append(lambda app, account: self.happenings.revoked(account.id, app.id))
        adopt(self)

    def put_account(self, wanted: Profile) -> Account:
        """Create an account or bring it to what is wanted."""
        before, after = self.accounts.put(wanted)
        self.reshaped(before, after)
        return after

    def reshaped(self, before: Account | None, after: Account) -> None:
        """Tell that a profile is another than before, or that there is a new one, which nobody hears of."""
        self.changes += 1
        if before is None:
            return
        self.happenings.changed(before, after)
        for part, _, is_now in profile_changes(before, after):
            self.fates.of_account("user_profile_modification", after.id, profile_field=part, new_value=is_now)

    def befall(self, account: Account, **changes: Any) -> State:
        """Let an account stand otherwise than before: protected, away, withheld, closed to messages."""
        self.changes += 1
        before = self.states.of(account.id)
        state = replace(before, **changes)
        self.states.put(account.id, state)
        for kind, more in befallen(before, state):
            self.fates.of_account(kind, account.id, **more)
        return state

    def scrub_geo(self, account: Account) -> None:
        """Take the places from everything that an account has posted so far."""
        self.changes += 1
        last = self.posts.scrub_geo(account.id)
        self.fates.of_account("scrub_geo", account.id, up_to_tweet_id=str(last))

    def relate(self, source: Account, tie: Tie, target: Account, *, stands: bool) -> bool:
        """Let a tie stand or not, and tell of it; False if nothing changed."""
        if self.ties.bound(source.id, tie, target.id) == stands:
            return False
        self.changes += 1
        change = self.ties.bind if stands else self.ties.loose
        change(source.id, tie, target.id)
        if tie in TOLD:
            begins, ends = TOLD[tie]
            self.happenings.related(begins if stands else ends, source.id, target.id)
        return True

    def like(self, account: Account, post: Post, *, stands: bool) -> bool:
        """Let somebody like a post, or no longer; False if nothing changed."""
        if self.ties.bound(account.id, "likes", post.first) == stands:
            return False
        self.changes += 1
        (self.ties.bind if stands else self.ties.loose)(account.id, "likes", post.first)
        if stands:
            self.happenings.liked(account.id, post)
        return True

    def rename(self, account: Account, username: str) -> Account:
        """Give an account another handle. Raises ValueError for one that cannot be, or that somebody has."""
        before = self.accounts.known(account.id)
        renamed = self.accounts.rename(before, username)
        self.reshaped(before, renamed)
        return renamed

    def revoke(self, app: App, account: Account) -> bool:
        """Take back everything that an account allowed an app, and tell of it; False if there was nothing."""
        if not self.grants.end_all(app, account):
            return False
        self.changes += 1
        self.taken_back(app, account)
        return True

    def end(self, grant: Grant) -> None:
        """Take one grant back, and tell of it; nothing if it was over already."""
        if self.grants.end(grant):
            self.changes += 1
            self.taken_back(grant.app, grant.account)

    def taken_back(self, app: App, account: Account) -> None:
        """Tell whoever wants to know that an app may no longer act for an account."""
        for hear in self.on_revoke:
            hear(app, account)

    def publish(self, draft: Draft) -> Post:
        """Make a post, then tell the streams."""
        post = self.posts.publish(draft)
        self._told(post)
        return post

    async def publish_together(self, write: Callable[[], list[Post]]) -> None:
        """Carry out many writings as one, then tell the streams of the new posts, at a pace they can take."""
        with self.store.together():
            posts = write()
        for post in posts:
            await self.connections.room()
            self._told(post)

    def edit(self, post: Post, text: str, media: list[dict[str, Any]] | None = None) -> Post:
        """Put a new version in place of a post, then tell the streams."""
        edited = self.posts.edit(post, text, media)
        self.fates.edited(edited)
        self._told(edited)
        return edited

    def withhold(self, post: Post, withheld: Withheld | None) -> None:
        """Let a post not be shown in some countries."""
        self.restate(post, withheld=withheld)
        if withheld:
            self.fates.of_post("withheld", post, withheld_in_countries=withheld.countries)

    def bounce(self, post: Post, *, down: bool) -> None:
        """Take a post down until its author mends something, or let it stand again; nothing if that changes nothing."""
        if self.posts.bounce(post, down=down):
            self.changes += 1
            self.fates.of_post("drop" if down else "undrop", post)

    def restate(self, post: Post, **facts: Any) -> Post:
        """Let what is told about a post be another: hidden, withheld, bounced, voted on. No stream tells of that."""
        self.changes += 1
        self.posts.restate(post, structs.replace(post.facts, **facts))
        return self.posts.find(post.id) or post

    def delete(self, post: Post) -> bool:
        """Take a post away; only streams that asked for deletions hear of it. False if it was deleted before: nobody
        hears of that again.
        """
        if not self.posts.delete(post):
            return False
        ids = self.posts.versions(self.posts.newest_version(post))
        self.fates.of_post("delete", post)
        self.changes += 1
        self.filtered.tell_deletion(ids, post.author)
        self.happenings.deleted(ids, post.author)
        return True

    def send(self, sender: Account, recipient: Account, text: str, key: str | None = None, media: int = 0) -> Message:
        """Send a private message, then tell those who subscribed to it; everybody else has to ask."""
        self.changes += 1
        message = self.messages.send(sender, recipient, text, key, self._carried(media))
        self.happenings.messaged(message)
        return message

    def send_to_group(self, sender: Account, group: int, text: str, media: int = 0) -> Message:
        """Send a private message to a whole group. Nobody is told, as the older API told nothing of groups."""
        self.changes += 1
        return self.messages.send_to_group(sender, group, text, self._carried(media))

    def leave(self, account: Account, group: int) -> Message:
        """Take an account out of a group."""
        self.changes += 1
        return self.messages.leave(account, group)

    def discard(self, account: Account, message: Message) -> None:
        """Let an account no longer see a private message."""
        self.changes += 1
        self.messages.discard(account.id, message)

    def bill(self, app: App, operation: str, owed: Sequence[Charge]) -> None:
        """Bill an app; once that leaves it without means, its streams end."""
        if self.ledger.book(app.id, operation, owed, self.clock()):
            self.changes += 1
            if broke(self, app) or over_cap(self, app):
                self.connections.end_of(app.id)

    def close(self) -> None:
        """End the streams and close the store."""
        self.connections.end()
        self.store.close()

    def _carried(self, media: int) -> int:
        """A file that something carries from now on, so that it never expires."""
        if media:
            self.uploads.use(media)
        return media

    def _lag_of_rules(self, app: int) -> float:
        own = self.habits.of(app).rule_lag_s
        return self.rule_lag if own is None else own

    def _told(self, post: Post) -> None:
        self.changes += 1
        # What a protected account posts is for its followers, and what one that is away posts for nobody.
        state = self.states.of(post.author)
        if state.protected or state.away:
            return
        self.filtered.deliver(post)
        self.happenings.posted(post)
