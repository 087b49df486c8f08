"""The practice desk's own door: accounts, posts, messages, faults and the crowd, without X's limits. JSON
under `/pretend`.

Whoever knows the control key may do everything here. Posting under a `key` that was used already changes
nothing and answers the post that stands under it.
"""

import hmac
import os
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from inspect import isawaitable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from earful.sandbox import control_activity, control_streams
from earful.sandbox.apps import AppWish
from earful.sandbox.asking import Asked
from earful.sandbox.control_asking import identifier, number, post_named, post_of
from earful.sandbox.control_states import States
from earful.sandbox.facts import Facts
from earful.sandbox.keys import NewAccount, keys, put_app
from earful.sandbox.money.accounting import Accounting
from earful.sandbox.posts import Draft, Post, Span, repost_text
from earful.sandbox.problems import ControlError
from earful.sandbox.scenarios.door import ScenarioDoor
from earful.sandbox.scenarios.stage import Stage
from earful.sandbox.shapes import Shape, Shaper
from earful.sandbox.trouble import Trouble

if TYPE_CHECKING:
    from earful.sandbox.driving import Driver
    from earful.sandbox.world import World

KEY_VARIABLE = "EARFUL_SANDBOX_KEY"
BULK = 5000
WHOLE = Asked(
    fields=frozenset(
        {
            "author_id",
            "conversation_id",
            "created_at",
            "in_reply_to_user_id",
            "referenced_tweets",
            "entities",
            "note_tweet",
            "lang",
            "public_metrics",
            "attachments",
            "source",
        }
    )
)


class NewPost(msgspec.Struct, forbid_unknown_fields=True):
    """A post to be made. `reply_to`, `quote` and `repost` are a post's id or "key:…" with the key of an
    earlier one.
    """

    username: str
    text: str = ""
    reply_to: str | None = None
    quote: str | None = None
    repost: str | None = None
    key: str | None = None
    media: list[dict[str, Any]] = []
    source: str = "X Web App"
    facts: Facts = Facts()


class Bulk(msgspec.Struct, forbid_unknown_fields=True):
    """Many posts, made in this order, all or none."""

    posts: list[NewPost]


class Text(msgspec.Struct, forbid_unknown_fields=True):
    """A new text for a post."""

    text: str


class Revocation(msgspec.Struct, forbid_unknown_fields=True):
    """Which app shall act for the account no longer: its client id; None for every one."""

    app: str | None = None


class NewMessage(msgspec.Struct, forbid_unknown_fields=True, rename={"sender": "from"}):
    """A private message between two handles; `media` is the id of a file that was uploaded."""

    sender: str
    to: str
    text: str = ""
    key: str | None = None
    media: str | None = None


class ClockWish(msgspec.Struct, forbid_unknown_fields=True):
    """How far the clock shall go: seconds from now, or a moment. Exactly one of the two."""

    forward: float | None = None
    at: datetime | None = None


class CrowdWish(msgspec.Struct, forbid_unknown_fields=True):
    """Whether the crowd shall talk, and how many times faster than life."""

    running: bool | None = None
    speed: float | None = None


def control_key(path: Path) -> str:
    """The key of the control API: from the environment, or made once and kept beside the store, for its owner
    only.
    """
    given = os.environ.get(KEY_VARIABLE)
    if given:
        return given
    kept = path.with_name(path.name + ".key")
    if not kept.exists():
        number = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    return kept.read_text().strip()


