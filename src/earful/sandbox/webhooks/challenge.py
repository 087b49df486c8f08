"""The challenge-response check: a webhook proves that it knows a secret of the app, when it is registered and ever
after.

A wrong answer or a redirect ends a webhook at once. Errors and silence are borne, until it has not passed for 28
hours of the world's clock.
"""

import asyncio
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import msgspec

from earful.sandbox.webhooks.calling import Reply, UnheardError, call, place
from earful.sandbox.webhooks.signing import signatures
from earful.sandbox.webhooks.webhooks import Webhook

if TYPE_CHECKING:
    from earful.sandbox.world import World

BORNE_S = 28 * 3600
LOOKED_EVERY_S = 0.1

Outcome = Literal["passed", "wrong", "unheard"]


async def challenge(world: "World", app: int, url: str) -> Outcome:
    """Ask an address for its proof."""
    token = secrets.token_urlsafe(24)
    try:
        where = place(url)
        joined = "&" if "?" in where.target else "?"
        asked = replace(where, target=f"{where.target}{joined}crc_token={token}")
        reply = await call("GET", asked, {}, b"", world.habits.of(app).timeout_s)
    except (UnheardError, ValueError):
        return "unheard"
    proofs = signatures(world.apps.known(app), world.habits.of(app), token.encode())
    return _outcome(reply, set(proofs.values()))


class Challenges:
    """Challenges every webhook in its rhythm."""

    def __init__(self, world: "World") -> None:
        self.world = world

    async def check(self, webhook: Webhook) -> bool:
        """Challenge a webhook now; returns whether it is valid after that."""
        outcome = await challenge(self.world, webhook.app, webhook.url)
        now = self.world.clock()
        valid = outcome == "passed" or (outcome == "unheard" and webhook.valid and now - webhook.validated <= BORNE_S)
        self.world.webhooks.judge(webhook.id, valid=valid, now=now, passed=outcome == "passed")
        self.world.changes += 1
        return valid

    async def run(self) -> None:
        """Go on for ever: whoever is due is challenged."""
        while True:
            await asyncio.sleep(LOOKED_EVERY_S)
            due = [one for one in self.world.webhooks.everybodys() if self._due(one)]
            await asyncio.gather(*(self.check(one) for one in due))

    def _due(self, webhook: Webhook) -> bool:
        since = self.world.clock() - webhook.checked
        return webhook.valid and since >= self.world.habits.of(webhook.app).crc_every_s


def _outcome(reply: Reply, proofs: set[str]) -> Outcome:
    if 300 <= reply.status < 400:
        return "wrong"
    if not 200 <= reply.status < 300:
        return "unheard"
    try:
        given = msgspec.json.decode(reply.body, type=dict[str, str]).get("response_token", "")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "wrong"
    return "passed" if given in proofs else "wrong"
