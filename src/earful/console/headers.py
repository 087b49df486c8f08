"""What every answer tells the browser: run and load nothing but our own, and keep no page on disk."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from earful.console.live import events_origin
from earful.console.portraits import origins


class ContentSecurity:
    """Middleware that sets a Content-Security-Policy (W3C, CSP Level 3) without any inline script or style.

    A page of the desk holds what customers wrote; were some of it ever taken for markup, it still could not
    run, load, frame or send anything. HTML is not stored: after signing out, "back" shows nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", policy(events_origin(request)))
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def policy(events: str) -> str:
    """The policy, given the origin of the events process. Pictures of people come from their networks."""
    pictures = " ".join(["'self'", "data:", *origins()])
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {pictures}; "
        f"connect-src 'self' {events}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
