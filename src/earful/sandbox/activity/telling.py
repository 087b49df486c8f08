"""Telling: an event goes to every subscription that asked for it, by stream and by webhook, and is remembered for a
day.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from earful.sandbox.activity.subscriptions import Subscription
from earful.sandbox.money.billing import Charge, read
from earful.sandbox.shapes import Shape
from earful.sandbox.snowflake import first_at
from earful.sandbox.streams.connection import LINE_END
from earful.sandbox.streams.connections import same
from earful.sandbox.streams.endpoints import ACTIVITY, KEPT_S

if TYPE_CHECKING:
    from earful.sandbox.world import World

SWEPT_EVERY = 500

# What an event carries: its payload, and what comes along, which some kinds do not have at all.
Event = tuple[Shape, Shape | None]


class Telling:
    """Tells, and bills for it."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.untidy = 0

    def tell(
        self,
        kind: str,
        user: int,
        event: Callable[[], Event],
        number: str = "",
        *,
        direction: str = "",
        only: int = 0,
        words: str = "",
    ) -> None:
        """Tell of an event of a kind about an account (0: about none). `number` is its own, where it has one;
        `direction` says whether the account did it or met with it, `only` names the one app that may hear of it, and
        `words` are those that a keyword must be among.
        """
        wanted = [one for one in self.world.subscriptions.to(kind, user) if _meant(one, direction, only, words)]
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


def _meant(one: Subscription, direction: str, only: int, words: str) -> bool:
    right = not one.direction or one.direction == direction
    return right and (not only or one.app == only) and one.keyword.lower() in words


def _signed() -> str:
    # X's numbers here are 64 bits with a sign: half of them are negative.
    return str(secrets.randbits(64) - 2**63)
