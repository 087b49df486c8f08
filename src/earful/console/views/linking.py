"""Linking an account in the browser: the form, the way to the network and back, what was granted, and unlinking."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from earful.channels import linking
from earful.channels.models import Channel
from earful.connectors.registry import LINKINGS
from earful.console import alarms
from earful.console.access_shown import access_shown, who_may_link
from earful.console.asked import Asked
from earful.console.desk import frame, lost_access
from earful.console.link_form import NETWORK, LinkForm, to_begin_with
from earful.core.connector import ConnectorError
from earful.ledger.booking import book_linking
from earful.vault import Unopenable

View = Callable[..., HttpResponse]
# Where the reason waits for the page that shows it: an address with a code in it is left at once.
_FAILED: Final = "linking_failed"


def linkers_only(view: View) -> View:
    """Let in who may link; everybody else is told whom to ask."""

    @wraps(view)
    def guarded(request: Asked, *args: Any, **more: Any) -> HttpResponse:
        if request.user.may_link:
            return view(request, *args, **more)
        shown = {"here": "channels", "whom": who_may_link()}
        return render(request, "console/linking/not_yours.html", frame(request) | shown, status=403)

    return guarded


@linkers_only
@require_http_methods(["GET", "POST"])
def link(request: Asked, number: int | None = None) -> HttpResponse:
    """The form; posted, the way to the network. With a number, that channel is linked again."""
    again = get_object_or_404(Channel, pk=number) if number is not None else None
    try:
        if request.method != "POST":
            return _form(request, LinkForm(initial=to_begin_with(again), again=again), again)
        form = LinkForm(request.POST, again=again)
        if not form.is_valid():
            return _form(request, form, again, status=422)
        return _leave(request, form, again)
    except Unopenable as error:
        return _not_linked(request, str(error), again)


@linkers_only
@require_GET
def back(request: Asked) -> HttpResponse:
    """Back from the network, with a code or a no. The code is changed at once, and its address left."""
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    session = request.session.session_key or ""
    try:
        if not code:
            linking.redeem(state, session)
            return _failed(request, "Nobody said yes on the network, and nothing was changed.")
        linked = linking.finish(state, code, session=session, by=request.user.shown_name)
    except linking.Stale:
        return _failed(request, _STALE)
    except linking.OtherAccount as other:
        return _failed(request, _OTHER.format(them=other.them.handle, us=other.channel.handle), other.channel)
    except (ConnectorError, Unopenable) as error:
        return _failed(request, str(error))
    book_linking(linked.channel, timezone.now())
    alarms.forget()
    return redirect(f"{reverse('console:access', args=[linked.channel.pk])}?{'linked' if linked.made else 'again'}")


@linkers_only
@require_GET
def not_linked(request: Asked) -> HttpResponse:
    """Why a linking came to nothing, once."""
    reason, number = request.session.pop(_FAILED, ("", 0))
    return _not_linked(request, reason or _STALE, Channel.objects.filter(pk=number).first())


@require_GET
def lost(request: Asked) -> HttpResponse:
    """The word on lost access alone, as it stands now: a page asks for it when it hears that a channel has changed."""
    alarms.forget()
    return render(request, "console/linking/lost.html", lost_access(request))


@linkers_only
@require_GET
def access(request: Asked, number: int) -> HttpResponse:
    """How a channel was linked, and what it may do against what each feature needs."""
    channel = get_object_or_404(Channel, pk=number)
    shown = {"here": "channels", "access": access_shown(channel, timezone.now())}
    return render(request, "console/linking/access.html", frame(request) | shown | _news(request))


@linkers_only
@require_http_methods(["GET", "POST"])
def unlink(request: Asked, number: int) -> HttpResponse:
    """Ask whether the account shall really be unlinked, and say what stays; posted, it is."""
    channel = get_object_or_404(Channel, pk=number)
    if request.method == "POST":
        told = linking.unlink(channel, by=request.user.shown_name)
        alarms.forget()
        return redirect(f"{reverse('console:access', args=[number])}?{'unlinked' if told else 'untold'}")
    shown = {"here": "channels", "access": access_shown(channel, timezone.now())}
    return render(request, "console/linking/unlink.html", frame(request) | shown)


def callback(request: Asked) -> str:
    """The address to which the network sends people back; it must be registered there letter by letter."""
    origin = settings.ORIGIN.rstrip("/") or f"{'https' if settings.SECURE else request.scheme}://{request.get_host()}"
    return f"{origin}{reverse('console:link_back')}"


def _leave(request: Asked, form: LinkForm, again: Channel | None) -> HttpResponse:
    """The last page of ours: where they go, as whom to sign in there, what is asked for."""
    app, scopes = form.app(), form.scopes()
    try:
        address = linking.begin(
            NETWORK,
            app,
            session=request.session.session_key or "",
            callback=callback(request),
            scopes=scopes,
            again=again,
        )
    except ConnectorError as error:
        form.add_error(None, error.reason)
        return _form(request, form, again, status=422)
    asked = [need for need in LINKINGS[NETWORK].needs if need.scopes <= scopes]
    shown = {"here": "channels", "address": address, "asked": asked, "again": again, "site": app.site}
    return render(request, "console/linking/leave.html", frame(request) | shown | _callback(request))


def _form(request: Asked, form: LinkForm, again: Channel | None, status: int = 200) -> HttpResponse:
    chosen = form.features() if form.is_bound else [need.name for need in LINKINGS[NETWORK].needs]
    features = [(need, need.name in chosen, not number) for number, need in enumerate(LINKINGS[NETWORK].needs)]
    shown = {"here": "channels", "form": form, "again": again, "features": features}
    return render(request, "console/linking/form.html", frame(request) | shown | _callback(request), status=status)


def _callback(request: Asked) -> dict[str, Any]:
    address = callback(request)
    # X takes no "localhost" as a callback, but the same machine by its number.
    return {"callback": address, "by_number": address.startswith("http://localhost")}


def _failed(request: Asked, reason: str, channel: Channel | None = None) -> HttpResponse:
    request.session[_FAILED] = (reason, channel.pk if channel else 0)
    return redirect("console:not_linked")


def _not_linked(request: Asked, reason: str, channel: Channel | None) -> HttpResponse:
    shown = {"here": "channels", "reason": reason, "channel": channel}
    return render(request, "console/linking/not_linked.html", frame(request) | shown)


def _news(request: Asked) -> dict[str, Any]:
    return {"news": next((words for name, words in _NEWS.items() if name in request.GET), "")}


_STALE: Final = (
    "This way back is not known here: it was used already, is older than ten minutes, or was begun in another browser "
    "session. Nothing was changed."
)
_OTHER: Final = (
    "You were signed in to the network as @{them}, and this channel is @{us}'s. Nothing was changed. Sign in there as "
    "@{us} and link again; to link @{them} as well, begin with “Link an account”."
)
_NEWS: Final = {
    "linked": "Linked. The listener begins within seconds.",
    "again": "Linked again. What waited goes out now.",
    "unlinked": "Unlinked. The network was told, and every key here is destroyed.",
    "untold": "Unlinked: every key here is destroyed. The network could not be told, so remove the app there, too, "
    "under Settings, Security and account access, Apps and sessions, Connected apps.",
}
