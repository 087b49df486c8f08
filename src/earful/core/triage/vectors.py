"""A vector for each of the common English words, so that a head knows something of words that its examples lack.

Made by `bench/vectors.py`: each word alone through MiniLM-L6 (Apache-2.0; Wang and others 2020, as
all-MiniLM-L6-v2), its parts averaged, the mean of all taken away, turned and cut to 128 numbers (PCA), made as long as
the word is telling (Arora and others, ICLR 2017: the commoner, the shorter).

Three numbers more say how kindly a word is meant: its valence in the lexicon of VADER (MIT; Hutto and Gilbert, ICWSM
2014), that of kind words alone, and that of unkind ones alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.features import place_of, places_of, signs

FILE: Final = "vectors.npz"
VALENCES: Final = "valence.tsv"
VALENCE_WEIGHS: Final = 0.75
NAMES_WEIGH: Final = 6.0


@dataclass(frozen=True, slots=True)
class Vectors:
    """The places of the words, and a vector in the row of each. A place stands once for each word that has it."""

    places: NDArray[np.int64]
    matrix: NDArray[np.float32]


NONE: Final = Vectors(np.zeros(0, np.int64), np.zeros((0, 0), np.float32))


@lru_cache(maxsize=1)
def vectors() -> Vectors:
    """Those that come with the product."""
    places, meant = _meanings()
    valued, valence = _valences()
    matrix = np.zeros((len(places) + len(valued), meant.shape[1] + valence.shape[1]), np.float32)
    matrix[: len(places), : meant.shape[1]] = meant
    matrix[len(places) :, meant.shape[1] :] = valence
    return Vectors(np.concatenate([places, valued]), matrix)


def _meanings() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    with files("earful.core.triage").joinpath(FILE).open("rb") as file, np.load(file, allow_pickle=False) as kept:
        scaled = kept["numbers"].astype(np.float32) * kept["scales"].astype(np.float32)[:, None]
        return kept["places"].astype(np.int64), scaled


def _valences() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    text = files("earful.core.triage").joinpath(VALENCES).read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    found = np.asarray([float(valence) for _, valence in rows], np.float32) * VALENCE_WEIGHS
    places = np.asarray([place_of(word) for word, _ in rows], np.int64)
    return places, np.stack([found, np.maximum(found, 0), np.maximum(-found, 0)], 1)


def of_names(answers: Sequence[str]) -> Vectors:
    """A number for each answer: how much a word is like one of its name. A topic called "Delivery" is, before anything
    was learned, about what is delivered.
    """
    rows = [
        (place, column, weight)
        for column, answer in enumerate(answers)
        for sign in signs(answer)
        if sign[0].isalnum()
        for place, weight in zip(*places_of(sign), strict=True)
    ]
    matrix = np.zeros((len(rows), len(answers)), np.float32)
    for number, (_, column, weight) in enumerate(rows):
        matrix[number, column] = weight * NAMES_WEIGH
    return Vectors(np.asarray([place for place, _, _ in rows], np.int64), matrix)
