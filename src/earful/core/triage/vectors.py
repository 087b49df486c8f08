"""A vector for each of the common English words, so that a head knows something of words that its examples lack.

Made by `bench/vectors.py`: each word alone through MiniLM-L6 (Apache-2.0; Wang and others 2020, as
all-MiniLM-L6-v2), its parts averaged, the mean of all taken away, turned and cut to 128 numbers (PCA), made as long as
the word is telling (Arora and others, ICLR 2017: the commoner, the shorter).
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

FILE: Final = "vectors.npz"


@dataclass(frozen=True, slots=True)
class Vectors:
    """The places of the words, and a vector in the row of each. A place stands once for each word that has it."""

    places: NDArray[np.int64]
    matrix: NDArray[np.float32]


NONE: Final = Vectors(np.zeros(0, np.int64), np.zeros((0, 0), np.float32))


@lru_cache(maxsize=1)
def vectors() -> Vectors:
    """Those that come with the product."""
    with files("earful.core.triage").joinpath(FILE).open("rb") as file, np.load(file, allow_pickle=False) as kept:
        scaled = kept["numbers"].astype(np.float32) * kept["scales"].astype(np.float32)[:, None]
        return Vectors(kept["places"].astype(np.int64), scaled)
