"""What people do to a listening rule: each is one transaction, and told once it is committed.

Readers put the change in force within seconds, the listener takes it to the networks.
"""

from typing import Final

from django.db import transaction

from earful import pulse
from earful.rules.models import ListeningRule

DECIDED: Final = ("name", "text", "opens_cases", "owner", "most_a_minute", "changed_at")


@transaction.atomic
def keep(rule: ListeningRule) -> ListeningRule:
    """Save a new or a changed rule. Whether it is on, or rests, is not decided here: a breaker may trip meanwhile."""
    rule.save(update_fields=None if rule._state.adding else DECIDED)
    pulse.tell("rule", [rule.pk])
    return rule


def pause(rule: ListeningRule) -> None:
    """Stop listening for it; what it found stays."""
    _switch(rule, on=False)


def wake(rule: ListeningRule) -> None:
    """Listen for it again, from now on."""
    _switch(rule, on=True)


@transaction.atomic
def remove(rule: ListeningRule) -> None:
    """Delete it, with its pace, its backfills and the record of which posts it found. Posts and cases stay."""
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
