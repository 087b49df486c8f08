"""The encoder, forwards and backwards: what it makes of a batch of posts, and how its numbers should change.

A transformer of BERT's build (Devlin and others 2019) in plain NumPy. Nearly all of its time is spent in products of
tables, for which NumPy is as fast as the libraries for deep learning; those weigh ten times the desk, or wait for a
compiler at each new length. `tests/deep` holds the way back against differences.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.deep.weights import Numbers, Weights, layers_of

_TINY: Final = 1e-12
_UNSEEN: Final = -1e4
_BEND, _CUBE = 0.7978846, 0.044715


@dataclass(slots=True)
class Encoder:
    """Weights, and what the last batch left behind for the way back. `attentions` is how many look beside each other in
    a layer.
    """

    weights: Weights
    attentions: int
    _left: list[tuple[Numbers, ...]] = field(default_factory=list)
    _seen: Numbers = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def forwards(self, ids: NDArray[np.int64]) -> Numbers:
        """A row of numbers for each post: the mean over its tokens. 0 stands where a post has ended."""
        self._left, self._seen = [], (ids != 0).astype(np.float32)
        posts, length = ids.shape
        told = self.weights["words"][ids] + self.weights["places"][:length]
        told, *_ = self._normed(told.reshape(posts * length, -1), "first")
        unseen = ((1 - self._seen) * _UNSEEN)[:, None, None, :]
        for layer in range(layers_of(self.weights)):
            told = self._layer(told, unseen, layer)
        shares = self._seen / self._seen.sum(1, keepdims=True)
        found: Numbers = np.einsum("pl,pld->pd", shares, told.reshape(posts, length, -1), optimize=True)
        return found

    def backwards(self, slope: Numbers) -> Weights:
        """The slope of every number of the layers, given that of each post's row."""
        shares = self._seen / self._seen.sum(1, keepdims=True)
        flat = (shares[:, :, None] * slope[:, None, :]).reshape(-1, slope.shape[1])
        slopes: Weights = {}
        for layer in reversed(range(layers_of(self.weights))):
            flat = self._layer_back(flat, layer, slopes)
        self._left = []
        return slopes

    def _layer(self, told: Numbers, unseen: Numbers, layer: int) -> Numbers:
        """Each token looks at the others of its post, and then thinks by itself."""
        asks, keys, values = self._apart(self._through(told, f"{layer}.ask"), 3)
        looks = asks @ keys.swapaxes(-1, -2)
        looks *= np.float32(asks.shape[-1] ** -0.5)
        looks += unseen
        _share(looks)
        looked = self._together(looks @ values)
        met, met_plain, met_spread = self._normed(told + self._through(looked, f"{layer}.out"), f"{layer}.norm")
        raised = self._through(met, f"{layer}.up")
        bent, bend = _bent(raised)
        last, last_plain, last_spread = self._normed(met + self._through(bent, f"{layer}.down"), f"{layer}.last")
        self._left.append(
            (told, asks, keys, values, looks, looked, met, met_plain, met_spread, bent, bend, last_plain, last_spread)
        )
        return last

    def _layer_back(self, slope: Numbers, layer: int, slopes: Weights) -> Numbers:
        (told, asks, keys, values, looks, looked, met, met_plain, met_spread, bent, bend, last_plain, last_spread) = (
            self._left[layer]
        )
        slope = self._normed_back(slope, last_plain, last_spread, f"{layer}.last", slopes)
        raised = self._through_back(slope, bent, f"{layer}.down", slopes)
        raised *= bend
        slope = slope + self._through_back(raised, met, f"{layer}.up", slopes)
        slope = self._normed_back(slope, met_plain, met_spread, f"{layer}.norm", slopes)
        (spoken,) = self._apart(self._through_back(slope, looked, f"{layer}.out", slopes), 1)
        seen = spoken @ values.swapaxes(-1, -2)
        seen -= (seen * looks).sum(-1, keepdims=True)
        seen *= looks
        seen *= np.float32(asks.shape[-1] ** -0.5)
        parts = (seen @ keys, seen.swapaxes(-1, -2) @ asks, looks.swapaxes(-1, -2) @ spoken)
        asked = np.hstack([self._together(each) for each in parts])
        return slope + self._through_back(asked, told, f"{layer}.ask", slopes)

    def _through(self, rows: Numbers, name: str) -> Numbers:
        found: Numbers = rows @ self.weights[name]
        found += self.weights[f"{name}.start"]
        return found

    def _through_back(self, slope: Numbers, rows: Numbers, name: str, slopes: Weights) -> Numbers:
        slopes[name], slopes[f"{name}.start"] = rows.T @ slope, slope.sum(0)
        found: Numbers = slope @ self.weights[name].T
        return found

    def _normed(self, rows: Numbers, name: str) -> tuple[Numbers, Numbers, Numbers]:
        """Rows of mean 0 and spread 1, stretched and moved; then those before that, and one over their spread."""
        plain = rows - rows.mean(1, keepdims=True)
        spread = 1 / np.sqrt(
            np.einsum("rd,rd->r", plain, plain)[:, None] / np.float32(rows.shape[1]) + np.float32(_TINY)
        )
        plain *= spread
        return plain * self.weights[name] + self.weights[f"{name}.start"], plain, spread

    def _normed_back(self, slope: Numbers, plain: Numbers, spread: Numbers, name: str, slopes: Weights) -> Numbers:
        slopes[name], slopes[f"{name}.start"] = np.einsum("rd,rd->d", slope, plain), slope.sum(0)
        slope = slope * self.weights[name]
        along = np.einsum("rd,rd->r", slope, plain)[:, None] / np.float32(slope.shape[1])
        slope -= slope.mean(1, keepdims=True)
        slope -= plain * along
        slope *= spread
        return slope

    def _apart(self, rows: Numbers, many: int) -> Numbers:
        """Rows of tokens as `many` tables a post and attention."""
        posts, length = self._seen.shape
        return np.ascontiguousarray(rows.reshape(posts, length, many, self.attentions, -1).transpose(2, 0, 3, 1, 4))

    def _together(self, tables: Numbers) -> Numbers:
        posts, _, length, _ = tables.shape
        return np.ascontiguousarray(tables.transpose(0, 2, 1, 3)).reshape(posts * length, -1)


def _share(looks: Numbers) -> None:
    """Shares that add up to one along the last axis, in place."""
    looks -= looks.max(-1, keepdims=True)
    np.exp(looks, out=looks)
    looks /= looks.sum(-1, keepdims=True)


def _bent(raised: Numbers) -> tuple[Numbers, Numbers]:
    """GELU (Hendrycks and Gimpel 2016, by tanh), and its slope at each place."""
    square = raised * raised
    turn = square * np.float32(_CUBE * _BEND)
    turn += np.float32(_BEND)
    turn *= raised
    np.tanh(turn, out=turn)
    half = turn * np.float32(0.5)
    half += np.float32(0.5)
    # d/dx x·h(x) = h + x·h', and h' = (1 - tanh²)/2 times the slope of what is under the tanh.
    square *= np.float32(3 * _CUBE * _BEND)
    square += np.float32(_BEND)
    square *= raised
    turn *= turn
    np.subtract(np.float32(1), turn, out=turn)
    turn *= square
    turn *= np.float32(0.5)
    turn += half
    half *= raised
    return half, turn
