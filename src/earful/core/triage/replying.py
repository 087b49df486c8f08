"""Which of the seven kinds of reply fits: rules over what the heads say, read from the top; the first that holds tells.

Not a classifier first: of 270 posts labelled for it, one gets 40 macro-F1, and a rule can be read aloud. A desk that
has corrected it often enough has a head of its own, which then goes first (see `judging`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from earful.core.triage.answers import Answer, Answers, sure_ones

# What a running incident may be the cause of.
MAY_BE_THE_INCIDENT: Final = frozenset(
    {"outage", "quality", "app", "payment", "delay", "cancelled", "account", "other"}
)


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the post: whether an article was found that answers it, whether an incident is open."""

    article: bool = False
    incident: bool = False


NOTHING_AROUND: Final = Around()
Told = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Rule:
    """When a kind of reply fits, the heads that say so, and why in words."""

    kind: str
    heads: tuple[str, ...]
    why: str
    holds: Callable[[Told, Around], bool]


def kind_of_reply(answers: Answers, around: Around = NOTHING_AROUND) -> tuple[Answer, str]:
    """The kind of reply, no surer than the least sure head that it follows from; and why, in words."""
    told = sure_ones(answers)
    rule = next(each for each in _RULES if each.holds(told, around))
    sure = min((answers[head].sure for head in rule.heads if head in told), default=0.0)
    return Answer(rule.kind, sure), rule.why


def _complains(told: Told) -> bool:
    return told.get("complaint") == "1" or told.get("intent") == "complaint"


def _incident(told: Told, around: Around) -> bool:
    asks = _complains(told) or told.get("intent") in ("question", "request")
    return around.incident and asks and told.get("reason", "other") in MAY_BE_THE_INCIDENT


def _reproaches(told: Told) -> bool:
    return told.get("severity") in ("3", "4") and told.get("urgency", "0") < "2"


_RULES: Final = (
    _Rule("none", ("spam",), "it is spam", lambda told, _: told.get("spam") == "1"),
    _Rule("none", ("actionable",), "nobody asks us for anything", lambda told, _: told.get("actionable") == "0"),
    _Rule("problem", ("complaint", "reason"), "an incident is open", _incident),
    _Rule("thank_you", ("intent",), "it is praise", lambda told, _: told.get("intent") == "praise"),
    _Rule("improve", ("intent",), "it is a suggestion", lambda told, _: told.get("intent") == "suggestion"),
    _Rule("sorry", ("severity",), "it reproaches us", lambda told, _: _complains(told) and _reproaches(told)),
    _Rule("help_here", ("person",), "a person is needed", lambda told, _: told.get("person") == "1"),
    _Rule("quick_solution", ("intent",), "an article answers it", lambda told, around: around.article),
    _Rule("quick_solution", ("intent",), "it is a question", lambda told, _: told.get("intent") == "question"),
    _Rule("help_here", ("intent",), "it asks for something", lambda told, _: told.get("intent") == "request"),
    _Rule("sorry", ("complaint", "intent"), "it is a complaint", lambda told, _: _complains(told)),
    _Rule("none", ("intent",), "it wants nothing that was understood", lambda told, around: True),
)
