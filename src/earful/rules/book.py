"""The rulebook in force: every enabled listening rule, compiled together, swapped whole when one changes."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import structlog
from django.db import connection

from earful.core.connector import Rule
from earful.core.language.errors import RuleError
from earful.core.language.local import answered_here, relaxed
from earful.core.language.parser import parse
from earful.core.language.rulebook import Rulebook
from earful.core.language.tree import Tree
from earful.ledger.models import RuleBudget
from earful.rules.models import ListeningRule

log = structlog.get_logger("rules")

# How long a change of a rule may go unnoticed here. Looking costs one statement.
LOOK_AGAIN_SECONDS: Final = 2.0
# A book that nobody looked after for so long is compiled anew at once, not beside the work: it may be hours old.
LONG_AGO_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Book:
    """The rules in force, compiled together, by their ids.

    `opening` are those whose posts open cases. `by_network` are those that only their network can answer, each with
    what is left of it to ask here (None: nothing): the rulebook never finds a post for them, the network's word does.
    """

    rulebook: Rulebook[int] = field(default_factory=lambda: Rulebook([]))
    opening: frozenset[int] = frozenset()
    by_network: Mapping[int, Tree | None] = field(default_factory=dict)


def in_force() -> Book:
    """The book in force. A change is compiled beside the work, and the old book serves until the new one is whole."""
    unseen = time.monotonic() - _shelf.looked_at
    if unseen >= LONG_AGO_SECONDS:
        _shelf.refresh()
    elif unseen >= LOOK_AGAIN_SECONDS:
        _shelf.follow()
    return _shelf.book


def current() -> Rulebook[int]:
    """The rulebook of the book in force."""
    return in_force().rulebook


def opening() -> frozenset[int]:
    """The ids of the rules in force whose posts open cases."""
    return in_force().opening


def look_again() -> None:
    """Put the rules in force as they stand in the table now; for who has just changed one."""
    _shelf.refresh()


def enabled() -> list[Rule]:
    """The rules to listen for, tagged with their ids, as networks take them: not tripped, and within their budgets."""
    return [Rule(str(row.id), row.text) for row in _rows()]


class _Row(NamedTuple):
    id: int
    text: str
    opens_cases: bool


class _Shelf:
    """The book in force, and which state of the table it was compiled from."""

    def __init__(self) -> None:
        self.book = Book()
        self.looked_at = float("-inf")
        self._version = ""
        self._ticket = self._newest = 0
        self._compiling: threading.Thread | None = None
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Compile now if the table has changed."""
        for changed in self._changed():
            self._compile(*changed)

    def follow(self) -> None:
        """Compile in a thread of its own if the table has changed."""
        if self._compiling is None or not self._compiling.is_alive():
            for changed in self._changed():
                self._compiling = threading.Thread(target=self._compile, args=changed, name="rulebook", daemon=True)
                self._compiling.start()

    def _changed(self) -> list[tuple[int, Sequence[_Row]]]:
        """A ticket and the rules, once for each new state of the table. Asked before the rules are fetched: what
        changes in between is another state, and seen by the next look.
        """
        self.looked_at = time.monotonic()
        version = _version()
        with self._lock:
            if version == self._version:
                return []
            rows = _rows()
            # Noted when its rules are in hand: a state whose rules could not be fetched is still to be compiled.
            self._version = version
            self._ticket += 1
            return [(self._ticket, rows)]

    def _compile(self, ticket: int, rows: Sequence[_Row]) -> None:
        began = time.monotonic()
        try:
            book = _compiled(rows)
        except Exception:
            # The next look finds the state of the table new again.
            self._version = ""
            raise
        with self._lock:
            # A thread that was overtaken has nothing to say any more.
            if ticket > self._newest:
                self.book, self._newest = book, ticket
        log.debug("rulebook in force", rules=len(rows), seconds=round(time.monotonic() - began, 3))


_shelf = _Shelf()


def _rows() -> list[_Row]:
    over_budget = RuleBudget.objects.exclude(over_at=None).values("rule")
    rules = ListeningRule.objects.filter(enabled=True, tripped_at=None).exclude(pk__in=over_budget).order_by("pk")
    return [_Row(*row) for row in rules.values_list("pk", "text", "opens_cases")]


def _compiled(rows: Sequence[_Row]) -> Book:
    """All rules that can be read. One that cannot (from an older version, say) must not deafen the rest."""
    readable: list[tuple[int, Tree]] = []
    for row in rows:
        try:
            readable.append((row.id, _parsed(row.text)))
        except RuleError as error:
            log.warning("rule left out", rule=row.id, reason=str(error))
    return Book(
        Rulebook(readable),
        frozenset(row.id for row in rows if row.opens_cases),
        {rule: relaxed(tree) for rule, tree in readable if not answered_here(tree)},
    )


@lru_cache(maxsize=20_000)
def _parsed(text: str) -> Tree:
    """A rule's tree. When one of thousands changes, the others are not read again."""
    return parse(text)


# `xmin` is the transaction that wrote a row last, `ctid` where the row lies: one of them changes with every change, in
# whatever order transactions end. A newest `changed_at` would miss the one that began first and committed last.
_VERSION: Final = """
    SELECT count(*) || ' ' || coalesce(sum(hashtextextended(id || ' ' || xmin || ctid, 0)), 0) || ' ' || coalesce(
        (SELECT string_agg(rule::text, ',' ORDER BY rule) FROM ledger_rulebudget WHERE over_at IS NOT NULL), '')
    FROM rules_listeningrule
"""


def _version() -> str:
    """Another text whenever a rule was added, changed, switched, tripped, stopped by its budget or removed."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        return str(cursor.fetchone()[0])
