"""What can happen in a story. Keys name posts and messages within the story, so that later steps can point to them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from earful.sandbox.crowd.book import Book, Role, book
from earful.sandbox.crowd.words import dice, fill
from earful.sandbox.facts import NO_FACTS, Facts
from earful.sandbox.states import State
from earful.sandbox.ties import Tie

LUMEN = "@LumenHelp"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a profile; whoever speaks without one gets a plain one."""

    handle: str
    name: str
    bio: str = ""
    followers: int = 120
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """A post; `reply_to`, `quote` and `repost` are keys of earlier ones."""

    key: str
    who: str
    text: str = ""
    reply_to: str = ""
    quote: str = ""
    repost: str = ""
    media: tuple[dict[str, Any], ...] = ()
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class Whisper:
    """A private message."""

    key: str
    sender: str
    to: str
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text for a post."""

    of: str
    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    """A post taken away."""

    of: str


@dataclass(frozen=True, slots=True)
class Relate:
    """Somebody follows, mutes or blocks somebody, or no longer does."""

    source: str
    tie: Tie
    target: str
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Rename:
    """Somebody shows another name from now on."""

    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Type:
    """Somebody is writing to somebody, and has read what was written before."""

    who: str
    to: str


@dataclass(frozen=True, slots=True)
class Befall:
    """How an account stands from now on: protected, away, withheld, closed to messages."""

    who: str
    state: State


@dataclass(frozen=True, slots=True)
class Chat:
    """A message that only the two can read: X tells that there is one."""

    sender: str
    to: str


Step = Person | Say | Whisper | Edit | Delete | Relate | Rename | Type | Befall | Chat


@dataclass(frozen=True, slots=True)
class Teller:
    """What a story draws from: the brand's handle, a die, and the crowd's words and people."""

    brand: str
    seed: int
    die: Random
    book: Book = field(default_factory=book)

    def people(self, number: int) -> list[Role]:
        """So many different people of the cast, by lot."""
        able = [role for role in self.book.cast.values() if not (role.bot or role.reserved) and role.speaks == "en"]
        return self.die.sample(able, min(number, len(able)))

    def said(self, text: str, **slots: str) -> str:
        """A line of the crowd's with its slots filled, to this brand."""
        return fill(text, self.die, {**self.book.slots, **slots}).replace(LUMEN, f"@{self.brand}")

    def strangers(self, number: int) -> Iterator[Person]:
        """So many people whom nobody knows: a name of the cast's, a number behind it."""
        given = [role.person.name.split()[0] for role in self.people(1000)]
        names = [name for name in given if name.isascii() and name.isalpha()]
        for place in range(number):
            name = self.die.choice(names)
            yield Person(f"{name.lower()[:9]}_{place:04d}", name, followers=self.die.randint(3, 900))


def teller(brand: str, seed: int, story: str) -> Teller:
    """A teller whose luck hangs on the story and the seed alone."""
    return Teller(brand, seed, dice(seed, "scenario", story))


def known(role: Role) -> Person:
    """A person of the cast as a step."""
    person = role.person
    return Person(person.handle, person.name, person.bio, person.followers, person.verified)
