"""The heads: what is asked of every post, and the answers that each question has.

Severity is that of a complaint (Trosborg 1995, as labelled by Jin and Aletras, NAACL 2021): how openly the company is
reproached. It is asked of complaints alone. The kinds of reply are the seven that care teams send all day, and none.
"""

from collections.abc import Mapping, Sequence
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
    """A question and its answers. One with the answers "0" and "1" is told as the probability of "1". `of` says of
    which posts it is asked: those that have this answer (of another head) in what it learns from.
    """

    name: str
    answers: Sequence[str]
    of: tuple[str, str] | None = None


YES_OR_NO: Final = ("0", "1")
HEADS: Final[Mapping[str, Head]] = {
    head.name: head
    for head in (
        Head("complaint", YES_OR_NO),
        Head("actionable", YES_OR_NO),
        Head("intent", ("complaint", "question", "request", "praise", "suggestion", "other")),
        Head("sentiment", ("negative", "neutral", "positive")),
        Head("urgency", ("0", "1", "2", "3")),
        Head("severity", ("1", "2", "3", "4"), of=("complaint", "1")),
        Head("reason", tuple(REASONS)),
        Head("person", YES_OR_NO),
        Head(
            "reply",
            ("sorry", "quick_solution", "help_here", "problem", "another_use", "improve", "thank_you", "none"),
        ),
        Head("spam", YES_OR_NO),
    )
}