def routes(world: "World", driver: "Driver", stage: Stage, key: str) -> list[Route]:
    """The control API's routes, each behind the key."""
    scenarios = ScenarioDoor(stage)
    control, accounting, trouble = Control(world, driver), Accounting(world), Trouble(world)
    states = States(world)
    table: list[tuple[str, str, Callable[[Request, bytes], Any]]] = [
        ("POST", "/pretend/accounts", control.put_account),
        ("POST", "/pretend/accounts/{username}/revoke", control.revoke),
        ("POST", "/pretend/accounts/{username}/state", states.put_state),
        ("POST", "/pretend/accounts/{username}/ties", states.put_tie),
        ("POST", "/pretend/accounts/{username}/scrub-geo", states.scrub_geo),
        ("POST", "/pretend/compliance", states.put_jobs),
        ("POST", "/pretend/apps", control.put_app),
        ("POST", "/pretend/posts", control.publish),
        ("POST", "/pretend/posts/bulk", control.publish_many),
        ("GET", "/pretend/posts", control.posts),
        ("DELETE", "/pretend/posts/{id}", control.delete),
        ("POST", "/pretend/posts/{id}/edit", control.edit),
        ("POST", "/pretend/posts/{id}/withhold", states.withhold),
        ("POST", "/pretend/posts/{id}/bounce", states.bounce),
        ("POST", "/pretend/posts/{id}/votes", states.vote),
        ("POST", "/pretend/messages", control.send),
        ("POST", "/pretend/messages/leave", states.leave),
        ("POST", "/pretend/uploads", states.upload),
        ("POST", "/pretend/uploads/work", states.put_work),
        ("GET", "/pretend/counts", control.counts),
        ("POST", "/pretend/faults", trouble.wait),
        ("GET", "/pretend/faults", trouble.waiting),
        ("DELETE", "/pretend/faults", trouble.off),
        ("POST", "/pretend/dial", trouble.turn),
        ("GET", "/pretend/dial", trouble.dial),
        ("DELETE", "/pretend/dial", trouble.off),
        *control_streams.table(control_streams.Pushing(world)),
        *control_activity.table(control_activity.Doings(world)),
        ("POST", "/pretend/clock", control.move_clock),
        ("GET", "/pretend/clock", control.clock),
        ("POST", "/pretend/crowd", control.drive),
        ("GET", "/pretend/crowd", control.crowd),
        ("GET", "/pretend/ledger", accounting.ledger),
        ("GET", "/pretend/billing", accounting.billing),
        ("POST", "/pretend/billing", accounting.set_billing),
        ("GET", "/pretend/prices", accounting.prices),
        ("POST", "/pretend/scenario", scenarios.load),
        ("GET", "/pretend/scenario", scenarios.stories),
    ]
    return [Route(path, _behind(key, act), methods=[method]) for method, path, act in table]


