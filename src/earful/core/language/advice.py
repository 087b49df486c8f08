"""The faults that deserve more than a sentence: what was meant, and how to write it."""

from difflib import get_close_matches

from earful.core.language.dialects import Dialect
from earful.core.language.errors import RuleError
from earful.core.language.lexer import Lexeme, lexemes, quoted
from earful.core.language.operators import EVERY_POST, OPERATORS, VALUES, OperatorRow
from earful.core.language.printer import show
from earful.core.language.tree import Leaf, Or, Tree
from earful.core.text import Span

_LOWER_CASE = {
    "or": 'In lower case "or" is an ordinary word that posts must contain; write OR to mean either side.',
    "and": 'In lower case "and" is an ordinary word that posts must contain; a space already means both.',
    "not": '"not" is an ordinary word that posts must contain; write - before a word to exclude it.',
    "NOT": '"NOT" is an ordinary word that posts must contain; write - before a word to exclude it.',
}
# Names that people bring from X's web search and from other tools.
_SAME_AS = {
    "min_faves": "min_likes", "min_retweets": "min_reposts", "filter": "has", "hashtag": "#", "mention": "@",
    "mentions": "@", "user": "from", "author": "from", "by": "from", "language": "lang", "link": "url",
    "in_reply_to": "in_reply_to_tweet_id", "conversation": "conversation_id", "thread": "conversation_id",
}  # fmt: skip


_ANSWERED = {
    "network": "{} is evaluated by X only: here, and on other networks, nothing is found by it.",
    "annotated": "{} is evaluated by X only: it finds no post that X has not annotated, and none of other networks.",
}


def hints(rule: str) -> list[tuple[Span, str]]:
    """What is allowed but worth a word, each with where it stands: "or", "and", "not" as words; operators that only X
    evaluates.

    Raises RuleError where the rule cannot even be cut into lexemes.
    """
    found = ((lexeme.span, _hint(lexeme)) for lexeme in lexemes(rule))
    return [(span, sentence) for span, sentence in found if sentence]


def _hint(lexeme: Lexeme) -> str:
    if lexeme.kind == "word":
        return _LOWER_CASE.get(lexeme.text, "")
    row = OPERATORS.get(lexeme.name) if lexeme.kind == "operator" else None
    if row is None or row.answered == "here" or (row.name, lexeme.text) == EVERY_POST:
        return ""
    return _ANSWERED[row.answered].format(as_written(row.name))


def too_long(rule: str, most: int) -> RuleError:
    """A rule over its length."""
    return RuleError(
        f"The rule has {len(rule):,} characters; {most:,} are allowed.",
        rule,
        (most, len(rule)),
        "Split it at an OR into several rules.",
    )


def missing_operand(rule: str, lexeme: Lexeme) -> RuleError:
    """Something else where a word, a phrase, an operator or a group should stand."""
    if lexeme.kind == "AND":
        return RuleError("AND is not written.", rule, lexeme.span, "Leave it out: a space already means both.")
    if lexeme.kind == ")":
        return RuleError(
            "Something is missing before this parenthesis.",
            rule,
            lexeme.span,
            "Write a word before it.",
        )
    return RuleError("OR needs something to look for on both sides.", rule, lexeme.span, "Leave this OR out.")


def lone_dash(rule: str, dash: Lexeme, after: Lexeme) -> RuleError:
    """A dash that negates nothing, or another dash."""
    if after.kind == "-" and after.span[0] == dash.span[1]:
        return RuleError("Two dashes do not cancel each other.", rule, (dash.span[0], after.span[1]), "Write one.")
    return RuleError(
        "A dash must stand directly before what it excludes.",
        rule,
        dash.span,
        "Take the space after it away.",
    )


def negated_group(rule: str, dash: Lexeme, group: Tree, after: Lexeme) -> RuleError:
    """A negated group, with the same said without one where that is possible."""
    span = (dash.span[0], max(after.span[0], dash.span[1] + 1))
    if isinstance(group, Or) and all(isinstance(part, Leaf) for part in group.parts):
        instead = f"Write {' '.join('-' + show(part) for part in group.parts)} instead."
    elif isinstance(group, Leaf):
        instead = f"Write -{show(group)} instead."
    else:
        instead = "Write - before single words or operators only."
    return RuleError("A group cannot be negated.", rule, span, instead)


