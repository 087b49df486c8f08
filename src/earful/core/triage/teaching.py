"""Teaching a head what people gave: the choices that a desk's few thousand examples leave open are tried on them.

What the shipped heads make of a text helps: a head that has seen five hundred examples knows less of language than ten
that have seen five thousand each.
"""

from collections.abc import Sequence
from typing import Final

from earful.core.triage.heads import HEADS
from earful.core.triage.learned import Learned
from earful.core.triage.measuring import SEPARATOR
from earful.core.triage.model import Model
from earful.core.triage.training import learn, matrix
from earful.core.triage.vectors import vectors

PENALTIES: Final = (0.3, 0.8)
BALANCE: Final = 0.7
# Endings and misspellings carry over to words that a few examples do not have.
PIECES: Final = 2.0
# Above this many numbers to find, trying several penalties would take minutes.
_LARGE: Final = 60_000


def teach(texts: Sequence[str], given: Sequence[str], head: str, helping: Model) -> Learned:
    """The head, learned from texts and the answers that people gave; several answers to one stand with "|" between.

    Raises ValueError if all answers are the same.
    """
    several = any(SEPARATOR in each for each in given) or (not all(given) and any(given))
    answers = answers_of(head, given)
    penalties = PENALTIES if len(texts) * len(answers) < _LARGE else PENALTIES[:1]
    return learn(
        matrix(texts),
        given,
        answers,
        vectors(),
        balance=BALANCE,
        penalties=penalties,
        helping=helping,
        several=several,
        pieces=PIECES,
    )


def answers_of(head: str, given: Sequence[str]) -> Sequence[str]:
    """A known head keeps its answers if they are all that was given; another has those that were given."""
    found = {answer for each in given for answer in each.split(SEPARATOR) if answer}
    known = HEADS[head].answers if head in HEADS else ()
    return known if found <= set(known) else sorted(found)
