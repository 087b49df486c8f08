"""Serving the pretend X: one process, one thread for everything, until it is told to end.

python -m earful.sandbox.serve practice.db --port 8090
"""

import argparse
import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server

from earful.sandbox.app import build
from earful.sandbox.scenarios.stories import STORIES
from earful.sandbox.world import HEARTBEAT_S, QUEUE_LINES


def serve(
    path: Path,
    host: str = "127.0.0.1",
    port: int = 8090,
    *,
    seed: int = 1,
    crowd: bool = False,
    public_url: str = "",
    heartbeat: float = HEARTBEAT_S,
    queue: int = QUEUE_LINES,
    rule_lag: float = 0.0,
    scenario: str = "",
    when_ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT. Blocks; meant for a process of its own. See `app.build` for the
    parameters; `when_ready` is called once, when connections are taken.
    """
    url = public_url or f"http://{host}:{port}"
    asyncio.run(
        _serve(
            path, host, port, seed=seed, crowd=crowd, public_url=url, heartbeat=heartbeat, queue=queue,
            rule_lag=rule_lag, scenario=scenario, when_ready=when_ready,
        )
    )  # fmt: skip


async def _serve(path: Path, host: str, port: int, *, when_ready: Callable[[], None], **how: Any) -> None:
    app = build(path, **how)
    server = Server(app, address=host, port=port, interface=Interfaces.ASGI, log_enabled=False, websockets=False)

    def end() -> None:
        # A server waits for its connections: held streams would never end by themselves.
        app.state.world.connections.end()
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it untyped

    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, end)
    telling = asyncio.create_task(_tell(host, port, when_ready))
    await server.serve()
    telling.cancel()


async def _tell(host: str, port: int, when_ready: Callable[[], None]) -> None:
    """Say so as soon as connections are taken: the server itself does not tell."""
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        when_ready()
        return


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="earful.sandbox.serve", description="A pretend X, on this machine only.")
    parser.add_argument("path", type=Path, help="the storage file; made when it is not there")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--seed", type=int, default=1, help="makes the crowd repeatable")
    parser.add_argument("--crowd", action="store_true", help="let invented customers talk from the first start")
    parser.add_argument("--public-url", default="", help="where browsers find the pages")
    parser.add_argument("--heartbeat", type=float, default=HEARTBEAT_S, help="seconds of silence on a stream")
    parser.add_argument("--queue", type=int, default=QUEUE_LINES, help="lines that may wait for a slow reader")
    parser.add_argument("--scenario", default="", choices=["", *STORIES], help="a story that is played first")
    parser.add_argument("--rule-lag", type=float, default=0.0, help="seconds until a changed rule finds posts (X: 20)")
    serve(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