def needs_quotes(rule: str, lexeme: Lexeme) -> RuleError:
    """A word with punctuation in it."""
    text = lexeme.text
    if not set(text) - {"*"}:
        return RuleError("A star alone stands for nothing.", rule, lexeme.span, "Leave it out.")
    if any(curly in text for curly in "“”„«»"):
        return RuleError("These are not plain quotes.", rule, lexeme.span, 'Use straight ones: "like this".')
    if "://" in text:
        return RuleError("An address must be quoted.", rule, lexeme.span, f"Write url:{quoted(text)}.")
    return RuleError(
        "A word with punctuation in it must be quoted.", rule, lexeme.span, f"Write {quoted(_short(text))}."
    )


def unknown_operator(rule: str, lexeme: Lexeme, dialect: Dialect) -> RuleError:
    """A name before a colon that is none of ours."""
    rows = [row for row in OPERATORS.values() if dialect.ours or dialect.name in row.dialects]
    known = [row.name for row in rows if row.name.isidentifier()]
    if lexeme.text.startswith("//"):
        whole = rule[slice(*lexeme.span)]
        return RuleError("An address must be quoted.", rule, lexeme.span, f"Write url:{quoted(_short(whole))}.")
    near = [_SAME_AS[lexeme.name]] if lexeme.name in _SAME_AS else get_close_matches(lexeme.name, known, 1, 0.6)
    meant = f"Did you mean {as_written(near[0])}?" if near else "To look for a colon, put the words in quotes."
    return RuleError(f"There is no operator {lexeme.name}:.", rule, lexeme.span, meant)


def no_prefixes(rule: str, lexeme: Lexeme, dialect: Dialect) -> RuleError:
    """The beginning of a word, where only whole words are known."""
    where = "listening rules" if dialect.name == "stream" else "X's search"
    word = lexeme.text.removesuffix("*")
    return RuleError(
        f"A star for the rest of a word works in the search of stored posts, not in {where}.",
        rule,
        lexeme.span,
        f"Write the whole words, such as ({_short(word)} OR {_short(word)}s).",
    )


def instead(rule: str, lexeme: Lexeme, row: OperatorRow) -> str:
    """What to write where an operator's value is not of its kind."""
    if row.name in "@#$" and len(lexeme.text) < 40:
        return f"To look for the sign itself, quote it: {quoted(rule[slice(*lexeme.span)])}."
    if not lexeme.text:
        return "Write it directly after the colon."
    example = VALUES[row.takes].example or row.choices[0]
    return f"Write it like {as_written(row.name)}{example}."


def wrong_choice(rule: str, lexeme: Lexeme, row: OperatorRow) -> RuleError:
    """A value that an operator with a fixed list does not know."""
    near = get_close_matches(lexeme.text, row.choices, 1, 0.6) if len(lexeme.text) < 40 else []
    few = f"It takes {', '.join(row.choices[:12])}{' …' if len(row.choices) > 12 else ''}."
    meant = f"Did you mean {row.name}:{near[0]}?" if near else few
    return RuleError(f"{row.name}: does not know “{_short(lexeme.text)}”.", rule, lexeme.span, meant)


def as_written(name: str) -> str:
    """An operator as people write it: `from:` or `@`."""
    return f"{name}:" if name.isidentifier() else name


def only_negations(rule: str, tree: Tree) -> RuleError:
    """A rule, or a branch of one, that says only what posts must not contain."""
    return RuleError(
        "This only excludes; on its own it would ask for everything else there is.",
        rule,
        tree.span,
        "Add a word, an account or a hashtag that posts must contain.",
    )


def only_partners(rule: str, tree: Tree) -> RuleError:
    """A rule, or a branch of one, made of operators that need another beside them."""
    return RuleError(
        "is:, has: and lang: only narrow down; they cannot stand alone.",
        rule,
        tree.span,
        "Add a word, an account or a hashtag beside them.",
    )


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
