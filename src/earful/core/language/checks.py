"""What each leaf must be for X to take the rule, and what must stand in every branch of it."""

from earful.core.language import advice, name_advice, value_advice, word_advice
from earful.core.language.dialects import Access, Dialect
from earful.core.language.errors import RuleError
from earful.core.language.geo import GeoError, box, circle
from earful.core.language.languages import MODERN_TO_X
from earful.core.language.lexer import Lexeme, quoted
from earful.core.language.operators import OPERATORS, VALUES, OperatorRow
from earful.core.language.tree import And, Leaf, Not, Operator, Or, Phrase, Tree, Word, leaves
from earful.core.text import fold, tokens, words

LEAST_PREFIX = 2
REGIONS = {"point_radius": circle, "bounding_box": box}


def checked_word(rule: str, lexeme: Lexeme, dialect: Dialect) -> Word:
    """A keyword or emoji, or where the dialect knows them the beginning of one (`kettl*`).

    Raises RuleError where punctuation splits it, for X says to quote such a word.
    """
    text = lexeme.text.removesuffix("*")
    prefix = text != lexeme.text
    folded = fold(text)
    found = tokens(folded)
    if not found or "".join(token.text for token in found) != folded or not words(fold(text, "drop")):
        raise word_advice.needs_quotes(rule, lexeme, dialect)
    if prefix:
        _check_prefix(rule, lexeme, dialect)
    return Word(text, prefix, lexeme.span)


def checked_phrase(rule: str, lexeme: Lexeme, dialect: Dialect) -> Phrase:
    """A phrase, or words near each other. Raises RuleError if it holds no word, or a distance not allowed."""
    if not words(fold(lexeme.text, "drop")):
        raise RuleError("There is no word in these quotes.", rule, lexeme.span, "Write a word or an emoji in them.")
    if lexeme.near is None:
        return Phrase(lexeme.text, span=lexeme.span)
    if not dialect.near:
        plain = (lexeme.span, quoted(lexeme.text))
        raise RuleError("Search does not know ~.", rule, lexeme.span, "Leave out ~ and the number.", plain)
    if lexeme.near not in map(str, range(1, dialect.near + 1)):
        raise _too_far(rule, lexeme, dialect)
    return Phrase(lexeme.text, int(lexeme.near), lexeme.span)


def checked_operator(
    rule: str, lexeme: Lexeme, dialect: Dialect, access: Access | None = None, *, negated: bool
) -> Operator:
    """An operator with a value it can take. Raises RuleError."""
    row = OPERATORS.get(lexeme.name)
    if row is None:
        raise name_advice.unknown_operator(rule, lexeme, dialect)
    _check_use(rule, lexeme, row, dialect, negated=negated)
    if access is not None:
        _check_access(rule, lexeme, row, dialect, access)
    _check_value(rule, lexeme, row)
    return Operator(row.name, _canonical_value(row, lexeme.text), lexeme.span)


def require_standalone(rule: str, tree: Tree, dialect: Dialect) -> None:
    """Raises RuleError unless every way to satisfy the rule requires something that can stand alone.

    X's page speaks of the rule as a whole; holding every OR branch to it is the stricter reading, and is what
    lets a rulebook find the few posts worth asking.
    """
    if weak := _weakest(tree, alone=dialect.ours):
        found = list(leaves(weak))
        if all(negated for _, negated in found):
            raise advice.only_negations(rule, weak)
        raise advice.only_partners(rule, weak, tree)


def _check_prefix(rule: str, lexeme: Lexeme, dialect: Dialect) -> None:
    if not dialect.ours:
        raise word_advice.no_prefixes(rule, lexeme)
    [*_, only] = found = words(fold(lexeme.text.removesuffix("*"), "drop"))
    if len(found) > 1:
        without = (lexeme.span, lexeme.text.removesuffix("*"))
        raise RuleError("In this script every character is a word.", rule, lexeme.span, "Leave out the star.", without)
    if len(only) < LEAST_PREFIX:
        raise RuleError(
            f"Before a star stand at least {LEAST_PREFIX} characters.", rule, lexeme.span, "Write more of the word."
        )


