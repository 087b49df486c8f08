"""The encoder's way back, held against differences; and the graph, held against the encoder."""

import numpy as np
import onnx
import onnxruntime
import pytest

from deep.small import start, weights
from earful.deep.encoder import Encoder
from earful.deep.graph import as_graph
from earful.deep.learning import Tuned

IDS = np.asarray([[2, 4, 5, 6, 3], [2, 7, 3, 0, 0]])
TURN = np.random.default_rng(2).normal(size=(2, 8))
A_LITTLE = 1e-5


def told(encoder: Encoder) -> float:
    return float((encoder.forwards(IDS) * TURN).sum())


@pytest.mark.parametrize("name", [name for name in weights() if name[0].isdigit()])
def test_slopes_are_what_differences_say(name: str) -> None:
    encoder = Encoder(weights(np.float64), 2)
    told(encoder)
    slope = encoder.backwards(TURN)[name]
    table = encoder.weights[name]
    place = tuple(size // 2 for size in table.shape)
    table[place] += A_LITTLE
    more = told(encoder)
    table[place] -= 2 * A_LITTLE
    assert slope[place] == pytest.approx((more - told(encoder)) / (2 * A_LITTLE), rel=1e-3, abs=1e-6)


def test_what_stands_after_the_end_changes_nothing() -> None:
    encoder = Encoder(weights(), 2)
    alone = encoder.forwards(IDS[1:, :3])
    assert np.allclose(encoder.forwards(IDS)[1:], alone, atol=1e-5)


def test_the_graph_says_nearly_what_the_encoder_says() -> None:
    begun = start()
    heads = {"mood": np.eye(8, 3, dtype=np.float32), "mood.start": np.ones(3, np.float32)}
    tuned = Tuned(begun.weights, heads, begun.attentions)
    drawn = as_graph(tuned, ["mood"])
    onnx.checker.check_model(onnx.load_from_string(drawn))
    session = onnxruntime.InferenceSession(drawn)
    (graph,) = session.run(["of mood"], {"ids": IDS})
    encoder = Encoder(begun.weights, begun.attentions).forwards(IDS) @ heads["mood"] + heads["mood.start"]
    assert np.abs(graph - encoder).max() < 0.1
