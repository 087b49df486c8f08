"""What a case's customer was heard to say, as one: the answers of its posts put together, one post after another.

What does not pass while nobody answers (how urgent, how openly reproached, whether a person is needed) is the most that
any unanswered post said; the rest is what the newest post said that said it surely. "Thanks, all sorted" does not
change what a case was about.
"""

from collections.abc import Collection, Mapping
from typing import Final

from earful.core.triage.answers import SETTLES, Answers, sure_ones

MOST: Final = frozenset({"urgency", "severity", "person"})
# The sign of all being well again, and what is over with it. Danger, law and a taken account are not: somebody looks.
SOLVED: Final = "solved"
OVER_WHEN_SOLVED: Final = frozenset({"outage", "deadline", "anger", "abuse", "sarcasm", "last_resort", "leaving"})
# An answer that says nothing of the matter; it stands only where nothing better was said.
NOTHING: Final[Mapping[str, str]] = {"reason": "other", "intent": "other", "reply": "none", "actionable": "0"}

Told = Mapping[str, str]


def told_by(answers: Answers, corrected: Told) -> dict[str, str]:
    """What one post says: what its heads are sure of, and what people corrected."""
    return {**sure_ones(answers), **corrected}


def taken_up(before: Told, told: Told, *, fresh: bool) -> dict[str, str]:
    """A case's answers after one more post of its customer. `fresh` says that nothing was unanswered before it."""
    after = {head: says for head, says in before.items() if not (fresh and head in MOST)}
    for head, says in told.items():
        if head not in after or _stands_for(head, says, after[head]):
            after[head] = says
    return after


def signs_taken_up(before: Collection[str], told: Collection[str]) -> list[str]:
    """A case's signs after one more post of its customer. "Back on for me" ends what was down, and stands until they
    write again.
    """
    over = OVER_WHEN_SOLVED if SOLVED in told else {SOLVED}
    return list(dict.fromkeys([*(sign for sign in before if sign not in over), *told]))


def urgency_beyond(answers: Told, signals: Collection[str]) -> str:
    """How urgent the heads say it is beyond what the signals give points for by themselves; "" if no more than that."""
    urgency = answers.get("urgency", "")
    settled = max((SETTLES[signal].get("urgency", "") for signal in signals if signal in SETTLES), default="")
    return urgency if urgency > settled else ""


def _stands_for(head: str, says: str, before: str) -> bool:
    return says > before if head in MOST else says != NOTHING.get(head)
