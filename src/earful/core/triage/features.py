"""What the heads see of a text: words and pairs of words by a hash, and pieces of words.

A batch of texts becomes one sparse matrix (compressed rows). What Python does for each token is one look into a
dictionary; everything else is done for the whole batch by array operations. Handles, links and numbers are one sign
each, so that nobody's name decides, and no brand's.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from earful.core.text import fold
from earful.core.triage.verdict import READ_AT_MOST

# Words and pairs have this many places, pieces of words those after them. A place may be shared by several.
WORD_PLACES: Final = 1 << 18
PIECE_PLACES: Final = 1 << 17
PLACES: Final = WORD_PLACES + PIECE_PLACES
PIECE_LENGTHS: Final = (3, 4, 5)
# Tokens remembered; a stream of ever new ones (links, names) must not fill the memory.
_REMEMBERED: Final = 200_000
_LONGEST_TOKEN: Final = 40

# Not the tokens of `core.text`, which are those that rules match: here question marks, smileys and "…" count, too.
_TOKENS: Final = re.compile(r"https?://\S+|www\.\S+|@\w+|\d+(?:[.,:]\d+)+|\w+(?:['’]\w+)*|[!?]+|\.\.+|…|[^\w\s]")
_RUNS: Final = re.compile(r"(.)\1{2,}")
_DIGITS: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_MIXED: Final = np.uint32(0x9E3779B1)
_ENTITIES: Final = (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"))

HANDLE, LINK, NUMBER = "@", "~link", "0"


@dataclass(frozen=True, slots=True)
class Features:
    """A batch as compressed sparse rows: text n has the places `places[starts[n]:starts[n + 1]]`, each weighing
    `weights` at the same index. Places stand as often as they occur.
    """

    places: NDArray[np.int32]
    weights: NDArray[np.float32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1


class _Lexicon(dict[str, int]):
    """Tokens by number; what each is read as (`signs`), and the hash of that."""

    def __init__(self) -> None:
        super().__init__()
        self.signs: list[str] = []
        self.hashes: list[int] = []

    def __missing__(self, token: str) -> int:
        sign = read_as(token)
        self[token] = number = len(self.signs)
        self.signs.append(sign)
        self.hashes.append(zlib.crc32(sign.encode()))
        return number


_lexicon = _Lexicon()


def read_as(token: str) -> str:
    """The sign that a token is read as: folded without accents, runs shortened, numbers all the same."""
    first = token[0]
    if first == "@" and len(token) > 1:
        return HANDLE
    if token.startswith(("http", "www.")) and ("/" in token or "." in token):
        return LINK
    # Where folding leaves nothing (a mark that stands alone), the token is its own sign.
    sign = fold(token, "drop").replace("’", "'") or token
    if not sign.isalpha():
        sign = _DIGITS.sub(NUMBER, sign)
    return _RUNS.sub(r"\1\1", sign)[:_LONGEST_TOKEN]


def tokens(text: str) -> list[str]:
    """The tokens of a text, as they stand in it."""
    text = text[:READ_AT_MOST]
    if "&" in text:
        for entity, sign in _ENTITIES:
            text = text.replace(entity, sign)
    return _TOKENS.findall(text)


def signs(text: str) -> list[str]:
    """The tokens as they are read."""
    return [read_as(token) for token in tokens(text)]


def features(texts: Sequence[str]) -> Features:
    """The places of a batch, with their weights: each kind of places weighs the same in every text, however long."""
    global _lexicon
    if len(_lexicon) > _REMEMBERED:
        _lexicon = _Lexicon()
    lexicon = _lexicon
    numbered = [[lexicon[token] for token in tokens(text)] for text in texts]
    return _joined(len(texts), (*_words(numbered, lexicon), _pieces(numbered, lexicon)))


def place_of(sign: str) -> int:
    """The place of a word, by the sign that it is read as."""
    return int(_place(np.asarray([zlib.crc32(sign.encode())], np.uint32))[0])


@dataclass(frozen=True, slots=True)
class _Block:
    """Places of one kind, and the text that each belongs to."""

    texts: NDArray[np.int64]
    places: NDArray[np.int64]


def _words(numbered: list[list[int]], lexicon: _Lexicon) -> tuple[_Block, _Block]:
    """Words, and pairs of neighbours."""
    lengths = np.fromiter((len(each) for each in numbered), np.int64, len(numbered))
    flat = np.fromiter(chain.from_iterable(numbered), np.int64, int(lengths.sum()))
    owners = np.repeat(np.arange(len(numbered)), lengths)
    hashes = np.asarray(lexicon.hashes, np.uint32)[flat] if len(flat) else np.zeros(0, np.uint32)
    same = owners[1:] == owners[:-1]
    pairs = (hashes[:-1] * _MIXED + hashes[1:])[same]
    return _Block(owners, _place(hashes)), _Block(owners[1:][same], _place(pairs * _MIXED))


def _place(hashes: NDArray[np.uint32]) -> NDArray[np.int64]:
    return ((hashes ^ (hashes >> np.uint32(15))) & np.uint32(WORD_PLACES - 1)).astype(np.int64)


def _pieces(numbered: list[list[int]], lexicon: _Lexicon) -> _Block:
    """Pieces of three to five bytes, over the edges of words too: a space stands between two."""
    signs = lexicon.signs
    lines = [f" {' '.join([signs[number] for number in each])} ".encode() for each in numbered]
    lengths = np.fromiter((len(line) for line in lines), np.int64, len(lines))
    flat = np.frombuffer(b"".join(lines), np.uint8).astype(np.uint32)
    owners = np.repeat(np.arange(len(lines)), lengths)
    found = []
    for size in PIECE_LENGTHS:
        if len(flat) < size:
            continue
        hashes = np.full(len(flat) - size + 1, size, np.uint32)
        for at in range(size):
            hashes = (hashes ^ flat[at : len(flat) - size + 1 + at]) * np.uint32(0x01000193)
        inside = owners[: len(hashes)] == owners[size - 1 :]
        hashes = hashes[inside]
        places = ((hashes ^ (hashes >> np.uint32(13))) & np.uint32(PIECE_PLACES - 1)).astype(np.int64)
        found.append(_Block(owners[: len(inside)][inside], places + WORD_PLACES))
    if not found:
        return _Block(np.zeros(0, np.int64), np.zeros(0, np.int64))
    return _Block(np.concatenate([each.texts for each in found]), np.concatenate([each.places for each in found]))


def _joined(count: int, blocks: Sequence[_Block]) -> Features:
    texts = np.concatenate([block.texts for block in blocks])
    places = np.concatenate([block.places for block in blocks])
    weights = np.concatenate([_weights(count, block) for block in blocks])
    order = np.argsort(texts, kind="stable")
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(texts, minlength=count), out=starts[1:])
    return Features(places[order].astype(np.int32), weights[order], starts)


def _weights(count: int, block: _Block) -> NDArray[np.float32]:
    """One over the root of how many there are: a long text is no louder than a short one."""
    many = np.bincount(block.texts, minlength=count)
    found: NDArray[np.float32] = (1.0 / np.sqrt(np.maximum(many, 1)))[block.texts].astype(np.float32)
    return found
