"""The filtered stream: every post that an app's rules find, to that app."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from earful.sandbox.asking import Asked
from earful.sandbox.gate import Call
from earful.sandbox.hearing import Hearing
from earful.sandbox.money.billing import read
from earful.sandbox.posts import Post
from earful.sandbox.shapes import Shape, Shaper
from earful.sandbox.streams.connection import LINE_END, Connection, Told
from earful.sandbox.streams.connections import Line, refused, same
from earful.sandbox.streams.endpoints import FILTERED
from earful.sandbox.streams.opening import opened
from earful.sandbox.streams.past import Missed, missed, posts
from earful.sandbox.vocabulary import spoken

if TYPE_CHECKING:
    from earful.sandbox.world import World


class Filtered:
    """Who hears which post."""

    def __init__(self, world: "World") -> None:
        self.world = world

    def deliver(self, post: Post) -> None:
        """Send a post to every app whose rules find it."""
        hearing = Hearing(self.world)
        for app in self._listening():
            rules = self.world.rules.matching(self.world, app, post, hearing)
            if rules:
                self.world.connections.send(app, FILTERED, self._line(app, post, rules))

    def tell_deletion(self, ids: list[int], author: int) -> None:
        """Send a deletion, as compliance streams do, to the apps that asked for them. `ids` are all its
        versions.
        """
        for app in self._listening():
            if self.world.apps.known(app).options.deletes:
                for post in ids:
                    gone = {"delete": {"tweet": {"id": str(post), "author_id": str(author)}}}
                    self.world.connections.send(app, FILTERED, same(msgspec.json.encode(gone) + LINE_END))

    def _listening(self) -> list[int]:
        return list(dict.fromkeys(one.app for one in self.world.connections.live if one.endpoint == FILTERED))

    def _line(self, app: int, post: Post, rules: list[Shape]) -> Line:
        return lambda asked: told(self.world, app, asked, post, rules)


def told(world: "World", app: int, asked: Asked, post: Post, rules: list[Shape]) -> Told:
    """A post as a line of the stream, and what it is billed for."""
    shaper = Shaper(world, asked)
    whole = shaper.whole(shaper.post(post), matching_rules=rules)
    terms = world.ledger.terms(app)
    # Streams speak the older words, except to an app that is told everything in both.
    words = spoken(whole, "both" if world.apps.known(app).options.vocabulary == "both" else "tweet")
    return msgspec.json.encode(words) + LINE_END, list(read("post", whole, expansions=terms.expansions))


def connect(call: Call) -> Connection:
    """Open the stream. Raises RefusalError 409 without rules, 429 while the app holds as many as it may, 400 for a past
    that it may not ask for.
    """
    app = call.app
    if not call.world.rules.of(app.id):
        raise refused("RuleConfigurationIssue")
    return opened(call, FILTERED, missed(call, app.edition == "enterprise"), partial(_found, call))


def _found(call: Call, past: Missed) -> Iterator[Told | None]:
    """The posts of a past that the app's rules of today find."""
    hearing = Hearing(call.world)
    for post in posts(call.world, past):
        rules = call.world.rules.matching(call.world, call.app.id, post, hearing)
        yield told(call.world, call.app.id, call.asked, post, rules) if rules else None
