"""The encoder with its heads as an ONNX graph, its tables as whole numbers of eight bits.

What is multiplied is told by a scale for each column, and from -64 to 64 only: processors without VNNI add pairs of
products in sixteen bits, and would run over (ONNX Runtime calls it a reduced range). What comes in is scaled batch by
batch as it runs. The operators are those that ONNX Runtime is fastest with; its own way to a quantised graph goes
over another library's export and ends at the same ones.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from earful.deep.learning import Tuned
from earful.deep.weights import Numbers, layers_of

IDS: Final = "ids"
FARTHEST: Final = 64
_THEIRS: Final = "com.microsoft"
_TINY, _UNSEEN = 1e-12, -1e4
_STANDARD, _EXTENDED, _FILE = 21, 1, 10


def as_graph(tuned: Tuned, heads: Sequence[str]) -> bytes:
    """The graph: in go `ids` (posts by tokens, 0 after the end), out come the sums of each head under its name."""
    drawing = _Drawing(tuned)
    rows = drawing.rows()
    for name in heads:
        product = drawing.node("MatMul", rows, drawing.constant(name, tuned.heads[name]))
        drawing.node("Add", product, drawing.constant(f"{name}.start", tuned.heads[f"{name}.start"]), out=f"of {name}")
    return drawing.finished([f"of {name}" for name in heads])


def eighths(table: Numbers) -> tuple[NDArray[np.int8], Numbers]:
    """A table as whole numbers, and what one of them is worth in each column."""
    steps = np.maximum(np.abs(table).max(0), 1e-9) / FARTHEST
    return np.round(table / steps).astype(np.int8), steps.astype(np.float32)


class _Drawing:
    """A graph while it is drawn. Each method adds what its name says, and returns the name of what comes out."""

    def __init__(self, tuned: Tuned) -> None:
        self._weights, self._attentions = tuned.weights, tuned.attentions
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def node(self, kind: str, *comes: str, out: str = "", domain: str = "", **settings: Any) -> str:
        return self.nodes(kind, *comes, outs=[out or f"{kind}.{len(self._nodes)}"], domain=domain, **settings)[0]

    def nodes(self, kind: str, *comes: str, outs: list[str], domain: str = "", **settings: Any) -> list[str]:
        self._nodes.append(helper.make_node(kind, list(comes), outs, domain=domain, **settings))
        return outs

    def constant(self, name: str, value: Any, kind: Any = np.float32) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value, kind), name)
        return name

    def whole(self, name: str, *numbers: int) -> str:
        return self.constant(name, list(numbers), np.int64)

    def rows(self) -> str:
        """A row of numbers for each post: the mean over its tokens."""
        seen = self.node(
            "Cast", self.node("Not", self.node("Equal", IDS, self.whole("ended", 0))), to=TensorProto.FLOAT
        )
        told = self._normed(self._read(), "first")
        unseen = self._unseen(seen)
        for layer in range(layers_of(self._weights)):
            told = self._layer(told, unseen, layer)
        heard = self.node("Mul", told, self.node("Unsqueeze", seen, self.whole("last axis", 2)))
        total = self.node("ReduceSum", heard, self.whole("tokens", 1), keepdims=0)
        return self.node("Div", total, self.node("ReduceSum", seen, self.whole("tokens", 1), keepdims=1))

    def finished(self, outs: Sequence[str]) -> bytes:
        graph = helper.make_graph(
            self._nodes,
            "deep",
            [helper.make_tensor_value_info(IDS, TensorProto.INT64, ["posts", "tokens"])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["posts", None]) for name in outs],
            list(self._constants.values()),
        )
        known = [helper.make_opsetid("", _STANDARD), helper.make_opsetid(_THEIRS, _EXTENDED)]
        body: bytes = helper.make_model(graph, opset_imports=known, ir_version=_FILE).SerializeToString()
        return body

    def _read(self) -> str:
        """Words and the places at which they stand. Each word has a scale of its own."""
        whole, steps = eighths(self._weights["words"].T)
        words = self.node("Gather", self.constant("words", whole.T, np.int8), IDS)
        worth = self.node("Gather", self.constant("words.steps", steps[:, None]), IDS)
        meant = self.node("Mul", self.node("Cast", words, to=TensorProto.FLOAT), worth)
        length = self.node("Shape", IDS, start=1, end=2)
        begin, axis = self.whole("begin", 0), self.whole("first axis", 0)
        places = self.node("Slice", self.constant("places", self._weights["places"]), begin, length, axis)
        return self.node("Add", meant, places)

    def _unseen(self, seen: str) -> str:
        away = self.node("Sub", self.constant("one", 1.0), seen)
        far = self.node("Mul", away, self.constant("far", _UNSEEN))
        return self.node("Unsqueeze", far, self.whole("middle axes", 1, 2))

    def _layer(self, told: str, unseen: str, layer: int) -> str:
        looked = self._through(self._looked(told, unseen, layer), f"{layer}.out")
        met = self._normed(self.node("Add", told, looked), f"{layer}.norm")
        bent = self.node("FastGelu", self._through(met, f"{layer}.up"), domain=_THEIRS)
        return self._normed(self.node("Add", met, self._through(bent, f"{layer}.down")), f"{layer}.last")

    def _looked(self, told: str, unseen: str, layer: int) -> str:
        width = self._weights["words"].shape[1]
        each = width // self._attentions
        apart = self.whole("apart", 0, 0, 3, self._attentions, each)
        tables = self.node("Reshape", self._through(told, f"{layer}.ask"), apart)
        tables = self.node("Transpose", tables, perm=[2, 0, 3, 1, 4])
        parts = self.nodes("Split", tables, outs=[f"{layer}.part{n}" for n in range(3)], axis=0, num_outputs=3)
        asks, keys, values = (self.node("Squeeze", part, self.whole("first axis", 0)) for part in parts)
        looks = self.node("MatMul", asks, self.node("Transpose", keys, perm=[0, 1, 3, 2]))
        looks = self.node("Add", self.node("Mul", looks, self.constant("shorter", each**-0.5)), unseen)
        looked = self.node("MatMul", self.node("Softmax", looks, axis=-1), values)
        return self.node(
            "Reshape", self.node("Transpose", looked, perm=[0, 2, 1, 3]), self.whole("together", 0, 0, width)
        )

    def _through(self, rows: str, name: str) -> str:
        whole, steps = eighths(self._weights[name])
        return self.node(
            "DynamicQuantizeMatMul",
            rows,
            self.constant(name, whole, np.int8),
            self.constant(f"{name}.steps", steps),
            self.constant(f"{name}.zero", np.zeros(len(steps)), np.int8),
            self.constant(f"{name}.start", self._weights[f"{name}.start"]),
            domain=_THEIRS,
        )

    def _normed(self, rows: str, name: str) -> str:
        """Not their joint operator for adding and this: it takes a third longer."""
        stretch = self.constant(name, self._weights[name])
        start = self.constant(f"{name}.start", self._weights[f"{name}.start"])
        return self.node("LayerNormalization", rows, stretch, start, axis=-1, epsilon=_TINY)
