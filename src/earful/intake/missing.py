"""What a stream missed, as its ear remembers it: a text of at most 200 characters, moved with every page fetched."""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from earful.intake.sweeping import Stretch


@dataclass(frozen=True, slots=True)
class Missed:
    """A stretch that is still to be fetched, and how many dollars that has cost already."""

    stretch: Stretch
    spent: Decimal = Decimal(0)

    def __str__(self) -> str:
        return f"{self.stretch}${self.spent}"

    @staticmethod
    def read(text: str) -> "Missed | None":
        """What such a text says; None if it says nothing."""
        stretch, _, spent = text.partition("$")
        known = Stretch.read(stretch)
        try:
            return Missed(known, Decimal(spent or 0)) if known else None
        except InvalidOperation:
            return None


@dataclass(frozen=True, slots=True)
class Missing:
    """All that a stream missed: `to_fetch`, two stretches at most, the first of them perhaps under way; and what is
    `lost`, for it was given up.
    """

    to_fetch: tuple[Missed, ...] = ()
    lost: Stretch | None = None

    def __str__(self) -> str:
        return " ".join([*map(str, self.to_fetch), *([f"!{self.lost}"] if self.lost else [])])

    @staticmethod
    def read(text: str) -> "Missing":
        """What such a text says; what cannot be read in it is nothing."""
        missing = Missing()
        for part in text.split():
            if part.startswith("!"):
                missing = replace(missing, lost=Stretch.read(part[1:]))
            elif known := Missed.read(part):
                missing = replace(missing, to_fetch=(*missing.to_fetch, known))
        return missing

    def also(self, stretch: Stretch) -> "Missing":
        """With another stretch. It joins the one that waits behind the first; what was heard between the first and the
        second is not paid for.
        """
        first, waiting = self.to_fetch[:1], self.to_fetch[1:]
        later = Missed(stretch.joined(*(missed.stretch for missed in waiting)))
        return replace(self, to_fetch=(*first, later))

    def so_far(self, first: Missed) -> "Missing":
        """With what is left of the first stretch."""
        return replace(self, to_fetch=(first, *self.to_fetch[1:]))

    def without_first(self, lost: Stretch | None = None) -> "Missing":
        """The first stretch is done with, or as much of it as is not `lost`."""
        given_up = [stretch for stretch in (self.lost, lost) if stretch]
        # As it is written, in whole seconds: what is told now is told in the same words after a restart.
        told = Stretch.read(str(given_up[0].joined(*given_up[1:]))) if given_up else None
        return Missing(self.to_fetch[1:], told)
