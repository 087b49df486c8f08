"""A request as the console's views know it."""

from typing import Final

from django.http import HttpRequest, QueryDict
from django_htmx.middleware import HtmxDetails

from earful.people.models import Agent

# A filter with more words finds nothing that one with these would not.
_MOST: Final = 200


class Asked(HttpRequest):
    """A request of a signed-in agent. LoginRequiredMiddleware lets no other one through."""

    user: Agent
    htmx: HtmxDetails


def words_asked(query: QueryDict) -> str:
    """The words that a list is filtered by. No text of the database holds a NUL, so none is asked of it."""
    return query.get("q", "")[:_MOST].replace("\0", " ")


def number_asked(said: str) -> int | None:
    """The number that an address or a form names, of a row as a rule; None for what is none, or too long for any."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def fragment(request: Asked) -> bool:
    """Whether a part of the page is asked for. Going back through the history asks for all of it."""
    return bool(request.htmx) and not request.htmx.history_restore_request
