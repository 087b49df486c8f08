"""What words mean, as far as the vectors that come with the product know: "sign in" is near "log on"."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.features import place_of
from earful.core.triage.vectors import vectors

Vectors = NDArray[np.float32]


def meaning(words: Sequence[str]) -> Vectors:
    """One direction for a text; zero where no word of it is known."""
    known = vectors()
    rows = [row for word in words if (row := _row(word)) >= 0]
    summed = known.matrix[rows].sum(axis=0) if rows else np.zeros(known.matrix.shape[1], np.float32)
    length = float(np.linalg.norm(summed))
    directed: Vectors = summed / length if length else summed
    return directed


@lru_cache(maxsize=1)
def _rows() -> dict[int, int]:
    return {int(place): row for row, place in enumerate(vectors().places)}


@lru_cache(maxsize=50_000)
def _row(word: str) -> int:
    return _rows().get(place_of(word), -1)
