"""What is wrong with a rule: where, in a plain sentence, and what to write instead."""

from unicodedata import category, east_asian_width

from earful.core.text import Span


class RuleError(ValueError):
    """A rule that cannot be used.

    `rule` is the whole text; `column` counts characters from 1; `length` is how many characters are meant (0
    at the end of the text). `message` is a sentence; `suggestion` says what to write instead.
    """

    def __init__(self, message: str, rule: str, span: Span, suggestion: str) -> None:
        super().__init__(message)
        self.message = message
        self.rule = rule
        self.column = span[0] + 1
        self.length = span[1] - span[0]
        self.suggestion = suggestion

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


def _visible(sign: str) -> str:
    # Direction marks would turn the line round and tabs would shift it; lone surrogates cannot be printed at
    # all.
    return "\ufffd" if category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else sign


def _columns(sign: str) -> int:
    if category(sign) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(sign) in {"W", "F"} else 1
