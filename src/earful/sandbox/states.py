"""What befalls an account: protected, suspended, deactivated, withheld somewhere; and whose messages it takes.

Only accounts out of the ordinary have a row. What is told of each change stands in `fates`.
"""

import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from earful.sandbox.store import Store

Away = Literal["", "suspended", "deactivated"]
Letters = Literal["open", "answers", "closed"]

# Posts whose author is away, or protected from the one who looks (who is bound twice).
UNSEEN = (
    "posts.author NOT IN (SELECT account FROM states WHERE away <> '' OR (protected AND account <> ? AND "
    "account NOT IN (SELECT target FROM ties WHERE source = ? AND kind = 'follows')))"
)


BEGIN = {"suspended": "user_suspend", "deactivated": "user_delete"}
END = {"suspended": "user_unsuspend", "deactivated": "user_undelete"}


@dataclass(frozen=True, slots=True)
class State:
    """How an account stands. `letters`: who may write to it in private: anybody, only those whom it wrote to first,
    or nobody. `withheld` are countries, by two letters.
    """

    protected: bool = False
    away: Away = ""
    withheld: tuple[str, ...] = ()
    letters: Letters = "open"


ORDINARY = State()


class States:
    """How all accounts stand."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def of(self, account: int) -> State:
        """How one account stands."""
        row = self.store.row("SELECT * FROM states WHERE account = ?", account)
        return _state(row) if row else ORDINARY

    def put(self, account: int, state: State) -> None:
        """Let an account stand so from now on."""
        self.store.write(
            "INSERT INTO states VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET protected = excluded.protected,"
            " away = excluded.away, withheld = excluded.withheld, letters = excluded.letters",
            account, int(state.protected), state.away, ",".join(state.withheld), state.letters,
        )  # fmt: skip


def befallen(before: State, after: State) -> list[tuple[str, dict[str, Any]]]:
    """What is told of a change, by X's names for what befalls accounts."""
    found: list[tuple[str, dict[str, Any]]] = []
    if before.protected != after.protected:
        found.append(("user_protect" if after.protected else "user_unprotect", {}))
    if before.away != after.away:
        found.extend((END[away], {}) for away in (before.away,) if away)
        found.extend((BEGIN[away], {}) for away in (after.away,) if away)
    if before.withheld != after.withheld and after.withheld:
        found.append(("user_withheld", {"withheld_in_countries": list(after.withheld)}))
    return found


def _state(row: sqlite3.Row) -> State:
    withheld = tuple(filter(None, row["withheld"].split(",")))
    return State(bool(row["protected"]), row["away"], withheld, row["letters"])
