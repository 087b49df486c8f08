"""Solving a logistic regression whose inputs are partly sparse (places) and partly dense (vectors, other heads' sums).

L-BFGS (Liu and Nocedal 1989, scipy's) over single precision products: both halves stay as they are, which is what
makes it seconds for twenty thousand texts.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from earful.core.triage.learned import probabilities, unlikely

STEPS: Final = 100
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Inputs:
    """A row for each text: what is sparse, and what is dense beside it. `supposed` is what the weights of the last
    dense columns are thought to be before anything is learned; those of all others are thought to be nothing.
    """

    sparse: csr_matrix
    dense: Floats
    supposed: Floats

    def of(self, which: NDArray[np.bool_]) -> "Inputs":
        """Those of some texts."""
        return Inputs(self.sparse[which], self.dense[which], self.supposed)


@dataclass(frozen=True, slots=True)
class Solved:
    """A weight for each column of the inputs and each answer, and what each answer starts with."""

    sparse: Floats
    dense: Floats
    start: Floats

    def sums(self, inputs: Inputs) -> Floats:
        """What the inputs come to."""
        found: Floats = inputs.sparse @ self.sparse + inputs.dense @ self.dense + self.start
        return found


def solve(
    inputs: Inputs, truth: Floats, loud: Floats, penalty: float, *, several: bool = False, steps: int = STEPS
) -> Solved:
    """Weights and starts under which what was answered (`truth`) is likeliest, less what large weights cost.

    What each answer starts with costs nothing: told otherwise, posts unlike the examples are told worse.
    """
    places, many = inputs.sparse.shape[1], truth.shape[1]
    width = places + inputs.dense.shape[1]
    across = csr_matrix(inputs.sparse.T)
    supposed = np.zeros((width, many), np.float32)
    if len(inputs.supposed):
        supposed[-len(inputs.supposed) :] = inputs.supposed

    def cost(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(width + 1, many).astype(np.float32)
        solved = Solved(weights[:places], weights[places:width], weights[width])
        told = probabilities(solved.sums(inputs), several=several)
        missed = (told - truth) * loud[:, None]
        beyond = weights[:width] - supposed
        slope = np.empty_like(weights)
        slope[:places] = across @ missed
        slope[places:width] = inputs.dense.T @ missed
        slope[:width] += penalty * beyond
        slope[width] = missed.sum(0)
        costs = float(loud @ unlikely(told, truth, several=several)) + penalty / 2 * float((beyond**2).sum())
        return costs, slope.ravel().astype(np.float64)

    begun = np.vstack([supposed, np.zeros((1, many))]).ravel()
    found: Any = minimize(cost, begun, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 6})
    weights = found.x.reshape(width + 1, many).astype(np.float32)
    return Solved(weights[:places], weights[places:width], weights[width])
