"""Cutting a connection as a broken network does: at once, without a word of HTTP.

ASGI has no word for it, so the connection's socket is found among the process's own open files and shut down.
That works under every server that runs in this process.
"""

import os
import socket
import stat

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


def cut(scope: Scope) -> None:
    """Shut down the connection that a request came by. A connection that is gone already is fine."""
    host, port = scope["client"]
    peer = (host, int(port))
    for name in os.listdir("/dev/fd"):
        _shut_if(int(name), peer)


class NoAnswer(Response):
    """An answer that never comes: the connection is cut in its place."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut, and say nothing."""
        cut(scope)


def _shut_if(number: int, peer: tuple[str, int]) -> None:
    try:
        # Only what is a socket is opened a second time: what cannot become one would stay open for ever.
        if not stat.S_ISSOCK(os.fstat(number).st_mode):
            return
        connection = socket.socket(fileno=os.dup(number))
    except OSError:
        return
    with connection:
        try:
            if connection.getpeername()[:2] == peer:
                connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
