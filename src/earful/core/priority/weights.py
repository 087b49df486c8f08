"""The weights: how much each reason counts. A table that a desk edits, and what its figures must keep to.

A reason is urgent, loud, or neither. Urgent is what cannot wait whoever says it; loud is how many hear it, how sharply
it is said, and by whom. All loud reasons of a case together count at most what `loud` says, and each urgent one alone
must count more: so a loud customer never buries an urgent one, whatever a desk writes into the table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import Final

from earful.core.triage.verdict import Signal, signals

URGENT: Final = ("urgency.3", "signal.danger", "signal.self_harm", "signal.vulnerable")
LOUD_SIGNALS: Final = ("anger", "abuse", "sarcasm")
# What each step of a question counts at least what the step before it counts.
STEPS: Final = (("urgency.1", "urgency.2", "urgency.3"), ("severity.2", "severity.3", "severity.4"))
# What is counted for each one, and what all together count at most.
COUNTED: Final = ("unanswered", "contacts", "reach", "spread", "joined_in")


@dataclass(frozen=True, slots=True)
class Weight:
    """A row of the table: its name, its group, what it is for in words, what it counts out of the box, and within which
    bounds it may be changed. `unit` says what is counted.
    """

    name: str
    group: str
    says: str
    default: int
    least: int = 0
    most: int = 60
    unit: str = "points"


GROUPS: Final[Mapping[str, str]] = {
    "urgent": "Urgent: each counts more than everything loud together",
    "said": "What their words say",
    "been": "What they have been through",
    "loud": "Loud: how many hear it, how sharply it is said, and by whom",
}
_FIXED: Final = (
    Weight("urgency.3", "urgent", "needs an answer at once", 20, least=1),
    Weight("urgency.2", "said", "is stuck now", 8),
    Weight("urgency.1", "said", "needs an answer today", 2),
    Weight("waiting", "been", "waiting: one point for every so many minutes", 6, 1, 60, "minutes"),
    Weight("unanswered.each", "been", "each further post without an answer", 6),
    Weight("unanswered.most", "been", "posts without an answer, at most", 18),
    Weight("contacts.each", "been", "each earlier contact", 4),
    Weight("contacts.most", "been", "earlier contacts, at most", 12),
    Weight("promise", "been", "a promise of ours is overdue", 15),
    Weight("incident", "been", "belongs to a known incident", 6),
    Weight("loud", "loud", "all loud reasons together, at most", 17, 0, 59),
    Weight("severity.2", "loud", "reproach: disapproval", 1),
    Weight("severity.3", "loud", "reproach: accusation", 3),
    Weight("severity.4", "loud", "reproach: blame", 6),
    Weight("reach.each", "loud", "followers: from a thousand on, for each tenfold from a hundred", 4),
    Weight("reach.most", "loud", "followers, at most", 12),
    Weight("spread.each", "loud", "reposts and quotes: for each tenfold", 4),
    Weight("spread.most", "loud", "reposts and quotes, at most", 12),
    Weight("joined_in.each", "loud", "each other person who joined in", 2),
    Weight("joined_in.most", "loud", "others who joined in, at most", 8),
    Weight("tier.valued", "loud", "a valued customer", 4),
    Weight("tier.key", "loud", "a key customer", 8),
)


def _of_signal(signal: Signal) -> Weight:
    name = f"signal.{signal.name}"
    urgent, loud = name in URGENT, signal.name in LOUD_SIGNALS
    group = "urgent" if urgent else "loud" if loud else "said"
    return Weight(name, group, signal.says, signal.points, least=1 if urgent else 0)


def _table() -> Iterator[Weight]:
    """The rows, group by group. A signal that takes points away (spam) weighs nothing: such a case is put aside."""
    rows = [*_FIXED, *(_of_signal(signal) for signal in signals() if signal.points >= 0)]
    for group in GROUPS:
        yield from (row for row in rows if row.group == group)


WEIGHTS: Final[Mapping[str, Weight]] = {weight.name: weight for weight in _table()}
_NAME_OF: Final = {signal.says: f"signal.{signal.name}" for signal in signals()}


@dataclass(frozen=True)
class Weights:
    """The weights in force, by name: what was `written` differently, and for all others what the table says."""

    written: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.all[name]

    @cached_property
    def all(self) -> Mapping[str, int]:
        """Every weight; names that the table no longer has are left out."""
        return {name: self.written.get(name, weight.default) for name, weight in WEIGHTS.items()}

    @cached_property
    def loudest(self) -> int:
        """What all that is loud counts together, at most: less than each urgent reason alone, whatever is written."""
        return max(0, min(self["loud"], *(self[name] - 1 for name in URGENT)))

    def of_signal(self, says: str, points: int) -> tuple[str, int]:
        """The name and points of a signal, by its words. One that the table does not know keeps its own points."""
        name = _NAME_OF.get(says, "")
        return name, self.all.get(name, points)

    def of_step(self, question: str, answer: str) -> int:
        """What an answer to a question of degrees counts: never less than a lower one."""
        steps = [self.all[f"{question}.{step}"] for step in _steps(question) if step <= answer]
        return max(steps, default=0)


def _steps(question: str) -> Iterator[str]:
    for steps in STEPS:
        yield from (step.partition(".")[2] for step in steps if step.startswith(f"{question}."))


DEFAULT: Final = Weights({})


def mistakes(written: Mapping[str, int]) -> dict[str, str]:
    """What is wrong with these figures, by the name of the field where it is mended, in words."""
    weights = Weights(written)
    found = {name: words for name in WEIGHTS if (words := _out_of_bounds(WEIGHTS[name], weights[name]))}
    for name, words in (*_buried(weights), *_backwards(weights), *_never_reached(weights)):
        found.setdefault(name, words)
    return found


def _out_of_bounds(weight: Weight, asked: int) -> str:
    if weight.least <= asked <= weight.most:
        return ""
    return f"Write a whole number from {weight.least} to {weight.most}."


def _buried(weights: Weights) -> Iterator[tuple[str, str]]:
    most, loud = weights["loud"], WEIGHTS["loud"].says
    for name in URGENT:
        if weights[name] <= most:
            yield name, f"Must count more than “{loud}”: write at least {most + 1}, or less than {weights[name]} there."


def _backwards(weights: Weights) -> Iterator[tuple[str, str]]:
    for lower, higher in chain.from_iterable(map(pairwise, STEPS)):
        if weights[higher] < weights[lower]:
            yield higher, f"Must count at least what “{WEIGHTS[lower].says}” counts: {weights[lower]}."


def _never_reached(weights: Weights) -> Iterator[tuple[str, str]]:
    for name in COUNTED:
        each, most = weights[f"{name}.each"], weights[f"{name}.most"]
        if most < each:
            yield f"{name}.most", f"Is less than one alone counts: write at least {each}."
