"""Who may do what: an administrator everything, every other agent all but what is asked for here."""

from earful.people.models import Agent


class NotYours(Exception):
    """Only an administrator decides this; the message says so, for people."""


def administrators_only(by: Agent, to_do: str) -> None:
    """Raises NotYours for anybody who is no administrator; `to_do` is what they asked to do, as in "change it"."""
    if not by.is_staff:
        raise NotYours(f"Only an administrator can {to_do}.")
