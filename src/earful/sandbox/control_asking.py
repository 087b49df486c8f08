"""What a call of the control API says: its numbers. Whatever cannot be used is a 400 with the reason."""

from collections.abc import Mapping

from earful.sandbox import numerals
from earful.sandbox.problems import ControlError


def number(query: Mapping[str, str], name: str, usual: int) -> int:
    """A whole number in a query. Raises ControlError (400)."""
    return identifier(query[name]) if name in query else usual


def identifier(given: str) -> int:
    """A written id, as a number. Raises ControlError (400)."""
    found = numerals.identifier(given)
    if found is None:
        raise ControlError(400, f"'{given[:40]}' is no number: write one in digits from 0 to 9, 19 at most.")
    return found
