"""Many pieces of text looked for in many texts at once, in one pass of one automaton."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from daachorse import CharwiseDoubleArrayAhoCorasick


class Pieces:
    """Pieces of folded text, each with the numbers of the rules that ask for it.

    `whole` says that a piece must not be the inside of a longer word.
    """

    def __init__(self, askers: Mapping[str, list[int]], *, whole: bool = True) -> None:
        self._whole = whole
        self._askers = list(askers.values())
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(askers))

    def asked(self, texts: Sequence[str]) -> Iterator[tuple[int, list[int]]]:
        """Which of the folded texts (by place) hold a piece, and the rules that ask for it; perhaps repeated.

        Whether a piece is the inside of a word is judged by ASCII letters and digits beside it. By others it may still
        be: only the rule itself knows.
        """
        batch = "\n".join(texts)
        hits = self._automaton.find_overlapping(batch)  # in the order of their ends
        ends = list(accumulate((len(text) + 1 for text in texts), initial=-1)) if hits else []
        place = 0
        for start, stop, number in hits:
            if not (self._whole and _inside_word(batch, start, stop)):
                while stop > ends[place + 1]:
                    place += 1
                yield place, self._askers[number]


def _inside_word(batch: str, start: int, stop: int) -> bool:
    """Whether ASCII letters or digits go on at either edge.

    ASCII alone is asked because every ASCII letter or digit joins its neighbours; of others only the tokens
    know.
    """
    into = batch[start] in _JOINING and batch[start - 1 : start] in _JOINING
    return into or (batch[stop - 1] in _JOINING and batch[stop : stop + 1] in _JOINING)


_JOINING = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
