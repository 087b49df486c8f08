"""Asking X about stored posts and people in bulk: which of them may we no longer show?

Source: the batch-compliance pages of X's documentation and the compliance operations of its API description (2026). A
job is made, the ids go to an address that it names, and some time later another address holds those that are affected,
one JSON object a line. X takes one job of a kind at a time; asking costs nothing. Neither address takes a key.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from earful.connectors.x.outcomes import BACK_OFF, understood
from earful.connectors.x.pages import Id
from earful.core.connector import Account, Gone, Request, Response, Subject, Talk, TryLater, Why

JOBS: Final = "/2/compliance/jobs"
# X sets no limit; so many ids are 10 MB, which is sent and answered within a minute.
MOST_IDS: Final = 500_000
UPLOAD_SECONDS: Final = 60.0
# Neither address is signed for.
NO_KEY: Final = "none"
_KINDS: Final[Mapping[Subject, str]] = {"posts": "tweets", "people": "users"}
_REASONS: Final[Mapping[str, Why]] = {
    "deleted": "deleted",
    "bounced": "deleted",
    "protected": "protected",
    "suspended": "suspended",
    "deactivated": "gone",
    "scrub_geo": "place",
}
# The job came to nothing: the same ids are to be asked again.
_OVER: Final = ("failed", "expired")


class _Job(msgspec.Struct):
    id: Id
    status: str = ""
    upload_url: str = ""
    download_url: str = ""


class _Answer(msgspec.Struct):
    data: _Job


class _Line(msgspec.Struct):
    id: Id
    reason: str = ""
    redacted_at: datetime | None = None


def ask(account: Account, subject: Subject, ids: Sequence[str]) -> Talk[str]:
    """Hand ids in; the number of the job that looks at them."""
    made = yield Request("POST", JOBS, json={"type": _KINDS[subject]})
    job = understood(made, _Answer).data
    content = "\n".join(ids).encode()
    taken = yield Request("PUT", "", elsewhere=job.upload_url, content=content, token=NO_KEY, timeout=UPLOAD_SECONDS)
    if not 200 <= taken.status < 300:
        raise _by_storage(taken)
    return job.id


def answer(account: Account, job_id: str) -> Talk[Sequence[Gone] | None]:
    """What is affected of the ids handed in; None while X is still looking.

    Raises LookupError for a job that came to nothing: its ids are to be handed in again.
    """
    job = understood((yield Request("GET", f"{JOBS}/{job_id}")), _Answer).data
    if job.status in _OVER:
        raise LookupError(f"X's compliance job {job_id} {job.status}.")
    if job.status != "complete":
        return None
    found = yield Request("GET", "", elsewhere=job.download_url, token=NO_KEY, timeout=UPLOAD_SECONDS)
    if found.status != 200:
        raise _by_storage(found)
    return list(_read(found))


def _by_storage(response: Response) -> TryLater:
    """It is not X's API, and tells of trouble in words of its own, mostly XML: nothing of it is about our access."""
    raw = response.body[:2_000].decode("utf-8", "replace")
    return TryLater(f"X's storage answered with status {response.status}.", at=response.at + BACK_OFF, raw=raw)


def _read(response: Response) -> Iterator[Gone]:
    """A line that cannot be read must not pass for nothing: the whole is asked again."""
    for line in response.body.splitlines():
        if not line.strip():
            continue
        try:
            told = msgspec.json.decode(line, type=_Line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise TryLater("A line of X's compliance answer could not be understood; asking again.") from error
        # A reason of tomorrow is one more way of not being shown any more.
        yield Gone(told.id, _REASONS.get(told.reason, "deleted"), told.redacted_at)
