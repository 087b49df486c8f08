"""The desk's own processes: `python -m earful.supervisor.roles NAME`.

    listener   holds streams, polls, journals
    reader     journal to cases
    worker     the outbox, and beside it the nightly rounds that duty asks for and the watch for spikes
    refiner    the second look at posts that triage doubts, where the desk has a second stage
    pages      the console over WSGI
    events     server-sent events over ASGI
    learner    learns once from what people corrected; then ends
    prepare    brings the database up to date, links the practice brand, prints a sign-in link; then ends

What SIGTERM does. The reader, the worker and the refiner finish the batch or the delivery that they are at, within a
few seconds as a rule; whoever takes longer than the supervisor's grace is killed, and that is safe: a batch is one
transaction, and a delivery is written down before the network is asked, so that the next worker looks there before it
says anything again. The listener and the events end at once: what was not journaled is heard again, and browsers come
back. `prepare` ends where it stands: a migration is one transaction, and every other step may be taken twice.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping

from earful import logs


class Ending:
    """Set by SIGTERM or SIGINT."""

    def __init__(self) -> None:
        self.event = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.event.set())

    def __bool__(self) -> bool:
        return self.event.is_set()


def listener() -> None:
    _django()
    from earful.intake.listener import Listener

    ending, hearing = Ending(), Listener()
    hearing.run(ending.event)
    # Its threads may sit in a read for a quarter of a minute; what they heard is journaled or will be heard again.
    os._exit(0)


def reader() -> None:
    _django()
    from earful.core.triage.judging import judge_one
    from earful.core.triage.model import shipped
    from earful.intake.belts.postgres import PostgresBelt
    from earful.intake.reader import Reader

    # The first post that is judged takes seconds, while patterns and word lists are read: none of a customer's does.
    judge_one("Is anybody there?", "", shipped())
    ending, reading = Ending(), Reader(PostgresBelt())
    _until(ending, lambda: reading.run_once(wait=0.5))


def worker() -> None:
    _django()
    from earful.cases import judging_again
    from earful.duties import rounds
    from earful.replies.working import Worker
    from earful.spikes import watching
    from earful.triage import nightly

    ending, working = Ending(), Worker()
    for name, work in (("rounds", rounds), ("spikes", watching), ("judging", judging_again), ("learning", nightly)):
        threading.Thread(target=work.run_until, args=(ending.event,), name=name, daemon=True).start()
    _until(ending, lambda: working.run_once(wait=0.5))


def refiner() -> None:
    # What it refines is shown already: everybody else goes first.
    os.nice(10)
    _django()
    from earful.cases.refining import Refiner

    ending, refining = Ending(), Refiner()
    _until(ending, lambda: refining.run_once(wait=0.5))


def pages() -> None:
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "earful.wsgi:application",
        address=os.environ["EARFUL_HOST"],
        port=int(os.environ["EARFUL_PORT"]),
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("EARFUL_PAGE_WORKERS", "1")),
        blocking_threads=4,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=2,
    ).serve()


def events() -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from earful.asgi import application

    async def serve() -> None:
        server = Server(
            application,
            address=os.environ["EARFUL_HOST"],
            port=int(os.environ["EARFUL_EVENTS_PORT"]),
            interface=Interfaces.ASGI,
            log_enabled=False,
            websockets=False,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            # Held streams never end by themselves; browsers come back when the desk does.
            asyncio.get_running_loop().add_signal_handler(number, lambda: os._exit(0))
        await server.serve()

    asyncio.run(serve())


def learner() -> None:
    # Behind everything that somebody waits for.
    os.nice(10)
    _django()
    from earful.supervisor.processes import die_with
    from earful.triage.nightly import carry_out

    die_with(os.getppid())
    carry_out(int(os.environ["EARFUL_LEARNING"]))


def prepare() -> None:
    _django()
    from earful.supervisor.preparing import prepare as prepared

    sys.stdout.write(prepared() + "\n")


ROLES: Mapping[str, Callable[[], None]] = {
    role.__name__: role for role in (listener, reader, worker, refiner, pages, events, learner, prepare)
}


def _django() -> None:
    import django

    django.setup()


def _until(ending: Ending, work: Callable[[], object]) -> None:
    """Do the work again and again until the end; a database that is away is waited for."""
    import structlog
    from django.db import close_old_connections

    from earful.clockwork import AWAY

    log = structlog.get_logger()
    while not ending:
        try:
            work()
        except AWAY as error:
            log.warning("database away", reason=str(error).strip())
            close_old_connections()
            ending.event.wait(1.0)


def main() -> None:
    """Become the role that the command line names."""
    name = sys.argv[1]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "earful.settings")
    logs.configure(name)
    ROLES[name]()


if __name__ == "__main__":
    main()
