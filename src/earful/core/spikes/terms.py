"""Terms: the telling words of a text and pairs of them. "No" and its like tell something with the word behind them."""

import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

from earful.core.triage.features import HANDLE, LINK

# Nobody says a matter first after so many words; it also bounds what a hostile text can cost.
_READ_AT_MOST: Final = 80
_SHORTEST: Final = 3
# What stands between two words without parting them.
_PASSED_OVER: Final = (HANDLE, LINK, "'", "’", "-", '"', "“", "”")


def terms(signs: Sequence[str]) -> frozenset[str]:
    """The telling words of the beginning of a text (see `triage.features.signs`), and the pairs of them that stand side
    by side.
    """
    return frozenset(_found(signs[:_READ_AT_MOST]))


def _found(signs: Sequence[str]) -> Iterator[str]:
    plain, turning = _lists()
    before = ""
    for sign in signs:
        telling = len(sign) >= _SHORTEST and sign.isalpha() and sign not in plain and sign not in turning
        if telling:
            yield sign
        if telling and before:
            yield f"{before} {sign}"
        if sign not in _PASSED_OVER:
            before = sign if telling or sign in turning else ""


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    """Words that tell nothing, and words that turn the next one round."""
    lists = tomllib.loads(files("earful.core.spikes").joinpath("words.toml").read_text("utf-8"))
    return frozenset(" ".join(lists["plain"].values()).split()), frozenset(lists["turning"].split())
