"""What networks tell of accounts: another handle or name of somebody, and our access to one of ours taken back."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from earful import pulse
from earful.channels import access
from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.post import AccountChange, Arrival, Author
from earful.people.models import Identity
from earful.posts.lexemes import clean

_SHOWN: Final = {"handle": 100, "name": 200, "avatar": 500}


def heed(network: str, arrivals: Iterable[Arrival], now: datetime) -> None:
    """Take in what a batch tells of accounts, in its order and in the caller's transaction."""
    for arrival in arrivals:
        if arrival.account is not None:
            _told_anew(network, arrival.account, now)
        if arrival.change and (heeded := HEEDED.get(arrival.change)):
            heeded(network, arrival)


def _told_anew(network: str, account: Author, now: datetime) -> None:
    """Keep a new handle, name or picture with whom it belongs to, and with our channel if it is ours."""
    shown = {name: clean(getattr(account, name))[:most] for name, most in _SHOWN.items() if getattr(account, name)}
    Identity.objects.filter(network=network, account_id=account.id).update(**shown, seen_at=now)
    ours = Channel.objects.filter(network=network, account_id=account.id)
    if named := {name: text for name, text in shown.items() if name != "avatar"}:
        ours.update(**named)
    pulse.tell("channel", ours.values_list("pk", flat=True))


def _taken_back(network: str, arrival: Arrival) -> None:
    """The owner of an account of ours took our access back: its channels rest until somebody links them again."""
    reason = access.TAKEN_BACK.format(network=connector_for(network).name)
    for channel in Channel.objects.filter(network=network, account_id=arrival.id):
        access.lost(channel.pk, reason, at=arrival.at)


HEEDED: Final[Mapping[AccountChange, Callable[[str, Arrival], None]]] = {"revoked": _taken_back}
"""What is done about a change of somebody's account; the other changes ask for nothing here."""
