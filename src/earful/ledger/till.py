"""The till: the turnstile at which every request of a channel is asked what for, and every answer what it cost.

Reads are entered right after their answer, in a transaction of their own: a process killed in between reads them again,
and they are billed once a day. What is billed by the request is entered before it leaves, and counts when the answer
has come. What was sent is entered by the outbox with the news that it is out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from uuid import uuid4

import structlog
from django.db import connection, transaction
from django.utils import timezone

from earful.channels.models import Channel
from earful.clockwork import AWAY
from earful.connectors.registry import connector_for
from earful.core.connector import Account, OutOfCredit, Request, Response
from earful.core.prices import Charge
from earful.core.spending import Purpose
from earful.ledger import booking, credit, resting
from earful.ledger.booking import Asked, Line

log = structlog.get_logger("ledger")

_OK: Final = range(200, 300)


class Till:
    """For the requests of one channel and one purpose, one after the other; `rule` is the one that they are made for.

    Fulfils `core.connector.Turnstile`.
    """

    def __init__(self, channel: Channel, purpose: Purpose, rule: int = 0) -> None:
        self.channel, self.purpose, self.rule = channel.pk, purpose, rule
        self._connector = connector_for(channel.network)
        self._asked: Asked | None = None
        self._asking: list[int] = []

    def before(self, account: Account, request: Request) -> None:
        """Raises OutOfCredit or OverBudget for a request that must wait, with until when."""
        bill, now = self._connector.bill(account, request), timezone.now()
        self._asked, self._asking = None, []
        with _at_the_desk():
            if not bill.free:
                resting.refuse(self.channel, self.purpose, now)
                resting.refuse_rule(self.rule, now)
            self._asking = credit.admit(self.channel, bill, now)
            if bill.request:
                self._asked = booking.ask(self._line(Charge(bill.request, "request"), now), uuid4().hex)

    def after(self, account: Account, request: Request, response: Response) -> None:
        """Enter what the answer was billed for."""
        try:
            with _at_the_desk(), transaction.atomic():
                self._learn(account, request, response)
        except AWAY as error:
            log.warning("not entered", channel=self.channel, path=request.path, reason=str(error).strip())

    def got_through(self) -> None:
        """A stream was opened: there is money again, if there was none."""
        with _at_the_desk():
            credit.over(self._asking, timezone.now())
        self._asking = []

    def go_on(self) -> None:
        """Raises OverBudget if what is held open was stopped meanwhile."""
        with _at_the_desk():
            resting.refuse(self.channel, self.purpose, timezone.now())

    def _learn(self, account: Account, request: Request, response: Response) -> None:
        billed = response.status in _OK
        if self._asked is not None:
            booking.settle(self._asked, billed=billed)
        elif billed:
            charges = self._connector.charges(account, request, response)
            booking.book([self._line(charge, response.at) for charge in charges])
        if billed:
            credit.over(self._asking, timezone.now())
        elif isinstance(error := self._connector.refused_stream(response), OutOfCredit):
            credit.out(self.channel, error, self._asking, timezone.now())

    def _line(self, charge: Charge, at: datetime) -> Line:
        return Line(charge, self.channel, self.purpose, at, self.rule)


class Tills:
    """A till for each channel whose account comes along: for one purpose, whoever speaks. An account that is no
    channel's yet passes freely.
    """

    def __init__(self, purpose: Purpose) -> None:
        self._purpose = purpose
        self._tills: dict[int, Till] = {}

    def before(self, account: Account, request: Request) -> None:
        """As the channel's till."""
        if till := self._of(account):
            till.before(account, request)

    def after(self, account: Account, request: Request, response: Response) -> None:
        """As the channel's till."""
        if till := self._of(account):
            till.after(account, request, response)

    def _of(self, account: Account) -> Till | None:
        if account.channel and account.channel not in self._tills:
            with _at_the_desk():
                self._tills[account.channel] = Till(Channel.objects.get(pk=account.channel), self._purpose)
        return self._tills.get(account.channel)


@contextmanager
def _at_the_desk() -> Iterator[None]:
    """A thread that only talks to a network has let go of its database connection, and does so again."""
    held = connection.connection is not None
    try:
        yield
    finally:
        if not held and not connection.in_atomic_block:
            connection.close()
