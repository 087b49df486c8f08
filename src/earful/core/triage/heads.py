"""The heads: what is asked of every post, and the answers that each question has.

Severity is that of a complaint (Trosborg 1995, as labelled by Jin and Aletras, NAACL 2021): how openly the company is
reproached. It is asked of complaints alone. The kinds of reply are the seven that care teams send all day, and none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

REASONS: Final[Mapping[str, str]] = {
    "outage": "no service at all",
    "quality": "slow, poor, or breaking off",
    "defect": "a faulty thing",
    "app": "app or website fails",
    "account": "login, password, details",
    "hacked": "account taken over",
    "billing": "a wrong or double charge",
    "payment": "paying fails",
    "refund": "money back that has not come",
    "price": "prices, fees, vouchers",
    "contract": "cancelling, leaving, terms",
    "order": "an order changed, or how it stands",
    "delivery": "a late or missing parcel",
    "wrong_item": "wrong, damaged or incomplete",
    "return": "return or exchange",
    "booking": "booking",
    "delay": "running late",
    "cancelled": "cancelled",
    "baggage": "luggage and lost property",
    "comfort": "conditions on board or on site",
    "staff": "how people behaved",
    "contact": "nobody answers, or helps",
    "queue": "lines on site",
    "availability": "stock, opening, coverage",
    "information": "how-to and facts",
    "safety": "injury, fire, danger",
    "privacy": "personal data, unwanted marketing",
    "accessibility": "accessibility",
    "other": "something else",
}


@dataclass(frozen=True, slots=True)
class Head:
    """A question and its answers, and what these say in words. One with the answers "0" and "1" is told as the
    probability of "1". `of` says of which posts it is asked: those that have this answer to another head.
    """

    name: str
    says: Mapping[str, str]
    of: tuple[str, str] | None = None

    @property
    def answers(self) -> tuple[str, ...]:
        """Its answers, in their order."""
        return tuple(self.says)


YES_OR_NO: Final = ("0", "1")
_NO_OR_YES: Final = dict(zip(YES_OR_NO, ("no", "yes"), strict=True))
_URGENCY: Final = {"0": "no hurry", "1": "an answer today", "2": "stuck now", "3": "at once"}
_SEVERITY: Final = {"1": "no reproach", "2": "disapproval", "3": "accusation", "4": "blame"}
_REPLIES: Final = {
    "sorry": "we are sorry",
    "quick_solution": "a quick solution",
    "help_here": "help is here",
    "problem": "we have a problem",
    "another_use": "another use",
    "improve": "help us improve",
    "thank_you": "thank you",
    "none": "none",
}


def _as_they_are(*answers: str) -> Mapping[str, str]:
    return {answer: answer for answer in answers}


HEADS: Final[Mapping[str, Head]] = {
    head.name: head
    for head in (
        Head("complaint", _NO_OR_YES),
        Head("actionable", _NO_OR_YES),
        Head("intent", _as_they_are("complaint", "question", "request", "praise", "suggestion", "other")),
        Head("sentiment", _as_they_are("negative", "neutral", "positive")),
        Head("urgency", _URGENCY),
        Head("severity", _SEVERITY, of=("complaint", "1")),
        Head("reason", REASONS),
        Head("person", _NO_OR_YES),
        Head("reply", _REPLIES),
        Head("spam", _NO_OR_YES),
    )
}
