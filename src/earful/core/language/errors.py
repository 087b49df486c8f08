"""What is wrong with a rule: where, in a plain sentence, and what to write instead."""

from unicodedata import category, east_asian_width

from earful.core.text import Span

Replacement = tuple[Span, str]
"""A part of a rule, and what to write in its place."""

_SHOWN = 80


class RuleError(ValueError):
    """A rule that cannot be used.

    `rule` is the whole text; `column` counts characters from 1; `length` is how many characters are meant (0
    at the end of the text). `message` is a sentence; `suggestion` says what to write instead.
    `replacement` carries the suggestion out, where that takes no person; another fault may stand behind it.
    """

    def __init__(
        self, message: str, rule: str, span: Span, suggestion: str, replacement: Replacement | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.rule = rule
        self.column = span[0] + 1
        self.length = span[1] - span[0]
        self.suggestion = suggestion
        self.replacement = replacement

    def caret(self, width: int = 72) -> str:
        """Two lines: the rule, or `width` characters of it, and carets under what is meant."""
        start = self.column - 1
        first = max(0, min(start - width // 2, len(self.rule) - width))
        shown = [_visible(sign) for sign in self.rule[first : first + width]]
        before = sum(map(_columns, shown[: start - first]))
        under = sum(map(_columns, shown[start - first : start - first + self.length]))
        return f"{''.join(shown)}\n{' ' * before}{'^' * max(1, under)}"

    def __str__(self) -> str:
        return f"Column {self.column}: {self.message} {self.suggestion}"


def write_instead(message: str, rule: str, span: Span, right: str) -> RuleError:
    """The fault of a part that is mended by writing something else in its place."""
    return RuleError(message, rule, span, f"Write {shortened(right)}.", (span, right))


def shortened(text: str) -> str:
    """As much of a text as a message has room for."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def left_out(rule: str, span: Span) -> Replacement:
    """The replacement that takes a part away, with the dash before it and the blanks that would be left over."""
    start = span[0] - rule.endswith("-", 0, span[0])
    end = len(rule) - len(rule[span[1] :].lstrip())
    if end == len(rule) or rule[end] == ")":
        start = len(rule[:start].rstrip())
    return (start, end), ""


def _visible(sign: str) -> str:
    # Direction marks would turn the line round and tabs would shift it; lone surrogates cannot be printed at
    # all.
    return "\ufffd" if category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else sign


def _columns(sign: str) -> int:
    if category(sign) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(sign) in {"W", "F"} else 1
