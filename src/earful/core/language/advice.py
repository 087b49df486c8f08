"""What is wrong with how a rule is put together, and how to write what was meant; and hints at what is right."""

import re

from earful.core.language.errors import Replacement, RuleError, left_out, shortened
from earful.core.language.lexer import Lexeme, lexemes
from earful.core.language.operators import EVERY_POST, OPERATORS
from earful.core.language.printer import show
from earful.core.language.tree import And, Leaf, Operator, Or, Tree, leaves
from earful.core.text import Span

_PLAIN_WORDS = {
    "or": "write OR to mean either side",
    "and": "a space already means both",
    "not": "write - before a word to exclude it",
}
_ONE_OF_EACH = {"from", "to", "retweets_of", "lang", "place_country", "conversation_id"}
_ANSWERED = {
    "network": "{} is evaluated by X only: here, and on other networks, nothing is found by it.",
    "annotated": "{} is evaluated by X only: it finds no post that X has not annotated, and none of other networks.",
}


def hints(rule: str) -> list[tuple[Span, str]]:
    """What is allowed but worth a word, each with where it stands: "or", "and", "not" as words; operators that only X
    evaluates; two accounts or two languages that no post has at once.

    Raises RuleError where the rule cannot even be cut into lexemes.
    """
    before = previous = None
    found = []
    for lexeme in lexemes(rule):
        found.append((lexeme.span, _hint(lexeme) or _at_once(before, previous, lexeme)))
        before, previous = previous, lexeme
    return [(span, sentence) for span, sentence in found if sentence]


def _hint(lexeme: Lexeme) -> str:
    if lexeme.kind == "word":
        return _plain_word(lexeme.text)
    row = OPERATORS.get(lexeme.name) if lexeme.kind == "operator" else None
    if row is None or row.answered == "here" or (row.name, lexeme.text) == EVERY_POST:
        return ""
    return _ANSWERED[row.answered].format(row.written)


def _at_once(before: Lexeme | None, first: Lexeme | None, second: Lexeme) -> str:
    """`from:lumen from:acme`, neither excluded: a dash would stand between them, or before the first."""
    if first is None or first.name not in _ONE_OF_EACH or first.name != second.name:
        return ""
    if first.text.lower() == second.text.lower() or (before and before.kind == "-"):
        return ""
    return f"No post fits two of {first.name}: at once; put them in parentheses with OR between them."


def _plain_word(text: str) -> str:
    instead = _PLAIN_WORDS.get(text.lower())
    begins = "In lower case " if text in ("or", "and") else ""
    return f'{begins}"{text}" is an ordinary word that posts must contain; {instead}.' if instead else ""


def too_long(rule: str, most: int) -> RuleError:
    """A rule over its length."""
    return RuleError(
        f"The rule has {len(rule):,} characters; {most:,} are allowed.",
        rule,
        (most, len(rule)),
        "Split it at an OR into several rules.",
    )


def missing_operand(rule: str, lexeme: Lexeme, opened: Lexeme | None) -> RuleError:
    """Something else where a word, a phrase, an operator or a group should stand. `opened` is the group, if any."""
    if lexeme.kind == "AND":
        return _written_and(rule, lexeme)
    if lexeme.kind == ")":
        return RuleError("Something is missing before this parenthesis.", rule, lexeme.span, "Write a word before it.")
    if lexeme.kind == "end" and opened:
        instead = "Write what belongs in it, and a ) at its end."
        return RuleError("This parenthesis is never closed.", rule, opened.span, instead)
    joint = _last_or(rule) if lexeme.kind == "end" else lexeme.span
    message = "OR needs something to look for on both sides."
    return RuleError(message, rule, lexeme.span, "Leave this OR out.", left_out(rule, joint))


def never_closed(rule: str, opened: Lexeme) -> RuleError:
    """A whole group without its end."""
    end = len(rule.rstrip())
    closing: Replacement = (end, len(rule)), ")"
    return RuleError("This parenthesis is never closed.", rule, opened.span, "Add a ) at its end.", closing)


def lone_dash(rule: str, dash: Lexeme, after: Lexeme) -> RuleError:
    """A dash that negates nothing, or another dash."""
    message = "A dash must stand directly before what it excludes."
    if after.kind == "-" and after.span[0] == dash.span[1]:
        return RuleError("Two dashes do not cancel each other.", rule, (dash.span[0], after.span[1]), "Write one.")
    if after.kind == "end":
        out = left_out(rule, dash.span)
        return RuleError(message, rule, dash.span, "Leave it out, or write a word directly after it.", out)
    between: Replacement = (dash.span[1], after.span[0]), ""
    return RuleError(message, rule, dash.span, "Take the space after it away.", between)


def negated_group(rule: str, dash: Lexeme, group: Tree, after: Lexeme) -> RuleError:
    """A negated group, with the same said without one where that is possible."""
    end = max(len(rule[: after.span[0]].rstrip()), dash.span[1] + 1)
    span = (dash.span[0], end)
    parts = group.parts if isinstance(group, Or) else (group,)
    if not all(isinstance(part, Leaf) for part in parts):
        instead = "Write - before single words or operators only."
        return RuleError("A group cannot be negated.", rule, span, instead)
    right = " ".join("-" + show(part) for part in parts)
    return RuleError("A group cannot be negated.", rule, span, f"Write {right} instead.", (span, right))


def only_negations(rule: str, tree: Tree) -> RuleError:
    """A rule, or a branch of one, that says only what posts must not contain."""
    return RuleError(
        "This only excludes; on its own it would ask for everything else there is.",
        rule,
        tree.span,
        "Add a word, an account or a hashtag that posts must contain.",
    )


def only_partners(rule: str, weak: Tree, whole: Tree) -> RuleError:
    """A rule, or a branch of one, made of operators that need another beside them."""
    names = list(dict.fromkeys(f"{leaf.name}:" for leaf, _ in leaves(weak) if isinstance(leaf, Operator)))
    told = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    only = "only narrow down; they cannot stand alone" if len(names) > 1 else "only narrows down; it cannot stand alone"
    if span := _meant_together(whole):
        together = (span, f"({rule[slice(*span)]})")
        return RuleError(f"{told} {only}.", rule, weak.span, f"Write {shortened(together[1])}.", together)
    instead = f"Add a word, an account or a hashtag beside {'them' if len(names) > 1 else 'it'}."
    return RuleError(f"{told} {only}.", rule, weak.span, instead)


def _meant_together(whole: Tree) -> Span | None:
    """Where parentheses belong in `late lang:en OR lang:de`: a space binds tighter than OR."""
    if not (isinstance(whole, Or) and isinstance(whole.parts[0], And)):
        return None
    apart = [whole.parts[0].parts[-1], *whole.parts[1:]]
    if not all(isinstance(part, Operator) and OPERATORS[part.name].partner for part in apart):
        return None
    return apart[0].span[0], apart[-1].span[1]


def _written_and(rule: str, lexeme: Lexeme) -> RuleError:
    if negation := _AND_NOT.match(rule, lexeme.span[0]):
        instead = "Write - directly before what is excluded."
        return RuleError("AND NOT is not written.", rule, lexeme.span, instead, (negation.span(), "-"))
    both = "Leave it out: a space already means both."
    return RuleError("AND is not written.", rule, lexeme.span, both, left_out(rule, lexeme.span))


def _last_or(rule: str) -> Span:
    end = len(rule.rstrip())
    return end - len("OR"), end


_AND_NOT = re.compile(r"AND\s+NOT\s+(?=[^\s)])")
