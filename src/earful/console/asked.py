"""A request as the console's views know it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from earful.people.models import Agent


class Asked(HttpRequest):
    """A request of a signed-in agent. LoginRequiredMiddleware lets no other one through."""

    user: Agent
    htmx: HtmxDetails


def fragment(request: Asked) -> bool:
    """Whether a part of the page is asked for. Going back through the history asks for all of it."""
    return bool(request.htmx) and not request.htmx.history_restore_request
