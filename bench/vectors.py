"""Makes `core/triage/vectors.npz` anew: a vector for each common English word, from MiniLM's weights.

    python bench/vectors.py FOLDER

FOLDER holds all-MiniLM-L6-v2 (Apache-2.0) as sentence-transformers keeps it: config.json, model.safetensors, vocab.txt.
It needs torch and transformers, which the desk does not.
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))
from earful.core.triage.corpus import corpus  # noqa: E402
from earful.core.triage.features import place_of, read_as, signs  # noqa: E402

DIMENSIONS = 128
TELLING = 1e-3
TRIAGE = ROOT / "src/earful/core/triage"
BEGIN, END = 101, 102


def main() -> None:
    """Every whole word of the vocabulary through the model; the rest is arithmetic."""
    folder = Path(sys.argv[1])
    vocabulary = (folder / "vocab.txt").read_text("utf-8").splitlines()
    numbers = [number for number, word in enumerate(vocabulary) if word and not word.startswith(("[", "##"))]
    raw = meanings(folder, numbers)
    centred = raw - raw.mean(0)
    turn = np.linalg.svd(centred, full_matrices=False)[2][:DIMENSIONS]
    turned = centred @ turn.T
    turned /= np.linalg.norm(turned, axis=1, keepdims=True) + 1e-9
    words = [read_as(vocabulary[number]) for number in numbers]
    found = turned * telling(words)[:, None]
    scales = np.abs(found).max(1) / 127
    np.savez_compressed(
        TRIAGE / "vectors.npz",
        places=np.asarray([place_of(word) for word in words], np.int32),
        numbers=np.round(found / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float16),
    )


def meanings(folder: Path, numbers: list[int]) -> np.ndarray:
    """What the model makes of each word alone."""
    model = AutoModel.from_pretrained(folder).eval()
    found = []
    with torch.no_grad():
        for begin in range(0, len(numbers), 1024):
            ids = torch.tensor(numbers[begin : begin + 1024])
            asked = torch.stack([torch.full_like(ids, BEGIN), ids, torch.full_like(ids, END)], 1)
            told = model(input_ids=asked, attention_mask=torch.ones_like(asked)).last_hidden_state
            found.append(told.mean(1).numpy())
    return np.concatenate(found)


def telling(words: list[str]) -> np.ndarray:
    """How much a word says, by how rare it is in the project's own corpus."""
    counts = Counter(sign for each in corpus() for sign in signs(each.text))
    return np.asarray([TELLING / (TELLING + counts[word] / counts.total()) for word in words])


if __name__ == "__main__":
    main()
