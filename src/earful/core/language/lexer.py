"""A rule's text cut into lexemes, lazily: a parser that stops at a fault never pays for the rest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from earful.core.language.errors import RuleError
from earful.core.text import Span

Kind = Literal["(", ")", "OR", "AND", "-", "word", "phrase", "operator", "end"]


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of a rule. `text` is a word, a phrase without quotes and escapes, or an operator's value.

    `name` is the operator's name in lower case, or its sign; `near` what stood after "~" ("" if nothing did);
    `quoted` whether the value stood in quotes.
    """

    kind: Kind
    span: Span
    text: str = ""
    name: str = ""
    near: str | None = None
    quoted: bool = False


def lexemes(rule: str) -> Iterator[Lexeme]:
    """The lexemes of a rule, ending with one of kind "end". Raises RuleError for a quote not closed."""
    at = _past_space(rule, 0)
    while at < len(rule):
        lexeme = _next(rule, at)
        yield lexeme
        at = _past_space(rule, lexeme.span[1])
    yield Lexeme("end", (len(rule), len(rule)))


def unquoted(text: str) -> str:
    """The inside of a quoted string with its two escapes resolved; any other backslash stays as it is."""
    return _ESCAPE.sub(r"\1", text)


def quoted(text: str) -> str:
    """The text in double quotes, escaped so that `unquoted` gives it back."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _next(rule: str, at: int) -> Lexeme:
    sign = rule[at]
    if sign in "()-":
        return Lexeme(sign, (at, at + 1))  # type: ignore[arg-type]  # mypy does not narrow by `in`
    if sign == '"':
        return _phrase(rule, at)
    if sign in "@#$":
        end = _end_of_chunk(rule, at)
        return Lexeme("operator", (at, end), rule[at + 1 : end], sign)
    if named := _NAME.match(rule, at):
        return _operator(rule, at, named[0][:-1].lower(), named.end())
    end = _end_of_chunk(rule, at)
    text = rule[at:end]
    return Lexeme(text if text in ("OR", "AND") else "word", (at, end), text)  # type: ignore[arg-type]  # as above


def _phrase(rule: str, at: int) -> Lexeme:
    text, end = _quoted_from(rule, at)
    if near := _NEAR.match(rule, end):
        return Lexeme("phrase", (at, near.end()), text, near=near[1])
    return Lexeme("phrase", (at, end), text)


def _operator(rule: str, at: int, name: str, value: int) -> Lexeme:
    if rule.startswith('"', value):
        text, end = _quoted_from(rule, value)
        return Lexeme("operator", (at, end), text, name, quoted=True)
    end = _end_of_list(rule, value) if rule.startswith("[", value) else _end_of_chunk(rule, value)
    return Lexeme("operator", (at, end), rule[value:end], name)


def _quoted_from(rule: str, at: int) -> tuple[str, int]:
    if inside := _QUOTED.match(rule, at):
        return unquoted(inside[1]), inside.end()
    raise RuleError("This quote is never closed.", rule, (at, len(rule)), 'Put a " where the phrase ends.')


def _end_of_list(rule: str, at: int) -> int:
    end = rule.find("]", at)
    if end < 0:
        raise RuleError("This bracket is never closed.", rule, (at, len(rule)), "Put a ] where the list ends.")
    return end + 1


def _end_of_chunk(rule: str, at: int) -> int:
    chunk = _CHUNK.match(rule, at)
    return chunk.end() if chunk else at


def _past_space(rule: str, at: int) -> int:
    space = _SPACE.match(rule, at)
    return space.end() if space else at


_SPACE = re.compile(r"\s+")
_CHUNK = re.compile(r'[^\s()"]+')
_NAME = re.compile(r"[A-Za-z][A-Za-z_]{0,39}:")
_NEAR = re.compile(r"~([^\s()\"]*)")
# The possessive + keeps a long text full of backslashes linear.
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPE = re.compile(r'\\(["\\])')
