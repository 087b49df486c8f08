"""The heads of triage as agents meet them: how each is called, by which letter it opens, and by which key each of its
answers is chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from earful.core.triage.heads import YES_OR_NO
from earful.triage.topics import answers, in_words

# Digits choose; beyond nine answers, typing finds the rest.
BY_DIGIT: Final = 9
NOT_SURE: Final = "not sure"


@dataclass(frozen=True, slots=True)
class HeadShown:
    """A head: its title, the letter that opens it together with Shift, and whether a line of few words tells it."""

    name: str
    title: str
    letter: str
    in_line: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that can be chosen, and by which key ("": by typing a bit of it)."""

    says: str
    words: str
    key: str
    current: bool


SHOWN: Final[Mapping[str, HeadShown]] = {
    head.name: head
    for head in (
        HeadShown("intent", "Intent", "I"),
        HeadShown("urgency", "Urgency", "U"),
        HeadShown("reason", "Contact reason", "R"),
        HeadShown("person", "Needs a person", "P"),
        HeadShown("reply", "Kind of reply", "Y"),
        HeadShown("sentiment", "Sentiment", "S"),
        HeadShown("severity", "Severity", "V"),
        HeadShown("complaint", "Complaint", "C", in_line=False),
        HeadShown("actionable", "Actionable", "A", in_line=False),
        HeadShown("spam", "Spam", "M", in_line=False),
    )
}


def title(head: str) -> str:
    """How a head is called on screen; one that there is no more, as it was kept."""
    return SHOWN[head].title if head in SHOWN else head


def choices(head: str, current: str, likeliest: str = "") -> list[Choice]:
    """The answers of a head, each with its key. Where there are more than keys, the one that stands comes first, and
    the one that triage holds likeliest.
    """
    says = list(answers(head))
    if len(says) > BY_DIGIT:
        says = list(dict.fromkeys([*(each for each in (current, likeliest) if each in says), *says]))
    return [
        Choice(each, in_words(head, each), _key(tuple(says), each, number), each == current)
        for number, each in enumerate(says, 1)
    ]


def _key(says: tuple[str, ...], each: str, number: int) -> str:
    """An answer that is a digit is its own key; yes and no are theirs; else the place in the list."""
    if says == YES_OR_NO:
        return "ny"[int(each)]
    if all(other.isdigit() for other in says):
        return each
    return str(number) if number <= BY_DIGIT else ""
