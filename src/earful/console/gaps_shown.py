"""Stretches of time in which channels did not hear, for their page."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from earful.intake.models import Gap

SHOWN: Final = 10
LATELY: Final = timedelta(days=7)


def gaps_of(channels: Sequence[int], now: datetime) -> Mapping[int, list[Gap]]:
    """The newest gaps of each channel, of the last days: as far back as a search can still fetch them."""
    shown: dict[int, list[Gap]] = {channel: [] for channel in channels}
    for gap in Gap.objects.filter(channel__in=channels, until__gte=now - LATELY).order_by("-since", "-pk"):
        if len(shown[gap.channel_id]) < SHOWN:
            shown[gap.channel_id].append(gap)
    return shown
