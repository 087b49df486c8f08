"""Topics: what a post is about, by lists of words that people write and read.

A topic has words and phrases. `*` at the end of a word stands for any ending ("cancel*"), ` + ` between two parts says
that both must be there, wherever they stand ("lost + bag*"). Texts and lists are folded alike: case, accents and marks
make no difference, names and links are left out. All parts of all topics are looked for in one pass of one automaton,
and each hit says which of the words it was.

A hit counts as many points as it has words, three at most: a phrase says more than a word that has other senses.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Final

from daachorse import CharwiseDoubleArrayAhoCorasick

from earful.core.text import fold, searchable, words
from earful.core.triage.verdict import READ_AT_MOST

MOST_TOPICS: Final = 200
MOST_WORDS: Final = 500
LONGEST_WORD: Final = 80
LONGEST_NAME: Final = 40
LONGEST_SAYS: Final = 80
MOST_POINTS: Final = 3
_LEAST_STEM: Final = 3
_LEFT_OUT: Final = re.compile(r"https?://\S+|www\.\S+|@\w+")
_STARRED: Final = re.compile(r"[^\W_]\*(?=\s|$)")
# ASCII in lower case, and a space for each character that is no letter and no digit.
_PLAIN: Final = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)).ljust(256)
_OTHER_LANGUAGES: Final = ("de", "fr", "es", "pt")


class TopicsError(ValueError):
    """A list that cannot be used; `str` says what to do, `topic` where, if it is about one."""

    def __init__(self, words: str, topic: str = "") -> None:
        super().__init__(f"{topic}: {words}" if topic else words)
        self.words, self.topic = words, topic


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: its name, what it says in words, the group it stands in, and the words by which it is known."""

    name: str
    says: str = ""
    group: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic found in a text: by which of its words, in the order of the list, and how many points they make."""

    topic: str
    words: tuple[str, ...]
    points: int

    @property
    def because(self) -> str:
        """As in: billing: “charged twice”, “wrong bill”."""
        return f"{self.topic}: {', '.join(f'“{each}”' for each in self.words)}"


class Topics:
    """Topics that texts are asked for, all at once. Raises TopicsError for lists that cannot be used."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self.all: Final = tuple(topics)
        _check(self.all)
        self._phrases: list[tuple[int, str, int]] = []
        self._needed: list[int] = []
        self._asked: dict[str, list[int]] = {}
        for number, topic in enumerate(self.all):
            for phrase in dict.fromkeys(topic.words):
                self._take(number, phrase)

    def _take(self, topic: int, phrase: str) -> None:
        parts = dict.fromkeys(map(_piece, phrase.split(" + ")))
        many = sum(len(part.split()) for part in parts)
        self._phrases.append((topic, phrase, min(MOST_POINTS, many)))
        self._needed.append(len(parts))
        for part in parts:
            self._asked.setdefault(part, []).append(len(self._phrases) - 1)

    @cached_property
    def by_name(self) -> Mapping[str, Topic]:
        return {topic.name: topic for topic in self.all}

    @cached_property
    def _automaton(self) -> CharwiseDoubleArrayAhoCorasick:
        return CharwiseDoubleArrayAhoCorasick(list(self._asked))

    @cached_property
    def _askers(self) -> list[list[int]]:
        return list(self._asked.values())

    def find(self, text: str) -> list[Hit]:
        """The topics of a text, the one with the most points first; of equals, in the order of the list."""
        if not self._asked:
            return []
        found = self._automaton.find_overlapping(readable(text))
        return self._hits({number for _, _, number in found}) if found else []

    def _hits(self, pieces: set[int]) -> list[Hit]:
        counted: dict[int, int] = {}
        for piece in pieces:
            for phrase in self._askers[piece]:
                counted[phrase] = counted.get(phrase, 0) + 1
        by_topic: dict[int, list[int]] = {}
        for phrase in sorted(phrase for phrase, many in counted.items() if many == self._needed[phrase]):
            by_topic.setdefault(self._phrases[phrase][0], []).append(phrase)
        hits = [self._hit(topic, phrases) for topic, phrases in by_topic.items()]
        return sorted(hits, key=lambda hit: -hit.points)

    def _hit(self, topic: int, phrases: Sequence[int]) -> Hit:
        told = [self._phrases[phrase] for phrase in phrases]
        return Hit(self.all[topic].name, tuple(words for _, words, _ in told), sum(points for _, _, points in told))


