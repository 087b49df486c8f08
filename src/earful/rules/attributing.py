"""Which of our rules found a post, and why: by our own reading, or by the word of the network that sent it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec
from django.db import connection
from django.db.backends.utils import CursorWrapper

from earful.core.language.candidate import Candidate
from earful.core.language.errors import RuleError
from earful.core.language.local import relaxed
from earful.core.language.matcher import Reason, match
from earful.core.language.parser import parse
from earful.core.language.tree import Tree
from earful.core.post import Post
from earful.rules.book import Book

Reasons = tuple[Reason, ...]


class Found(NamedTuple):
    """A rule found a post. No reasons: only the network knows why. None: the words are gone, and nobody knows."""

    rule: int
    reasons: Reasons | None = ()

    @property
    def only_quoted(self) -> bool:
        """Whether every word that the rule found stands in the quoted post: then this one merely carries it on."""
        worded = [reason.quoted for reason in self.reasons or () if reason.spans]
        return bool(worded) and all(worded)


def found(
    book: Book, posts: Sequence[Post], quoted: Sequence[Post | None], named: Sequence[Set[int]]
) -> list[list[Found]]:
    """For each post the rules that found it. `named` are the rules that the network says found it: it is believed for
    what only it can answer, and the rest we ask ourselves: it may speak of a rule as that was before a change. Private
    messages are asked for nothing.
    """
    by_us = book.rulebook.find_with_reasons(posts, quoted)
    finds = [[Found(each.rule, each.match.reasons) for each in found] if found else [] for found in by_us]
    for post, other, there, tags in zip(posts, quoted, finds, named, strict=True):
        if post.private:
            there.clear()
        elif tags:
            believed = sorted((tags & book.by_network.keys()) - {each.rule for each in there})
            there += [each for rule in believed for each in _by_network(book, rule, post, other)]
    return finds


def by_text(rule: int, text: str, post: Post, quoted: Post | None) -> Found:
    """A network's search for `text` handed the post over: found, for the reasons that can be seen here."""
    return Found(rule, _asked(text, post, quoted) or ())


def keep(finds: Iterable[tuple[int, Found]]) -> set[tuple[int, int]]:
    """Keep which rules found which posts (by their rows), each once. Those that are new, as (rule, post).

    The rulebook may be some seconds behind the table: a rule deleted meanwhile has nothing to keep.
    """
    rows = [(each.rule, post, each.reasons) for post, each in finds]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [_json(rows).decode()])
        return {(rule, post) for rule, post, new in cursor.fetchall() if new}


def ask_again(edited: Mapping[int, tuple[Post, Post | None]]) -> None:
    """Posts (by their rows, each with what it quotes) read otherwise now: the rules that found them are asked once
    more, those that rest among them. One that fails has not found the post any more.
    """
    if not edited:
        return
    with _holding_rules_of(edited) as cursor:
        cursor.execute(_TEXTS, [list(edited)])
        asked = [(match, _asked(text, *edited[post])) for match, post, text in cursor.fetchall()]
        cursor.execute("DELETE FROM rules_match WHERE id = ANY(%s)", [[match for match, why in asked if why == ()]])
        cursor.execute(_REASONS, [_json([each for each in asked if each[1] != ()]).decode()])


def forget_reasons(posts: Collection[int]) -> None:
    """The words of these posts (rows) were deleted: nobody knows any more why a rule found them."""
    if posts:
        with _holding_rules_of(posts) as cursor:
            cursor.execute("UPDATE rules_match SET reasons = NULL WHERE post_id = ANY(%s)", [list(posts)])


def forget_quoted(posts: Collection[int]) -> None:
    """The words that these posts (rows) quote were deleted. What was found in their own stays."""
    if posts:
        with _holding_rules_of(posts) as cursor:
            cursor.execute(_OWN_REASONS, [list(posts)])


@contextmanager
def _holding_rules_of(posts: Collection[int]) -> Iterator[CursorWrapper]:
    """Lock the rules that found these posts before what they found, as who deletes a rule does."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [list(posts)])
        yield cursor


_json = msgspec.json.encode
_HOLD: Final = """
    SELECT id FROM rules_listeningrule WHERE id IN (SELECT rule_id FROM rules_match WHERE post_id = ANY(%s))
    ORDER BY id FOR KEY SHARE
"""
_TEXTS: Final = """
    SELECT found.id, found.post_id, rule.text
    FROM rules_match AS found JOIN rules_listeningrule AS rule ON rule.id = found.rule_id
    WHERE found.post_id = ANY(%s)
"""
_REASONS: Final = """
    UPDATE rules_match AS known SET reasons = nullif(row -> 1, 'null')
    FROM jsonb_array_elements(%s::jsonb) AS each (row) WHERE known.id = (row -> 0)::bigint
"""
_OWN_REASONS: Final = """
    UPDATE rules_match SET reasons = nullif(jsonb_path_query_array(reasons, '$[*] ? (@.quoted == false)'), '[]')
    WHERE post_id = ANY(%s) AND reasons @? '$[*] ? (@.quoted == true)'
"""
# In one order, so that two readers with the same posts never wait for each other in a circle. The finds are one text:
# a list of texts costs 6 µs an element to write and as much to read.
_KEEP: Final = """
    INSERT INTO rules_match AS known (rule_id, post_id, reasons, found_at)
    SELECT rule.id, found.post, nullif(found.reasons, 'null'), now()
    FROM (
        SELECT (row -> 0)::bigint AS rule, (row -> 1)::bigint AS post, row -> 2 AS reasons
        FROM jsonb_array_elements(%s::jsonb) AS each (row)
    ) AS found
    JOIN rules_listeningrule AS rule ON rule.id = found.rule
    ORDER BY found.post, rule.id
    FOR KEY SHARE OF rule
    ON CONFLICT (rule_id, post_id) DO UPDATE SET reasons = excluded.reasons
    WHERE known.reasons IS NULL AND excluded.reasons IS NOT NULL OR known.reasons = '[]' AND excluded.reasons <> '[]'
    RETURNING rule_id, post_id, xmax = 0
"""


def _by_network(book: Book, rule: int, post: Post, quoted: Post | None) -> list[Found]:
    tree = book.by_network[rule]
    if tree is None:
        return [Found(rule)]
    why = match(tree, Candidate(post, quoted))
    return [Found(rule, why.reasons)] if why else []


def _asked(text: str, post: Post, quoted: Post | None) -> Reasons | None:
    """Why a rule finds a post; () if it does not, None if that cannot be told here."""
    trees = _readings(text)
    for tree in trees:
        if tree is not None and (why := match(tree, Candidate(post, quoted))):
            return why.reasons or None
    return () if trees and None not in trees else None


@lru_cache(maxsize=256)
def _readings(text: str) -> tuple[Tree | None, ...]:
    """A rule as far as it can be asked here (None: it cannot): most are the same for streams and for searches."""
    trees: list[Tree | None] = []
    for dialect in _DIALECTS:
        try:
            tree = relaxed(parse(text, dialect))
        except RuleError:
            continue
        trees += [tree] if tree not in trees else []
    return tuple(trees)


_DIALECTS: Final = ("stream", "search")
