"""Which signals a text fires.

`perhaps` tells which patterns a text may match, and RE2 whether it does, in time linear in the text, so that no post,
however hostile, holds the reader up. Only where a doubt occurs too (an `unless` of the same signal, a "not", a jest
beside quotation marks) is it asked where everything stands.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from earful.core.text import Span
from earful.core.triage.personal import personal
from earful.core.triage.signals.book import Signal, alone, by_name, occurs, patterns, reaching, signals
from earful.core.triage.signals.perhaps import bits_of, numbers_in, perhaps
from earful.core.triage.signals.plain import in_text, plain

# Where one pattern is found more often than this, the later places decide nothing any more.
_PLACES_AT_MOST: Final = 20
_QUOTED: Final = re.compile(r'"[^"]{1,200}"')
_BEFORE: Final = 48
_HANDLES: Final = re.compile(r"@\w+")
# What is written with a capital where a name could stand.
_NO_NAMES: Final = frozenset(
    """
    the you your all everyone everybody our my this that team customer customers service support staff crew god monday
    tuesday wednesday thursday friday saturday sunday i it he she they we twitter both those these today christmas
    """.split()  # noqa: SIM905  a list to be read
)
# The one signal that is not told by words, but by `personal`.
PERSONAL: Final = "personal"


@dataclass(frozen=True, slots=True)
class Fired:
    """A signal that fired, and where in the text the words for it stand."""

    signal: Signal
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A text, the same in plain letters, and the patterns that it may match."""

    text: str
    plain: str
    may: int

    def has(self, owner: str, kind: str) -> bool:
        """Whether any of a signal's patterns of one kind occurs."""
        return next(self.matched(owner, kind), None) is not None

    def matched(self, owner: str, kind: str) -> Iterator[int]:
        """The numbers of a signal's patterns of one kind that occur."""
        return (number for number in numbers_in(self.may & bits_of(owner, kind)) if occurs(number)(self.plain))


def names(text: str) -> tuple[str, ...]:
    """The names of the signals that a text fires, in their order."""
    return _standing(_read(text))


def fired(text: str) -> tuple[Fired, ...]:
    """The signals that a text fires, each with the places of its words in the text as it was written."""
    read = _read(text)
    return tuple(Fired(by_name()[name], _spans(by_name()[name], read)) for name in _standing(read))


def _spans(signal: Signal, read: _Read) -> tuple[Span, ...]:
    if signal.name == PERSONAL:
        return tuple((each.start, each.stop) for each in personal(read.text))
    return in_text(read.text, _joined(_places(signal, read)))


def _read(text: str) -> _Read:
    bare = plain(text)
    return _Read(text, bare, perhaps(bare))


def _standing(read: _Read) -> tuple[str, ...]:
    told = frozenset(name for name in _told(read) if _holds(name, read))
    return _in_order(told | {PERSONAL} if personal(read.text) else told)


def _told(read: _Read) -> set[str]:
    """The signals of which a pattern occurs, be it meant or not."""
    owners, told = _owners(), set[str]()
    for number in numbers_in(read.may & bits_of("", "fires")):
        if owners[number] not in told and occurs(number)(read.plain):
            told.add(owners[number])
    return told


@lru_cache(maxsize=1)
def _owners() -> tuple[str, ...]:
    return tuple(each.owner for each in patterns())


@lru_cache(maxsize=4_096)
def _in_order(told: frozenset[str]) -> tuple[str, ...]:
    """These signals in their order, without those that others silence."""
    return tuple(each.name for each in signals() if each.name in told and told.isdisjoint(each.silenced_by))


@lru_cache(maxsize=1)
def _with_names() -> frozenset[str]:
    """The signals that hang on a word with a capital."""
    return frozenset(each.owner for each in patterns() if "(?P<name>" in each.expression)


def _holds(name: str, read: _Read) -> bool:
    signal = by_name()[name]
    return not _in_doubt(signal, read) or any(True for _ in _places(signal, read))


def _in_doubt(signal: Signal, read: _Read) -> bool:
    if signal.name in _with_names() or (signal.negatable and read.has("doubts", "negation")):
        return True
    return _in_jest(read) or read.has(signal.name, "unless")


def _in_jest(read: _Read) -> bool:
    """Whether what stands in quotation marks is a title or a jest."""
    if '"' not in read.plain:
        return False
    outside = _QUOTED.sub(" ", read.plain)
    return any(occurs(number)(outside) for number in read.matched("doubts", "jest"))


def _places(signal: Signal, read: _Read) -> Iterator[Span]:
    """Where the signal's patterns stand and mean it."""
    harmless = [match.span() for match, _ in _matches(read, signal.name, "unless")]
    if _in_jest(read):
        harmless += [match.span() for match in _QUOTED.finditer(read.plain)]
    for match, language in _matches(read, signal.name, "fires"):
        start, stop = match.span()
        apart = not any(start < end and begin < stop for begin, end in harmless)
        negated = signal.negatable and _behind_a_not(read.plain, start, language)
        if apart and not negated and _a_name_if_asked(match, read):
            yield start, stop


def _matches(read: _Read, owner: str, kind: str) -> Iterator[tuple[Any, str]]:
    """Each place of each pattern of one kind, with the language of the pattern."""
    for number in read.matched(owner, kind):
        for match in islice(alone(number).finditer(read.plain), _PLACES_AT_MOST):
            yield match, patterns()[number].language


def _behind_a_not(bare: str, start: int, language: str) -> bool:
    """Whether a "not" of that language reaches the word at `start`: few words between, and no end of a clause. Of that
    language alone: the Portuguese "no" denies nothing.
    """
    before = bare[max(0, start - _BEFORE) : start]
    return bool(reaching("negation", language).search(before)) and not reaching("still", language).search(before)


def _a_name_if_asked(match: Any, read: _Read) -> bool:
    if "name" not in match.re.groupindex:
        return True
    [(start, stop)] = in_text(read.text, [match.span(match.re.groupindex["name"])])
    name = read.text[start:stop]
    written = name[0].isupper() and name[1:].islower()
    return written and name.lower() not in _NO_NAMES and not _is_of_a_handle(name, read)


def _is_of_a_handle(name: str, read: _Read) -> bool:
    """Whether it is the company's own: its handle says so."""
    return any(name.lower() in handle.lower() for handle in _HANDLES.findall(read.text))


def _joined(spans: Iterable[Span]) -> Sequence[Span]:
    """Spans in their order, those that overlap as one."""
    joined: list[Span] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined
