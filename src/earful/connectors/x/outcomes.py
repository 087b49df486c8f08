"""What X's answers mean for the caller: done, or an error named by what to do next.

Sources: the response-codes page and the error components of X's API description (2026). Texts of 403 answers
are not enumerated anywhere, so they are told apart by words, with a fallback that keeps the draft and shows
X's own sentence.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec

from earful.core.connector import (
    ByHand,
    ConnectorError,
    Duplicate,
    LostAccess,
    OutOfCredit,
    Refused,
    Response,
    Shut,
    Stale,
    TryLater,
    Unsure,
)

T = TypeVar("T")

BACK_OFF: Final = timedelta(seconds=30)
CREDIT_CHECK: Final = timedelta(minutes=15)
LONGEST_WAIT: Final = timedelta(days=1)
# X's pages do not say how it tells of a spending limit; in the field it came as a 403 of this kind.
_SPENDING_LIMIT: Final = ("SpendCapReached", "problems/credits")
_DONE: Final = (200, 201)
_REQUEST_TIMEOUT: Final = 408
# What a page for people may say instead of X: nothing of it is about our access, our post, or whom we write to.
_SAID_BY_PAGES: Final = (400, 401, 403, 404, 405, 407)

# Words in the detail of a 403, in the order in which they are tried: what it means, and what to tell the
# agent.
_FORBIDDEN: Final[tuple[tuple[tuple[str, ...], type[ConnectorError], str], ...]] = (
    (
        ("duplicate content",),
        Duplicate,
        "X says that it has this text from us already.",
    ),
    (
        (
            "summon",
            "mentioned you",
            "mention or quote",
            "mentions you",
            "has not mentioned",
            "not permitted to reply",
        ),
        ByHand,
        "X lets only a person answer this post: its author neither mentioned nor quoted us.",
    ),
    (
        ("unsupported-authentication", "oauth1-permissions", "client-forbidden", "client-not-enrolled"),
        LostAccess,
        "X no longer accepts this account's access: link it again.",
    ),
    (
        ("direct message", " dm ", "cannot send messages", "messages to this user"),
        Shut,
        "This person does not accept private messages from us.",
    ),
    (
        ("blocked",),
        Shut,
        "This person has blocked us: X lets nothing of ours through to them.",
    ),
)

_UNKNOWN_MEDIA: Final = ("media ids", "media id", "media is not ready")


def understood(response: Response, shape: type[T]) -> T:
    """What a question brought, in the shape that X documents for its answer.

    Raises the error that a refusing answer is, and TryLater when the answer is in no shape of X's (a proxy's
    page, half an answer): what was not understood must never pass for "nothing there".
    """
    if response.status not in _DONE:
        raise failure(response, safe=True)
    try:
        return msgspec.json.decode(response.body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        at = response.at + BACK_OFF
        reason = "X's answer could not be understood; asking again."
        raise TryLater(reason, at=at, raw=_raw(response)) from error


def body(response: Response) -> dict[str, Any]:
    """The answer as a JSON object; empty when it is none (a proxy's page, half an answer)."""
    try:
        decoded = msgspec.json.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def failure(response: Response, *, safe: bool) -> ConnectorError:
    """The error that a refusing answer is. `safe` says that the request only asked and changed nothing."""
    told, raw, status = _told(body(response)), _raw(response), response.status
    if status in _SAID_BY_PAGES and response.is_page:
        return _by_another(response, raw, safe)
    if status == 401:
        return LostAccess("X does not accept this account's access any more: link it again.", raw=raw)
    if status == 402:
        return _no_credit(response, raw)
    if status == 403 and any(sign in raw for sign in _SPENDING_LIMIT):
        reason = "X's spending limit for this account is reached. Nothing goes in or out until it is raised."
        return OutOfCredit(reason, at=response.at + CREDIT_CHECK, raw=raw)
    if status == 403:
        return _forbidden(told, raw)
    if status == 429:
        return _too_many(response, told, raw)
    if status >= 500 or status == _REQUEST_TIMEOUT:
        return _broken(response, raw, safe)
    if status == 400 and not safe and any(sign in f"{told} {raw}".lower() for sign in _UNKNOWN_MEDIA):
        return Stale("X does not have the files of this message any more.", raw=raw)
    if status == 404:
        return Refused("X cannot find it: it was deleted, or is not visible to us.", raw=raw)
    return Refused(told or f"X refused with status {status}.", raw=raw)


def _raw(response: Response) -> str:
    return response.body[:2_000].decode("utf-8", "replace")


def _no_credit(response: Response, raw: str) -> OutOfCredit:
    reason = "X's prepaid credit is spent. Nothing goes in or out until it is topped up."
    return OutOfCredit(reason, at=response.at + CREDIT_CHECK, raw=raw)


def _forbidden(told: str, raw: str) -> ConnectorError:
    words = f"{told} {raw}".lower()
    for signs, error, sentence in _FORBIDDEN:
        if any(sign in words for sign in signs):
            return error(sentence, raw=raw)
    return Refused(f"X refused: {told}" if told else "X refused, and did not say why.", raw=raw)


def _too_many(response: Response, told: str, raw: str) -> TryLater:
    if "usage-capped" in raw:
        # Its rate-limit headers still show plenty left: they speak of another limit.
        reason = "X's cap on posts read is used up. Nothing more is heard by reading posts until X counts anew."
        return OutOfCredit(reason, at=response.at + CREDIT_CHECK, raw=raw, only="post")
    reason = told or "X's limit for this quarter of an hour is reached."
    return TryLater(reason, at=reset_at(response), raw=raw)


def _by_another(response: Response, raw: str, safe: bool) -> ConnectorError:
    reason = f"A page answered in X's place (status {response.status}): a proxy on the way, or a guard before X."
    if safe:
        return TryLater(reason, at=response.at + BACK_OFF, raw=raw)
    return Unsure(f"{reason} What was asked for may be done.", raw=raw)


def _broken(response: Response, raw: str, safe: bool) -> ConnectorError:
    if safe:
        return TryLater(f"X has trouble (status {response.status}).", at=response.at + BACK_OFF, raw=raw)
    # X has no idempotency key: a failing answer does not prove that nothing was posted.
    return Unsure(f"X answered with trouble (status {response.status}); the message may be out.", raw=raw)


def reset_at(response: Response) -> datetime:
    """When the limit opens again (epoch seconds in a header), a second late for rounding; or our back-off."""
    try:
        reset = datetime.fromtimestamp(int(response.headers["x-rate-limit-reset"]) + 1, UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return response.at + BACK_OFF
    # A reset in the far future is a clock gone wrong: windows are 15 minutes or a day.
    return min(max(reset, response.at + timedelta(seconds=1)), response.at + LONGEST_WAIT)


def _told(problem: Mapping[str, Any]) -> str:
    """X's own sentence, from either of its two forms of error."""
    errors = problem.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    # What is wrong with a request is told only among the errors; the sentence above them is always the same.
    invalid = str(problem.get("type", "")).endswith("/invalid-request")
    for source in (first, problem) if invalid else (problem, first):
        for key in ("detail", "message", "title"):
            if isinstance(source.get(key), str) and source[key]:
                return str(source[key])[:300]
    return ""
