"""What was meant where something stands that is neither a word nor an operator."""

import re
from collections.abc import Callable

from earful.core.language.dialects import Dialect
from earful.core.language.errors import RuleError, left_out, shortened, write_instead
from earful.core.language.lexer import Lexeme, quoted
from earful.core.language.operators import OPERATORS
from earful.core.text import fold, tokens, words

_AND = {"&", "&&", "+"}
_OR = {"|", "||"}
_DOUBLE = "“”„«»"
_SINGLE = "'‘’‚`´"
_LONGEST = 60
_EDGES = ".,;:!?…[]{}<>"
_CURLY = re.compile(rf'[{_DOUBLE}]([^"{_DOUBLE}]+)[{_DOUBLE}]')
_IN_SINGLE = re.compile(rf"[{_SINGLE}]([^\"{_DOUBLE}()]+?)[{_SINGLE}](?![^\s()])")
_BEHIND_QUOTES = re.compile(r'"(\s+)\Z')
_BEFORE_COLON = re.compile(r"(?:^|(?<=[\s(-]))([A-Za-z_]{2,40})\s+\Z")
_SITE = re.compile(r"(?i)(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?")


def needs_quotes(rule: str, lexeme: Lexeme, dialect: Dialect) -> RuleError:
    """A word with punctuation in it, or nothing but punctuation: the first of the faults below that it is."""
    found = (fault(rule, lexeme) for fault in _FAULTS)
    star = star_inside(rule, lexeme, dialect) if "*" in lexeme.text else None
    return star or next(filter(None, found), None) or _punctuated(rule, lexeme)


def no_prefixes(rule: str, lexeme: Lexeme) -> RuleError:
    """The beginning of a word, where only whole words are known."""
    return RuleError(
        "X finds whole words only; it has no prefixes.",
        rule,
        lexeme.span,
        "Write out each word that you mean, joined by OR, such as (late OR later).",
    )


def star_inside(rule: str, lexeme: Lexeme, dialect: Dialect) -> RuleError:
    """A star that is not the end of a word."""
    if not set(lexeme.text) - {"*"}:
        out = left_out(rule, lexeme.span)
        return RuleError("A star alone stands for nothing.", rule, lexeme.span, "Leave it out.", out)
    if not dialect.ours:
        return no_prefixes(rule, lexeme)
    return RuleError(
        "A star stands at the end of a word only, and not beside punctuation.",
        rule,
        lexeme.span,
        "Write out each word that you mean, joined by OR, such as (late OR later).",
    )


def address(rule: str, lexeme: Lexeme) -> RuleError:
    """An address of the web that stands by itself."""
    right = f"url:{quoted(rule[slice(*lexeme.span)])}"
    return write_instead("An address must be quoted.", rule, lexeme.span, right)


def _joint(rule: str, lexeme: Lexeme) -> RuleError | None:
    """`&` and `|`, as other tools write them."""
    if lexeme.text in _OR:
        return write_instead(f"{lexeme.text} is not known here.", rule, lexeme.span, "OR")
    if lexeme.text not in _AND:
        return None
    out = left_out(rule, lexeme.span)
    return RuleError(
        f"{lexeme.text} is not written.", rule, lexeme.span, "Leave it out: a space already means both.", out
    )


def _other_quotes(rule: str, lexeme: Lexeme) -> RuleError | None:
    start = lexeme.span[0]
    found = _CURLY.match(rule, start) or _IN_SINGLE.match(rule, start)
    if not found and not any(sign in lexeme.text for sign in _DOUBLE):
        return None
    right = ((start, found.end()), quoted(found[1])) if found else None
    span = right[0] if right else lexeme.span
    return RuleError("These are not plain quotes.", rule, span, 'Use straight ones: "like this".', right)


def _address(rule: str, lexeme: Lexeme) -> RuleError | None:
    if "://" in lexeme.text:
        return address(rule, lexeme)
    if not _SITE.fullmatch(lexeme.text):
        return None
    text = quoted(shortened(lexeme.text))
    return RuleError(
        "A word with punctuation in it must be quoted.",
        rule,
        lexeme.span,
        f"Write {text} for the words, or url:{text} for links that lead there.",
    )


def _apart_from_its_name(rule: str, lexeme: Lexeme) -> RuleError | None:
    """`from :acme`."""
    name = _BEFORE_COLON.search(rule, max(0, lexeme.span[0] - 60), lexeme.span[0])
    if not (lexeme.text.startswith(":") and name and name[1].lower() in OPERATORS):
        return None
    span = (name.end(1), lexeme.span[0])
    right = f"{name[1].lower()}{shortened(lexeme.text)}"
    return RuleError("No space belongs before the colon.", rule, lexeme.span, f"Write {right}.", (span, ""))


def _apart_from_its_quotes(rule: str, lexeme: Lexeme) -> RuleError | None:
    """`"too late" ~3`."""
    before = _BEHIND_QUOTES.search(rule, max(0, lexeme.span[0] - 60), lexeme.span[0])
    if not (lexeme.text.startswith("~") and before):
        return None
    return RuleError(
        "The ~ must stand directly behind the quotes.",
        rule,
        lexeme.span,
        "Take the space before it away.",
        (before.span(1), ""),
    )


def _signed(rule: str, lexeme: Lexeme) -> RuleError | None:
    """`+late` and `!late`, as other tools write them."""
    sign, word = lexeme.text[:1], lexeme.text[1:]
    if sign not in ("+", "!") or not _is_word(word):
        return None
    if sign == "+":
        return write_instead("A + is not needed: every word must be there.", rule, lexeme.span, word)
    return write_instead("A ! excludes nothing here.", rule, lexeme.span, f"-{word}")


def _at_its_edges(rule: str, lexeme: Lexeme) -> RuleError | None:
    """`late,` and `late!`: X looks past punctuation, so quoting it would promise too much."""
    word = lexeme.text.strip(_EDGES)
    return write_instead("Punctuation is not part of a word.", rule, lexeme.span, word) if _is_word(word) else None


def _no_word(rule: str, lexeme: Lexeme) -> RuleError | None:
    if words(fold(lexeme.text, "drop")):
        return None
    out = left_out(rule, lexeme.span)
    return RuleError("This is neither a word nor an emoji.", rule, lexeme.span, "Leave it out.", out)


_FAULTS: tuple[Callable[[str, Lexeme], RuleError | None], ...] = (
    _joint,
    _other_quotes,
    _address,
    _apart_from_its_name,
    _apart_from_its_quotes,
    _no_word,
    _signed,
    _at_its_edges,
)


def _punctuated(rule: str, lexeme: Lexeme) -> RuleError:
    message = "A word with punctuation in it must be quoted."
    return write_instead(message, rule, lexeme.span, quoted(lexeme.text))


def _is_word(text: str) -> bool:
    """Whether nothing but tokens is in a text, and at least one; what no person types as a word is not looked at."""
    folded = fold(text[:_LONGEST])
    return 0 < len(text) < _LONGEST and "".join(token.text for token in tokens(folded)) == folded
