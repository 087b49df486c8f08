"""The part of the practice desk's own door for what happens without a post: reading, typing, encrypted talk, news, and
profiles that change.
"""

from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request

from earful.sandbox.accounts import Account
from earful.sandbox.activity import payloads
from earful.sandbox.activity.chat import ChatKind, chat
from earful.sandbox.activity.kinds import PUBLIC
from earful.sandbox.control_asking import person
from earful.sandbox.posts import Span
from earful.sandbox.shapes import Shape

if TYPE_CHECKING:
    from earful.sandbox.world import World


class Between(msgspec.Struct, forbid_unknown_fields=True, rename={"sender": "from"}):
    """Something from one handle to another."""

    sender: str
    to: str


class Chatted(msgspec.Struct, forbid_unknown_fields=True, rename={"sender": "from"}):
    """Something in the encrypted conversation of two handles."""

    sender: str
    to: str
    kind: ChatKind = "message"


class Reshaped(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a profile that changed, for the parts that are not kept here: a picture, a banner, a badge."""

    part: str
    before: str = ""
    after: str = ""


class News(msgspec.Struct, forbid_unknown_fields=True):
    """A piece of news."""

    name: str
    summary: str = ""
    hook: str = ""


class Renamed(msgspec.Struct, forbid_unknown_fields=True):
    """A new handle."""

    username: str


class Doings:
    """What this part of the door does: each method takes a request and its body, and returns what is answered."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def read(self, _: Request, body: bytes) -> Shape:
        """Somebody reads what another wrote, up to the last word."""
        reader, writer = self._two(msgspec.json.decode(body, type=Between))
        exchanged = self.world.messages.between(writer.id, reader.id, Span())
        newest = next((one for one in exchanged if one.sender == writer.id), None)
        if newest is None:
            raise ValueError(f"{writer.username} has written nothing to {reader.username}.")
        self.world.happenings.read(reader.id, writer.id, newest.id)
        return {"read": str(newest.id)}

    def type(self, _: Request, body: bytes) -> Shape:
        """Somebody begins to write to another."""
        writer, reader = self._two(msgspec.json.decode(body, type=Between))
        self.world.happenings.typed(writer.id, reader.id)
        return {"typing": True}

    def chat(self, _: Request, body: bytes) -> Shape:
        """Something happens in an encrypted conversation."""
        wish = msgspec.json.decode(body, type=Chatted)
        sender, to = self._two(wish)
        return chat(self.world, sender, to, wish.kind)

    def news(self, _: Request, body: bytes) -> Shape:
        """There is news."""
        wish = msgspec.json.decode(body, type=News)
        story = payloads.story(self.world.ids.next(), wish.name, wish.summary, wish.hook)
        self.world.happenings.news(story)
        return story

    def reshape(self, request: Request, body: bytes) -> Shape:
        """Somebody changes a part of a profile."""
        wish = msgspec.json.decode(body, type=Reshaped)
        if f"profile.update.{wish.part}" not in PUBLIC:
            raise ValueError(f"A profile has no part '{wish.part[:40]}'.")
        account = person(self.world, request)
        self.world.happenings.profile(wish.part, account.id, wish.before, wish.after)
        return {"told": f"profile.update.{wish.part}"}

    def rename(self, request: Request, body: bytes) -> Shape:
        """Somebody takes another handle."""
        account = person(self.world, request)
        renamed = self.world.rename(account, msgspec.json.decode(body, type=Renamed).username)
        return {"id": str(renamed.id), "username": renamed.username}

    def _two(self, wish: Between | Chatted) -> tuple[Account, Account]:
        accounts = self.world.accounts
        return accounts.named_or_new(wish.sender), accounts.named_or_new(wish.to)


def table(doings: Doings) -> list[tuple[str, str, Any]]:
    """The routes of this part: method, path, and what is done."""
    return [
        ("POST", "/pretend/messages/read", doings.read),
        ("POST", "/pretend/messages/typing", doings.type),
        ("POST", "/pretend/chat", doings.chat),
        ("POST", "/pretend/news", doings.news),
        ("POST", "/pretend/accounts/{username}/profile", doings.reshape),
        ("POST", "/pretend/accounts/{username}/rename", doings.rename),
    ]
