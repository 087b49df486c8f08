"""How far an answer of ours has come, in words. Never "sent" before the network said so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from earful.connectors.registry import CONNECTORS
from earful.core.lifecycle import DeliveryState
from earful.replies.by_hand import by_hand_link
from earful.replies.models import Reply


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a reply stands. `at` belongs behind `words` when set; `because` is the network's reason in words.

    `tone` is "" (under way), "good" (out) or "bad" (needs somebody). `hand` is the page to answer by hand.
    """

    words: str
    at: datetime | None = None
    because: str = ""
    tone: str = ""
    link: str = ""
    hand: str = ""
    editable: bool = False
    may_hand_over: bool = False


def standing(reply: Reply, *, network: str, seen: bool, now: datetime) -> Standing:
    """Where `reply` stands; `seen` says that our own post arrived through a channel as well.

    The reply's case must come with its channel and customer.
    """
    if seen:
        return Standing(f"sent and seen on {network}", tone="good", link=reply.link)
    return _STANDINGS[DeliveryState(reply.state)](reply, network, now)


def _queued(reply: Reply, network: str, now: datetime) -> Standing:
    begun = _parts_out(reply)
    if reply.due_at is not None and reply.due_at > now:
        return Standing(f"queued{begun} · leaves at", at=reply.due_at, editable=not reply.sent)
    return Standing(f"queued{begun}", editable=not reply.sent)


def _sending(reply: Reply, network: str, now: datetime) -> Standing:
    return Standing(f"sending to {network}{_parts_out(reply)}")


def _sent(reply: Reply, network: str, now: datetime) -> Standing:
    return Standing("sent", tone="good", link=reply.link)


def _confirmed(reply: Reply, network: str, now: datetime) -> Standing:
    return Standing(f"sent and seen on {network}", tone="good", link=reply.link)


def _try_later(reply: Reply, network: str, now: datetime) -> Standing:
    words = "waiting to try again at" if reply.due_at else "waiting to try again"
    return Standing(words, at=reply.due_at, because=reply.reason, editable=not reply.sent)


def _unsure(reply: Reply, network: str, now: datetime) -> Standing:
    return Standing(f"checking on {network} whether it went out", because=reply.reason)


def _refused(reply: Reply, network: str, now: datetime) -> Standing:
    words = f"not sent: {reply.reason}" if reply.reason else "not sent"
    return Standing(words, tone="bad", editable=not reply.sent, may_hand_over=True)


def _by_hand(reply: Reply, network: str, now: datetime) -> Standing:
    return Standing(
        f"to be answered by hand · waiting to see it on {network}",
        hand=_hand_link(reply),
        editable=not reply.sent,
    )


def _in_words(words: str) -> Callable[[Reply, str, datetime], Standing]:
    return lambda reply, network, now: Standing(words)


def _parts_out(reply: Reply) -> str:
    return f" · {len(reply.sent)} of {len(reply.parts)} parts out" if reply.sent else ""


def _hand_link(reply: Reply) -> str:
    return by_hand_link(reply) if reply.case.channel.network in CONNECTORS else ""


_STANDINGS: Final[Mapping[DeliveryState, Callable[[Reply, str, datetime], Standing]]] = {
    DeliveryState.DRAFT: _in_words("draft"),
    DeliveryState.IN_REVIEW: _in_words("waiting for a colleague to approve it"),
    DeliveryState.APPROVED: _in_words("approved"),
    DeliveryState.QUEUED: _queued,
    DeliveryState.SENDING: _sending,
    DeliveryState.SENT: _sent,
    DeliveryState.CONFIRMED: _confirmed,
    DeliveryState.REFUSED: _refused,
    DeliveryState.TRY_LATER: _try_later,
    DeliveryState.UNSURE: _unsure,
    DeliveryState.BY_HAND: _by_hand,
}
