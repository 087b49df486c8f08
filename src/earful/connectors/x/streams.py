"""X's streams: how each is opened, why one would not open, and how a connection that nobody holds any more is ended.

Sources: filtered-stream, activity-stream, connections and handling-disconnections pages of X's documentation and its
API description (2026). X takes one connection an app to the filtered stream; of one whose end it did not notice it says
429 TooManyConnections, for up to a day.
"""

import math
from typing import Final

import msgspec

from earful.connectors.x.outcomes import failure, understood
from earful.connectors.x.vocabulary import streamed_to
from earful.core.connector import (
    Account,
    ConnectorError,
    Ear,
    Occupied,
    OutOfCredit,
    Request,
    Response,
    Talk,
    Throttled,
    TryLater,
)

CONNECTIONS: Final = "/2/connections"
MOST_ENDED: Final = 100
_FILTERED: Final = "/2/tweets/search/stream"
_ACTIVITY: Final = "/2/activity/stream"
# How X calls them in the list of connections.
_NAMES: Final = {"stream": "filtered_stream", "activity": "activity_stream"}
_OCCUPIED: Final = ("toomanyconnections", "too many connections", "maximum allowed connection", "streaming-connection")


class _Connection(msgspec.Struct):
    id: str = ""
    endpoint_name: str = ""


class _Connections(msgspec.Struct):
    data: list[_Connection] = []


class _Ended(msgspec.Struct):
    successful_kills: int = 0


class _Kills(msgspec.Struct):
    data: _Ended = msgspec.field(default_factory=_Ended)


def opening(account: Account, ear: Ear, away: float = 0.0) -> Request:
    """The request that opens a stream; it brings along what was missed, in whole minutes, where the contract allows."""
    minutes = math.ceil(min(away, ear.backfill) / 60)
    backfill = {"backfill_minutes": str(minutes)} if minutes else {}
    if ear.name == "activity":
        return Request("GET", _ACTIVITY, params=backfill)
    # It speaks the older words even where REST has gone over to the newer ones.
    return Request("GET", _FILTERED, params={**streamed_to(account).posts, **backfill})


def refused(response: Response) -> ConnectorError:
    """Why X would not open a stream. Where it does not say until when, the caller's own back-off decides."""
    if response.status == 409:
        return TryLater("X has no listening rules for this account yet.")
    error = failure(response, safe=True)
    if isinstance(error, OutOfCredit) or not isinstance(error, TryLater):
        return error
    if response.status != 429:
        return TryLater(error.reason, raw=error.raw)
    if any(words in error.raw.lower() for words in _OCCUPIED):
        return Occupied("X says that another connection of this app holds the stream.", raw=error.raw)
    return Throttled(error.reason, at=error.at if "x-rate-limit-reset" in response.headers else None, raw=error.raw)


def take_over(account: Account, ear: Ear) -> Talk[int]:
    """End the connections that our app has to this stream: whoever held them is gone, or shall go."""
    params = {"status": "active", "max_results": str(MOST_ENDED), "connection.fields": "id,endpoint_name"}
    there = understood((yield Request("GET", CONNECTIONS, params=params)), _Connections).data
    ids = [each.id for each in there if each.endpoint_name == _NAMES[ear.name] and each.id]
    if not ids:
        return 0
    response = yield Request("DELETE", CONNECTIONS, json={"uuids": ids})
    return understood(response, _Kills).data.successful_kills
