"""Looking up the posts of a batch under one kind of anchor."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import compress, count
from operator import attrgetter

from earful.core.language.keys import COLUMNS, KEYS, TEXTS
from earful.core.language.pieces import Pieces
from earful.core.post import Post
from earful.core.text import Accents, fold

Asked = Iterator[tuple[int, list[int]]]
"""Places in a batch, each with numbers of rules worth asking there. A place may come again."""
LookUp = Callable[[Sequence[Post]], Asked]


def look_up(kind: str, by_value: Mapping[str, list[int]], accents: Accents) -> LookUp:
    """How to look up a batch under a kind of anchor, for the rules that have such anchors."""
    if kind in COLUMNS:
        return _in_columns(COLUMNS[kind], by_value)
    if kind == "address":  # compared letter by letter
        return _in_texts(kind, Pieces(by_value, whole=False), "keep")
    return _in_texts(kind, Pieces(by_value), accents) if kind in TEXTS else _by_keys(kind, by_value)


def _in_columns(names: tuple[str, ...], by_value: Mapping[str, list[int]]) -> LookUp:
    # The second column holds account ids, which only a number can name.
    asked_by_id = any(map(str.isdigit, by_value))
    columns, wanted = [attrgetter(name) for name in (names if asked_by_id else names[:1])], by_value.keys()

    def asked(posts: Sequence[Post]) -> Asked:
        for column in columns:
            keys = _folded(list(map(column, posts)))
            if not wanted.isdisjoint(keys):
                yield from ((place, by_value[key]) for place, key in enumerate(keys) if key in wanted)

    return asked


def _folded(texts: list[str]) -> list[str]:
    # All at once where they are ASCII: then folding is no more than lower case.
    return list(map(str.lower if "".join(texts).isascii() else fold, texts))


def _in_texts(kind: str, pieces: Pieces, accents: Accents) -> LookUp:
    name, read = TEXTS[kind]
    told = attrgetter(name)

    def asked(posts: Sequence[Post]) -> Asked:
        sources = list(map(told, posts))
        places = list(compress(count(), sources))
        texts = [fold(read(source), accents) for source in sources if source]
        yield from ((places[index], numbers) for index, numbers in pieces.asked(texts))

    return asked


def _by_keys(kind: str, by_value: Mapping[str, list[int]]) -> LookUp:
    keys = KEYS[kind]

    def asked(posts: Sequence[Post]) -> Asked:
        for place, offered in enumerate(map(keys, posts)):
            for key in offered:
                if key in by_value:
                    yield place, by_value[key]

    return asked
