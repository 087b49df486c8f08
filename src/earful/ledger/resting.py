"""What a channel's budget has stopped, and until when."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from earful.core.connector import OverBudget
from earful.core.prices import dollars
from earful.core.spending import IN_WORDS, Purpose
from earful.ledger.models import Rest, RuleBudget

# Who was stopped asks again so soon: a budget that was raised is felt within the minute.
ASK_AGAIN: Final = timedelta(seconds=20)


def refuse(channel: int, purpose: Purpose, now: datetime) -> None:
    """Raises OverBudget if this purpose of the channel rests."""
    rest = Rest.objects.filter(channel_id=channel, purpose=purpose, until=None).first()
    if rest is not None:
        spent, budget = f"${dollars(rest.spent):,.2f}", f"${dollars(rest.budget):,.2f}"
        raise OverBudget(
            f"{IN_WORDS[purpose].name}: stopped, because {spent} of this month's {budget} are spent. Raise the budget "
            "on the Costs page to go on, or wait for the next month.",
            at=now + ASK_AGAIN,
        )


def refuse_rule(rule: int, now: datetime) -> None:
    """Raises OverBudget if this listening rule has spent what it may in this month."""
    budget = RuleBudget.objects.filter(rule=rule).exclude(over_at=None).first() if rule else None
    if budget is not None:
        raise OverBudget(
            f"This rule has spent its ${dollars(budget.listening):,.2f} of this month. Raise its budget on the Costs "
            "page to go on, or wait for the next month.",
            at=now + ASK_AGAIN,
        )


def rests(channel: int, purpose: Purpose) -> bool:
    """Whether this purpose of the channel is stopped."""
    with connection.cursor() as cursor:
        cursor.execute(_RESTS, [channel, purpose.value])
        return cursor.fetchone() is not None


_RESTS: Final = "SELECT 1 FROM ledger_rest WHERE channel_id = %s AND purpose = %s AND until IS NULL"
