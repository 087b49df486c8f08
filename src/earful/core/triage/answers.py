"""What a head answered of a post, how sure it is, and when that is no answer at all.

"Not sure" is an answer: a post about which a head doubts shows nothing rather than a guess, and is asked about first.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from earful.core.triage.heads import HEADS

# Sureness is calibrated: .6 is right three times of five. Among many answers the likeliest is worth showing sooner.
LEAST_SURE_OF_TWO: Final = 0.6
LEAST_SURE_OF_MANY: Final = 0.45
A_RULE: Final = 1.0
# What signals settle: heads whose answers stand in an order are raised to it, others have it.
SETTLES: Final[Mapping[str, Mapping[str, str]]] = {
    "danger": {"urgency": "3", "person": "1", "actionable": "1"},
    "account_taken": {"urgency": "2", "person": "1", "actionable": "1"},
    "vulnerable": {"urgency": "2", "person": "1", "actionable": "1"},
    "threat": {"urgency": "2", "person": "1"},
    "deadline": {"urgency": "2"},
    "legal_press": {"person": "1"},
    "last_resort": {"person": "1", "actionable": "1"},
    "outage": {"urgency": "1"},
    "spam": {"spam": "1", "actionable": "0"},
}


class Answer(NamedTuple):
    """A head's likeliest answer, and its probability; of a rule, or a person, it is 1."""

    says: str
    sure: float


Answers = Mapping[str, Answer]


def is_sure(head: str, answer: Answer) -> bool:
    """Whether the answer may be shown."""
    return answer.sure >= least_sure(head)


def least_sure(head: str) -> float:
    """How sure a head must be for its answer to be shown."""
    two = head in HEADS and len(HEADS[head].says) == 2
    return LEAST_SURE_OF_TWO if two else LEAST_SURE_OF_MANY


def sure_ones(answers: Answers) -> dict[str, str]:
    """The answers that may be shown; a head that is asked of some posts alone tells nothing of the others."""
    told = {head: answer.says for head, answer in answers.items() if is_sure(head, answer)}
    return {head: says for head, says in told.items() if is_asked(head, told)}


def is_asked(head: str, told: Mapping[str, str]) -> bool:
    """Whether a head is asked of a post to which the others told this."""
    of = HEADS[head].of if head in HEADS else None
    return of is None or told.get(of[0]) == of[1]


def in_words(head: str, says: str) -> str:
    """An answer as people read it; one that no head has any more, as it stands."""
    return HEADS[head].says.get(says, says) if head in HEADS else says


def as_kept(answers: Answers) -> dict[str, tuple[str, float]]:
    """The answers as they are stored."""
    return {head: (answer.says, round(answer.sure, 3)) for head, answer in answers.items()}


def from_kept(kept: Mapping[str, Iterable[Any]]) -> dict[str, Answer]:
    """The answers as they were stored."""
    return {head: Answer(*each) for head, each in kept.items()}
