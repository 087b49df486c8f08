"""What needs somebody, channels and listening rules: shown on every page, so counted seldom and all at once."""

from typing import Final, NamedTuple

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from earful.channels import SILENT_AFTER
from earful.duties.models import Subject
from earful.duties.rounds import audited_networks
from earful.duties.standing import LATE_AFTER


class Alarms(NamedTuple):
    """How many channels have an ear that is silent or failing or wait to be linked again, how many listening rules rest
    because they found or spent too much, or are refused by a network, how many nightly rounds are late, and how many
    channels are out of credit, or are stopped or warned by their budgets. `lost` are the channels to be linked
    again, each as number and handle.
    """

    channels: int
    rules: int
    duties: int
    costs: int
    lost: tuple[tuple[int, str], ...]


_KEY: Final = "console.alarms"
_KEPT_SECONDS: Final = 10


def alarms() -> Alarms:
    """The alarms there are; at most ten seconds old."""
    # Numbers make a tuple that is never empty, so `or` only stands for a cache that keeps nothing.
    kept: Alarms | None = cache.get_or_set(_KEY, _count, _KEPT_SECONDS)
    return kept or _count()


def forget() -> None:
    """Count anew at the next look: who has just mended something sees it."""
    cache.delete(_KEY)


def _count() -> Alarms:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [now - SILENT_AFTER, audited_networks(), Subject.values, now - LATE_AFTER])
        channels, rules, duties, costs, lost = cursor.fetchone()
    rest = tuple((int(number), handle) for number, handle in (row.split(" ", 1) for row in lost))
    return Alarms(channels, rules, duties, costs, rest)


# One statement for all, because every page waits for it.
_COUNT: Final = """
    SELECT
        (SELECT count(*) FROM channels_channel AS channel
         WHERE channel.enabled AND (
             EXISTS (SELECT 1 FROM channels_hearing AS ear WHERE ear.channel_id = channel.id
                 AND (ear.alive_at IS NULL OR ear.alive_at < %s OR ear.state <> 'ok'))
             OR EXISTS (SELECT 1 FROM channels_credentials AS held
                 WHERE held.channel_id = channel.id AND held.lost_at IS NOT NULL))),
        (SELECT count(*) FROM rules_listeningrule AS rule
         WHERE rule.enabled AND (rule.tripped_at IS NOT NULL OR EXISTS (
             SELECT 1 FROM ledger_rulebudget AS budget WHERE budget.rule = rule.id AND budget.over_at IS NOT NULL
         ) OR EXISTS (
             SELECT 1
             FROM rules_standing AS standing JOIN channels_channel AS channel ON channel.id = standing.channel_id
             WHERE standing.rule_id = rule.id AND standing.state = 'refused' AND channel.enabled))),
        (SELECT count(*)
         FROM (SELECT DISTINCT ON (network, api) id, created_at FROM channels_channel
               WHERE enabled AND network = ANY(%s) ORDER BY network, api, id) AS channel,
              unnest(%s::text[]) AS duty (subject)
         WHERE coalesce((SELECT max(began_at) FROM duties_round AS round
                         WHERE round.channel_id = channel.id AND round.subject = duty.subject
                             AND round.ended_at IS NOT NULL), channel.created_at) < %s),
        (SELECT count(*) FROM channels_channel AS channel
         WHERE channel.enabled AND (
             EXISTS (SELECT 1 FROM ledger_outage AS out WHERE out.channel_id = channel.id AND out.until IS NULL)
             OR EXISTS (SELECT 1 FROM ledger_rest AS rest WHERE rest.channel_id = channel.id AND rest.until IS NULL)
             OR EXISTS (SELECT 1 FROM ledger_budget AS budget
                 WHERE budget.channel_id = channel.id AND budget.warned_at IS NOT NULL))),
        ARRAY(SELECT channel.id || ' ' || channel.handle
              FROM channels_credentials AS held JOIN channels_channel AS channel ON channel.id = held.channel_id
              WHERE held.lost_at IS NOT NULL AND channel.enabled ORDER BY channel.handle LIMIT 5)
"""
