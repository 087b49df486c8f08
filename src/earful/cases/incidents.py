"""Cases of a known incident: that they belong to one is part of their priority."""

from collections.abc import Iterable

from django.db import transaction

from earful.cases.models import Case


def mark(cases: Iterable[int], *, incident: bool) -> int:
    """Weigh these cases as parts of an incident, or no longer; how many of them changed. Each in a transaction of its
    own inside the caller's, in the order of their ids, as all who lock several do.
    """
    other = Case.objects.filter(pk__in=list(cases)).exclude(incident=incident).order_by("pk")
    return sum(_mark(case, incident) for case in other)


@transaction.atomic
def _mark(case: Case, incident: bool) -> bool:
    Case.objects.select_for_update().get(pk=case.pk)
    changed = Case.objects.filter(pk=case.pk).exclude(incident=incident).update(incident=incident)
    if changed:
        case.weigh_again()
    return bool(changed)
