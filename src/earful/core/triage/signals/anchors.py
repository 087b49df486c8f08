"""What a text must have before a pattern is worth asking: pieces of text, of which every match has at least one.

The idea is that of RE2's FilteredRE2 (re2/prefilter.cc), done here because a set of literals this large makes RE2's own
automaton forget its states again and again: 64 µs a post against 6.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

# Pieces are multiplied out up to here, and begun anew beyond; one alone goes before or behind all of many.
_MULTIPLIED: Final = 24
_MOST_PIECES: Final = 400
# More sets than this, or sets that more texts than this have, cost more than they save.
SETS: Final = 3
_WORTH: Final = 0.8
_TOKEN: Final = re.compile(r"\\[bBAzd wWsSD]|\\.|\[\^?(?:\\.|[^]\\])+\]|\(\?P<\w+>|\(\?:|\{\d+(?:,\d*)?\}|.", re.DOTALL)
_WORD_EDGE: Final = r"\b"
_NO_WIDTH: Final = frozenset({r"\B", "^", "$", r"\A", r"\z"})
_ANYTHING: Final = frozenset({".", r"\d", r"\w", r"\W", r"\s", r"\S", r"\D"})
_GROUPS: Final = ("(", "(?:", "(?P<")

# Where a word begins or ends. No post has this character: plain texts are without it.
EDGE: Final = "\x00"
_BOUNDARY: Final = re.compile(r"\b", re.ASCII)

Pieces = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of a part: all that it can read (`exact`, if few), and sets of pieces, of each of which one must be
    there.
    """

    exact: Pieces | None
    required: tuple[Pieces, ...] = ()

    def best(self) -> Pieces | None:
        return min(self.all(), key=_share, default=None)

    def all(self) -> list[Pieces]:
        known = [*self.required, *([] if self.exact is None else [self.exact])]
        return [pieces for pieces in known if _share(pieces) < 1]


_EMPTY: Final = frozenset({""})
_NOTHING: Final = _Told(_EMPTY)
_SPACE: Final = frozenset({" "})


def anchors(expression: str) -> list[Pieces]:
    """Sets of pieces, the rarest first: every text that matches has one of each. None if there is no telling."""
    told = _Reader(_TOKEN.findall(expression)).either().all()
    chosen: list[Pieces] = []
    for words in sorted((words for pieces in told for words in _words(pieces)), key=_share):
        if _share(words) < (_WORTH if chosen else 1) and all(_bare(words).isdisjoint(_bare(each)) for each in chosen):
            chosen.append(words)
    return chosen[:SETS]


def _bare(words: Pieces) -> Pieces:
    return frozenset(word.replace(EDGE, "") for word in words)


def edged(text: str) -> str:
    """A text with every edge of a word marked, as pieces have them."""
    return _BOUNDARY.sub(EDGE, text)


def _words(pieces: Pieces) -> Iterator[Pieces]:
    """The rarest word of each piece, then the next: no piece goes over a space."""
    apart = [sorted(_parted(piece), key=_share_of_word) for piece in pieces]
    return (frozenset(each) for each in zip(*apart, strict=False))


def _parted(piece: str) -> list[str]:
    """The words, or parts of words, of a piece. Where a space is, an edge is beside it."""
    marked = piece.replace(" ", f"{EDGE} {EDGE}").split()
    return [_marked(part) for part in marked if part.strip(EDGE)]


def _marked(part: str) -> str:
    """A part with the edges that are known: those inside it, and those at its ends where it says so."""
    bare = part.strip(EDGE)
    whole = edged(bare)
    begins = whole if part.startswith(EDGE) else whole.removeprefix(EDGE)
    return begins if part.endswith(EDGE) else begins.removesuffix(EDGE)


