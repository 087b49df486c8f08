"""What each leaf must be for X to take the rule, and what must stand in every branch of it."""

from earful.core.language import advice
from earful.core.language.dialects import Dialect
from earful.core.language.errors import NotEvaluatedError, RuleError
from earful.core.language.languages import MODERN_TO_X
from earful.core.language.lexer import Lexeme, quoted
from earful.core.language.operators import OPERATORS, VALUES, OperatorRow
from earful.core.language.tree import And, Leaf, Not, Operator, Or, Phrase, Tree, Word, leaves
from earful.core.text import fold, tokens, words

MOST_NEAR = 6


def checked_word(rule: str, lexeme: Lexeme) -> Word:
    """A keyword or emoji. Raises RuleError where punctuation splits it, for X says to quote such a word."""
    folded = fold(lexeme.text)
    found = tokens(folded)
    if "".join(token.text for token in found) != folded or not words(fold(lexeme.text, "drop")):
        raise advice.needs_quotes(rule, lexeme)
    return Word(lexeme.text, lexeme.span)


def checked_phrase(rule: str, lexeme: Lexeme, dialect: Dialect) -> Phrase:
    """A phrase, or words near each other. Raises RuleError if it holds no word, or a distance not allowed."""
    if not words(fold(lexeme.text, "drop")):
        raise RuleError("There is no word in these quotes.", rule, lexeme.span, "Write a word or an emoji in them.")
    if lexeme.near is None:
        return Phrase(lexeme.text, span=lexeme.span)
    if dialect.name != "stream":
        raise RuleError("Search does not know ~.", rule, lexeme.span, "Leave out ~ and the number.")
    if lexeme.near not in map(str, range(1, MOST_NEAR + 1)):
        raise RuleError("After ~ comes how many tokens apart.", rule, lexeme.span, f"Use 1 to {MOST_NEAR}.")
    return Phrase(lexeme.text, int(lexeme.near), lexeme.span)


def checked_operator(rule: str, lexeme: Lexeme, dialect: Dialect, *, negated: bool) -> Operator:
    """An operator with a value it can take. Raises RuleError; NotEvaluatedError if only we cannot."""
    row = OPERATORS.get(lexeme.name)
    if row is None:
        raise advice.unknown_operator(rule, lexeme, dialect)
    _check_use(rule, lexeme, row, dialect, negated=negated)
    _check_value(rule, lexeme, row)
    if not row.evaluated or lexeme.text.lower() in row.pending:
        whole = rule[slice(*lexeme.span)] if row.pending else advice.as_written(row.name)
        raise NotEvaluatedError(
            f"X knows {whole}; Earful does not evaluate it yet.", rule, lexeme.span, "Leave it out."
        )
    return Operator(row.name, _canonical_value(row, lexeme.text), lexeme.span)


def require_standalone(rule: str, tree: Tree) -> None:
    """Raises RuleError unless every way to satisfy the rule requires something that can stand alone.

    X's page speaks of the rule as a whole; holding every OR branch to it is the stricter reading, and is what
    lets a rulebook find the few posts worth asking.
    """
    if weak := _weakest(tree):
        found = list(leaves(weak))
        if all(negated for _, negated in found):
            raise advice.only_negations(rule, weak)
        raise advice.only_partners(rule, weak)


def _check_use(rule: str, lexeme: Lexeme, row: OperatorRow, dialect: Dialect, *, negated: bool) -> None:
    written = advice.as_written(row.name)
    if dialect.name not in row.dialects:
        where = "the stream" if dialect.name == "stream" else "search"
        raise RuleError(f"{written} cannot be used in {where}.", rule, lexeme.span, "Leave it out.")
    if negated and row.negated == "never":
        raise RuleError(f"{written} cannot be negated.", rule, lexeme.span, "Take the dash away.")
    if not negated and (row.name, lexeme.text.lower()) == ("is", "nullcast"):
        raise RuleError("is:nullcast can only be excluded.", rule, lexeme.span, "Write -is:nullcast.")


def _check_value(rule: str, lexeme: Lexeme, row: OperatorRow) -> None:
    written, value = advice.as_written(row.name), VALUES[row.takes]
    if row.takes == "user" and lexeme.text.startswith("@") and row.name != "@":
        raise RuleError(f"{written} takes a handle without @.", rule, lexeme.span, f"Write {written}{lexeme.text[1:]}.")
    if not value.pattern.fullmatch(lexeme.text):
        raise RuleError(f"{written} takes {value.words}.", rule, lexeme.span, _instead(rule, lexeme))
    if row.choices and lexeme.text.lower() not in map(str.lower, row.choices):
        if row.name == "lang" and (modern := MODERN_TO_X.get(lexeme.text.lower())):
            raise RuleError(f"X calls this language {modern}.", rule, lexeme.span, f"Write lang:{modern}.")
        raise advice.wrong_choice(rule, lexeme, row)
    low, _, high = lexeme.text.partition("..")
    if row.takes == "range" and high and int(high) < int(low):
        raise RuleError("This range goes from high to low.", rule, lexeme.span, f"Write {written}{high}..{low}.")


def _instead(rule: str, lexeme: Lexeme) -> str:
    if lexeme.name in "@#$" and len(lexeme.text) < 40:
        return f"To look for the sign itself, quote it: {quoted(rule[slice(*lexeme.span)])}."
    return "" if lexeme.text else "Write it directly after the colon."


def _canonical_value(row: OperatorRow, value: str) -> str:
    same = {choice.lower(): choice for choice in row.choices}
    return same.get(value.lower(), value)


def _weakest(tree: Tree) -> Tree | None:
    if isinstance(tree, Or):
        return next((weak for part in tree.parts if (weak := _weakest(part))), None)
    if isinstance(tree, And):
        return tree if all(map(_weakest, tree.parts)) else None
    return None if _stands(tree) else tree


def _stands(tree: Leaf | Not) -> bool:
    if isinstance(tree, Not):
        return False
    return not (isinstance(tree, Operator) and OPERATORS[tree.name].partner)
