"""Drives the crowd of invented customers: asks it every half second what is due, and lets them do it.

The crowd itself knows no clock and no network. Where it stands is kept after every turn in which something
happened; its moves have lasting keys, so a turn that a crash cut short is made again without anything
happening twice.
"""

import asyncio
import logging
import math
from typing import TYPE_CHECKING, Any

import msgspec

from earful.sandbox import numerals
from earful.sandbox.accounts import Account, Profile
from earful.sandbox.crowd import Crowd, Move, Reply
from earful.sandbox.posts import Draft, Post, Span, repost_text
from earful.sandbox.shapes import Shape
from earful.sandbox.snowflake import MAX_ID

if TYPE_CHECKING:
    from earful.sandbox.world import World

TURN_S = 0.5
NOTE = "crowd"
KEYS = "crowd "

log = logging.getLogger(__name__)


class Place(msgspec.Struct):
    """Where the crowd stands: script seconds gone by, newest ids seen of the brand's words, and its own
    state.
    """

    running: bool
    speed: float = 1.0
    at: float = 0.0
    post: int = 0
    message: int = 0
    moves: int = 0
    state: Any = None


class Driver:
    """The crowd's clock and hands. Before anybody asked for the crowd, it does nothing."""

    def __init__(self, world: "World", seed: int, running: bool, brand: str = "LumenHelp") -> None:
        self.world = world
        self.seed = seed
        self.brand = brand
        kept = world.store.recall(NOTE)
        self.place = msgspec.json.decode(kept, type=Place) if kept else Place(running)
        self.crowd: Crowd | None = None

    def wish(self, running: bool | None, speed: float | None) -> None:
        """Let the crowd talk or be still, faster or slower. Raises ValueError for a speed that is none."""
        if speed is not None and not (0 < speed <= 1000 and math.isfinite(speed)):
            raise ValueError("The speed is a number above 0 and up to 1000.")
        self.place.running = self.place.running if running is None else running
        self.place.speed = self.place.speed if speed is None else speed
        self._keep()

    def told(self) -> Shape:
        """How the crowd does: `at` in script seconds, `moves` made so far."""
        place = self.place
        told = {
            "running": place.running,
            "speed": place.speed,
            "at": round(place.at, 3),
            "moves": place.moves,
        }
        return told | {"seed": self.seed, "brand": self.brand}

    async def run(self) -> None:
        """Take turns until cancelled. A turn that fails is told in the log, and the next one goes on."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(TURN_S)
            now = loop.time()
            if self.place.running:
                try:
                    self.turn(now - last)
                except Exception:
                    log.exception("A turn of the crowd failed; the next one goes on.")
            last = now

    def turn(self, seconds: float) -> None:
        """One turn, so many seconds after the last: what the brand said is heard, what is due is done."""
        crowd = self._crowd()
        self.place.at += seconds * self.place.speed
        heard = self._heard()
        moves = crowd.moves(self.place.at, heard)
        for move in moves:
            self._make(move)
        self.place.moves += len(moves)
        if moves or heard:
            self.place.state = crowd.state()
            self._keep()

    def _crowd(self) -> Crowd:
        if self.crowd is None:
            self.world.put_account(Profile(username=self.brand, name="Lumen Help", kind="brand", verified=True))
            state = self.place.state
            self.crowd = Crowd.restore(state) if state else Crowd(self.seed, self.brand)
        return self.crowd

    def _keep(self) -> None:
        self.world.store.remember(NOTE, msgspec.json.encode(self.place).decode())

    def _heard(self) -> list[Reply]:
        """The brand's answers since the last turn, as the crowd wants to hear them."""
        brand = self.world.accounts.named(self.brand)
        if brand is None:
            return []
        posts = self.world.posts.by(brand.id, Span(self.place.post, MAX_ID, 500))[::-1]
        messages = self.world.messages.of(brand.id, Span(self.place.message, MAX_ID, 500))[::-1]
        self.place.post = max([self.place.post, *(post.id for post in posts)])
        self.place.message = max([self.place.message, *(message.id for message in messages)])
        said = [self._reply(post) for post in posts if post.reply_to]
        return said + [
            self._words(str(one.id), "", one.recipient, one.text, private=True)
            for one in messages
            if one.sender == brand.id
        ]

    def _reply(self, post: Post) -> Reply:
        parent = self.world.posts.find(post.reply_to or 0)
        key = self.world.posts.key_of(parent.first) if parent else ""
        to = f"key:{key.removeprefix(KEYS)}" if key.startswith(KEYS) else str(post.reply_to)
        return self._words(str(post.id), to, parent.author if parent else 0, post.text, private=False)

    def _words(self, post: str, to: str, account: int, text: str, *, private: bool) -> Reply:
        person = self.world.accounts.find(account)
        handle = person.username if person else ""
        return Reply(post_id=post, to_post_id=to, to_handle=handle, text=text, at=self.place.at, private=private)

    def _make(self, move: Move) -> None:
        person = self._person(move.handle)
        if self.world.states.of(person.id).away:
            return
        target = self._target(move.reply_to)
        if move.kind == "message":
            self._message(person, move)
        elif move.kind in ("delete", "edit"):
            self._change(move, target)
        elif self.world.posts.keyed(KEYS + move.key) is None:
            self._publish(person, move, target)

    def _message(self, person: Account, move: Move) -> None:
        brand = self.world.accounts.named(self.brand)
        if brand and self.world.messages.keyed(KEYS + move.key) is None:
            self.world.send(person, brand, move.text, KEYS + move.key)

    def _change(self, move: Move, target: Post | None) -> None:
        if target is None or target.gone:
            return
        newest = self.world.posts.newest_version(target)
        if move.kind == "delete":
            self.world.delete(newest)
        elif newest.text != move.text:
            self.world.edit(newest, move.text)

    def _publish(self, person: Account, move: Move, target: Post | None) -> None:
        at = target.id if target else None
        if move.kind == "repost" and target:
            text = repost_text(self.world.accounts.known(target.author), target)
            self.world.publish(Draft(person, text, repost=at, key=KEYS + move.key))
        elif move.kind == "quote":
            self.world.publish(Draft(person, move.text, quote=at, key=KEYS + move.key))
        else:
            self.world.publish(Draft(person, move.text, reply_to=at, key=KEYS + move.key))

    def _person(self, handle: str) -> Account:
        known = self.world.accounts.named(handle)
        if known:
            return known
        found = next((one for one in self._crowd().people if one.handle.lower() == handle.lower()), None)
        if found is None:
            return self.world.accounts.named_or_new(handle)
        return self.world.put_account(
            Profile(
                username=found.handle,
                name=found.name,
                bio=found.bio,
                followers=found.followers,
                verified=found.verified,
                location=found.location,
            )
        )

    def _target(self, given: str) -> Post | None:
        if given.startswith("key:"):
            return self.world.posts.keyed(KEYS + given.removeprefix("key:"))
        return self.world.posts.find(numerals.identifier(given) or 0)
