"""What was meant where an operator has a name that is none, or none in this dialect."""

from difflib import get_close_matches

from earful.core.language.dialects import Dialect
from earful.core.language.errors import RuleError, left_out, shortened, write_instead
from earful.core.language.lexer import Lexeme, quoted
from earful.core.language.operators import OPERATORS, OperatorRow
from earful.core.language.value_advice import choice_meant
from earful.core.language.word_advice import address

# Names that people bring from X's web search and from other tools.
_SAME_AS = {
    "min_faves": "min_likes", "min_retweets": "min_reposts", "filter": "has", "hashtag": "#", "mention": "@",
    "mentions": "@", "user": "from", "author": "from", "by": "from", "language": "lang", "link": "url",
    "in_reply_to": "in_reply_to_tweet_id", "conversation": "conversation_id", "thread": "conversation_id",
    "near": "place", "country": "place_country", "domain": "url", "site": "url", "title": "url_title",
    "followers": "min_followers", "device": "source", "via": "source",
}  # fmt: skip
_WORDS = {"text", "contains", "keyword", "word", "phrase", "content", "body", "any", "all"}
_NO_OPERATOR = {
    "since": "Leave it out: how far back to look is chosen beside the rule.",
    "until": "Leave it out: how far back to look is chosen beside the rule.",
    "within": "Write the middle and the radius, such as point_radius:[-0.1276 51.5072 15km].",
    "geocode": "Write the longitude first, such as point_radius:[-0.1276 51.5072 15km].",
}
_IN = {"stream": "listening rules", "search": "X's search", "stored": "the search of stored posts"}
_LONGEST = 60


def unknown_operator(rule: str, lexeme: Lexeme, dialect: Dialect) -> RuleError:
    """A name before a colon that is none of ours."""
    start, end = lexeme.span
    if lexeme.text.startswith("//"):
        return address(rule, lexeme)
    value = rule[start + len(lexeme.name) + 1 : end]
    message = f"There is no operator {lexeme.name}:."
    if lexeme.name in _NO_OPERATOR:
        out = left_out(rule, lexeme.span) if "Leave" in _NO_OPERATOR[lexeme.name] else None
        return RuleError(message, rule, lexeme.span, _NO_OPERATOR[lexeme.name], out)
    if lexeme.name in _WORDS and value:
        return RuleError(message, rule, lexeme.span, f"Write {shortened(value)} alone.", (lexeme.span, value))
    if choice := _filtered(lexeme):
        return write_instead(message, rule, lexeme.span, choice)
    return _renamed(message, rule, lexeme, dialect, value)


def not_here(rule: str, lexeme: Lexeme, row: OperatorRow, dialect: Dialect) -> RuleError:
    """An operator of X's stream in X's search, or the other way round."""
    here, there = _IN[dialect.name], _IN["search" if dialect.name == "stream" else "stream"]
    message = f"{row.written} works in {there}, not in {here}."
    return RuleError(message, rule, lexeme.span, "Leave it out.", left_out(rule, lexeme.span))


def _filtered(lexeme: Lexeme) -> str:
    """What X's web search writes as `filter:links`; "" where it is not that, or of no kind known here."""
    if lexeme.name not in ("filter", "exclude"):
        return ""
    for name in ("is", "has"):
        row, value = OPERATORS[name], lexeme.text.lower()
        near = get_close_matches(value, row.choices, 1, 0.8) if len(value) < _LONGEST else []
        if choice := choice_meant(row, value) or next(iter(near), ""):
            return f"{'-' if lexeme.name == 'exclude' else ''}{name}:{choice}"
    return ""


def _renamed(message: str, rule: str, lexeme: Lexeme, dialect: Dialect, value: str) -> RuleError:
    meant = _SAME_AS.get(lexeme.name, "")
    if meant and not _usable(OPERATORS[meant], dialect):
        other = not_here(rule, lexeme, OPERATORS[meant], dialect)
        return RuleError(message, rule, lexeme.span, f"Leave it out: {other.message}", other.replacement)
    known = [name for name, row in OPERATORS.items() if name.isidentifier() and _usable(row, dialect)]
    near = [meant] if meant else get_close_matches(lexeme.name, known, 1, 0.6)
    if near:
        right = OPERATORS[near[0]].written
        instead = right + (value if right.endswith(":") else value.lstrip("@#$"))
        return RuleError(message, rule, lexeme.span, f"Did you mean {right}?", (lexeme.span, instead))
    whole = quoted(rule[slice(*lexeme.span)])
    return RuleError(
        message, rule, lexeme.span, f"To look for these words, quote them: {shortened(whole)}.", (lexeme.span, whole)
    )


def _usable(row: OperatorRow, dialect: Dialect) -> bool:
    return dialect.ours or dialect.name in row.dialects
