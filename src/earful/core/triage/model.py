"""The heads in force: all of them in one table, a batch of texts scored at once.

A text's sums are the rows of its places added up, for every answer of every head together; what makes them
probabilities is one division and an exponential. Nothing is learned here.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from earful.core.triage.features import HANDLE, LINK, PLACES, brought, read_as, tokens
from earful.core.triage.heads import YES_OR_NO
from earful.core.triage.learned import Learned, probabilities
from earful.core.triage.spoken import Spoken

SHIPPED: Final = "heads.npz"
FORMAT: Final = 2
AT_ONCE: Final = 512

Probabilities = NDArray[np.float32]


class UnreadableModel(ValueError):
    """A file that is no model, or one of another version; the message says what to do."""


class Told(msgspec.Struct, frozen=True):
    """What a model says of one of its heads: its answers, how sure it may be, of how many texts it learned, and whether
    several answers may be right at once.
    """

    name: str
    answers: tuple[str, ...]
    temperature: float
    texts: int
    several: bool = False

    def probabilities(self, sums: NDArray[np.float32]) -> Probabilities:
        """What the sums of this head come to."""
        found: Probabilities = probabilities(sums / np.float32(self.temperature), several=self.several)
        return found


class Card(msgspec.Struct, frozen=True):
    """What a model says of itself."""

    version: str
    made_from: str
    heads: tuple[Told, ...]
    format: int = FORMAT


@dataclass(frozen=True)
class Model:
    """All heads: `weights` has a row for each of `places` and a column for each answer of each head, in order."""

    card: Card
    places: NDArray[np.int32]
    weights: NDArray[np.float32]
    start: NDArray[np.float32]

    @cached_property
    def _rows(self) -> NDArray[np.int32]:
        """The row of each place, and -1 for one that no head has learned."""
        rows = np.full(PLACES, -1, np.int32)
        rows[self.places] = np.arange(len(self.places), dtype=np.int32)
        return rows

    @cached_property
    def _spoken(self) -> Spoken:
        return Spoken(self.said_by)

    @property
    def columns(self) -> Mapping[str, slice]:
        """Where the answers of each head stand."""
        columns, begin = {}, 0
        for told in self.card.heads:
            columns[told.name] = slice(begin, begin := begin + len(told.answers))
        return columns

    def score(self, texts: Sequence[str]) -> dict[str, Probabilities]:
        """For each head a row for each text, with the probability of each answer."""
        parts = [self.sums(texts[begin : begin + AT_ONCE]) for begin in range(0, len(texts), AT_ONCE)]
        sums = np.vstack(parts) if parts else np.zeros((0, self.weights.shape[1]), np.float32)
        columns = self.columns
        return {told.name: told.probabilities(sums[:, columns[told.name]]) for told in self.card.heads}

    def sums(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The sums that stand behind the probabilities, before they are divided by any temperature."""
        return self._sums([tokens(text) for text in texts])

    def _sums(self, split: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        batch, said = self._spoken.of(split)
        added = _added(batch.owners, batch.numbers, said, len(batch))
        rows = self._rows[batch.pairs]
        known = rows >= 0
        added += _added(batch.pair_owners[known], rows[known], self.weights, len(batch))
        added *= batch.loudness[:, None]
        added += self.start
        return added

    def said_by(self, signs: Sequence[str]) -> NDArray[np.float32]:
        """What each sign says to each answer, wherever it stands: its own weight, and those of its pieces."""
        places, weights, starts = brought(signs)
        rows = self._rows[places]
        known = csr_matrix(
            (np.where(rows >= 0, weights, 0), np.maximum(rows, 0), starts), (len(signs), len(self.weights))
        )
        found: NDArray[np.float32] = known @ self.weights
        return found

    def words(self, text: str) -> dict[str, list[tuple[str, float]]]:
        """How much each word of a text speaks for the likeliest answer of each head against the others, the strongest
        first: what its lead would lose if the word were not there. Names, links and marks are left out: they say
        nothing that a person could check.
        """
        split = tokens(text)
        said = [number for number, token in enumerate(split) if says_something(token)]
        return {
            name: sorted(((split[number], float(each[number])) for number in said), key=lambda told: -told[1])
            for name, each in self.lost_without(split).items()
        }

    def lost_without(self, split: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """For each head, by how much the lead of its likeliest answer would be less without each token."""
        sums = self._sums([split, *([*split[:at], *split[at + 1 :]] for at in range(len(split)))])
        return {name: lost(sums[:, column]) for name, column in self.columns.items()}

    def with_head(self, name: str, learned: Learned) -> "Model":
        """This model with one head more, or another one in place of the one with that name."""
        told = Told(name, learned.answers, learned.temperature, learned.texts, learned.several)
        card = msgspec.structs.replace(self.card, heads=(told,))
        return self.joined(Model(card, learned.places, learned.weights, learned.start))

    def joined(self, others: "Model") -> "Model":
        """This model with all heads of another one, which stand for those of the same name."""
        names = {told.name for told in others.card.heads}
        kept = [told for told in self.card.heads if told.name not in names]
        where = [self.columns[told.name] for told in kept]
        blocks = [(self.places, self.weights[:, column], self.start[column]) for column in where]
        blocks.append((others.places, others.weights, others.start))
        card = msgspec.structs.replace(self.card, heads=(*kept, *others.card.heads))
        return _together(card, blocks)

    def as_bytes(self) -> bytes:
        """It as a file has it: weights as whole numbers of a step that each column has for itself."""
        steps = np.maximum(np.abs(self.weights).max(0, initial=0.0), 1e-9) / 127
        whole = io.BytesIO()
        np.savez_compressed(
            whole,
            card=np.frombuffer(msgspec.json.encode(self.card), np.uint8),
            places=self.places,
            numbers=np.round(self.weights / steps).astype(np.int8),
            steps=steps.astype(np.float32),
            start=self.start,
        )
        return whole.getvalue()


def empty(version: str, made_from: str) -> Model:
    """A model without heads."""
    nothing = np.zeros((0, 0), np.float32)
    return Model(Card(version, made_from, ()), np.zeros(0, np.int32), nothing, np.zeros(0, np.float32))


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that comes with the product, made from its own corpus."""
    return read(files("earful.core.triage").joinpath(SHIPPED).read_bytes(), SHIPPED)


def read(body: bytes, name: str) -> Model:
    """The model that the bytes of a file are; `name` is told if they are none. Raises UnreadableModel."""
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as kept:
            card = msgspec.json.decode(kept["card"].tobytes(), type=Card)
            weights = kept["numbers"].astype(np.float32) * kept["steps"]
            model = Model(card, kept["places"], weights, kept["start"])
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, msgspec.MsgspecError) as error:
        raise UnreadableModel(f"{name} is no model of triage: make one with `earful triage train`.") from error
    if card.format != FORMAT:
        raise UnreadableModel(f"{name} is of format {card.format}, and this is {FORMAT}: train it anew.")
    return model


def says_something(token: str) -> bool:
    """Whether a token is a word, and not a name, a link or a mark."""
    return token[-1].isalnum() and read_as(token) not in (HANDLE, LINK)


def _added(owners: NDArray[Any], rows: NDArray[Any], table: NDArray[np.float32], many: int) -> NDArray[np.float32]:
    """For each owner, its rows of a table added up; the owners stand in order."""
    starts = np.searchsorted(owners, np.arange(many + 1))
    ones = np.ones(len(rows), np.float32)
    found: NDArray[np.float32] = csr_matrix((ones, rows, starts), (many, len(table))) @ table
    return found


def _together(card: Card, blocks: Sequence[tuple[Any, Any, Any]]) -> Model:
    places = np.unique(np.concatenate([each for each, _, _ in blocks]))
    weights = np.zeros((len(places), sum(block.shape[1] for _, block, _ in blocks)), np.float32)
    begin = 0
    for known, block, _ in blocks:
        if len(known):
            weights[np.searchsorted(places, known), begin : begin + block.shape[1]] = block
        begin += block.shape[1]
    return Model(card, places.astype(np.int32), weights, np.concatenate([start for _, _, start in blocks]))


def lost(sums: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how much the lead of the likeliest answer of the first row is less in each of the other rows."""
    ahead = int(sums[0].argmax())
    lead = sums[:, ahead] - np.delete(sums, ahead, axis=1).max(1)
    found: NDArray[np.float32] = lead[0] - lead[1:]
    return found


def as_json(told: Told, row: Probabilities) -> float | dict[str, float]:
    """A head's answer for one text: a probability where it says yes or no, else one for each answer."""
    if told.answers == YES_OR_NO:
        return round(float(row[1]), 4)
    return {answer: round(float(each), 4) for answer, each in zip(told.answers, row, strict=True)}
