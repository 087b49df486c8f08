"""Whether a channel needs somebody: shown on every page, so counted seldom."""

from typing import Final

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from earful.channels import SILENT_AFTER
from earful.channels.models import ChannelState, Hearing

_KEY: Final = "console.alarms"
_KEPT_SECONDS: Final = 10


def channels_in_trouble() -> int:
    """How many channels have an ear that is silent or failing; at most ten seconds old."""
    return int(cache.get_or_set(_KEY, _count, _KEPT_SECONDS) or 0)


def _count() -> int:
    silent = Q(alive_at=None) | Q(alive_at__lt=timezone.now() - SILENT_AFTER)
    ears = Hearing.objects.filter(channel__enabled=True).filter(silent | ~Q(state=ChannelState.OK))
    return ears.values("channel").distinct().count()
