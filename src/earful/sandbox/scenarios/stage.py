"""The stage: plays a story's steps into the world, at once or over some minutes."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from earful.sandbox.accounts import Account, Profile
from earful.sandbox.activity.chat import chat
from earful.sandbox.posts import Draft, Post, Span, repost_text
from earful.sandbox.scenarios.steps import Befall, Chat, Delete, Edit, Person, Relate, Rename, Say, Step, Type, Whisper
from earful.sandbox.scenarios.stories import steps

if TYPE_CHECKING:
    from earful.sandbox.world import World

LONGEST_S = 24 * 3600

log = logging.getLogger(__name__)


class Stage:
    """Where stories are played; one that takes its time plays on beside everything else."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.playing: set[asyncio.Task[int]] = set()

    async def load(self, name: str, seed: int = 1, brand: str = "LumenHelp", over: float = 0.0) -> dict[str, object]:
        """Play a story; `over` so many seconds, or at once. Raises ValueError for what cannot be played."""
        if not 0 <= over <= LONGEST_S:
            raise ValueError(f"A scenario plays over 0 to {LONGEST_S} seconds.")
        told = steps(name, seed, brand)
        owner = self.world.put_account(Profile(username=brand, kind="brand"))
        play = Play(self.world, f"scenario {name} {seed} {owner.username} ")
        told_of: dict[str, object] = {"name": name, "seed": seed, "brand": owner.username, "steps": len(told)}
        if over:
            self._beside(play, told, over / max(len(told), 1))
            return told_of | {"over": over}
        return told_of | {"new": await play.all(told, 0.0)}

    async def end(self) -> None:
        """Leave off wherever a story stands."""
        for task in self.playing:
            task.cancel()
        await asyncio.gather(*self.playing, return_exceptions=True)

    def _beside(self, play: "Play", told: list[Step], pause: float) -> None:
        task = asyncio.create_task(play.all(told, pause))
        self.playing.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[int]") -> None:
        self.playing.discard(task)
        if not task.cancelled() and (wrong := task.exception()):
            log.error("A scenario broke off in the middle.", exc_info=wrong)


class Play:
    """One story being played. What was played under `prefix` before is not played again."""

    def __init__(self, world: "World", prefix: str) -> None:
        self.world = world
        self.prefix = prefix

    async def all(self, told: list[Step], pause: float) -> int:
        """Every step in turn; returns how many changed something."""
        changed = 0
        for step in told:
            changed += self.step(step)
            # Streams get a turn between any two posts, or a slow reader would be dropped for our haste.
            await self.world.connections.room()
            await asyncio.sleep(pause)
        return changed

    def step(self, step: Step) -> bool:
        """One step; False if it was made before."""
        make: dict[type, Callable[..., bool]] = {
            Person: self._person, Say: self._say, Whisper: self._whisper, Edit: self._edit, Delete: self._delete,
            Relate: self._relate, Rename: self._rename, Type: self._type, Befall: self._befall, Chat: self._chat,
        }  # fmt: skip
        return make[type(step)](step)

    def _person(self, step: Person) -> bool:
        if self.world.accounts.named(step.handle):
            return False
        wanted = Profile(step.handle, step.name, bio=step.bio, followers=step.followers, verified=step.verified)
        self.world.put_account(wanted)
        return True

    def _say(self, step: Say) -> bool:
        if self.world.posts.keyed(self.prefix + step.key):
            return False
        text = repost_text(*self._original(step.repost)) if step.repost else step.text
        draft = Draft(
            self._account(step.who),
            text,
            reply_to=self._id(step.reply_to),
            quote=self._id(step.quote),
            repost=self._id(step.repost),
            media=list(step.media),
            key=self.prefix + step.key,
            facts=step.facts,
        )
        self.world.publish(draft)
        return True

    def _whisper(self, step: Whisper) -> bool:
        if self.world.messages.keyed(self.prefix + step.key):
            return False
        self.world.send(self._account(step.sender), self._account(step.to), step.text, self.prefix + step.key)
        return True

    def _edit(self, step: Edit) -> bool:
        newest = self.world.posts.newest_version(self._post(step.of))
        versions = [self.world.posts.find(version) for version in self.world.posts.versions(newest)]
        if newest.gone or any(version and version.text == step.text for version in versions):
            return False
        self.world.edit(newest, step.text)
        return True

    def _delete(self, step: Delete) -> bool:
        return self.world.delete(self._post(step.of))

    def _relate(self, step: Relate) -> bool:
        source, target = self._account(step.source), self._account(step.target)
        what = f"{step.source} {step.tie} {step.target} {step.stands}"
        return self._once(what, lambda: self.world.relate(source, step.tie, target, stands=step.stands))

    def _befall(self, step: Befall) -> bool:
        account = self._account(step.who)
        if self.world.states.of(account.id) == step.state:
            return False
        self.world.befall(account, **asdict(step.state))
        return True

    def _chat(self, step: Chat) -> bool:
        sender, to = self._account(step.sender), self._account(step.to)
        return self._once(f"chats {step.sender} {step.to}", lambda: chat(self.world, sender, to))

    def _rename(self, step: Rename) -> bool:
        if self._account(step.handle).name == step.name:
            return False
        self.world.put_account(Profile(step.handle, step.name))
        return True

    def _type(self, step: Type) -> bool:
        return self._once(f"types {step.who} {step.to}", lambda: self._tell_typing(step))

    def _tell_typing(self, step: Type) -> None:
        who, to = self._account(step.who), self._account(step.to)
        last = self.world.messages.between(who.id, to.id, Span(size=1))
        if last:
            self.world.happenings.read(who.id, to.id, last[0].id)
        self.world.happenings.typed(who.id, to.id)

    def _once(self, what: str, happen: Callable[[], object]) -> bool:
        """Let something happen that leaves no row behind, and note that it did."""
        if self.world.store.recall(self.prefix + what):
            return False
        happen()
        self.world.store.remember(self.prefix + what, "done")
        return True

    def _account(self, handle: str) -> Account:
        return self.world.accounts.named_or_new(handle)

    def _post(self, key: str) -> Post:
        found = self.world.posts.keyed(self.prefix + key)
        if found is None:
            raise ValueError(f"The scenario points to '{key}' before it was said.")
        return found

    def _id(self, key: str) -> int | None:
        return self._post(key).id if key else None

    def _original(self, key: str) -> tuple[Account, Post]:
        post = self._post(key)
        return self.world.accounts.known(post.author), post
