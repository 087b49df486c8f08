"""What people do to a listening rule: each is one transaction, and told once it is committed.

Readers put the change in force within seconds, the listener takes it to the networks.
"""

from hashlib import sha256
from typing import Final

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

from earful import pulse
from earful.rules.models import ListeningRule

DECIDED: Final = ("name", "text", "opens_cases", "owner", "most_a_minute", "changed_at")


class Overtaken(Exception):
    """Somebody saved something else meanwhile; `rule` is as it stands now."""

    def __init__(self, rule: ListeningRule) -> None:
        super().__init__(f"{rule} was changed meanwhile")
        self.rule = rule


class Gone(Exception):
    """Somebody deleted the rule meanwhile."""


@transaction.atomic
def keep(rule: ListeningRule, *, seen: str = "") -> ListeningRule:
    """Save a new or a changed rule. Whether it is on, or rests, is not decided here: a breaker may trip meanwhile.

    `seen` is the `version` of the rule that the change was made of; left out, whatever stands there is overwritten.
    Raises Overtaken if it reads otherwise by now, and Gone if it is not there any more; nothing is saved then.
    """
    if not rule._state.adding:
        _still(rule, seen)
    rule.save(update_fields=None if rule._state.adding else DECIDED)
    pulse.tell("rule", [rule.pk])
    return rule


def version(rule: ListeningRule) -> str:
    """Another text whenever people have decided something else. Switching it, and its breaker, leave it as it is:
    nobody who edits a rule overwrites those.
    """
    decided = [rule.name, rule.text, rule.opens_cases, rule.owner_id, rule.most_a_minute]
    return sha256(repr(decided).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _still(rule: ListeningRule, seen: str) -> None:
    """The row is held until the change is saved, so that of two at once the second finds the first."""
    held = ListeningRule.objects.select_for_update().filter(pk=rule.pk).first()
    if held is None:
        raise Gone
    if seen and version(held) not in (seen, version(rule)):
        raise Overtaken(held)


def pause(rule: ListeningRule) -> None:
    """Stop listening for it; what it found stays."""
    _switch(rule, on=False)


def wake(rule: ListeningRule) -> None:
    """Listen for it again, from now on."""
    _switch(rule, on=True)


def remove(rule: ListeningRule) -> None:
    """Delete it, with its pace, its backfills and the record of which posts it found. Posts and cases stay."""
    try:
        _remove(rule)
    except OperationalError as error:
        # Whoever waited for us in a circle has gone on meanwhile.
        if not isinstance(error.__cause__, DeadlockDetected):
            raise
        _remove(rule)


@transaction.atomic
def _remove(rule: ListeningRule) -> None:
    # A reader that is just keeping a match waits for the row, and finds it gone, instead of making this fail.
    held = ListeningRule.objects.select_for_update().filter(pk=rule.pk).first()
    if held is not None:
        held.delete()
        pulse.tell("rule", [rule.pk])


@transaction.atomic
def _switch(rule: ListeningRule, *, on: bool) -> None:
    rule.enabled = on
    rule.save(update_fields=["enabled", "changed_at"])
    pulse.tell("rule", [rule.pk])
