"""Personal data in a text: where it stands, of what kind it is, and how it looks on a screen until somebody asks.

What is sought is data (`personal.toml`), matched by RE2 in time linear in the text: one set tells which kinds occur,
and most posts have none. Check digits are python-stdnum's.
"""

import re
import tomllib
from bisect import bisect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final
from unicodedata import decimal

import re2
from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.pt import nif
from stdnum.us import ssn

HIDDEN: Final = "••••"
# What the patterns as one set may take.
_MEMORY: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of personal data: its name, how it is called, and how many of its last letters a screen shows."""

    name: str
    says: str
    keeps: int
    checked: bool
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Personal:
    """A stretch of a text that is personal."""

    start: int
    stop: int
    kind: Kind


def personal(text: str) -> tuple[Personal, ...]:
    """What is personal in a text, in its order; where two kinds claim a stretch, the one that is surer has it."""
    plain = text if text.isascii() else _FOREIGN.sub(_as_ours, text)
    if not (_DIGIT.search(plain) or _MAIL.search(plain) or _CAPITALS.search(plain)):
        return ()
    together, owners = _book()
    found: list[Personal] = []
    for number in sorted(together.Match(plain) or ()):
        for each in _of(owners[number], plain):
            at = bisect(found, each.start, key=lambda other: other.start)
            if _fits(each, found[max(0, at - 1) : at + 1]):
                found.insert(at, each)
    return tuple(found)


def masked(text: str, found: Iterable[Personal] | None = None) -> str:
    """The text as a screen shows it until somebody asks."""
    parts, at = list[str](), 0
    for each in personal(text) if found is None else found:
        parts += (text[at : each.start], mask(each.kind, text[each.start : each.stop]))
        at = each.stop
    return "".join([*parts, text[at:]])


def dotted(text: str) -> str:
    """The text with dots for what is personal, as long as it was: places in it stay where they are."""
    for each in personal(text):
        words = text[each.start : each.stop]
        shown = each.stop - (each.kind.keeps if each.kind.keeps and len(words) > 2 * each.kind.keeps else 0)
        dots = re.sub(r"\S", "•", text[each.start : shown])
        text = text[: each.start] + dots + text[shown:]
    return text


def mask(kind: Kind, words: str) -> str:
    """What a screen shows instead of the words: "•••• 4921"."""
    legible = re.sub(r"[\W_]", "", words)
    kept = legible[-kind.keeps :] if kind.keeps and len(legible) > 2 * kind.keeps else ""
    return f"{HIDDEN} {kept}" if kept else HIDDEN


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """All kinds, the surest first."""
    table = tomllib.loads(files("earful.core.triage").joinpath("personal.toml").read_text("utf-8"))
    return tuple(_kind(name, row) for name, row in table.items())


def _kind(name: str, row: Mapping[str, Any]) -> Kind:
    return Kind(name, row["says"], row["keeps"], row.get("checked", False), tuple(row["patterns"]))


@dataclass(frozen=True, slots=True)
class _Sought:
    kind: Kind
    pattern: Any
    group: int


@lru_cache(maxsize=1)
def _book() -> tuple[Any, list[_Sought]]:
    """All patterns as one set, and each by itself."""
    options, sought = re2.Options(), list[_Sought]()
    options.max_mem = _MEMORY
    together = re2.Set.SearchSet(options)
    for kind in kinds():
        for expression in kind.patterns:
            together.Add(expression)
            pattern = re2.compile(expression)
            sought.append(_Sought(kind, pattern, pattern.groupindex["it"]))
    together.Compile()
    return together, sought


def _of(sought: _Sought, plain: str) -> Iterable[Personal]:
    for match in sought.pattern.finditer(plain):
        start, stop = match.span(sought.group)
        if not sought.kind.checked or CHECKS[sought.kind.name](plain[start:stop], plain[match.start() : start]):
            yield Personal(start, stop, sought.kind)


def _fits(one: Personal, others: Iterable[Personal]) -> bool:
    """Whether it overlaps none of its neighbours."""
    return not any(one.start < other.stop and other.start < one.stop for other in others)


# Digits of other scripts, and half characters, which RE2 cannot read.
_FOREIGN: Final = re.compile("[^\\D0-9]|[\ud800-\udfff]")


def _as_ours(found: re.Match[str]) -> str:
    """Digits of other scripts as ours, place by place; half characters as blanks."""
    return " " if "\ud800" <= found[0] <= "\udfff" else str(decimal(found[0]))


# A post without any of these has nothing personal, and most have not. Asked one by one they take a third of the time.
_DIGIT: Final = re.compile(r"[0-9]")
_MAIL: Final = re.compile(r"@(?<=\w@)\w")
_CAPITALS: Final = re.compile(r"[A-Z](?=[A-Z]{5})")
_DATE: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}\b|\d{4}[./-]\d{1,2}[./-]\d{1,2}")
# Numbers that a company prints on its door: freephone and shared cost.
_FOR_ALL: Final = re.compile(
    r"\W*(?:0(?:800|808|845|870|871|300|330|333|180\d|900)|\+?1?\W?8(?:00|33|44|55|66|77|88))\W"
)


def _digits(words: str) -> str:
    return re.sub(r"\D", "", words)


def _is_card(words: str, before: str) -> bool:
    return bool(luhn.is_valid(_digits(words)))


def _is_iban(words: str, before: str) -> bool:
    return bool(iban.is_valid(words, check_country=False))


def _is_phone(words: str, before: str) -> bool:
    return 7 <= len(_digits(words)) <= 15 and not _DATE.match(words) and not _FOR_ALL.match(words + " ")


def _is_number(words: str, before: str) -> bool:
    """Enough of a number to be one person's: five signs with three digits, or a booking's six capitals."""
    bare, digits = re.sub(r"[\W_]", "", words), len(_digits(words))
    if _DATE.match(words):
        return False
    if digits == 0:
        return bool(_BOOKED.search(before)) and len(bare) == 6 and words.isupper()
    named = bool(_NAMED.search(before))
    return digits >= (3 if named else 4) and len(bare) >= (4 if named else 5)


_BOOKED: Final = re.compile(r"(?i)book|pnr|reserv|ref|confirm|buchung|localizador")
_NAMED: Final = re.compile(r"(?i)n(?:umber|o|r|um|ummer|um[eé]ro|úmero|[°º])s?\b|#|:|\bref|\bid\b|nummer")


def _is_national(words: str, before: str) -> bool:
    return any(module.is_valid(words) for module in _NATIONAL) or bool(_INSURANCE.fullmatch(words))


_NATIONAL: Final = (ssn, dni, nie, nir, cpf, nif, nhs, idnr)
# Britain's has no check digit; its shape is told by the pattern.
_INSURANCE: Final = re.compile(r"(?i)[a-z]{2} ?\d\d ?\d\d ?\d\d ?[a-d]")

CHECKS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "card": _is_card,
    "iban": _is_iban,
    "phone": _is_phone,
    "number": _is_number,
    "national": _is_national,
}
