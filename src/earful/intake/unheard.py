"""What a held ear was told while it broke: billed by the network, and never read here.

A line that was on its way to a process that died, or into a connection that was dead and not yet known to be, leaves no
trace but the bill. Its post comes by another ear. So what was written around a break, and came by another ear alone, is
entered as what may have been billed: the ledger never says less than the network does.
"""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from earful import clockwork
from earful.connectors.registry import connector_for
from earful.core.spending import Purpose
from earful.intake.models import Gap
from earful.ledger import booking
from earful.ledger.booking import Line
from earful.posts.models import Post, Searched

LOOK_SECONDS: Final = 15.0
# A sign of life is written down every 20 seconds, a dead connection is noticed after 20 more.
NOTICED_WITHIN: Final = timedelta(seconds=45)
# The polls that go on beside a stream ask every few minutes.
COMES_WITHIN: Final = timedelta(minutes=15)


def run_until(stop: threading.Event) -> None:
    """Enter it again and again until `stop` is set; for a thread of its own."""
    clockwork.work_until(stop, lambda: enter_what_may_have_been_billed(timezone.now()), rest=LOOK_SECONDS)


def enter_what_may_have_been_billed(now: datetime) -> int:
    """For breaks of held ears that are over since lately; as often as you like. How much of it is new, in
    millionths of a dollar.
    """
    lately = Gap.objects.select_related("channel").filter(until__lt=now, until__gt=now - COMES_WITHIN)
    return sum(booking.doubt(_lines(gap)) for gap in lately if _was_held(gap))


def _was_held(gap: Gap) -> bool:
    ears = connector_for(gap.channel.network).ears(gap.channel.keyless)
    return any(ear.held and ear.name == gap.ear for ear in ears)


def _lines(gap: Gap) -> Sequence[Line]:
    # One that broke again and again was open in between, all through.
    until = gap.until if gap.times > 1 else min(gap.until, gap.since + NOTICED_WITHIN)
    around = Searched.objects.filter(created_at__range=(gap.since, until), private=False).values("post")
    written = dict(Post.objects.filter(channel=gap.channel, pk__in=around).values_list("network_id", "created_at"))
    charges = connector_for(gap.channel.network).charges_unheard(list(written))
    return [Line(each, gap.channel_id, Purpose.MENTIONS, written[each.resource]) for each in charges]
