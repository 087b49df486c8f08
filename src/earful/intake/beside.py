"""What goes on beside listening: backfills walk, gaps are filled, and what may have been billed in them is entered;
people of new cases are looked up, budgets judged, cases weighed anew by new weights.
"""

import threading
from collections.abc import Mapping
from typing import Final, Protocol

from earful.cases import spreading, weighing
from earful.intake import looking_up, mending, unheard, walking
from earful.ledger import budgets


class Work(Protocol):
    """A room that works by itself until it is told to stop."""

    def run_until(self, stop: threading.Event) -> None: ...


_WORK: Final[Mapping[str, Work]] = {
    "backfills": walking,
    "gaps": mending,
    "unheard": unheard,
    "people": looking_up,
    "budgets": budgets,
    "weights": weighing,
    "spread": spreading,
}


class Beside:
    """A thread for each; several desks' worth of them do no harm, since each claims what it works on."""

    def __init__(self) -> None:
        self._threads: dict[str, threading.Thread] = {}

    def tend(self, stop: threading.Event) -> None:
        """Begin what does not run, and replace what died."""
        for name, work in _WORK.items():
            if name not in self._threads or not self._threads[name].is_alive():
                self._threads[name] = threading.Thread(target=work.run_until, args=(stop,), name=name, daemon=True)
                self._threads[name].start()
