"""A storm as the reader hears it: so many people, each with words of their own, in so many minutes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from building import Person, hear, said
from earful.channels.models import Channel

DOWN = (
    "no internet in Leeds since lunch, router blinking red",
    "is it just my street or is there no internet in Leeds",
    "working from home in Leeds, no internet, boss furious",
    "no internet here either, Leeds LS6, meeting lost",
    "third restart and still no internet. anyone in Leeds online",
    "no internet around Leeds, tethering like it's 2009",
    "our shop in Leeds has no internet and no card machine",
    "grandma in Leeds rang: no internet, no telly",
    "well that's the essay gone. no internet in Leeds",
    "no internet, whole building out in Leeds",
    "Leeds calling. no internet. send pigeons",
    "kids home, no internet in Leeds, pray for me",
    "no internet at the surgery in Leeds, patients queueing",
    "still no internet in Leeds, any news at all",
)


def people(texts: Iterable[str], *, first: int = 7000) -> list[tuple[Person, str]]:
    """Each text by somebody else."""
    return [(Person(str(number), f"p{number}", f"Person {number}"), text) for number, text in enumerate(texts, first)]


def storm(channel: Channel, texts: Iterable[str] = DOWN, *, over: float = 9, first: int = 7000) -> None:
    """The texts, each by somebody else, over the last so many minutes."""
    told = people(texts, first=first)
    hear(channel, *(
        said(person, f"@LumenHelp {text}", at=timezone.now() - timedelta(minutes=over * (1 - place / len(told))))
        for place, (person, text) in enumerate(told)
    ))  # fmt: skip


def later(minutes: float) -> datetime:
    """So long after now."""
    return timezone.now() + timedelta(minutes=minutes)
