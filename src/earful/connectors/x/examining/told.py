"""What an examination of an account tells: one row of the table, and how a refusal becomes one."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from earful.connectors.x.outcomes import body, failure
from earful.core.connector import Account, ConnectorError, OutOfCredit, Refused, Request, Response, TryLater, Unsure

Standing = Literal["well", "DO", "unknown"]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was looked at: whether it is well, wants doing, or cannot be known; what it is; in words."""

    standing: Standing
    about: str
    words: str


Look = Generator[Request, Response, list[Told]]
"""A talk that asks a little and tells rows of the table."""


def refused(response: Response, about: str, instead: str = "") -> Told:
    """A row for an answer that is none: what X said, and what follows from it."""
    error = failure(response, safe=True)
    if response.status == 404 and type(error) is Refused:
        return Told("unknown", about, f"X does not know this question here. {instead}".strip())
    return failed(error, about, instead)


def failed(error: ConnectorError, about: str, instead: str = "") -> Told:
    """A row for a question that came to nothing: trouble passes by itself, credit that is spent does not."""
    passes = isinstance(error, TryLater | Unsure) and not isinstance(error, OutOfCredit)
    return Told("unknown" if passes else "DO", about, f"{error.reason.rstrip('.')}. {instead}".strip())


def data(response: Response) -> dict[str, Any]:
    """The one thing that an answer is about; empty when it is none."""
    found = body(response).get("data")
    return found if isinstance(found, dict) else {}


def listed(response: Response) -> list[dict[str, Any]]:
    """The things that an answer lists."""
    found = body(response).get("data")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def whole(value: object) -> int:
    """A number that X tells as one or, in its newer description, as text; 0 when it is none."""
    try:
        return int(str(value))
    except ValueError:
        return 0


def limit_of(response: Response, about: str) -> Told:
    """What the headers of an answer say about the limit of its question."""
    known = response.headers
    if "x-rate-limit-limit" not in known:
        return Told("unknown", about, "X told no limit in the headers.")
    opens = datetime.fromtimestamp(whole(known.get("x-rate-limit-reset", 0)), UTC)
    left, of = known.get("x-rate-limit-remaining", "?"), known["x-rate-limit-limit"]
    return Told("well", about, f"{left} of {of} questions left until {opens:%H:%M} UTC.")


def as_whom(account: Account) -> str:
    """How the account proves itself, for people."""
    return "OAuth 1.0a" if account.user_secret else "OAuth 2.0"
