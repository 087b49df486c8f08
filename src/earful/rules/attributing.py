"""Which of our rules found a post, and why: by our own reading, or by the word of the network that sent it."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import msgspec
from django.db import connection

from earful.core.language.candidate import Candidate
from earful.core.language.errors import RuleError
from earful.core.language.local import relaxed
from earful.core.language.matcher import Reason, match
from earful.core.language.parser import parse
from earful.core.language.tree import Tree
from earful.core.post import Post
from earful.rules.book import Book

Reasons = tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A rule found a post. No reasons: only the network knows why."""

    rule: int
    reasons: Reasons = ()

    @property
    def only_quoted(self) -> bool:
        """Whether every word that the rule found stands in the quoted post: then this one merely carries it on."""
        worded = [reason.quoted for reason in self.reasons if reason.spans]
        return bool(worded) and all(worded)


def found(
    book: Book, posts: Sequence[Post], quoted: Sequence[Post | None], named: Sequence[Set[int]]
) -> list[list[Found]]:
    """For each post the rules that found it. `named` are the rules that the network says found it: it is believed for
    those that only it can answer, and the others we ask ourselves. Private messages are asked for nothing.
    """
    by_us = book.rulebook.find_with_reasons(posts, quoted)
    finds = [[Found(each.rule, each.match.reasons) for each in found] for found in by_us]
    for post, other, there, tags in zip(posts, quoted, finds, named, strict=True):
        if post.private:
            there.clear()
        elif tags:
            believed = sorted((tags & book.by_network.keys()) - {each.rule for each in there})
            there += [_by_network(book, rule, post, other) for rule in believed]
    return finds


def by_text(rule: int, text: str, post: Post, quoted: Post | None) -> Found:
    """A network's search for `text` handed the post over: found, for the reasons that can be seen here."""
    for tree in _readings(text):
        if reasons := _reasons(tree, post, quoted):
            return Found(rule, reasons)
    return Found(rule)


def keep(finds: Iterable[tuple[int, Found]]) -> set[tuple[int, int]]:
    """Keep which rules found which posts (by their rows), each once. Those that are new, as (rule, post).

    The rulebook may be some seconds behind the table: a rule deleted meanwhile has nothing to keep.
    """
    rows = [(each.rule, post, _json(each.reasons).decode()) for post, each in finds]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [list(column) for column in zip(*rows, strict=True)])
        return {(rule, post) for rule, post, new in cursor.fetchall() if new}


def forget_reasons(posts: Sequence[int]) -> None:
    """The words of these posts (rows) changed: where the found words stood is not true any more."""
    if posts:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE rules_match SET reasons = '[]' WHERE post_id = ANY(%s)", [list(posts)])


def rows_of(network: str, ids: Collection[str]) -> Mapping[str, int]:
    """The rows of posts that are stored, by the network's ids."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [network, list(ids)])
        return dict(cursor.fetchall())


_json = msgspec.json.encode
_ROWS: Final = "SELECT network_id, id FROM posts_post WHERE network = %s AND network_id = ANY(%s)"
# In one order, so that two readers with the same posts never wait for each other in a circle.
_KEEP: Final = """
    INSERT INTO rules_match AS known (rule_id, post_id, reasons, found_at)
    SELECT rule.id, found.post, found.reasons::jsonb, now()
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS found (rule, post, reasons)
    JOIN rules_listeningrule AS rule ON rule.id = found.rule
    ORDER BY found.post, rule.id
    FOR KEY SHARE OF rule
    ON CONFLICT (rule_id, post_id) DO UPDATE SET reasons = excluded.reasons
    WHERE known.reasons = '[]' AND excluded.reasons <> '[]'
    RETURNING rule_id, post_id, xmax = 0
"""


def _by_network(book: Book, rule: int, post: Post, quoted: Post | None) -> Found:
    tree = book.by_network[rule]
    return Found(rule, _reasons(tree, post, quoted) if tree is not None else ())


def _reasons(tree: Tree, post: Post, quoted: Post | None) -> Reasons:
    why = match(tree, Candidate(post, quoted))
    return why.reasons if why else ()


@lru_cache(maxsize=256)
def _readings(text: str) -> tuple[Tree, ...]:
    """A rule as it can be asked here: most are the same for streams and for searches."""
    trees: list[Tree] = []
    for dialect in _DIALECTS:
        try:
            tree = relaxed(parse(text, dialect))
        except RuleError:
            continue
        trees += [tree] if tree is not None and tree not in trees else []
    return tuple(trees)


_DIALECTS: Final = ("stream", "search")
