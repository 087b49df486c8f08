"""An encoder of two layers with eight numbers a token, made by dice, and a tokenizer of a few words."""

import json
from collections.abc import Sequence

import numpy as np

from earful.deep.weights import LONGEST, Start, Weights

WORDS = ("broken", "again", "my", "router", "is", "dead", "thanks", "lovely", "great", "help", "the", "a", "@", "http")
_WIDTH, _INNER, _ATTENTIONS = 8, 16, 2


def start() -> Start:
    """From where a small second stage is taught."""
    return Start(weights(), tokenizer(WORDS), _ATTENTIONS)


def weights(kind: type = np.float32) -> Weights:
    """Its numbers."""
    dice = np.random.default_rng(1)
    found = {"words": dice.normal(size=(4 + len(WORDS), _WIDTH)), "places": dice.normal(size=(LONGEST, _WIDTH)) / 3}
    found |= _norm("first", dice)
    for layer in range(2):
        shapes = {
            "ask": (_WIDTH, 3 * _WIDTH),
            "out": (_WIDTH, _WIDTH),
            "up": (_WIDTH, _INNER),
            "down": (_INNER, _WIDTH),
        }
        for name, shape in shapes.items():
            found[f"{layer}.{name}"] = dice.normal(size=shape) / 2
            found[f"{layer}.{name}.start"] = dice.normal(size=shape[1]) / 10
        found |= _norm(f"{layer}.norm", dice) | _norm(f"{layer}.last", dice)
    return {name: each.astype(kind) for name, each in found.items()}


def _norm(name: str, dice: np.random.Generator) -> Weights:
    return {name: 1 + dice.normal(size=_WIDTH) / 10, f"{name}.start": dice.normal(size=_WIDTH) / 10}


def tokenizer(words: Sequence[str]) -> str:
    """A tokenizer of BERT's kind that knows these words."""
    signs = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words]
    special = [{"id": number, "content": signs[number], "special": True} | _PLAIN for number in range(4)]
    return json.dumps(
        {
            "version": "1.0",
            "added_tokens": special,
            "normalizer": {"type": "BertNormalizer", "lowercase": True} | _NORMAL,
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
            "model": {"type": "WordPiece", "vocab": {sign: number for number, sign in enumerate(signs)}} | _PIECES,
        }
    )


_PLAIN = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
_NORMAL = {"clean_text": True, "handle_chinese_chars": True, "strip_accents": None}
_PIECES = {"unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}
