"""What a network sent of kinds that this version does not know: shown quietly, and read again after an update."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from earful.console.asked import Asked
from earful.core.connector import UNKNOWN_KIND
from earful.intake import journal

KINDS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class KindShown:
    """A kind, how many frames of it are kept, and when the newest came."""

    name: str
    count: int
    newest: datetime


def kinds() -> list[KindShown]:
    """The kinds that are kept, the newest first."""
    rows = journal.of_unknown_kind().order_by().values("reason").annotate(count=Count("pk"), newest=Max("heard_at"))
    return [
        KindShown(row["reason"].removeprefix(f"{UNKNOWN_KIND}: "), row["count"], row["newest"])
        for row in rows.order_by("-newest")[:KINDS_SHOWN]
    ]


@require_POST
def read_kinds_again(request: Asked) -> HttpResponse:
    """Put all of them back on the belt: what is still unknown comes back here."""
    journal.read_unknown_again()
    return redirect("console:channels")
