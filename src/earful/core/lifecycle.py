"""The state machines of the desk, each a table that one can read aloud.

Machines are kept apart: what a case is doing, how far an outgoing message has come, how far something done to a post,
and (a later room) whether a clock is met. Code asks a table which state follows; a move that is not in the table does
not exist.
"""

from collections.abc import Mapping
from enum import StrEnum


class MoveRefused(Exception):  # says what happened, as the other errors of the core do
    """The table knows no such move; the message says from where and what was tried."""


class CaseStatus(StrEnum):
    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    PAUSED = "paused"
    SOLVED = "solved"
    CLOSED = "closed"


class Category(StrEnum):
    """What code may depend on; teams rename statuses, never categories."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"


CATEGORY: Mapping[CaseStatus, Category] = {
    CaseStatus.NEW: Category.OPEN,
    CaseStatus.OPEN: Category.OPEN,
    CaseStatus.WAITING: Category.WAITING,
    CaseStatus.PAUSED: Category.WAITING,
    CaseStatus.SOLVED: Category.DONE,
    CaseStatus.CLOSED: Category.DONE,
}


class CaseMove(StrEnum):
    CUSTOMER_WROTE = "customer_wrote"
    TAKEN = "taken"
    ANSWERED = "answered"
    PAUSED = "paused"
    WOKEN = "woken"
    SOLVED = "solved"
    REOPENED = "reopened"
    CLOSED = "closed"


_S, _M = CaseStatus, CaseMove

CASE_MOVES: Mapping[tuple[CaseStatus, CaseMove], CaseStatus] = {
    (_S.NEW, _M.CUSTOMER_WROTE): _S.NEW,
    (_S.NEW, _M.TAKEN): _S.OPEN,
    (_S.NEW, _M.ANSWERED): _S.WAITING,
    (_S.NEW, _M.PAUSED): _S.PAUSED,
    (_S.NEW, _M.SOLVED): _S.SOLVED,
    (_S.NEW, _M.CLOSED): _S.CLOSED,
    (_S.OPEN, _M.CUSTOMER_WROTE): _S.OPEN,
    (_S.OPEN, _M.TAKEN): _S.OPEN,
    (_S.OPEN, _M.ANSWERED): _S.WAITING,
    (_S.OPEN, _M.PAUSED): _S.PAUSED,
    (_S.OPEN, _M.SOLVED): _S.SOLVED,
    (_S.OPEN, _M.CLOSED): _S.CLOSED,
    (_S.WAITING, _M.CUSTOMER_WROTE): _S.OPEN,
    (_S.WAITING, _M.TAKEN): _S.WAITING,
    (_S.WAITING, _M.ANSWERED): _S.WAITING,
    (_S.WAITING, _M.PAUSED): _S.PAUSED,
    (_S.WAITING, _M.SOLVED): _S.SOLVED,
    (_S.WAITING, _M.CLOSED): _S.CLOSED,
    (_S.PAUSED, _M.CUSTOMER_WROTE): _S.OPEN,
    (_S.PAUSED, _M.TAKEN): _S.PAUSED,
    (_S.PAUSED, _M.ANSWERED): _S.WAITING,
    (_S.PAUSED, _M.WOKEN): _S.OPEN,
    (_S.PAUSED, _M.SOLVED): _S.SOLVED,
    (_S.PAUSED, _M.CLOSED): _S.CLOSED,
    # What the customer writes after the end opens the case again; that is an event (`reopened`), not a state.
    (_S.SOLVED, _M.CUSTOMER_WROTE): _S.OPEN,
    (_S.SOLVED, _M.REOPENED): _S.OPEN,
    (_S.SOLVED, _M.ANSWERED): _S.SOLVED,
    (_S.SOLVED, _M.TAKEN): _S.SOLVED,
    (_S.SOLVED, _M.CLOSED): _S.CLOSED,
    (_S.CLOSED, _M.REOPENED): _S.OPEN,
    (_S.CLOSED, _M.ANSWERED): _S.CLOSED,
}


def next_status(status: CaseStatus, move: CaseMove) -> CaseStatus:
    """The status after `move`; raises MoveRefused when the table has no such move."""
    try:
        return CASE_MOVES[status, move]
    except KeyError:
        tried = move.value.replace("_", " ")
        raise MoveRefused(f"A case that is {status.value} cannot be {tried}.") from None


class DeliveryState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    TRY_LATER = "try_later"
    UNSURE = "unsure"
    BY_HAND = "by_hand"


class DeliveryMove(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    QUEUE = "queue"
    CLAIM = "claim"
    PART_SENT = "part_sent"
    SENT = "sent"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    POSTPONE = "postpone"
    DOUBT = "doubt"
    HAND_OVER = "hand_over"
    EDIT = "edit"


_D, _V = DeliveryState, DeliveryMove

DELIVERY_MOVES: Mapping[tuple[DeliveryState, DeliveryMove], DeliveryState] = {
    (_D.DRAFT, _V.SUBMIT): _D.IN_REVIEW,
    (_D.DRAFT, _V.APPROVE): _D.APPROVED,
    (_D.IN_REVIEW, _V.APPROVE): _D.APPROVED,
    (_D.IN_REVIEW, _V.SEND_BACK): _D.DRAFT,
    (_D.APPROVED, _V.QUEUE): _D.QUEUED,
    (_D.APPROVED, _V.HAND_OVER): _D.BY_HAND,
    (_D.APPROVED, _V.EDIT): _D.DRAFT,
    (_D.QUEUED, _V.CLAIM): _D.SENDING,
    (_D.QUEUED, _V.EDIT): _D.DRAFT,
    (_D.SENDING, _V.PART_SENT): _D.QUEUED,
    (_D.SENDING, _V.SENT): _D.SENT,
    (_D.SENDING, _V.REFUSE): _D.REFUSED,
    (_D.SENDING, _V.POSTPONE): _D.TRY_LATER,
    (_D.SENDING, _V.DOUBT): _D.UNSURE,
    (_D.SENDING, _V.HAND_OVER): _D.BY_HAND,
    # Claimed out of doubt it is sending again, but looks on the network before it says anything.
    (_D.UNSURE, _V.CLAIM): _D.SENDING,
    (_D.UNSURE, _V.PART_SENT): _D.QUEUED,
    (_D.UNSURE, _V.SENT): _D.SENT,
    (_D.TRY_LATER, _V.CLAIM): _D.SENDING,
    # Not found when it was looked for, and heard on the network before it went out again.
    (_D.TRY_LATER, _V.PART_SENT): _D.QUEUED,
    (_D.TRY_LATER, _V.SENT): _D.SENT,
    (_D.TRY_LATER, _V.EDIT): _D.DRAFT,
    (_D.SENT, _V.CONFIRM): _D.CONFIRMED,
    (_D.REFUSED, _V.EDIT): _D.DRAFT,
    (_D.REFUSED, _V.HAND_OVER): _D.BY_HAND,
    (_D.BY_HAND, _V.SENT): _D.SENT,
    (_D.BY_HAND, _V.EDIT): _D.DRAFT,
}


def next_delivery(state: DeliveryState, move: DeliveryMove) -> DeliveryState:
    """The delivery state after `move`; raises MoveRefused when the table has no such move."""
    try:
        return DELIVERY_MOVES[state, move]
    except KeyError:
        tried = move.value.replace("_", " ")
        raise MoveRefused(f"A message that is {state.value} cannot {tried}.") from None


class DeedState(StrEnum):
    """How far something done to a post that is out has come. To do it twice is to do it once: so there is no doubt."""

    QUEUED = "queued"
    DONE = "done"
    REFUSED = "refused"


class DeedMove(StrEnum):
    DONE = "done"
    REFUSE = "refuse"


DEED_MOVES: Mapping[tuple[DeedState, DeedMove], DeedState] = {
    (DeedState.QUEUED, DeedMove.DONE): DeedState.DONE,
    (DeedState.QUEUED, DeedMove.REFUSE): DeedState.REFUSED,
}


def next_deed(state: DeedState, move: DeedMove) -> DeedState:
    """The state of a deed after `move`; raises MoveRefused when the table has no such move."""
    try:
        return DEED_MOVES[state, move]
    except KeyError:
        raise MoveRefused(f"What is {state.value} cannot be {_IN_WORDS[move]}.") from None


_IN_WORDS: Mapping[DeedMove, str] = {DeedMove.DONE: "done", DeedMove.REFUSE: "refused"}


def claimable() -> tuple[DeliveryState, ...]:
    """The states from which the outbox may take a message, in the order of the table."""
    return tuple(state for state, move in DELIVERY_MOVES if move is DeliveryMove.CLAIM)
