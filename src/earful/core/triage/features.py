"""What the heads see of a text: its words, pairs of neighbours, and the pieces of each word, all by a hash.

A word brings its own place and those of its pieces along, wherever it stands. So a model adds up once what a word
says, keeps that, and a text costs one look into a dictionary for each token and one row to add. Handles, links and
numbers are one sign each, so that nobody's name decides, and no brand's.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count
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
# All pieces of a word together weigh as much as the word.
PIECES_WEIGH: Final = 1.0
_LONGEST_TOKEN: Final = 40

# Not the tokens of `core.text`, which are those that rules match: here question marks, smileys and "…" count, too.
_TOKENS: Final = re.compile(r"https?://\S+|www\.\S+|@\w+|\d+(?:[.,:]\d+)+|\w+(?:['’]\w+)*|[!?]+|\.\.+|…|[^\w\s]")
_RUNS: Final = re.compile(r"(.)\1{2,}")
_DIGITS: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_MIXED: Final = np.uint32(0x9E3779B1)
_ENTITIES: Final = (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"))

HANDLE, LINK, NUMBER = "@", "~link", "0"


class Lexicon(dict[str, int]):
    """Tokens by the number of the sign that each is read as; `signs` and `hashes` are by that number.

    Two threads may give a sign two numbers, which does no harm: both stand for the same sign.
    """

    def __init__(self) -> None:
        super().__init__()
        self.signs: dict[int, str] = {}
        self.hashes: dict[int, int] = {}
        self._numbers: dict[str, int] = {}
        self._next = count()

    def __missing__(self, token: str) -> int:
        sign = read_as(token)
        number = self._numbers.get(sign)
        if number is None:
            number = next(self._next)
            self.signs[number], self.hashes[number] = sign, zlib.crc32(sign.encode())
            self._numbers[sign] = number
        # Names, links and numbers are ever new: they are read anew each time.
        if sign not in (HANDLE, LINK, NUMBER):
            self[token] = number
        return number


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts as signs: `numbers` are those of the signs of all texts in a row, `owners` the text that each belongs to,
    `lengths` how many each text has. `pairs` are the places of neighbours, `pair_owners` their texts.
    """

    numbers: NDArray[np.int64]
    owners: NDArray[np.int64]
    lengths: NDArray[np.int64]
    pairs: NDArray[np.int64]
    pair_owners: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def loudness(self) -> NDArray[np.float32]:
        """What each sign and each pair of a text weighs: a long text is no louder than a short one."""
        found: NDArray[np.float32] = (1.0 / np.sqrt(np.maximum(self.lengths, 1))).astype(np.float32)
        return found


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


def numbered(split: Iterable[Sequence[str]], lexicon: Lexicon) -> Batch:
    """Texts, split into tokens, as numbers of signs, with the pairs of neighbours."""
    each = [[lexicon[token] for token in text] for text in split]
    lengths = np.fromiter(map(len, each), np.int64, len(each))
    flat = np.fromiter(chain.from_iterable(each), np.int64, int(lengths.sum()))
    owners = np.repeat(np.arange(len(each)), lengths)
    known, which = np.unique(flat, return_inverse=True)
    hashes = np.fromiter((lexicon.hashes[number] for number in known.tolist()), np.uint32, len(known))[which]
    same = owners[1:] == owners[:-1]
    return Batch(flat, owners, lengths, pair_places(hashes[:-1], hashes[1:])[same], owners[1:][same])


def pair_places(before: NDArray[np.uint32], after: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The places of neighbours, by the hashes of the two."""
    return _place((before * _MIXED + after) * _MIXED)


def places_of(sign: str) -> tuple[list[int], list[float]]:
    """The places that a sign brings along, with what each weighs: its own, and those of its pieces.

    Pieces are of three to five bytes; a space stands before and after the word.
    """
    pieces = _pieces(sign) if len(sign) > 2 and sign[0].isalnum() else []
    each = PIECES_WEIGH / max(len(pieces), 1) ** 0.5
    return [place_of(sign), *pieces], [1.0, *[each] * len(pieces)]


def place_of(sign: str) -> int:
    """The place of a word, by the sign that it is read as."""
    return int(_place(np.asarray([zlib.crc32(sign.encode())], np.uint32))[0])


def _pieces(sign: str) -> list[int]:
    line = f" {sign} ".encode()
    found = [line[at : at + size] for size in PIECE_LENGTHS for at in range(len(line) - size + 1)]
    return [WORD_PLACES + (zlib.crc32(piece) * 0x9E3779B1 % (1 << 32) >> 13) % PIECE_PLACES for piece in found]


def _place(hashes: NDArray[np.uint32]) -> NDArray[np.int64]:
    return ((hashes ^ (hashes >> np.uint32(15))) & np.uint32(WORD_PLACES - 1)).astype(np.int64)


def brought(signs: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """What many signs bring along, as compressed sparse rows: places, weights, and where each row begins."""
    each = [places_of(sign) for sign in signs]
    starts = np.zeros(len(each) + 1, np.int64)
    np.cumsum([len(places) for places, _ in each], out=starts[1:])
    places = np.fromiter(chain.from_iterable(places for places, _ in each), np.int64, int(starts[-1]))
    weights = np.fromiter(chain.from_iterable(weights for _, weights in each), np.float32, int(starts[-1]))
    return places, weights, starts
