"""Small answers: is the desk well, a fresh ticket to the stream, the theme."""

from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from earful.console.asked import Asked
from earful.console.live import events_url, ticket_of

THEMES: Final = ("auto", "light", "dark")
_YEAR_SECONDS: Final = 365 * 24 * 3600


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """200 "ok" when the database answers; 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def ticket(request: Asked) -> HttpResponse:
    """A fresh ticket: a page that stays open longer than a day, or whose stream was refused, asks for one."""
    response = JsonResponse({"url": events_url(request), "ticket": ticket_of(request)})
    response.headers["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice of light, dark or the system's own in a cookie, so that the server draws it right."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        return HttpResponseBadRequest("There is no such theme.")
    response = HttpResponse(status=204) if request.headers.get("HX-Request") else HttpResponseRedirect(_back(request))
    response.set_cookie(
        "theme",
        chosen,
        max_age=_YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _back(request: HttpRequest) -> str:
    """Where the form was, if that is a page of ours."""
    came_from = request.POST.get("next", "")
    return came_from if url_has_allowed_host_and_scheme(came_from, {request.get_host()}) else "/"
