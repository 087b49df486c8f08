"""The Activity stream: what an app's subscriptions brought, on a connection held open."""

from earful.sandbox.gate import Call
from earful.sandbox.streams.connection import Connection
from earful.sandbox.streams.endpoints import ACTIVITY


def connect(call: Call) -> Connection:
    """Open the stream. Raises RefusalError 429 while the app holds as many connections as it may."""
    call.world.connections.check(call.app.id, ACTIVITY)
    return Connection(call.world.connections, call.app.id, ACTIVITY)
