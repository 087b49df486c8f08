"""Events on their way to webhooks: sent once they happen, again after a failure, and now and then twice."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earful.sandbox.money.billing import Charge
from earful.sandbox.money.caps import broke
from earful.sandbox.webhooks.calling import UnheardError, call, place
from earful.sandbox.webhooks.signing import signatures
from earful.sandbox.webhooks.webhooks import Webhook

if TYPE_CHECKING:
    from earful.sandbox.world import World

OPERATION = "webhook"
KEPT = 500
AT_ONCE = 8
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver: how it ended, "200" or another status, or why nothing was heard."""

    webhook: int
    body: bytes
    outcome: str

    @property
    def accepted(self) -> bool:
        """Whether the other side took it."""
        return self.outcome == "200"


class Deliveries:
    """Delivers. An event that happened is on its way at once; what was on its way when the process ended is lost, and
    so is what happens while an app cannot pay.
    """

    def __init__(self, world: "World") -> None:
        self.world = world
        self.attempts: deque[Attempt] = deque(maxlen=KEPT)
        self.under_way: set[asyncio.Task[bool]] = set()
        self.lanes: dict[int, asyncio.Semaphore] = {}

    def send(self, webhook: int, body: bytes, owed: Sequence[Charge] = ()) -> None:
        """Set an event on its way, and what it is billed for; twice where the app is treated so."""
        found = self.world.webhooks.standing(webhook)
        if found is None:
            return
        for _ in range(1 + self.world.connections.again(found.app)):
            task = asyncio.create_task(self.deliver(found, body, owed))
            self.under_way.add(task)
            task.add_done_callback(self.under_way.discard)

    async def deliver(self, webhook: Webhook, body: bytes, owed: Sequence[Charge] = ()) -> bool:
        """Deliver one event, as often as it takes; returns whether the other side took it."""
        habits = self.world.habits.of(webhook.app)
        wait = habits.retry_after_s
        for attempt in range(1 + habits.retries):
            if attempt:
                await asyncio.sleep(wait)
                wait *= 2
            if not self.world.webhooks.listens(webhook.id) or broke(self.world, self.world.apps.known(webhook.app)):
                return False
            if await self._attempt(webhook, body):
                self.world.bill(self.world.apps.known(webhook.app), OPERATION, owed)
                return True
        return False

    async def _attempt(self, webhook: Webhook, body: bytes) -> bool:
        habits, app = self.world.habits.of(webhook.app), self.world.apps.known(webhook.app)
        headers = {"content-type": JSON, "user-agent": "pretend-x"} | signatures(app, habits, body)
        async with self.lanes.setdefault(webhook.id, asyncio.Semaphore(AT_ONCE)):
            try:
                outcome = str((await call("POST", place(webhook.url), headers, body, habits.timeout_s)).status)
            except UnheardError as silence:
                outcome = str(silence)
        attempt = Attempt(webhook.id, body, outcome)
        self.attempts.append(attempt)
        return attempt.accepted

    async def end(self) -> None:
        """Let go of everything that is on its way."""
        for task in self.under_way:
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
