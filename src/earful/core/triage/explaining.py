"""Whether what a model says of itself is true: do the words that it names carry its decisions, and do names not?

Named words are put to the proof that a person would put them to: take them out, and look whether the decision falls.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.corpus import Example
from earful.core.triage.features import tokens
from earful.core.triage.model import Model, says_something

NAMED: Final = 3
# Words that one may stand for another of without a post meaning anything else; the names are invented people's.
NAMES: Final = (
    "Priya",
    "Tom",
    "Ana",
    "Kwame",
    "Fatima",
    "Marisol",
    "Wei",
    "Declan",
    "Chidera",
    "Lorna",
    "Ravi",
    "Maria",
)
CITIES: Final = ("London", "Leeds", "Lagos", "Dublin", "Denver", "Boston", "Delhi", "Manchester", "Accra", "Chicago")
BRANDS: Final = ("@LumenHelp", "@OrbitCare", "@HearthMobile", "@TalloBank")
_HANDLE: Final = re.compile(r"@\w+")


def flips(model: Model, head: str, texts: Sequence[str]) -> tuple[float, float]:
    """The share of decisions that fall without the three words that spoke for them most, and without three others that
    are drawn by lot. Texts of fewer than seven words are left out: nothing is left of them.
    """
    split = [each for text in texts if sum(map(says_something, each := tokens(text))) > 2 * NAMED]
    lots = np.random.default_rng(1)
    before = _decided(model, head, split)
    named = _decided(model, head, [_without(each, _strongest(model, head, each)) for each in split])
    others = _decided(model, head, [_without(each, lots.permutation(_words(each))[:NAMED].tolist()) for each in split])
    return float((named != before).mean()), float((others != before).mean())


def shares_kept(model: Model, examples: Sequence[Example]) -> dict[str, float]:
    """For each head, the share of answers that stay when a handle, a name or a city in a post is another."""
    pairs = [pair for each in examples for pair in _swapped(each.text)]
    before = model.score([each for each, _ in pairs])
    after = model.score([each for _, each in pairs])
    return {head: float((before[head].argmax(1) == after[head].argmax(1)).mean()) for head in before}


def _swapped(text: str) -> Iterator[tuple[str, str]]:
    """The text beside itself with another name, city or handle, if it has one."""
    for known in (NAMES, CITIES):
        for number, word in enumerate(known):
            if re.search(rf"\b{word}\b", text):
                yield text, re.sub(rf"\b{word}\b", known[(number + 1) % len(known)], text)
    if _HANDLE.search(text):
        yield text, _HANDLE.sub(BRANDS[len(text) % len(BRANDS)], text)


def _decided(model: Model, head: str, split: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = model.score([" ".join(each) for each in split])[head].argmax(1)
    return found


def _words(split: Sequence[str]) -> list[int]:
    return [number for number, token in enumerate(split) if says_something(token)]


def _strongest(model: Model, head: str, split: Sequence[str]) -> list[int]:
    lost = model.lost_without(split)[head]
    return sorted(_words(split), key=lambda number: -lost[number])[:NAMED]


def _without(split: Sequence[str], which: Sequence[int]) -> list[str]:
    return [token for number, token in enumerate(split) if number not in which]
