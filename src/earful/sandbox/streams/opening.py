"""Opening a stream: what every one of them asks before it is held."""

from collections.abc import Callable

from earful.sandbox.gate import Call
from earful.sandbox.streams.connection import Connection, Retold
from earful.sandbox.streams.endpoints import Endpoint
from earful.sandbox.streams.past import Missed


def opened(call: Call, endpoint: Endpoint, past: Missed | None, retold: Callable[[Missed], Retold]) -> Connection:
    """A connection to a stream, which begins with a past where one is asked for. Raises RefusalError (429) while the
    app holds as many as it may.
    """
    ends = past is not None and past.ends
    call.world.connections.check(call.app.id, endpoint, recovering=ends)
    first = retold(past) if past else ()
    return Connection(call.world.connections, call.app.id, endpoint, asked=call.asked, first=first, ends=ends)