def readable(text: str) -> str:
    """A text as the lists are looked for in it: folded words with a space on both sides of each."""
    text = text[:READ_AT_MOST]
    if "@" in text or "http" in text or "www." in text:
        text = _LEFT_OUT.sub(" ", text)
    # Most posts are plain: there the tokens are what letters and digits are left, and this is quicker.
    found = text.encode().translate(_PLAIN).decode().split() if text.isascii() else words(fold(text, "drop"))
    return f" {' '.join(found)} "


def _piece(part: str) -> str:
    """A part of a phrase as it stands in a readable text. Its last word may go on if a star follows it."""
    plain = searchable(part.rstrip("* "))
    return f" {plain}" if part.rstrip().endswith("*") else f" {plain} "


def mistake(phrase: str) -> str:
    """What is wrong with a word or phrase of a list, and what to write instead; "" if nothing is."""
    if len(phrase) > LONGEST_WORD:
        return f"“{phrase[:20]}…” is longer than {LONGEST_WORD} characters. Write the few words that tell it."
    for part in phrase.split(" + "):
        plain, starred = part.rstrip("* "), part.rstrip().endswith("*")
        if not searchable(plain):
            return f"“{phrase}” has no word in it. Write one, or take it away."
        if "*" in plain or "*" in part[: -1 if starred else None].rstrip():
            return f"“{phrase}”: a star stands only at the end, for any ending of the last word."
        if starred and (not _STARRED.search(part) or len(plain.split()[-1]) < _LEAST_STEM):
            return f"“{phrase}”: put the star right behind {_LEAST_STEM} letters or more, or it fits nearly everything."
        if "+" in part:
            return f"“{phrase}”: put a space on both sides of the plus."
    return ""


def _check(topics: Sequence[Topic]) -> None:
    if len(topics) > MOST_TOPICS:
        raise TopicsError(f"There are {len(topics)} topics; {MOST_TOPICS} are the most. Join some.")
    seen: set[str] = set()
    for topic in topics:
        if not topic.name.strip() or len(topic.name) > LONGEST_NAME:
            raise TopicsError(f"Give it a name of 1 to {LONGEST_NAME} characters.", topic.name[:LONGEST_NAME])
        if topic.name in seen:
            raise TopicsError("There is another topic of this name. Choose another.", topic.name)
        if len(topic.words) > MOST_WORDS:
            raise TopicsError(f"It has {len(topic.words)} words; {MOST_WORDS} are the most.", topic.name)
        for phrase in topic.words:
            if wrong := mistake(phrase):
                raise TopicsError(wrong, topic.name)
        seen.add(topic.name)


def read_topics(text: str) -> Topics:
    """Topics out of a file: a table for each, named by it, with `words` and, if wanted, `says`, `group` and lists for
    other languages. Raises TopicsError, saying what to do.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TopicsError(f"This is no TOML: {error}.") from error
    return Topics(_topic(name, row) for name, row in table.items())


def _topic(name: str, row: Any) -> Topic:
    if not isinstance(row, dict):
        raise TopicsError(f'Write it as a table: ["{name}"] and, below it, words = ["…"].')
    says, group = row.get("says", name), row.get("group", "")
    if not isinstance(says, str) or not isinstance(group, str):
        raise TopicsError("What it says, and its group, are texts in quotes.", name)
    return Topic(name, says[:LONGEST_SAYS], group[:LONGEST_NAME], tuple(_words(name, row)))


def _words(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    for key in ("words", *_OTHER_LANGUAGES):
        listed = row.get(key, [])
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise TopicsError(f'“{key}” is a list of texts: {key} = ["one", "another one"].', name)
        yield from listed


@lru_cache(maxsize=1)
def shipped() -> Topics:
    """The contact reasons that a desk begins with."""
    return read_topics(files("earful.core.triage").joinpath("topics.toml").read_text("utf-8"))
