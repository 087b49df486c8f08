"""What the encoder reads of a post: handles and links are one sign each, emoji are named, hashtags come apart."""

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.core.triage.verdict import READ_AT_MOST
from earful.deep.weights import LONGEST

# The library would split a batch among as many threads as there are cores; the second stage has one.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
from tokenizers import Tokenizer

_LINKS: Final = re.compile(r"https?://\S+|www\.\S+")
_HANDLES: Final = re.compile(r"@\w+")
_TAGS: Final = re.compile(r"#(\w+)")
_WORDS_IN_TAG: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ENTITIES: Final = (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"))
# Pictures have names in Unicode, and MiniLM knows words; it was shown no pictures.
_PICTURES: Final = re.compile("[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]")
_SKIN: Final = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f\u200d]")


def plain(text: str) -> str:
    """The text as it is read."""
    text = text[:READ_AT_MOST]
    if "&" in text:
        for entity, sign in _ENTITIES:
            text = text.replace(entity, sign)
    text = _HANDLES.sub("@", _LINKS.sub("http", text))
    text = _TAGS.sub(lambda found: f"# {_WORDS_IN_TAG.sub(' ', found[1])}", text)
    return text if text.isascii() else _PICTURES.sub(_named, _SKIN.sub("", text))


def _named(found: re.Match[str]) -> str:
    return f" {unicodedata.name(found[0], 'sign').lower()} "


class Reader:
    """Texts as numbered tokens."""

    def __init__(self, kept: str) -> None:
        self._tokenizer = Tokenizer.from_str(kept)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def read(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text, with a sign for its start and one for its end."""
        return [each.ids for each in self._tokenizer.encode_batch([plain(text) for text in texts])]


def batches(read: Sequence[Sequence[int]], at_once: int) -> Iterator[tuple[list[int], NDArray[np.int64]]]:
    """Which texts, and their tokens as a table: those of like length together, so that little is empty."""
    order = sorted(range(len(read)), key=lambda number: len(read[number]))
    for begin in range(0, len(order), at_once):
        chosen = order[begin : begin + at_once]
        yield chosen, table([read[number] for number in chosen])


def table(rows: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Tokens as a table; 0 stands where a text has ended."""
    found = np.zeros((len(rows), max(len(row) for row in rows)), np.int64)
    for number, row in enumerate(rows):
        found[number, : len(row)] = row
    return found
