"""The numbers of an encoder, by name: `words`, `places`, `first`, and for each layer those of its parts (`0.ask` …)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Weights = dict[str, Numbers]

# How many look beside each other in a layer of MiniLM.
ATTENTIONS: Final = 12
# Longer posts are read as far as this; three of a thousand are longer.
LONGEST: Final = 128


@dataclass(frozen=True, slots=True)
class Start:
    """From where an encoder is taught: its weights, and the tokenizer that goes with them."""

    weights: Weights
    tokenizer: str
    attentions: int = ATTENTIONS


def layers_of(weights: Weights) -> int:
    """How many layers there are."""
    return sum(name.endswith(".ask") for name in weights)