class _Reader:
    """Reads an expression: literals, classes, groups, alternatives, repetitions; no look-around, as RE2 has none."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def either(self) -> _Told:
        branches = [self._row()]
        while self._next() == "|":
            self.at += 1
            branches.append(self._row())
        return branches[0] if len(branches) == 1 else _any(branches)

    def _row(self) -> _Told:
        parts = []
        while self._next() not in ("|", ")", ""):
            parts.append(self._repeated(self._part()))
        return _in_a_row(parts)

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _part(self) -> _Told:
        token = self._next()
        self.at += 1
        if token.startswith(_GROUPS):
            told = self.either()
            self.at += 1  # the closing bracket
            return told
        if token == _WORD_EDGE:
            return _Told(frozenset({EDGE}))
        if token in _NO_WIDTH:
            return _NOTHING
        if token in _ANYTHING:
            return _Told(None)
        return _of_class(token) if token[0] == "[" and len(token) > 1 else _Told(frozenset({token[-1]}))

    def _repeated(self, told: _Told) -> _Told:
        sign = self._next()
        if sign not in ("?", "*", "+") and not (sign.startswith("{") and len(sign) > 1):
            return told
        self.at += 1
        if sign == "?":
            return _Told(told.exact | {""} if told.exact is not None else None)
        if sign == "*" or sign.startswith("{0"):
            return _Told(None)
        return _Told(None, tuple(told.all()))


def _of_class(token: str) -> _Told:
    inside = token[1:-1]
    if inside.startswith("^") or "\\" in inside or re.search(r".-.", inside):
        return _Told(None)
    return _Told(frozenset(inside))


def _any(branches: Sequence[_Told]) -> _Told:
    exact = [branch.exact for branch in branches if branch.exact is not None]
    known = frozenset[str]().union(*exact) if len(exact) == len(branches) else None
    least = [best for branch in branches if (best := branch.best()) is not None]
    required = (frozenset[str]().union(*least),) if len(least) == len(branches) else ()
    return _Told(known if known is not None and len(known) <= _MOST_PIECES else None, required)


def _in_a_row(parts: Sequence[_Told]) -> _Told:
    """One after the other: what is exactly known is multiplied out as long as it stays small; so is each word."""
    exact: Pieces | None = _EMPTY
    word, found = _EMPTY, [pieces for part in parts for pieces in part.required]
    for part in parts:
        known = part.exact
        exact = _multiplied(exact, known)
        longer = None if known == _SPACE else _multiplied(word, known)
        if longer is None:
            found.append(_multiplied(word, _SPACE) or word if known == _SPACE else word)
        word = longer if longer is not None else known if known is not None else _EMPTY
    return _Told(exact, (*found, word))


def _multiplied(before: Pieces | None, after: Pieces | None) -> Pieces | None:
    """Every piece of the one before every piece of the other; None if that is not known, or too many."""
    if before is None or after is None:
        return None
    fewer, more = sorted((len(before), len(after)))
    if fewer * more > (_MOST_PIECES if fewer == 1 else _MULTIPLIED):
        return None
    return frozenset(one + other for one, other in product(before, after))


def _share(pieces: Pieces) -> float:
    """A guess of how many texts have one of these; only its order matters."""
    return 1 - prod(1 - _share_of(piece) for piece in pieces)


def _share_of(piece: str) -> float:
    return min(map(_share_of_word, _parted(piece)), default=1.0)


def _share_of_word(word: str) -> float:
    bare = word.replace(EDGE, "")
    if bare in _COMMON:
        return 0.2
    if len(bare.encode()) < 2:
        return 0.25 if word.startswith(EDGE) and word.endswith(EDGE) else 1.0 if bare.isalpha() else 0.2
    return float(0.4 ** (len(bare.encode()) + word.startswith(EDGE) / 2 + word.endswith(EDGE) / 2))


# Pieces that by their length would look rarer than they are.
_COMMON: Final = frozenset(
    """
    about again all and any are been but call can could day did does don down for from get good got had has have her
    help here him his how ill ing its it's i'm just know like made make me more much my need never no not now off
    ok old on one only other our out over pay people please really says she should so some still take than that that's
    the their them then there these they this time to up very want was way we were what when where who will win with
    work would
    yes you your down end ring ever every new thing things back even day week it is in at as be by do go he if of or us
    der die das und nicht ein eine ist ich sie mit auf les des pas est une que pour dans los las por con para uma com
    nao
    """.split()  # noqa: SIM905  a list to be read
)