def _too_far(rule: str, lexeme: Lexeme, dialect: Dialect) -> RuleError:
    furthest = (lexeme.span, f"{quoted(lexeme.text)}~{dialect.near}") if (lexeme.near or "").strip("0") else None
    right = f"Write a number from 1 to {dialect.near}."
    return RuleError("After ~ comes how many words apart.", rule, lexeme.span, right, furthest)


def _check_use(rule: str, lexeme: Lexeme, row: OperatorRow, dialect: Dialect, *, negated: bool) -> None:
    written = row.written
    if dialect.name not in row.dialects and not dialect.ours:
        raise name_advice.not_here(rule, lexeme, row, dialect)
    start, end = lexeme.span
    if negated and row.negated == "never":
        message = f"{written} cannot be negated."
        raise RuleError(message, rule, lexeme.span, "Take the dash away.", ((start - 1, start), ""))
    if not negated and (row.name, lexeme.text.lower()) == ("is", "nullcast"):
        right = ((start, end), "-is:nullcast")
        raise RuleError("is:nullcast can only be excluded.", rule, lexeme.span, "Write -is:nullcast.", right)


def _check_access(rule: str, lexeme: Lexeme, row: OperatorRow, dialect: Dialect, access: Access) -> None:
    written = row.written
    if row.tier and row.tier != access.tier:
        message = f"X opens {written} to Enterprise contracts only."
        raise RuleError(message, rule, lexeme.span, "Leave it out, and write words that such posts contain.")
    if dialect.name == "search" and row.endpoint and row.endpoint != access.endpoint:
        message = f"X knows {written} in the search of the last seven days only."
        raise RuleError(message, rule, lexeme.span, "Leave it out, or search the last seven days.")


def _check_value(rule: str, lexeme: Lexeme, row: OperatorRow) -> None:
    value = VALUES[row.takes]
    if row.takes == "user" and row.name != "@" and value.pattern.fullmatch(handle := lexeme.text.lstrip("@")):
        _check_handle(rule, lexeme, handle)
    if not value.pattern.fullmatch(lexeme.text) or (row.takes == "words" and not words(fold(lexeme.text, "drop"))):
        raise value_advice.wrong_value(rule, lexeme, row)
    if row.choices and lexeme.text.lower() not in map(str.lower, row.choices):
        if row.name == "lang" and (modern := MODERN_TO_X.get(lexeme.text.lower())):
            raise value_advice.wrong_language(rule, lexeme, modern)
        raise value_advice.wrong_choice(rule, lexeme, row)
    if row.takes == "country" and (error := value_advice.wrong_country(rule, lexeme)):
        raise error
    _check_range(rule, lexeme, row)
    _check_region(rule, lexeme, row)


def _check_handle(rule: str, lexeme: Lexeme, handle: str) -> None:
    if handle != lexeme.text:
        right = f"{lexeme.name}:{handle}"
        message = f"{lexeme.name}: takes a handle without @."
        raise RuleError(message, rule, lexeme.span, f"Write {right[:60]}.", (lexeme.span, right))


def _check_range(rule: str, lexeme: Lexeme, row: OperatorRow) -> None:
    low, _, high = lexeme.text.partition("..")
    if row.takes == "range" and high and int(high) < int(low):
        right = f"{row.name}:{high}..{low}"
        raise RuleError("This range goes from high to low.", rule, lexeme.span, f"Write {right}.", (lexeme.span, right))


def _check_region(rule: str, lexeme: Lexeme, row: OperatorRow) -> None:
    if read := REGIONS.get(row.name):
        try:
            read(lexeme.text)
        except GeoError as error:
            raise value_advice.wrong_region(rule, lexeme, error) from None


def _canonical_value(row: OperatorRow, value: str) -> str:
    same = {choice.lower(): choice for choice in row.choices}
    return same.get(value.lower(), value)


def _weakest(tree: Tree, *, alone: bool) -> Tree | None:
    if isinstance(tree, Or):
        return next((weak for part in tree.parts if (weak := _weakest(part, alone=alone))), None)
    if isinstance(tree, And):
        return tree if all(_weakest(part, alone=alone) for part in tree.parts) else None
    return None if _stands(tree, alone=alone) else tree


def _stands(tree: Leaf | Not, *, alone: bool) -> bool:
    if isinstance(tree, Not):
        return False
    return alone or not (isinstance(tree, Operator) and OPERATORS[tree.name].partner)
