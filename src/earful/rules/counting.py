"""Asking a network how many posts it counts for a rule, while somebody waits for the answer."""

from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from earful.channels import access
from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.connector import Counted, Refused, Request, Response, Talk, searchable
from earful.core.spending import Purpose
from earful.ledger.till import Till

T = TypeVar("T")

# A person looks at the button that was pressed, and a thread of the pages waits with them.
PATIENCE_SECONDS: Final = 8.0


def count_on(channel: Channel, text: str, *, now: datetime) -> Counted:
    """What the channel's network counts for a rule, as far back as its search reaches. The network bills the question.

    Raises Refused for a rule that its search cannot say, other ConnectorErrors as they come, vault.Unopenable.
    """
    days = connector_for(channel.network).capabilities.search_days
    return count_between(channel, text, now - timedelta(days=days), now, now)


def count_between(channel: Channel, text: str, since: datetime, until: datetime, now: datetime) -> Counted:
    """What the channel's network counts for a rule between two moments, as far as its search reaches; as `count_on`."""
    connector = connector_for(channel.network)
    if not connector.capabilities.counts:
        raise Refused(f"{connector.name} does not count posts.")
    since, until = searchable(connector.capabilities, since, until, now)
    account = access.account_of(channel)
    with access.exchange(Till(channel, Purpose.RULES)) as exchange:
        return exchange.run(account, _hurried(connector.count(account, text, since, until)))


def _hurried(talk: Talk[T]) -> Generator[Request, Response, T]:
    """The same talk, each of its requests with a short time-out."""
    try:
        request = next(talk)
        while True:
            try:
                response = yield replace(request, timeout=min(request.timeout, PATIENCE_SECONDS))
            except Exception as error:  # noqa: BLE001  # whatever the wire throws is the talk's to answer
                request = talk.throw(error)
            else:
                request = talk.send(response)
    except StopIteration as done:
        value: T = done.value
        return value
