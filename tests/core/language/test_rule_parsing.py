"""What the lexer and the parser promise of any text: a tree or a RuleError that helps; and that trees can be written
back.
"""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.language.rule_generator import stored_trees, trees
from earful.core.language.advice import hints
from earful.core.language.dialects import DIALECTS, Access, DialectName
from earful.core.language.errors import RuleError
from earful.core.language.lexer import Lexeme, lexemes, quoted, unquoted
from earful.core.language.parser import MAX_DEPTH, parse
from earful.core.language.printer import show
from earful.core.language.tree import Tree

MEGABYTE = 1_000_000
PIECES = (
    *("(", ")", '"', "-", " ", "OR", "AND", "~", "~3", "\\", "[", "]", ":", "from:", "is:reply", "has:"),
    *("lang:en", "@", "#", "$", "cat", "é", "猫", "🍕", "\u202e", "\ud800", "\x00", "\u0301", "１", "url:"),
    *("point_radius:[", "x:y", "//", "“", "*", "kettl*", "~2", "bounding_box:[1 2 3 4]", "[2 3 4km]", "1..", "47.*"),
    *("context:", "sample:", "bio:", "place_country:", "embedding_threshold:", "list:", "source:", "..9", "0.5"),
)
HOSTILE = (
    *("(", "((cat) ", "-", "- ", '"', '\\"', '"\\', "from:", "a:", "abc_", "url:[", "\u202e", "\ud800", "🍕"),
    *("OR ", "@", "$", '"a" ', "cat OR ", "#a", "~", "(a OR ", "-(a ", "kettl*", "*", "point_radius:[", "context:47."),
    *("bio:", "place:", "[", "]", "cat*dog ", "\u2067", "\u0301", "猫"),
)


@settings(max_examples=250, deadline=None)
@given(trees)
def test_a_tree_written_and_read_again_is_the_same_tree(tree: Tree) -> None:
    assert parse(show(tree), limit=100_000) == tree


@settings(max_examples=250, deadline=None)
@given(stored_trees)
def test_so_is_one_of_the_search_of_stored_posts(tree: Tree) -> None:
    assert parse(show(tree), "stored", limit=100_000) == tree


anything = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))


@settings(max_examples=400, deadline=None)
@given(anything)
@example('a"b"c(d)e-f')
@example("x:[a b]c")
def test_lexemes_cover_a_text_in_order_and_leave_only_space_between(text: str) -> None:
    at = 0
    for lexeme in cut(text) or ():
        start, end = lexeme.span
        assert not text[at:start].strip()
        assert start < end
        at = end
    assert cut(text) is None or not text[at:].strip()


@settings(max_examples=200, deadline=None)
@given(anything, anything)
def test_what_stands_behind_a_space_changes_no_lexeme_before_it(text: str, more: str) -> None:
    before = cut(f"{text} ")
    assert before is None or cut(f"{text} {more}", len(before)) in (before, None)


def cut(text: str, most: int | None = None) -> list[Lexeme] | None:
    """The lexemes of a text, its end not among them; None where it cannot be cut."""
    try:
        return [lexeme for lexeme in lexemes(text) if lexeme.kind != "end"][:most]
    except RuleError:
        return None


@given(st.text())
def test_what_is_quoted_is_read_as_it_was(text: str) -> None:
    assert unquoted(quoted(text)[1:-1]) == text
    [phrase, _] = lexemes(quoted(text))
    assert (phrase.kind, phrase.text) == ("phrase", text)


@settings(max_examples=500, deadline=None)
@given(anything)
@example('"\\')
@example("cat -\udfff")
def test_any_text_is_a_tree_or_a_rule_error_that_says_where_and_what_instead(text: str) -> None:
    for dialect in DIALECTS:
        read = tried(text, dialect)
        if isinstance(read, RuleError):
            assert 1 <= read.column <= len(text) + 1
            assert len(read.caret().splitlines()) == 2
            assert read.caret().encode()
            assert read.message[-1] == "."
            assert read.suggestion[-1] in ".?"
        else:
            assert parse(show(read), dialect, limit=10_000) == read


