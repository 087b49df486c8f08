"""A worker in a process of its own, killed by SIGKILL at one request."""

import killed

_WORK = """
from earful.replies import deeds, outbox
outbox.take_over()
while outbox.deliver_due(wire.run, limit=1) + deeds.do_due(wire.run, limit=1):
    pass
"""


def killed_at(moment: str, number: int) -> bool:
    """Let a worker do what is due; whether it came to the request of this number (0 is the first) and was killed."""
    return killed.killed_at(moment, number, _WORK)
