"""The second stage in force: what it answers, how sure it is, and which words spoke for that.

It answers like the first stage's `Model` does, at hundreds of posts a second on one core. Those that are alike long are
asked together.
"""

import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import msgspec
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from earful.core.triage.features import tokens
from earful.core.triage.model import Card, Probabilities, UnreadableModel, lost, says_something
from earful.deep.reading import Reader, batches

# The first stage's files are of formats below 100.
FORMAT: Final = 101
# More at once fall out of the processor's caches.
AT_ONCE: Final = 8
_SILENT: Final = 3


@dataclass(frozen=True)
class Deep:
    """Its card, the graph that answers, and the tokenizer with which that was made."""

    card: Card
    graph: bytes
    tokenizer: str

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.tokenizer)

    @cached_property
    def _session(self) -> Any:
        """One thread, and no rewriting: the graph is drawn of the operators that are fastest."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.log_severity_level = _SILENT
        return onnxruntime.InferenceSession(self.graph, options, providers=["CPUExecutionProvider"])

    def score(self, texts: Sequence[str]) -> dict[str, Probabilities]:
        """For each head a row for each text, with the probability of each answer."""
        sums = self.sums(texts)
        return {told.name: told.probabilities(sums[told.name]) for told in self.card.heads}

    def sums(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """For each head the sums that stand behind the probabilities, before they are divided by its temperature."""
        found = {told.name: np.zeros((len(texts), len(told.answers)), np.float32) for told in self.card.heads}
        for chosen, ids in batches(self._reader.read(texts), AT_ONCE):
            answered = self._session.run([f"of {name}" for name in found], {"ids": ids})
            for rows, each in zip(found.values(), answered, strict=True):
                rows[chosen] = each
        return found

    def without(self, heads: Collection[str]) -> "Deep":
        """It, but for some heads."""
        kept = tuple(told for told in self.card.heads if told.name not in heads)
        if len(kept) == len(self.card.heads):
            return self
        other = replace(self, card=msgspec.structs.replace(self.card, heads=kept))
        # The same graph: opened once.
        vars(other).update(_reader=self._reader, _session=self._session)
        return other

    def words(self, text: str) -> dict[str, list[tuple[str, float]]]:
        """How much each word speaks for the likeliest answer of each head, as the first stage tells it: by what is lost
        when the word is left out. Every word is left out once, all in one call.
        """
        split = tokens(text)
        said = [number for number, word in enumerate(split) if says_something(word)]
        without = [" ".join([*split[:number], *split[number + 1 :]]) for number in said]
        found = {}
        for name, sums in self.sums([" ".join(split), *without]).items():
            weights = zip((split[number] for number in said), map(float, lost(sums)), strict=True)
            found[name] = sorted(weights, key=lambda told: -told[1])
        return found

    def as_bytes(self) -> bytes:
        """It as a file has it."""
        whole = io.BytesIO()
        np.savez_compressed(
            whole,
            card=np.frombuffer(msgspec.json.encode(self.card), np.uint8),
            graph=np.frombuffer(self.graph, np.uint8),
            tokenizer=np.frombuffer(self.tokenizer.encode(), np.uint8),
        )
        return whole.getvalue()


def looks_like_one(body: bytes) -> bool:
    """Whether the bytes of a file seem to be a model of the second stage, and not of the first."""
    try:
        return "graph.npy" in zipfile.ZipFile(io.BytesIO(body)).namelist()
    except zipfile.BadZipFile:
        return False


def read(body: bytes, name: str) -> Deep:
    """The model that the bytes of a file are; `name` is told if they are none. Raises UnreadableModel."""
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as kept:
            card = msgspec.json.decode(kept["card"].tobytes(), type=Card)
            if card.format != FORMAT:
                raise UnreadableModel(f"{name} is no model of the second stage as this version has it: make it anew.")
            return Deep(card, kept["graph"].tobytes(), kept["tokenizer"].tobytes().decode())
    except UnreadableModel:
        raise
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, msgspec.MsgspecError) as error:
        raise UnreadableModel(
            f"{name} is no model of the second stage: make one with `earful triage deepen`."
        ) from error
