"""The door at which a network calls: it proves that it is the network, has us prove ourselves, and tells what happened.

What it tells is in the journal before it is answered with 200; until then the network tries again. Strangers know no
door's address, and learn nothing from one: an unknown address and a wrong signature are the same "not found".
"""

from typing import Final

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from earful.channels.doors import Door
from earful.connectors.registry import PUSHINGS
from earful.core.connector import Account
from earful.intake import pushed
from earful.vault import Unopenable

log = structlog.get_logger("hooks")

# A network that is told so comes again a little later.
AGAIN_AFTER_SECONDS: Final = "30"


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest, network: str, token: str) -> HttpResponse:
    """Answer the network's challenge, or take in what it tells."""
    try:
        found = _open(network, token)
        if found is None:
            return _nothing_here()
        if request.method == "GET":
            return _prove(request, network, *found)
        return _take_in(request, network, *found)
    except DatabaseError as error:
        log.warning("database away", reason=str(error).strip())
        return HttpResponse(status=503, headers={"retry-after": AGAIN_AFTER_SECONDS})


def _open(network: str, token: str) -> tuple[Door, Account] | None:
    """The door and the account behind it with its keys; None if there is none, or nobody is behind it."""
    doors = Door.objects.select_related("channel__credentials").filter(token=token, channel__network=network)
    found = doors.filter(channel__enabled=True, channel__credentials__isnull=False).first()
    if found is None or network not in PUSHINGS:
        return None
    try:
        return found, found.channel.credentials.opened_for(found.channel.keyless)
    except Unopenable as error:
        log.warning("cannot tell who calls", channel=found.pk, reason=str(error))
        return None


def _prove(request: HttpRequest, network: str, found: Door, account: Account) -> HttpResponse:
    """The network wants to know whether the door is ours."""
    proof = PUSHINGS[network].challenged(account, request.GET.dict())
    if proof is None:
        return _nothing_here()
    pushed.called(found.pk)
    return HttpResponse(proof, content_type="application/json")


def _take_in(request: HttpRequest, network: str, found: Door, account: Account) -> HttpResponse:
    """Something happened. What was told before is not taken in again, and answered alike."""
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not PUSHINGS[network].proven(account, headers, body):
        return _nothing_here()
    pushed.take_in(found.pk, body)
    return HttpResponse(status=200)


def _nothing_here() -> HttpResponse:
    return HttpResponse(status=404)
