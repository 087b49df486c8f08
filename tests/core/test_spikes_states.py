"""What becomes of a spike, as a table."""

import pytest

from earful.core.lifecycle import MoveRefused
from earful.core.spikes.states import SPIKE_MOVES, SpikeMove, SpikeState, next_state


def test_an_incident_fades_by_nobody_but_a_person() -> None:
    assert (SpikeState.CONFIRMED, SpikeMove.FADE) not in SPIKE_MOVES
    assert next_state(SpikeState.CONFIRMED, SpikeMove.END) == SpikeState.OVER


def test_what_is_over_stays_over() -> None:
    for move in SpikeMove:
        with pytest.raises(MoveRefused):
            next_state(SpikeState.OVER, move)
