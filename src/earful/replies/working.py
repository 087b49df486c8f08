"""The worker's round: deliver what is due, then sleep until the next thing is due or somebody says that it
is.
"""

import time
from typing import Final

from django.db import connection
from django.utils import timezone

from earful import pulse
from earful.channels import access
from earful.replies import outbox

LONGEST_SLEEP: Final = 30.0


class Worker:
    """Delivers what the outbox has, until its process ends."""

    def __init__(self) -> None:
        self._exchange = access.exchange()
        self._listening: object = None

    def run_once(self, wait: float = LONGEST_SLEEP) -> int:
        """Deliver what is due; if nothing is, sleep up to `wait` seconds. How many replies moved on."""
        if self._listening is not connection.connection or connection.connection is None:
            self._begin()
        delivered = outbox.deliver_due(self._exchange.run)
        if not delivered:
            self._sleep(wait)
        return delivered

    def _begin(self) -> None:
        """On a new connection: hear when something is queued, and take over what a dead worker left."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {pulse.CHANNEL}")
        self._listening = connection.connection
        outbox.take_over()

    def _sleep(self, longest: float) -> None:
        due = outbox.next_due()
        seconds = min(longest, (due - timezone.now()).total_seconds()) if due else longest
        until = time.monotonic() + max(0.0, seconds)
        while (left := until - time.monotonic()) > 0:
            for told in connection.connection.notifies(timeout=left, stop_after=1):
                if told.payload.startswith(("outbox", "channel")):
                    return
