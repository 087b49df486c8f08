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
from earful.core.prices import PriceClass, PriceList, PriceListError, priced, tables_in

log = structlog.get_logger("prices")


def price_list(network: str, own: Any = None) -> PriceList:
    """The prices of a network, with what a channel (its setting `prices`) and this desk say otherwise."""
    return _price_list(network, msgspec.json.encode(own, order="sorted") if own else b"", _desk_file(), _written())


def prices_today(network: str, own: Any = None) -> Mapping[tuple[PriceClass, str], int]:
    """The prices in force today (UTC), in millionths of a dollar, by class and kind."""
    return _on(price_list(network, own), datetime.now(UTC).date())


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


# A list is compared by what it is: the same lists make one key, and a new one another.
_days: dict[tuple[int, date], tuple[PriceList, Mapping[tuple[PriceClass, str], int]]] = {}


def _on(prices: PriceList, day: date) -> Mapping[tuple[PriceClass, str], int]:
    key = id(prices), day
    known = _days.get(key)
    if known is None or known[0] is not prices:
        if len(_days) > 1_000:
            _days.clear()
        known = _days[key] = prices, {(of, kind): price for of, kind, price, _ in prices.in_force(day)}
    return known[1]


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