def tried(text: str, dialect: DialectName) -> Tree | RuleError:
    try:
        return parse(text, dialect)
    except RuleError as error:
        return error


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize(("size", "limit"), [(MEGABYTE, None), (MEGABYTE // 100, MEGABYTE)])
def test_a_megabyte_of_hostile_text_is_answered_with_an_error_that_can_be_shown(
    piece: str, size: int, limit: int | None
) -> None:
    text = (piece * size)[:size] + "\n)"
    for dialect in DIALECTS:
        with pytest.raises(RuleError) as refusal:
            parse(text, dialect, limit=limit)
        assert len(refusal.value.caret()) < 400
        assert len(str(refusal.value)) < 400


def test_groups_may_be_nested_so_deep_and_no_deeper() -> None:
    assert show(parse("(" * MAX_DEPTH + "cat" + ")" * MAX_DEPTH)) == "cat"
    with pytest.raises(RuleError, match="nested more than"):
        parse("(" * (MAX_DEPTH + 1) + "cat" + ")" * (MAX_DEPTH + 1))


def test_a_rule_may_be_as_long_as_its_dialect_allows() -> None:
    assert parse("x" * 1024)
    assert parse("x" * 512, "search")
    for text, dialect in (("x" * 1025, "stream"), ("x" * 513, "search")):
        with pytest.raises(RuleError, match="characters"):
            parse(text, dialect)


def test_an_access_opens_lengths_and_operators() -> None:
    enterprise = Access(tier="enterprise")
    assert parse("x" * 2048, access=enterprise)
    assert parse('embedding:"late parcels"', access=enterprise)
    with pytest.raises(RuleError, match="Enterprise"):
        parse('embedding:"late parcels"', access=Access())
    assert parse("entity:acme", "search", access=Access(endpoint="recent"))
    with pytest.raises(RuleError, match="last seven days"):
        parse("entity:acme", "search", access=Access(endpoint="all"))


def test_carets_stand_under_what_is_meant_whatever_the_width_of_its_letters() -> None:
    with pytest.raises(RuleError) as refusal:
        parse("猫 cafe\u0301 form:acme")
    assert refusal.value.caret() == "猫 cafe\u0301 form:acme\n        ^^^^^^^^^"


def test_carets_of_a_long_rule_show_the_part_that_matters() -> None:
    with pytest.raises(RuleError) as refusal:
        parse("cat " * 100 + "form:acme" + " dog" * 100)
    shown, under = refusal.value.caret().split("\n")
    assert shown[under.index("^") : under.rindex("^") + 1] == "form:acme"
    assert len(shown) == 72


def test_lower_case_or_is_a_word_and_earns_a_hint() -> None:
    assert show(parse("cat or dog")) == "cat or dog"
    [(span, words)] = hints("cat or dog")
    assert "cat or dog"[slice(*span)] == "or"
    assert "write OR" in words


@pytest.mark.parametrize(
    ("rule", "marked", "says"),
    [
        ("cat list:5", "list:5", "list: is evaluated by X only"),
        ("cat sample:10", "sample:10", "sample: is evaluated by X only"),
        ("context:47.*", "context:47.*", "not annotated"),
    ],
)
def test_what_x_alone_evaluates_earns_a_hint(rule: str, marked: str, says: str) -> None:
    [(span, words)] = hints(rule)
    assert rule[slice(*span)] == marked
    assert says in words


def test_two_that_no_post_has_at_once_earn_a_hint() -> None:
    [(span, words)] = hints("late from:lumen from:acme")
    assert "late from:lumen from:acme"[slice(*span)] == "from:acme"
    assert "OR between them" in words
    for rule in ("from:a OR from:b", "late -from:a -from:b", "late -lang:en lang:de", "from:a from:A", "#a #b @c @d"):
        assert hints(rule) == []


def test_or_with_a_capital_earns_the_same_hint() -> None:
    assert hints("cat Or dog")[0][1] == hints("cat or dog")[0][1].removeprefix("In lower case ").replace('"or"', '"Or"')


def test_what_everybody_evaluates_earns_none() -> None:
    assert hints("cat from:acme bio:chef place:leeds sample:100 #fail -is:retweet") == []
