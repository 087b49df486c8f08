"""Replaying: everything that a webhook was sent in a stretch of the last day, sent once more, one job at a time.

What happened while a webhook was not in force was never sent to it, so no replay brings it back.
"""

import asyncio
from calendar import timegm
from time import strptime
from typing import TYPE_CHECKING

import msgspec

from earful.sandbox import numerals
from earful.sandbox.gate import Answer, Call
from earful.sandbox.problems import conflict, invalid
from earful.sandbox.shapes import Shape
from earful.sandbox.snowflake import first_at, written
from earful.sandbox.streams.endpoints import KEPT_S
from earful.sandbox.webhooks.registering import mine, unproven, wrapped
from earful.sandbox.webhooks.webhooks import Webhook

if TYPE_CHECKING:
    from earful.sandbox.world import World

MINUTE_S = 60
OUTCOMES = {
    "Complete": "Job completed successfully",
    "Incomplete": "Job failed to deliver all events, please retry your replay job",
}


class Wish(msgspec.Struct):
    """The body of a job. Both dates are minutes in UTC, like 202603010930, and belong to the stretch."""

    webhook_id: str
    from_date: str
    to_date: str


class Replays:
    """The jobs under way, one for each webhook at most."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.running: dict[int, asyncio.Task[None]] = {}

    def begin(self, job: int, webhook: Webhook, after: int, before: int) -> None:
        """Set a job on its way: what was sent between two ids."""
        task = asyncio.create_task(self._replay(job, webhook, after, before))
        self.running[webhook.id] = task
        task.add_done_callback(lambda _: self.running.pop(webhook.id, None))

    async def end(self) -> None:
        """Let go of every job."""
        tasks = list(self.running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _replay(self, job: int, webhook: Webhook, after: int, before: int) -> None:
        question = "SELECT body FROM told WHERE webhook = ? AND id > ? AND id < ? ORDER BY id"
        bodies = [row["body"].encode() for row in self.world.store.rows(question, webhook.id, after, before)]
        taken = [await self.world.deliveries.deliver(webhook, body) for body in bodies]
        state = "Complete" if all(taken) else "Incomplete"
        await self.world.deliveries.deliver(webhook, msgspec.json.encode(_status(job, webhook, state)))


async def create(call: Call) -> Answer:
    """Ask for a replay. Raises RefusalError: 409 while one is under way, 400 for dates that cannot be."""
    wish = call.read(Wish)
    webhook = mine(call, wish.webhook_id)
    after, before = _stretch(call, wish)
    if not await call.world.challenges.check(webhook):
        raise unproven()
    if webhook.id in call.world.replays.running:
        raise conflict("ReplayConflictError: a replay job is under way for this webhook already.")
    job = call.world.ids.next()
    call.world.replays.begin(job, webhook, after, before)
    told: Shape = {"job_id": str(job), "created_at": written(job)}
    return Answer(wrapped(call, told))


def _stretch(call: Call, wish: Wish) -> tuple[int, int]:
    now, begin, end = call.world.clock(), _minute("from_date", wish.from_date), _minute("to_date", wish.to_date)
    if begin < now - KEPT_S - MINUTE_S:
        raise invalid("`from_date` must be within the last 24 hours", from_date=wish.from_date)
    if begin > end:
        raise invalid("`from_date` must not be later than `to_date`", from_date=wish.from_date)
    least = call.world.habits.of(call.app.id).replay_after_s
    if end > now - least:
        raise invalid(f"`to_date` must be at least {least / MINUTE_S:g} minutes ago", to_date=wish.to_date)
    return first_at(begin) - 1, first_at(end + MINUTE_S)


def _minute(name: str, given: str) -> float:
    try:
        if len(given) != len("yyyymmddhhmm") or numerals.whole(given) is None:
            raise ValueError(given)
        return timegm(strptime(given, "%Y%m%d%H%M"))
    except ValueError:
        raise invalid(f"`{name}` is a minute in UTC, written yyyymmddhhmm", **{name: given[:40]}) from None


def _status(job: int, webhook: Webhook, state: str) -> Shape:
    told = {"webhook_id": str(webhook.id), "job_state": state, "job_state_description": OUTCOMES[state]}
    return {"replay_job_status": told | {"job_id": str(job)}}
