"""The public threads of running cases: what is written on in them is to be heard, whoever it names."""

from typing import Final

from earful.cases.models import RUNNING_STATUSES, Thread

# More than any network has room for; the cases touched last come first.
MOST: Final = 5_000


def followed(channel: int) -> list[str]:
    """Their roots, those of the cases that were touched last first, each once."""
    threads = Thread.objects.filter(
        case__channel=channel, case__private=False, case__status__in=RUNNING_STATUSES
    ).exclude(root__startswith="dm-")
    rows = threads.order_by("-case__touched_at", "-pk").values_list("root", flat=True)[:MOST]
    return list(dict.fromkeys(rows))
