"""A spike in one sentence: who, in what time, about what, where, against what is normal."""

from collections.abc import Sequence


def sentence(
    *, people: int, minutes: int, about: str, terms: Sequence[str], places: Sequence[str], usual: float
) -> str:
    """As in: 14 people in 9 minutes: “no internet” around Leeds (normal at this hour: 1)."""
    quoted = ", ".join(f"“{term}”" for term in terms)
    matter = f"{about}, {quoted}" if about and quoted else about or quoted
    where = f" around {' and '.join(places)}" if places else ""
    return f"{_people(people)} in {_minutes(minutes)}: {matter}{where} (normal at this hour: {_number(usual)})"


def _people(people: int) -> str:
    return "1 person" if people == 1 else f"{people:,} people"


def _minutes(minutes: int) -> str:
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _number(usual: float) -> str:
    """A whole number where there is one to say; what rounds to none is "fewer than 1"."""
    return f"{round(usual):,}" if usual >= 0.75 else "fewer than 1"
