"""Where a page hears what changed: the address of the events process, and this session's ticket to it."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from earful.console.asked import Asked
from earful.pulse.tickets import ticket


def events_url(request: HttpRequest) -> str:
    """`settings.EVENTS_URL`, or the next port on the host by which the browser reached this page."""
    if settings.EVENTS_URL:
        return str(settings.EVENTS_URL)
    here = urlsplit(f"//{request.get_host()}")
    host = f"[{here.hostname}]" if ":" in (here.hostname or "") else here.hostname
    return f"{request.scheme}://{host}:{int(here.port or request.get_port()) + 1}/events"


def events_origin(request: HttpRequest) -> str:
    """Scheme, host and port of the events process, as a content security policy names them."""
    parts = urlsplit(events_url(request))
    return f"{parts.scheme}://{parts.netloc}"


def ticket_of(request: Asked) -> str:
    """A ticket for this session's stream; "" when there is no session to bind it to."""
    key = request.session.session_key
    return ticket(key, request.user.pk, timezone.now(), settings.SECRET_KEY) if key else ""
