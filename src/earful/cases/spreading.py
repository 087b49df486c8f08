"""How far a case's posts were carried on is part of its priority: looked after beside the reader, every half minute.

A storm of reposts goes on for hours, and the weight of a case changes with each tenfold: so nobody counts with every
repost, and no reader locks a case for one.
"""

import threading
from typing import Final

from django.db import connection, transaction

from earful import clockwork, pulse
from earful.cases.models import RUNNING_STATUSES, Case
from earful.cases.weighing import weigh
from earful.cases.weights import in_force

AT_ONCE: Final = 200
LOOK_SECONDS: Final = 30.0


def run_until(stop: threading.Event) -> None:
    """Look after it until `stop` is set; for a thread of its own."""
    clockwork.work_until(stop, catch_up, rest=LOOK_SECONDS)


@transaction.atomic
def catch_up(at_once: int = AT_ONCE) -> bool:
    """Weigh some of the running cases that went a tenth further than is known of them. False if there are none."""
    with connection.cursor() as cursor:
        cursor.execute(_FURTHER, [RUNNING_STATUSES, at_once])
        spread = dict(cursor.fetchall())
    cases = Case.objects.running().filter(pk__in=spread).select_related("customer")
    held = list(cases.select_for_update(of=("self",)).order_by("pk"))
    for case in held:
        case.spread = spread[case.pk]
    Case.objects.bulk_update(held, ["spread"])
    weigh(held, in_force())
    pulse.tell("case", [case.pk for case in held])
    return bool(held)


# By our own count of reposts and quotes or by the network's, whichever is larger, as everywhere.
_FURTHER: Final = """
    WITH counted AS (
        SELECT message.case_id, sum(greatest(coalesce(carried.reposts + carried.quotes, 0), post.spread)) AS spread
        FROM cases_case AS running
        JOIN cases_message AS message ON message.case_id = running.id AND message.role = 'customer'
        JOIN posts_post AS post ON post.id = message.post_id AND NOT post.private AND post.deleted_at IS NULL
        LEFT JOIN posts_carried AS carried
            ON carried.network = post.network AND carried.network_id = post.network_id
        WHERE running.status = ANY(%s)
        GROUP BY message.case_id
    )
    SELECT counted.case_id, counted.spread::bigint
    FROM counted JOIN cases_case AS known ON known.id = counted.case_id
    WHERE counted.spread <> known.spread AND abs(counted.spread - known.spread) * 10 >= known.spread
    ORDER BY counted.case_id LIMIT %s
"""
