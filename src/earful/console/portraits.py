"""People's pictures, as their networks ask that they be shown: from the network's own place, and from nowhere else."""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from earful.connectors.registry import CONNECTORS


def portrait(network: str, address: str) -> str:
    """The address of somebody's picture; "" for one that is not where the network keeps them."""
    connector = CONNECTORS.get(network)
    if connector is None or not address:
        return ""
    return address if _origin(address) in (*connector.capabilities.pictures, *_practised()) else ""


def origins() -> tuple[str, ...]:
    """Every place from which a page may load a picture, for its Content-Security-Policy."""
    places = [place for connector in CONNECTORS.values() for place in connector.capabilities.pictures]
    return tuple(dict.fromkeys([*places, *_practised()]))


def _practised() -> Iterator[str]:
    """The pretend X, while there is one."""
    if settings.SANDBOX_URL:
        yield _origin(settings.SANDBOX_URL)


@lru_cache(maxsize=2048)
def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
