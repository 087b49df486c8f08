"""How a channel's access stands, in words: how it was linked, what it may do, and what each feature lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from earful.channels.models import Channel, Credentials
from earful.connectors.registry import LINKINGS
from earful.console.rows import network_name
from earful.console.times import ago
from earful.core.linking import Need
from earful.people.models import Agent
from earful.vault import Unopenable


@dataclass(frozen=True, slots=True)
class Feature:
    """What a feature needs against what was granted. `missing` is empty where nothing is, or nobody told."""

    does: str
    scopes: str
    missing: str
    without: str
    told: bool


@dataclass(frozen=True, slots=True)
class AccessShown:
    """A channel's access. `lost` says why it waits to be linked again, "" while it does not."""

    channel: Channel
    network: str
    how: str
    lost: str
    client_id: str
    keys: list[tuple[str, bool]]
    features: list[Feature]

    @property
    def lacks(self) -> bool:
        return any(feature.missing for feature in self.features)


def access_shown(channel: Channel, now: datetime) -> AccessShown:
    """The channel's access as it stands. No secret is among it."""
    held = Credentials.objects.filter(channel=channel).first() or Credentials(channel=channel)
    granted, linking = held.granted, LINKINGS.get(channel.network)
    features = [_feature(need, granted) for need in linking.needs] if linking else []
    network = network_name(channel.network)
    client_id, keys = _keys(held)
    return AccessShown(channel, network, _how(held, now), held.lost_reason, client_id, keys, features)


def in_a_line(held: Credentials | None, now: datetime) -> str:
    """The same in one line, for the list of channels."""
    return _how(held, now) if held else "Not linked."


def who_may_link() -> str:
    """Whom to ask, by name."""
    people = [agent.shown_name for agent in Agent.objects.filter(is_active=True).order_by("pk") if agent.may_link]
    return ", ".join(people[:5]) or "whoever runs the desk"


def _how(held: Credentials, now: datetime) -> str:
    if not held.grant_sealed:
        return "Not linked: it has no keys."
    by = f" by {held.linked_by}" if held.linked_by else ""
    said = f"Linked {ago(held.linked_at, now)}{by}, {held.get_kind_display()}."
    return f"{said} {_lasting(held, now)}"


def _lasting(held: Credentials, now: datetime) -> str:
    if held.renews:
        last = f"; renewed {ago(held.refreshed_at, now)}" if held.refreshed_at else ""
        return f"Its access renews itself{last}."
    if held.expires_at is not None:
        return "Its access has run out." if held.expired(now) else "Its access ends within two hours: it cannot renew."
    return "Its access lasts until it is taken back." if held.kind == "oauth1" else "Nobody told how long it lasts."


def _keys(held: Credentials) -> tuple[str, list[tuple[str, bool]]]:
    """The app's public id, and which of its secrets are here, by name."""
    try:
        app = held.app
    except Unopenable:
        return "", []
    here = [("Client secret", app.client_secret), ("Consumer key and secret", app.consumer_secret)]
    return app.client_id, [(name, bool(key)) for name, key in [*here, ("App's bearer token", app.app_token)]]


def _feature(need: Need, granted: frozenset[str]) -> Feature:
    missing = " ".join(sorted(need.missing(granted)))
    return Feature(need.does, " ".join(sorted(need.scopes)), missing, need.without, bool(granted))
