"""Handing a file over to X, one request a step: begun, filled piece by piece, closed, asked after, described.

Sources: the media pages and both descriptions of X's API (August 2026): /2/media/upload/initialize, /{id}/append,
/{id}/finalize, GET /2/media/upload, /2/media/metadata. None of it is seen by anybody before a post carries it, so every
step may be taken again, and an upload that X no longer knows is begun anew.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from earful.connectors.x.limits import PIECE
from earful.connectors.x.outcomes import body, failure
from earful.connectors.x.reading import is_id
from earful.connectors.x.vocabulary import AS_USER
from earful.core.connector import Account, NoAnswer, Refused, Request, Response, Stale, Talk, TryLater
from earful.core.delivering import Attachment, Uploading

# A file that is closed can be posted for a day; some is left for the post to get out in time.
USABLE: Final = timedelta(hours=24)
SPARE: Final = timedelta(minutes=10)
PIECE_SECONDS: Final = 60.0
LONGEST_PAUSE: Final = timedelta(minutes=2)
_CATEGORIES: Final = {"picture": "image", "animation": "gif", "film": "video"}
_Learn = Callable[[Uploading, Response, dict[str, Any]], Uploading]


def upload(account: Account, attachment: Attachment, so_far: Uploading, piece: bytes) -> Talk[Uploading]:
    """The next step. Raises Stale when X knows nothing of the upload (any more), Refused when it will not have it."""
    request, learn = _next(attachment, so_far, piece)
    try:
        response = yield request
    except NoAnswer as lost:
        raise TryLater(f"X could not be reached: {lost.reason}.") from lost
    if not 200 <= response.status < 300:
        raise _why_not(response, so_far)
    data = body(response).get("data")
    return learn(so_far, response, data if isinstance(data, dict) else {})


def _next(attachment: Attachment, so_far: Uploading, piece: bytes) -> tuple[Request, _Learn]:
    at = f"/2/media/upload/{so_far.id}"
    if not so_far.id:
        return _initialize(attachment), _begun
    if so_far.sent < attachment.size:
        return _append(at, so_far, piece), lambda before, *_: replace(before, sent=before.sent + len(piece))
    if not so_far.closed:
        return Request("POST", f"{at}/finalize", token=AS_USER), _closed
    if not so_far.ready:
        asked = {"command": "STATUS", "media_id": so_far.id}
        return Request("GET", "/2/media/upload", params=asked, token=AS_USER), _worked_on
    described = {"id": so_far.id, "metadata": {"alt_text": {"text": attachment.alt}}}
    return Request("POST", "/2/media/metadata", json=described, token=AS_USER), _described


def _initialize(attachment: Attachment) -> Request:
    said = {
        "media_type": attachment.media_type,
        "total_bytes": attachment.size,
        "media_category": f"{'dm' if attachment.private else 'tweet'}_{_CATEGORIES[attachment.kind]}",
    }
    return Request("POST", "/2/media/upload/initialize", json=said, token=AS_USER)


def _append(at: str, so_far: Uploading, piece: bytes) -> Request:
    """Pieces are all of one size but the last, so where one begins tells its number. As JSON, in base64: X describes
    that beside a multipart form, and describes the form so that no form meets it.
    """
    said = {"media": b64encode(piece).decode(), "segment_index": so_far.sent // PIECE}
    return Request("POST", f"{at}/append", json=said, token=AS_USER, timeout=PIECE_SECONDS)


def _begun(so_far: Uploading, response: Response, data: dict[str, Any]) -> Uploading:
    given = data.get("id")
    if not isinstance(given, str) or not is_id(given):
        raise TryLater("X took the beginning of a file and did not say by which name; trying again.")
    return Uploading(id=given)


def _closed(so_far: Uploading, response: Response, data: dict[str, Any]) -> Uploading:
    """Pictures are ready at once; what moves is worked on first."""
    closed = replace(so_far, closed=True, until=_until(response.at, data.get("expires_after_secs")))
    return _worked_on(closed, response, data)


def _worked_on(so_far: Uploading, response: Response, data: dict[str, Any]) -> Uploading:
    told = data.get("processing_info")
    if not data:
        raise TryLater("X's answer about a file could not be understood; asking again.")
    if not isinstance(told, dict) or told.get("state") == "succeeded":
        return replace(so_far, ready=True, ask_at=None)
    if told.get("state") == "failed":
        raise Refused(f"X could not work on the file: {_fault(response, told)}")
    pause = told.get("check_after_secs")
    seconds = timedelta(seconds=pause) if isinstance(pause, int) and pause > 0 else timedelta(seconds=5)
    return replace(so_far, ask_at=response.at + min(seconds, LONGEST_PAUSE))


def _described(so_far: Uploading, response: Response, data: dict[str, Any]) -> Uploading:
    return replace(so_far, described=True)


def _until(now: datetime, seconds: Any) -> datetime:
    given = timedelta(seconds=seconds) if isinstance(seconds, int) and 0 < seconds < 10**7 else USABLE
    return now + min(given, USABLE) - min(SPARE, given / 2)


def _fault(response: Response, told: dict[str, Any]) -> str:
    """Why it failed, in X's words from wherever it puts them."""
    errors = body(response).get("errors")
    named = told.get("error") or (errors[0] if isinstance(errors, list) and errors else None)
    for key in ("message", "detail", "title", "name"):
        if isinstance(named, dict) and isinstance(named.get(key), str) and named[key]:
            return str(named[key])[:300]
    return "it did not say why."


def _why_not(response: Response, so_far: Uploading) -> Exception:
    """An upload that X does not know, or that is further than we think, is begun anew; that harms nobody."""
    error = failure(response, safe=True)
    lost = response.status in (404, 410) or (response.status == 400 and not so_far.closed)
    if so_far.id and type(error) is Refused and lost:
        return Stale(f"X lost hold of a file on its way: {error.reason}", raw=error.raw)
    return error
