"""Work that goes on until it is told to stop, whatever happens to the database or to the work itself."""

import threading
from collections.abc import Callable

import pytest
from django.db import InterfaceError, OperationalError, connection

from earful.clockwork import work_until


def worked(*steps: Callable[[], object], rest: float = 0.01) -> threading.Event:
    """Let these steps be done one after the other in a thread, the last of them over and over until it says stop."""
    stop, left = threading.Event(), list(steps)

    def work() -> object:
        if not left:
            stop.set()
            return False
        return left.pop(0)()

    thread = threading.Thread(target=work_until, args=(stop, work), kwargs={"rest": rest}, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert not left
    return stop


def away() -> object:
    raise OperationalError("the server closed the connection unexpectedly")


def closed() -> object:
    raise InterfaceError("connection already closed")


def unforeseen() -> object:
    raise KeyError("unforeseen")


@pytest.mark.parametrize("trouble", [away, closed, unforeseen])
def test_trouble_is_rested_after_and_the_work_goes_on(trouble: Callable[[], object]) -> None:
    done: list[int] = []
    worked(trouble, trouble, lambda: done.append(1))
    assert done == [1]


def test_who_finds_work_does_not_rest() -> None:
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    done: list[int] = []
    work_until(stop, lambda: done.append(1) or len(done) < 3, rest=60.0)
    assert done == [1, 1, 1]


def test_who_rests_holds_no_connection(transactional_db: None) -> None:
    held: list[bool] = []

    def looks() -> object:
        held.append(connection.connection is not None)
        connection.ensure_connection()
        return False

    worked(looks, looks)
    assert held == [False, False]
