"""The worker's round: deliver what is due and do what was asked, then sleep until the next thing is due or somebody
says that it is. Once in an hour it takes away the files that nobody came back to.
"""

import time
from typing import Final

from django.db import connection
from django.utils import timezone

from earful import pulse
from earful.channels import access
from earful.core.spending import Purpose
from earful.ledger.till import Tills
from earful.replies import attaching, deeds, outbox

LONGEST_SLEEP: Final = 30.0
SWEEP_S: Final = 3600.0


class Worker:
    """Delivers what the outbox has, until its process ends."""

    def __init__(self) -> None:
        self._exchange = access.exchange(Tills(Purpose.SENDING))
        self._listening: object = None
        self._swept = -SWEEP_S

    def run_once(self, wait: float = LONGEST_SLEEP) -> int:
        """Do what is due; if nothing is, sleep up to `wait` seconds. How many replies and deeds moved on."""
        if self._listening is not connection.connection or connection.connection is None:
            self._begin()
        moved = outbox.deliver_due(self._exchange.run) + deeds.do_due(self._exchange.run)
        if not moved:
            self._sweep()
            self._sleep(wait)
        return moved

    def _sweep(self) -> None:
        if time.monotonic() - self._swept > SWEEP_S:
            attaching.sweep()
            self._swept = time.monotonic()

    def _begin(self) -> None:
        """On a new connection: hear when something is queued, and take over what a dead worker left."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {pulse.CHANNEL}")
        self._listening = connection.connection
        outbox.take_over()

    def _sleep(self, longest: float) -> None:
        due = min((at for at in (outbox.next_due(), deeds.next_due()) if at is not None), default=None)
        seconds = min(longest, (due - timezone.now()).total_seconds()) if due else longest
        until = time.monotonic() + max(0.0, seconds)
        while (left := until - time.monotonic()) > 0:
            with connection.wrap_database_errors:
                heard = list(connection.connection.notifies(timeout=left, stop_after=1))
            for told in heard:
                if told.payload.startswith("credit "):
                    outbox.hasten(int(told.payload.removeprefix("credit ").split(",")[0]))
                if told.payload.startswith(("outbox", "channel", "credit ")):
                    return