class Control:
    """What the control API does: each method takes a request and its body, and returns what is answered."""

    def __init__(self, world: "World", driver: "Driver") -> None:
        self.world = world
        self.driver = driver

    def put_account(self, _: Request, body: bytes) -> Shape:
        """Create an account, or bring it to what is wanted; a brand's tokens never change."""
        wanted = msgspec.json.decode(body, type=NewAccount)
        with self.world.store.together():
            before, account = self.world.accounts.put(wanted)
            told = keys(self.world, account, wanted)
        # Only now: keys that cannot be made take the account back with them.
        self.world.reshaped(before, account)
        return {"id": str(account.id), "username": account.username} | told

    def put_app(self, _: Request, body: bytes) -> Shape:
        """Make an app, or bring one to what is wanted; its keys never change."""
        self.world.changes += 1
        return put_app(self.world, msgspec.json.decode(body, type=AppWish))

    def revoke(self, request: Request, body: bytes) -> Shape:
        """Let an account take back what it allowed an app, or every app."""
        account = self.world.accounts.named(request.path_params["username"])
        if account is None:
            raise ControlError(404, f"There is no account {request.path_params['username']}.")
        wanted = msgspec.json.decode(body, type=Revocation).app
        apps = self.world.grants.standing(account)
        return {"revoked": sum(self.world.revoke(app, account) for app in apps if wanted in (None, app.client_id))}

    def publish(self, _: Request, body: bytes) -> Shape:
        """Make one post, as whomever."""
        wanted = msgspec.json.decode(body, type=NewPost)
        had = self.world.posts.keyed(wanted.key) if wanted.key else None
        return self._told(had or self.world.publish(self._draft(wanted)), created=had is None)

    async def publish_many(self, _: Request, body: bytes) -> Shape:
        """Make many posts at once, all or none."""
        wanted = msgspec.json.decode(body, type=Bulk).posts
        if len(wanted) > BULK:
            raise ControlError(400, f"At most {BULK} posts at a time.")
        told: list[tuple[Post, bool]] = []

        def write() -> list[Post]:
            for one in wanted:
                had = self.world.posts.keyed(one.key) if one.key else None
                told.append((had or self.world.posts.publish(self._draft(one)), had is None))
            return [post for post, created in told if created]

        await self.world.publish_together(write)
        return {"posts": [self._told(post, created=created) for post, created in told]}

    def posts(self, request: Request, _: bytes) -> Shape:
        """Posts, newest first: of one account, in answer to one post, newer than one."""
        query = request.query_params
        span = Span(after=number(query, "since", 0), size=min(number(query, "limit", 100), 1000))
        author = self.world.accounts.named(query["username"]) if "username" in query else None
        if "username" in query and author is None:
            return {"posts": []}
        found = self.world.posts.by(author.id, span) if author else self.world.posts.everything(span)
        parent = query.get("reply_to")
        kept = [post for post in found if parent is None or str(post.reply_to) == parent]
        return {"posts": [self._told(post) for post in kept]}

    def delete(self, request: Request, _: bytes) -> Shape:
        """Delete any post."""
        self.world.delete(post_of(self.world, request))
        return {"deleted": True}

    def edit(self, request: Request, body: bytes) -> Shape:
        """Put a new version, with an id of its own, in place of a post."""
        post = self.world.posts.newest_version(post_of(self.world, request))
        if post.gone:
            raise ControlError(409, "That post is gone: no new version can stand in its place.")
        return self._told(self.world.edit(post, msgspec.json.decode(body, type=Text).text), created=True)

    def send(self, _: Request, body: bytes) -> Shape:
        """Send a private message from one handle to another."""
        wanted = msgspec.json.decode(body, type=NewMessage)
        had = self.world.messages.keyed(wanted.key) if wanted.key else None
        sender, recipient = self.world.accounts.named_or_new(wanted.sender), self.world.accounts.named_or_new(wanted.to)
        media = self._file(wanted.media) if wanted.media else 0
        message = had or self.world.send(sender, recipient, wanted.text, wanted.key, media)
        told = {"id": str(message.id), "conversation": message.conversation, "text": message.text}
        return told | {"created": had is None}

    def counts(self, _: Request, _body: bytes) -> Shape:
        """How many posts stand and messages were sent, in all and by author."""
        posts = "FROM posts JOIN accounts ON accounts.id = author WHERE NOT gone AND NOT superseded"
        messages = "FROM messages JOIN accounts ON accounts.id = sender"
        return {
            "posts": self.world.store.number(f"SELECT count(*) {posts}"),
            "messages": self.world.store.number("SELECT count(*) FROM messages"),
            "posts_by": self._by_author(posts),
            "messages_by": self._by_author(messages),
        }

    def move_clock(self, _: Request, body: bytes) -> Shape:
        """Let time pass at once: so many seconds, or until a moment."""
        wanted = msgspec.json.decode(body, type=ClockWish)
        if (wanted.forward is None) == (wanted.at is None):
            raise ControlError(400, "Say either `forward`, in seconds, or `at`, a moment like 2026-03-01T09:30:00Z.")
        if wanted.at is not None:
            self.world.clock.go_to(wanted.at)
        elif wanted.forward is not None:
            self.world.clock.forward(wanted.forward)
        self.world.changes += 1
        return self._time()

    def clock(self, _: Request, _body: bytes) -> Shape:
        """What time it is here, and how far that is ahead of the machine."""
        return self._time()

    def drive(self, _: Request, body: bytes) -> Shape:
        """Let the crowd talk, or hush it."""
        wish = msgspec.json.decode(body, type=CrowdWish)
        self.driver.wish(wish.running, wish.speed)
        return self.driver.told()

    def crowd(self, _: Request, _body: bytes) -> Shape:
        """How the crowd does."""
        return self.driver.told()

    def _time(self) -> Shape:
        return {"now": self.world.clock.written(), "ahead": round(self.world.clock.ahead, 3)}

    def _draft(self, wanted: NewPost) -> Draft:
        author = self.world.accounts.named_or_new(wanted.username)
        if wanted.repost:
            post = post_named(self.world, wanted.repost)
            by = self.world.accounts.known(post.author)
            return Draft(author, repost_text(by, post), repost=post.id, key=wanted.key)
        return Draft(
            author,
            wanted.text,
            reply_to=post_named(self.world, wanted.reply_to).id if wanted.reply_to else None,
            quote=post_named(self.world, wanted.quote).id if wanted.quote else None,
            media=wanted.media,
            key=wanted.key,
            source=wanted.source,
            facts=wanted.facts,
        )

    def _file(self, given: str) -> int:
        found = self.world.uploads.find(identifier(given))
        if found is None:
            raise ControlError(404, f"There is no file {given}.")
        return found.id

    def _told(self, post: Post, **more: bool) -> Shape:
        facts = msgspec.to_builtins(post.facts)
        return Shaper(self.world, WHOLE).post(post) | more | ({"facts": facts} if facts else {})

    def _by_author(self, source: str) -> dict[str, int]:
        rows = self.world.store.rows(f"SELECT username, count(*) AS number {source} GROUP BY username")
        return {row["username"]: row["number"] for row in rows}


def _behind(key: str, act: Callable[[Request, bytes], Any]) -> Callable[[Request], Awaitable[Response]]:
    async def enter(request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), key.encode()):
            return _json({"why": "The control key is needed: `Authorization: Bearer …`."}, 401)
        body = await request.body()
        # Looking for a key and writing under it happen without an await between: two calls make one post.
        try:
            answer = act(request, body)
            return _json(await answer if isawaitable(answer) else answer)
        except ControlError as wrong:
            return _json({"why": wrong.why}, wrong.status)
        except ValueError as wrong:
            return _json({"why": str(wrong)}, 400)

    return enter


def _json(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
