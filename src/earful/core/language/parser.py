"""A rule's text made into a tree, or a RuleError that says what to write instead.

Precedence climbing over BINDING: a space (AND) binds tighter than OR, "-" tighter than both.
"""

from collections.abc import Callable, Iterable

from earful.core.language import advice
from earful.core.language.checks import checked_operator, checked_phrase, checked_word, require_standalone
from earful.core.language.dialects import DIALECTS, Access, Dialect, DialectName
from earful.core.language.errors import RuleError, left_out
from earful.core.language.lexer import Lexeme, lexemes
from earful.core.language.tree import Leaf, Not, Tree, all_of, any_of

BINDING = {"OR": 1, "AND": 2}
JOIN: dict[str, Callable[[Iterable[Tree]], Tree]] = {"OR": any_of, "AND": all_of}
MAX_DEPTH = 64


def parse(
    rule: str, dialect: DialectName = "stream", *, limit: int | None = None, access: Access | None = None
) -> Tree:
    """The rule as a tree. `access` says what the contract with X opens: how many characters, which operators. Without
    it every operator of the dialect is taken. `limit` is another number of characters.

    Raises RuleError for a text that the dialect does not take, its own limit of characters included.
    """
    most = (access or Access()).limit(dialect) if limit is None else limit
    if len(rule) > most:
        raise advice.too_long(rule, most)
    tree = _Parser(rule, DIALECTS[dialect], access).whole()
    require_standalone(rule, tree, DIALECTS[dialect])
    return tree


class _Parser:
    def __init__(self, rule: str, dialect: Dialect, access: Access | None) -> None:
        self.rule = rule
        self.dialect = dialect
        self.access = access
        self.rest = lexemes(rule)
        self.ahead = next(self.rest)
        self.opened: list[Lexeme] = []

    def whole(self) -> Tree:
        if self.ahead.kind == "end":
            raise RuleError("The rule is empty.", self.rule, self.ahead.span, "Write a word to look for.")
        tree = self.expression(0)
        if self.ahead.kind == ")":
            out = left_out(self.rule, self.ahead.span)
            raise RuleError("This parenthesis was never opened.", self.rule, self.ahead.span, "Leave it out.", out)
        return tree

    def expression(self, power: int) -> Tree:
        left = self.operand()
        while (joint := self.joint()) and BINDING[joint] > power:
            parts = [left]
            while self.joint() == joint:
                if joint == "OR":
                    self.take()
                parts.append(self.expression(BINDING[joint]))
            left = JOIN[joint](parts)
        return left

    def joint(self) -> str:
        if self.ahead.kind in (")", "end"):
            return ""
        return "OR" if self.ahead.kind == "OR" else "AND"

    def operand(self) -> Tree:
        lexeme = self.take()
        if lexeme.kind == "(":
            return self.group(lexeme)
        if lexeme.kind == "-":
            return self.negated(lexeme)
        return self.leaf(lexeme, negated=False)

    def group(self, opening: Lexeme) -> Tree:
        if len(self.opened) == MAX_DEPTH:
            raise RuleError(
                f"Groups are nested more than {MAX_DEPTH} deep.",
                self.rule,
                opening.span,
                "Take some parentheses away.",
            )
        self.opened.append(opening)
        if self.ahead.kind == ")":
            span = (opening.span[0], self.ahead.span[1])
            raise RuleError("This group is empty.", self.rule, span, "Leave it out.", left_out(self.rule, span))
        tree = self.expression(0)
        if self.take().kind != ")":
            raise advice.never_closed(self.rule, opening)
        self.opened.pop()
        return tree

    def negated(self, dash: Lexeme) -> Not:
        lexeme = self.take()
        if lexeme.kind == "-" or lexeme.kind == "end" or lexeme.span[0] != dash.span[1]:
            raise advice.lone_dash(self.rule, dash, lexeme)
        if lexeme.kind == "(":
            raise advice.negated_group(self.rule, dash, self.group(lexeme), self.ahead)
        part = self.leaf(lexeme, negated=True)
        return Not(part, (dash.span[0], part.span[1]))

    def leaf(self, lexeme: Lexeme, *, negated: bool) -> Leaf:
        if lexeme.kind == "word":
            return checked_word(self.rule, lexeme, self.dialect)
        if lexeme.kind == "phrase":
            return checked_phrase(self.rule, lexeme, self.dialect)
        if lexeme.kind == "operator":
            return checked_operator(self.rule, lexeme, self.dialect, self.access, negated=negated)
        raise advice.missing_operand(self.rule, lexeme, self.opened[-1] if self.opened else None)

    def take(self) -> Lexeme:
        lexeme = self.ahead
        if lexeme.kind != "end":
            self.ahead = next(self.rest)
        return lexeme
