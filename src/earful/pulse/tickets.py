"""Tickets to the stream of events: who may listen, for which session, until when; signed, and no secret
inside.

The events process knows no Django; it opens a ticket with the same secret and asks the database whether the
session that it was made for is still there, so that signing out closes the stream.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

LASTS = timedelta(hours=24)


def ticket(session_key: str, agent_id: int, now: datetime, secret: str) -> str:
    """A ticket for this session's browser, good for a day."""
    claim = f"{agent_id}.{int((now + LASTS).timestamp())}.{session_digest(session_key)}"
    return f"{claim}.{_sign(claim, secret)}"


def holder(given: str, session_key: str, now: datetime, secret: str) -> int | None:
    """The agent whose ticket this is; None if it is forged, over, or was made for another session."""
    claim, _, signature = given.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _sign(claim, secret).encode()):
        return None
    agent, until, digest = claim.split(".")
    if int(until) < now.timestamp() or not hmac.compare_digest(digest, session_digest(session_key)):
        return None
    return int(agent)


def session_digest(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


def _sign(claim: str, secret: str) -> str:
    return hmac.new(b"earful.events " + secret.encode(), claim.encode(), hashlib.sha256).hexdigest()
