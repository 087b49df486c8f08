"""What a model remembers of the signs that it has met: what each of them says, added up once.

Safe among threads without a lock: whoever misses a row makes it, and what is swapped is swapped whole.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.features import Batch, Lexicon, numbered

# Signs remembered; a stream of ever new ones must not fill the memory.
REMEMBERED: Final = 30_000

Floats = NDArray[np.float32]


class Spoken:
    """Rows of what signs say, by their number in a lexicon; `said_by` makes those that are new."""

    def __init__(self, said_by: Callable[[Sequence[str]], Floats]) -> None:
        self._said_by = said_by
        self._kept: tuple[Lexicon, Floats, NDArray[np.bool_]] | None = None

    def of(self, split: Sequence[Sequence[str]]) -> tuple[Batch, Floats]:
        """Texts, split into tokens, as numbers, and the rows that these numbers stand for."""
        lexicon, rows, filled = self._lasting()
        batch = numbered(split, lexicon)
        most = int(batch.numbers.max(initial=-1)) + 1
        if most > len(rows):
            rows, filled = _larger(rows, most), _larger(filled, most)
        missing = np.unique(batch.numbers[~filled[batch.numbers]])
        if len(missing):
            rows[missing] = self._said_by([lexicon.signs[number] for number in missing.tolist()])
            filled[missing] = True
        self._kept = lexicon, rows, filled
        return batch, rows

    def _lasting(self) -> tuple[Lexicon, Floats, NDArray[np.bool_]]:
        if self._kept is None or len(self._kept[0].signs) > REMEMBERED or len(self._kept[0]) > 2 * REMEMBERED:
            self._kept = Lexicon(), self._said_by([]), np.zeros(0, np.bool_)
        return self._kept


def _larger(rows: NDArray[Any], least: int) -> NDArray[Any]:
    """The rows with empty ones after them, at least so many; at once twice as many, as more will come."""
    more = np.zeros((max(least, 2 * len(rows)) - len(rows), *rows.shape[1:]), rows.dtype)
    return np.concatenate([rows, more])
