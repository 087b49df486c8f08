"""Places that a text names: what stands after "in", "around" and their like with a capital letter, and what the network
says. A guess from one text, told only when several people name the same (see `told`).
"""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

import regex

from earful.core.text import fold
from earful.core.triage.verdict import READ_AT_MOST

MOST_TOLD: Final = 2
_FEWEST: Final = 3
_SHARE: Final = 0.25
_AS_NAMES: Final = 2
_BEFORE: Final = r"in|around|at|near|from|across|outside|round|aus|bei|um|a|à|en|em|de|sur|dans"
_REST: Final = r"[\p{L}\p{N}'’.-]*[\p{L}\p{N}]"
_AFTER: Final = regex.compile(rf"\b(?i:{_BEFORE})\s+(\p{{L}}{_REST}(?:\s+\p{{Lu}}{_REST}){{0,2}})")


class Named(NamedTuple):
    """A place by its folded name, and as it was written; "" where it was written as no name."""

    name: str
    shown: str


def named_places(text: str, place: str = "") -> tuple[Named, ...]:
    """The places that a text may name, each once; `place` is where the network says that it was written."""
    shouted = text.isupper()
    found = [_named(match[1], shouted) for match in _AFTER.finditer(text[:READ_AT_MOST])]
    found += [_named(place, False)] if place else []
    return tuple({each.name: each for each in found if each.name not in _no_places()}.values())


def told(places: Iterable[tuple[int, Named]]) -> list[str]:
    """The places worth telling, those of most people first: each pair is a person and a place that they named.

    At least three people and a quarter of all who named one must agree, and two of them must write it as a name.
    """
    people: defaultdict[str, set[int]] = defaultdict(set)
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for person, place in places:
        people[place.name].add(person)
        if place.shown:
            written[place.name][place.shown] += 1
    everybody = len(set().union(*people.values())) if people else 0
    agreed = [name for name, who in people.items() if len(who) >= max(_FEWEST, _SHARE * everybody)]
    names = [name for name in agreed if written[name].total() >= _AS_NAMES]
    return [_most_often(written[name]) for name in sorted(names, key=lambda name: (-len(people[name]), name))][
        :MOST_TOLD
    ]


@lru_cache(maxsize=1)
def _no_places() -> frozenset[str]:
    """What stands behind such a word, now and then with a capital, and is no place."""
    lists = tomllib.loads(files("earful.core.spikes").joinpath("words.toml").read_text("utf-8"))
    return frozenset(lists["no_place"].split())


def _named(words: str, shouted: bool) -> Named:
    """In a text that shouts, capitals say nothing: one word, and no name."""
    first = words.split()[0]
    if shouted:
        return Named(fold(first, "drop"), "")
    return Named(fold(words, "drop"), words) if first[0].isupper() else Named(fold(first, "drop"), "")


def _most_often(written: Mapping[str, int]) -> str:
    return max(written, key=lambda each: (written[each], each))
