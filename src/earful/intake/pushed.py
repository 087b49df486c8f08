"""What a network tells at our door: in the journal before the network is told that we have it, and once."""

import hashlib
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from earful.channels.doors import Door
from earful.channels.models import Hearing
from earful.intake import journal
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.models import Pushed

EAR: Final = "webhook"
# X replays what it told within a day.
REMEMBERED: Final = timedelta(days=2)


def take_in(channel: int, body: bytes) -> bool:
    """Journal what was told; False if the same was told before: networks tell again what they are unsure of."""
    with transaction.atomic():
        digest = hashlib.sha256(body).digest()
        _, is_new = Pushed.objects.get_or_create(channel_id=channel, digest=digest)
        hearing, _ = Hearing.objects.get_or_create(channel_id=channel, ear=EAR)
        journal.keep(PostgresBelt(), hearing, [body] if is_new else [], hearing.cursor)
        called(channel)
    return is_new


def called(channel: int) -> None:
    """The network was at the door, and proved itself or had us prove ourselves."""
    Door.objects.filter(pk=channel).update(called_at=timezone.now())


def forget_old(channel: int) -> None:
    """Forget what nobody will tell again."""
    Pushed.objects.filter(channel=channel, at__lt=timezone.now() - REMEMBERED).delete()
