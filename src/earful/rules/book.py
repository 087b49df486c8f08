"""The rulebook in force: every enabled listening rule, compiled together, swapped whole when one changes."""

import time
from typing import Final

import structlog
from django.db.models import Count, Max

from earful.core.connector import Rule
from earful.core.language.errors import RuleError
from earful.core.language.parser import parse
from earful.core.language.rulebook import Rulebook
from earful.rules.models import ListeningRule

log = structlog.get_logger("rules")

# How long a change of a rule may take to be in force here. Asking costs one statement.
LOOK_AGAIN_SECONDS: Final = 2.0


class _Book:
    """The compiled book and which state of the table it was compiled from."""

    def __init__(self) -> None:
        self.rulebook: Rulebook[str] = Rulebook([])
        self.version: tuple[object, ...] = ()
        self.looked_at = -LOOK_AGAIN_SECONDS

    def refresh(self) -> None:
        self.looked_at = time.monotonic()
        version = _version()
        if version != self.version:
            rules = enabled()
            self.rulebook = _compiled(rules)
            self.version = version
            log.info("rulebook in force", rules=len(rules))


def _compiled(rules: list[Rule]) -> "Rulebook[str]":
    """All rules that can be read. One that cannot (from an older version, say) must not deafen the rest."""
    readable = []
    for rule in rules:
        try:
            readable.append((rule.tag, parse(rule.text)))
        except RuleError as error:
            log.warning("rule left out", rule=rule.tag, reason=str(error))
    return Rulebook(readable)


_book = _Book()


def current() -> "Rulebook[str]":
    """The rulebook in force; at most two seconds behind the table."""
    if time.monotonic() - _book.looked_at >= LOOK_AGAIN_SECONDS:
        _book.refresh()
    return _book.rulebook


def look_again() -> None:
    """Put the rules in force as they stand in the table now; for who has just changed one."""
    _book.refresh()


def enabled() -> list[Rule]:
    """The enabled rules, tagged with their ids, as networks and the rulebook take them."""
    rows = ListeningRule.objects.filter(enabled=True).order_by("pk").values_list("pk", "text")
    return [Rule(str(pk), text) for pk, text in rows]


def _version() -> tuple[object, ...]:
    """Changes whenever a rule is added, changed, switched or removed."""
    state = ListeningRule.objects.aggregate(count=Count("pk"), newest=Max("changed_at"), last=Max("pk"))
    return tuple(state.values())
