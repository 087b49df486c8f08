"""Whether the duties are kept: when everything stored was last asked for, and what had to go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from earful.channels.models import Channel
from earful.duties.models import Round, Subject
from earful.duties.rounds import audited

# A day, and the time that a night's round may take.
LATE_AFTER: Final = timedelta(hours=30)


@dataclass(frozen=True, slots=True)
class Kept:
    """One duty of one network: the last round that came to its end, the one under way, and whether it is late."""

    channel: Channel
    subject: str
    last: Round | None
    under_way: Round | None
    late: bool


def standing(now: datetime) -> list[Kept]:
    """Every duty that there is, of channels that are in use."""
    return [_kept(channel, subject, now) for channel in audited() for subject in Subject.values]


def _kept(channel: Channel, subject: str, now: datetime) -> Kept:
    rounds = Round.objects.filter(channel=channel, subject=subject).order_by("-began_at")
    last = rounds.exclude(ended_at=None).first()
    since = last.began_at if last else channel.created_at
    return Kept(channel, subject, last, rounds.filter(ended_at=None).first(), now - since > LATE_AFTER)
