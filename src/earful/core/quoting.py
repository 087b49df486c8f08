"""Words taken over from somebody else's text: found in a text of ours, and taken out of it again.

What an author deleted must not live on in a draft that quotes it. Few words in a row are nobody's own ("I am very
sorry"), so a passage counts from five words on; a text of fewer words counts as a whole, from two on.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from earful.core.text import fold

TAKEN_OUT: Final = "[words that their author took back]"
FEWEST: Final = 5
_WORD: Final = re.compile(r"\S+")
_AROUND: Final = re.compile(r"^\W+|\W+$")

Word = tuple[str, int, int]


def without(text: str, *taken_back: str) -> str:
    """`text` with every passage that it shares with one of the others taken out; the text itself if there is none."""
    words = list(_words(text))
    spans = _joined(sorted(span for other in taken_back for span in _shared(words, other)))
    for begin, end in reversed(spans):
        text = f"{text[:begin]}{TAKEN_OUT}{text[end:]}"
    return text


def _shared(words: list[Word], other: str) -> Iterator[tuple[int, int]]:
    """Where in a text (its words, each with its place) passages of `other` stand."""
    theirs = [word for word, _, _ in _words(other)]
    length = min(FEWEST, len(theirs))
    if length < 2:
        return
    passages = {tuple(theirs[at : at + length]) for at in range(len(theirs) - length + 1)}
    for at in range(len(words) - length + 1):
        if tuple(word for word, _, _ in words[at : at + length]) in passages:
            yield words[at][1], words[at + length - 1][2]


def _words(text: str) -> Iterator[Word]:
    for found in _WORD.finditer(text):
        if bare := _AROUND.sub("", fold(found[0], "drop")):
            yield bare, found.start(), found.end()


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    return joined
