"""What the desk says about a rule while it is written: what it means, or what is wrong with it and where."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString

from earful.console.marking import marked
from earful.core.language.advice import hints
from earful.core.language.dialects import DIALECTS, DialectName
from earful.core.language.errors import RuleError
from earful.core.language.parser import parse
from earful.core.language.sentence import sentence


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that is allowed and worth knowing: the words of the rule that it is about, and a sentence."""

    about: str
    says: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: in a sentence, from which column (1 is the first), and what to write instead ("" if unknown).

    `shown` is the rule with the faulty part marked; `start` and `end` are that part's offsets. `mended` is the whole
    rule with the suggestion carried out, or "" where that needs a person.
    """

    message: str
    column: int
    suggestion: str
    shown: SafeString
    start: int
    end: int
    mended: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule looked at. `sentence` is what it asks for, in plain English; "" while there is a fault or no text."""

    text: str
    length: int
    limit: int
    sentence: str = ""
    hints: tuple[Hint, ...] = ()
    fault: Fault | None = None

    @property
    def right(self) -> bool:
        return bool(self.sentence)

    @property
    def too_long(self) -> bool:
        return self.length > self.limit

    @property
    def used(self) -> str:
        """As in: 212 of 1,024 characters."""
        return f"{self.length:,} of {self.limit:,} characters"


def one_line(text: str) -> str:
    """A rule as it was typed, on one line: to the language a line break is a space, to a network it may not be."""
    return text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")


def check(text: str, dialect: DialectName = "stream") -> Checked:
    """Look at a rule as it stands; an empty one is neither right nor wrong yet."""
    # What is too long for a rule is not worth keeping: it may be of any size.
    return _checked(text, dialect) if len(text) <= DIALECTS[dialect].limit else _looked_at(text, dialect)


def _looked_at(text: str, dialect: DialectName) -> Checked:
    limit = DIALECTS[dialect].limit
    if not text.strip():
        return Checked(text, len(text), limit)
    try:
        said = sentence(parse(text, dialect))
    except RuleError as error:
        return Checked(text, len(text), limit, fault=_fault(error, dialect))
    told = tuple(Hint(text[slice(*span)], says) for span, says in hints(text))
    return Checked(text, len(text), limit, said, told)


# A rule reads the same each time, and a page of rules reads a hundred of them: a millisecond each.
_checked = lru_cache(maxsize=2048)(_looked_at)


def _fault(error: RuleError, dialect: DialectName) -> Fault:
    start, end = error.column - 1, error.column - 1 + error.length
    # Something is missing at the very end: a blank stands for it, so that there is something to mark.
    shown = marked(f"{error.rule} ", [(start, max(end, start + 1))])
    return Fault(error.message, error.column, error.suggestion, shown, start, end, _mended(error, dialect))


def _mended(error: RuleError, dialect: DialectName) -> str:
    """The rule as the suggestion would have it, if that can be read further than before; else ""."""
    if error.replacement is None:
        return ""
    (start, end), instead = error.replacement
    mended = f"{error.rule[:start]}{instead}{error.rule[end:]}".rstrip()
    return mended if mended and _reads_further(mended, start + len(instead), dialect) else ""


def _reads_further(rule: str, beyond: int, dialect: DialectName) -> bool:
    try:
        parse(rule, dialect)
    except RuleError as error:
        return error.column > beyond
    return True
