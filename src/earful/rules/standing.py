"""How each rule stands with each network: written when the listener has brought the network's rules up to ours."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db import connection, transaction

from earful import pulse
from earful.core.connector import InForce, Rule
from earful.rules.models import Standing, StandingState

LONGEST_REASON: Final = 500

# Keep what was learned, where it differs from what is known; a rule that was deleted meanwhile is passed over.
_KEEP: Final = """
    INSERT INTO rules_standing (rule_id, channel_id, state, reason, since)
    SELECT rule.id, %s, told.state, told.reason, now()
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS told (rule, state, reason)
    JOIN rules_listeningrule AS rule ON rule.id = told.rule
    ON CONFLICT (rule_id, channel_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, since = now()
    WHERE (rules_standing.state, rules_standing.reason) IS DISTINCT FROM (excluded.state, excluded.reason)
    RETURNING rule_id
"""


def record(channel_id: int, in_force: InForce, rules: Sequence[Rule]) -> None:
    """Keep how `rules` stand with a channel's network, and forget how others stood. Of a rule that the network has not
    been brought to yet, what was known stays.
    """
    told = sorted(_told(in_force))
    with transaction.atomic():
        gone = Standing.objects.filter(channel_id=channel_id).exclude(rule_id__in=[int(rule.tag) for rule in rules])
        changed = list(gone.values_list("rule_id", flat=True))
        if changed:
            gone.delete()
        with connection.cursor() as cursor:
            numbers, states, reasons = ([row[column] for row in told] for column in range(3))
            cursor.execute(_KEEP, [channel_id, numbers, states, reasons])
            changed += [row[0] for row in cursor.fetchall()]
        pulse.tell("rule", changed)


def _told(in_force: InForce) -> Iterator[tuple[int, str, str]]:
    yield from ((int(tag), StandingState.IN_FORCE.value, "") for tag in in_force.kept)
    for state, reasons in (
        (StandingState.REFUSED, in_force.refused),
        (StandingState.HERE_ONLY, in_force.here_only),
    ):
        yield from ((int(tag), state.value, reason[:LONGEST_REASON]) for tag, reason in reasons.items())
