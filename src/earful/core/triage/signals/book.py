"""The data files as one book: every signal, and every pattern of every language.

A file in `words/` has a table a signal, with `fires` (what it is told by) and `unless` (what only looks like it): what
touches an `unless` does not count. Both are regular expressions (RE2) over plain texts, see `plain`, written
between word edges; `{name}` stands for a word that has to be written with a capital. `[doubts]` has what makes a
language say the opposite or jest.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import re2

from earful.core.triage.signals.plain import as_letters

_DOUBTS: Final = "doubts"
# These are parts of an expression, and never asked by themselves.
_PARTS: Final = frozenset({"between", "still"})
_NAME: Final = "(?P<name>[a-z][a-z'-]+)"
# German writes "ae" where a keyboard has no "ä".
_UMLAUTS: Final = {"ä": "(?:ae?)", "ö": "(?:oe?)", "ü": "(?:ue?)"}
_OWN_START: Final = ("^", "[", r"\?", r"\W", r"\+")
_OWN_END: Final = ("$", "]", r"\?", r"\W", r"\W*")
# What may end with a sign that is no letter, and behind that has no edge of a word.
_ENDS_ANYHOW: Final = re.compile(r"(\|\$|\[[.,!?][^]]*\]|\|:)[^(]*\)$")
_NO_WORD: Final = r"(?:\b|[^a-z0-9]|$)"


@dataclass(frozen=True, slots=True)
class Signal:
    """A named sign in the text: what it says in words, what it adds to urgency, what it says is wanted.

    `negatable`: silent behind a "not". `silenced_by`: the signals beside which it does not count.
    """

    name: str
    says: str
    points: int
    intent: str
    negatable: bool = False
    silenced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One regular expression. `owner` is the signal's name, or "doubts"; `kind` is the list that it stands in."""

    owner: str
    kind: str
    language: str
    expression: str


@lru_cache(maxsize=1)
def signals() -> tuple[Signal, ...]:
    """All signals, in their order."""
    table = tomllib.loads(_folder().joinpath("names.toml").read_text("utf-8"))
    return tuple(_signal(name, row) for name, row in table.items())


@lru_cache(maxsize=1)
def by_name() -> dict[str, Signal]:
    """The signals by their names."""
    return {signal.name: signal for signal in signals()}


def _signal(name: str, row: dict[str, Any]) -> Signal:
    return Signal(name, **{**row, "silenced_by": tuple(row.get("silenced_by", ()))})


@lru_cache(maxsize=1)
def patterns() -> tuple[Pattern, ...]:
    """All patterns of all languages; their place is the number by which the set tells them."""
    return tuple(each for each in _written() if each.kind not in _PARTS)


def _folder() -> Any:
    return files("earful.core.triage.signals")


@lru_cache(maxsize=1)
def _written() -> tuple[Pattern, ...]:
    words = Path(str(_folder().joinpath("words")))
    return tuple(pattern for path in sorted(words.rglob("*.toml")) for pattern in _of_file(path, words))


def _of_file(path: Path, words: Path) -> Iterator[Pattern]:
    language = path.relative_to(words).parts[0].removesuffix(".toml")
    for owner, lists in tomllib.loads(path.read_text("utf-8")).items():
        for kind, expressions in lists.items():
            yield from (Pattern(owner, kind, language, ready(each, language)) for each in expressions)


def ready(expression: str, language: str = "") -> str:
    """An expression as it is asked of plain texts."""
    if language == "german":
        for umlaut, either in _UMLAUTS.items():
            expression = expression.replace(umlaut, either)
    return _between_edges(as_letters(expression).replace("{name}", _NAME))


def _between_edges(expression: str) -> str:
    """Within word edges, but where the expression says itself where it stands: "^", or a sign that is no letter."""
    before = "" if expression.startswith(_OWN_START) else r"\b"
    after = "" if expression.endswith(_OWN_END) else _NO_WORD if _ENDS_ANYHOW.search(expression) else r"\b"
    return f"{before}(?:{expression}){after}"


@lru_cache(maxsize=8_192)
def alone(number: int) -> Any:
    """One pattern by itself, which can tell where it stands."""
    return re2.compile(patterns()[number].expression)


@lru_cache(maxsize=8_192)
def occurs(number: int) -> Any:
    """The same for the plain question of whether it is there: a set of one answers in half the time."""
    one = re2.Set.SearchSet()
    one.Add(patterns()[number].expression)
    one.Compile()
    return one.Match


@lru_cache(maxsize=32)
def reaching(kind: str, language: str) -> Any:
    """What takes the meaning away (`negation`) or gives it back (`still`), where a signal begins a few words later."""
    between = "|".join(_heads("between", language))
    return re2.compile(rf"(?:{'|'.join(_heads(kind, language))})(?: (?:{between})){{0,4}} ?$")


def _heads(kind: str, language: str) -> list[str]:
    asked = (_DOUBTS, kind, language)
    return [each.expression for each in _written() if (each.owner, each.kind, each.language) == asked]
