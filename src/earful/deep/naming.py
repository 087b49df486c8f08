"""Where heads begin of whose answers several may be right: each answer where its name lies among posts. What nobody
gave an example of is known by its name, a little, and rare answers begin better than from nothing.

Heads of one answer do not begin so: of ten reasons (2,300 posts) rare ones were told no better, and too surely.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from earful.core.triage.answers import in_words
from earful.deep.encoder import Encoder
from earful.deep.lessons import Lessons
from earful.deep.reading import Reader, table
from earful.deep.weights import Numbers, Start, Weights

LOUD: Final = 4.0
# So many posts say where posts lie.
SEEN: Final = 200


def begun_by_name(start: Start, lessons: Lessons, read: Sequence[Sequence[int]]) -> Weights:
    """The heads that begin by the names of their answers; `read` are posts as they are read."""
    named = {name: each for name, each in lessons.items() if each.several}
    if not named:
        return {}
    reader, usual = Reader(start.tokenizer), _meant(start, read[:SEEN]).mean(0)
    begun: Weights = {}
    for name, each in named.items():
        meant = _meant(start, reader.read([in_words(name, answer) for answer in each.answers]))
        meant -= meant.mean(0)
        meant *= LOUD / np.maximum(np.linalg.norm(meant, axis=1, keepdims=True), 1e-6)
        begun |= {name: meant.T.copy(), f"{name}.start": -(meant @ usual)}
    return begun


def _meant(start: Start, read: Sequence[Sequence[int]]) -> Numbers:
    encoder = Encoder(start.weights, start.attentions)
    return np.vstack([encoder.forwards(table([each])) for each in read])
