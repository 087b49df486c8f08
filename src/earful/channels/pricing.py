"""The prices in force for a channel: its network's list, this desk's own over it, the channel's own over both.

The desk's list is a TOML file in the shape of the one that ships with the connector (`connectors/x/prices.toml`), named
by EARFUL_PRICES, with a table for each network that it prices: `[[x]]` instead of `[[tables]]`. A channel keeps its own
in its setting `prices`, a list of such tables. A list that cannot be read is as good as none, and `complaint` says so.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import structlog
from django.conf import settings

from earful.connectors.registry import CONNECTORS
from earful.core.days import utc_day
from earful.core.prices import PriceClass, PriceList, PriceListError, priced, tables_in

log = structlog.get_logger("prices")


def price_list(network: str, own: Any = None) -> PriceList:
    """The prices of a network, with what a channel (its setting `prices`) and this desk say otherwise."""
    return _price_list(*_key(network, own))


def prices_today(network: str, own: Any = None) -> Mapping[tuple[PriceClass, str], int]:
    """The prices in force today (UTC), in millionths of a dollar, by class and kind."""
    return _in_force(*_key(network, own), utc_day(datetime.now(UTC)))


def complaint(network: str, own: Any = None) -> str:
    """Why one of the lists cannot be read, in a sentence; "" if all can."""
    return next(filter(None, (_channels(msgspec.json.encode(own) if own else b"")[1], _desks(network)[1])), "")


@lru_cache(maxsize=256)
def _price_list(network: str, own: bytes, desk_file: str, written: float) -> PriceList:
    connector = CONNECTORS.get(network)
    known = connector.prices if connector else PriceList()
    for said, why in (_desks(network), _channels(own)):
        if why:
            log.warning("price list left out", network=network, reason=why)
        known = said.over(known) if said else known
    return known


@lru_cache(maxsize=1_000)
def _in_force(
    network: str, own: bytes, desk_file: str, written: float, day: date
) -> Mapping[tuple[PriceClass, str], int]:
    prices = _price_list(network, own, desk_file, written)
    return {(of, kind): price for of, kind, price, _ in prices.in_force(day)}


def _key(network: str, own: Any) -> tuple[str, bytes, str, float]:
    """What a list is made of: the same makes the same list, and a desk's own that was changed another."""
    return network, msgspec.json.encode(own, order="sorted") if own else b"", _desk_file(), _written()


def _channels(own: bytes) -> tuple[PriceList | None, str]:
    if not own:
        return None, ""
    try:
        return priced(msgspec.json.decode(own)), ""
    except PriceListError as error:
        return None, f"The channel's own prices cannot be read. {error}"


def _desks(network: str) -> tuple[PriceList | None, str]:
    if not _desk_file():
        return None, ""
    try:
        tables = tables_in(Path(_desk_file()).read_text("utf-8"), network)
    except (OSError, UnicodeDecodeError, PriceListError) as error:
        return None, f"The price list of this desk ({_desk_file()}) cannot be read. {error}"
    return tables, ""


def _desk_file() -> str:
    return str(settings.PRICES)


def _written() -> float:
    """When the desk's list was changed last: a new one is in force at once."""
    try:
        return Path(_desk_file()).stat().st_mtime if _desk_file() else 0.0
    except OSError:
        return 0.0
