"""Webhooks through the API. Every refusal begins with the reason's name, as X's pages list them.

The two descriptions answer in different shapes: 2.162 tells a new webhook as it is, 2.167 within `data`.
"""

import msgspec

from earful.sandbox.asking import identifier, listed
from earful.sandbox.gate import Answer, Call
from earful.sandbox.problems import RefusalError, invalid
from earful.sandbox.shapes import Shape
from earful.sandbox.webhooks.calling import place
from earful.sandbox.webhooks.challenge import challenge
from earful.sandbox.webhooks.webhooks import CAPS, Webhook

FIELDS = frozenset({"created_at", "id", "url", "valid"})


class Wish(msgspec.Struct):
    """The body of a new webhook."""

    url: str


async def create(call: Call) -> Answer:
    """Register an address, once it has proved itself."""
    url = _url(call)
    _refuse_double(call, url)
    if await challenge(call.world, call.app.id, url) != "passed":
        raise unproven()
    # While it was asked, another call may have registered the same one.
    _refuse_double(call, url)
    made = call.world.webhooks.add(call.app.id, url, call.world.clock())
    return Answer(wrapped(call, made.told))


def listing(call: Call) -> Answer:
    """An app's webhooks, each with whether it is in force."""
    shown = listed(call.query, "webhook_config.fields", FIELDS) or FIELDS
    told = [{name: part for name, part in one.told.items() if name in shown} for one in _every(call)]
    return Answer({"data": told, "meta": {"result_count": len(told)}})


async def validate(call: Call) -> Answer:
    """Challenge a webhook now; one that passes is in force again."""
    webhook = _mine(call)
    if not await call.world.challenges.check(webhook):
        raise unproven()
    shapes: dict[str, Shape] = {"tweet": {"attempted": True}, "post": {"valid": True}}
    return Answer({"data": shapes.get(call.app.options.vocabulary, {"attempted": True, "valid": True})})


def delete(call: Call) -> Answer:
    """Forget a webhook."""
    call.world.webhooks.remove(_mine(call))
    return Answer({"data": {"deleted": True}})


def wrapped(call: Call, told: Shape) -> Shape:
    """Something new as the app's description has it: as it is, within `data`, or for an app that reads both, both."""
    shapes: dict[str, Shape] = {"tweet": told, "post": {"data": told}}
    return shapes.get(call.app.options.vocabulary, told | {"data": told})


def failed(reason: str, words: str) -> RefusalError:
    """A call about webhooks that fails for one of X's named reasons."""
    return invalid(f"{reason}: {words}")


def unproven() -> RefusalError:
    """An address that does not know the app's secret, or does not answer."""
    return failed("CrcValidationFailed", "the address did not answer the challenge as it should.")


def mine(call: Call, given: str) -> Webhook:
    """One of the app's own webhooks. Raises RefusalError (400) for any other."""
    found = call.world.webhooks.find(call.app.id, identifier(given, "webhook_id"))
    if found is None:
        raise failed("WebhookIdInvalid", "this app has no such webhook.")
    return found


def _mine(call: Call) -> Webhook:
    return mine(call, call.path["webhook_id"])


def _every(call: Call) -> list[Webhook]:
    return call.world.webhooks.of(call.app.id)


def _url(call: Call) -> str:
    url = call.read(Wish).url
    try:
        place(url)
    except ValueError as problem:
        raise failed("UrlValidationFailed", f"{problem}.") from None
    return url


def _refuse_double(call: Call, url: str) -> None:
    if any(one.url == url for one in _every(call)):
        raise failed("DuplicateUrlFailed", "this app has a webhook with this URL already.")
    most = CAPS[call.app.edition]
    if len(_every(call)) >= most:
        raise failed("WebhookLimitExceeded", f"an app may have {most}.")
