"""What becomes of a spike: found by the desk, judged by a person, over. A table that one can read aloud."""

from collections.abc import Mapping
from enum import StrEnum

from earful.core.lifecycle import MoveRefused


class SpikeState(StrEnum):
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    OVER = "over"


class SpikeMove(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    END = "end"
    FADE = "fade"


_S, _M = SpikeState, SpikeMove

# What a person called an incident is over when a person says so; the rest fades when it is quiet again. What was none
# stays none.
SPIKE_MOVES: Mapping[tuple[SpikeState, SpikeMove], SpikeState] = {
    (_S.SUSPECTED, _M.CONFIRM): _S.CONFIRMED,
    (_S.SUSPECTED, _M.DISMISS): _S.DISMISSED,
    (_S.SUSPECTED, _M.FADE): _S.OVER,
    (_S.DISMISSED, _M.CONFIRM): _S.CONFIRMED,
    (_S.DISMISSED, _M.FADE): _S.DISMISSED,
    (_S.CONFIRMED, _M.DISMISS): _S.DISMISSED,
    (_S.CONFIRMED, _M.END): _S.OVER,
}


def next_state(state: SpikeState, move: SpikeMove) -> SpikeState:
    """Where the move leads; raises MoveRefused when the table has none."""
    try:
        return SPIKE_MOVES[state, move]
    except KeyError:
        raise MoveRefused(f"A spike that is {state} cannot be told that now: look at it again.") from None
