"""Coming in by a one-time link."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from earful.people.signing_in import redeem


@login_not_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """A page with a button; pressing it uses the link up.

    Looking alone must not: chats and mail programs open links before people do.
    """
    if request.method == "POST":
        return _pressed(request, secret)
    response = render(request, "console/entering/enter.html")
    # The address is a key: as a referrer it goes to us alone. Not "no-referrer": the browser would then
    # send the form with "Origin: null", which the CSRF check refuses.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _pressed(request: HttpRequest, secret: str) -> HttpResponse:
    agent = redeem(secret)
    if agent is None:
        return render(request, "console/entering/used.html", status=410)
    login(request, agent, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("console:home")
