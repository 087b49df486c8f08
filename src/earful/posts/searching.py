"""Asking stored posts what rules ask new ones: pages of hits, and the posts that a trial of a rule looks at.

The index narrows, the matcher decides: what is found here is what the rule would have found.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from earful.core.language.candidate import Candidate
from earful.core.language.dialects import DialectName
from earful.core.language.matcher import Match, match
from earful.core.language.tree import Tree
from earful.core.post import Post as Said
from earful.posts import lexemes, looking
from earful.posts.looking import Key, Patience, Step, Stretch, TooBroad
from earful.posts.models import Post, Searched
from earful.posts.narrowing import Query, also, narrowed
from earful.posts.partitions import BEGINNING, END
from earful.posts.remembering import COLUMNS, Row, remember

__all__ = ["CursorError", "Hit", "HitsPage", "TooBroad", "candidates", "count_candidates", "oldest", "search"]

# So many posts are fetched at once to be shown to the matcher: for a page, and for a trial.
FOR_A_PAGE: Final = 128
FOR_A_TRIAL: Final = 1_000
# Of a set of no more posts than this, all are looked at, whatever the index says.
FEW: Final = 20_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR: Final = re.compile(r"(-?\d{1,18})\.(\d{1,18})")


class CursorError(ValueError):
    """The `after` of a page was not one that a page gave out."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored post, its author and channel loaded, and why it was found."""

    post: Post
    match: Match


@dataclass(frozen=True, slots=True)
class HitsPage:
    """Hits, newest first, the `after` that asks for those behind them ("" at the end), and how many posts were shown to
    the matcher.
    """

    hits: list[Hit]
    next: str
    looked: int


def search(
    tree: Tree | None,
    *,
    dialect: DialectName = "stored",
    size: int = 50,
    after: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    timeout_ms: int = 2000,
    network: str = "",
    intent: str = "",
    ignored: bool | None = False,
    private: bool = False,
    among: QuerySet[Any] | None = None,
    but_not: QuerySet[Any] | None = None,
) -> HitsPage:
    """A page of the posts that `tree` finds (None: all), written in [since, until) and behind `after`.

    `among` and `but_not` are query sets of post ids. `ignored`: without those that a person put aside (False), them
    alone (True), or both (None). A deleted post is never found, a private one only with `private`.

    Raises CursorError; TooBroad when `timeout_ms` pass and nothing was found. With some hits the page is short instead,
    and the next one goes on from there.
    """
    wanted = _Wanted(tree, dialect, network, intent, ignored, private, among, but_not)
    stretch = Stretch(since or BEGINNING, min(_read_cursor(after), (until or END, 0)), private)
    patience = Patience.of(timeout_ms)
    found: list[tuple[Key, Match]] = []
    looked, reached = 0, None
    try:
        for shown, hits, down_to in _look(wanted, stretch, patience, size):
            found, looked, reached = found + hits, looked + shown, down_to
            if len(found) > size:
                reached = found[size - 1][0]
                break
    except TooBroad:
        if not found:
            raise
    return HitsPage(_loaded(found[:size]), _cursor(reached), looked)


def oldest(*, since: datetime, until: datetime) -> datetime | None:
    """When the oldest public post of [since, until) was written; None where there is none."""
    there = Searched.objects.filter(created_at__gte=since, created_at__lt=until, private=False)
    return there.order_by("created_at").values_list("created_at", flat=True).first()


def candidates(
    tree: Tree | None,
    *,
    since: datetime,
    until: datetime,
    sample: float = 1.0,
    dialect: DialectName = "stream",
    timeout_ms: int = 10_000,
) -> Iterator[tuple[int, datetime, Said, Said | None]]:
    """The public posts of [since, until) among which are all that `tree` finds, newest first: row, when it was written,
    the post as it was heard, the post that it quotes. Of a `sample`, a share above 0, the same posts every time.

    Raises TooBroad when `timeout_ms` have passed.
    """
    patience = Patience.of(timeout_ms)
    stretch = Stretch(since, (until, 0), sample=sample)
    for step in looking.by_month(narrowed(tree, dialect), stretch, patience, at_once=FEW):
        for some in _parts(step.keys, FOR_A_TRIAL):
            yield from _remembered(some, Q(), patience)


def count_candidates(
    tree: Tree | None,
    *,
    since: datetime,
    until: datetime,
    most: int,
    dialect: DialectName = "stream",
    timeout_ms: int = 5_000,
) -> int:
    """How many posts `candidates` gives without a sample, counted up to `most`; raises TooBroad."""
    return looking.count(narrowed(tree, dialect), Stretch(since, (until, 0)), Patience.of(timeout_ms), most)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What `search` was asked for, but where to look."""

    tree: Tree | None
    dialect: DialectName
    network: str
    intent: str
    ignored: bool | None
    private: bool
    among: QuerySet[Any] | None
    but_not: QuerySet[Any] | None

    @property
    def query(self) -> Query:
        facts = [lexemes.network(self.network)] if self.network else []
        return also(
            narrowed(self.tree, self.dialect), facts + ([lexemes.of_intent(self.intent)] if self.intent else [])
        )

    @property
    def condition(self) -> Q:
        """What the rows themselves must say: the index only narrows."""
        asked = Q() if self.private else Q(private=False)
        asked &= Q(network=self.network) if self.network else Q()
        asked &= Q(intent=self.intent) if self.intent else Q()
        return asked if self.ignored is None else asked & Q(ignored_at__isnull=not self.ignored)

    def match(self, post: Said, quoted: Said | None) -> Match | None:
        return Match(()) if self.tree is None else match(self.tree, Candidate(post, quoted, self.dialect))


def _look(
    wanted: _Wanted, stretch: Stretch, patience: Patience, size: int
) -> Iterator[tuple[int, list[tuple[Key, Match]], Key | None]]:
    """How many posts were shown to the matcher, the hits among them, and how far that reaches, in steps."""
    few = _few(wanted, stretch, patience)
    for step in few if few is not None else looking.walk(wanted.query, stretch, patience, size):
        for some in _parts(step.keys, FOR_A_PAGE):
            for key, why in _shown(wanted, some, patience):
                yield 1, [(key, why)] if why else [], key
            yield 0, [], some[-1]
        yield 0, [], step.reached


def _few(wanted: _Wanted, stretch: Stretch, patience: Patience) -> Iterable[Step] | None:
    """The posts of a small set, without the index; None if the set is not small."""
    if wanted.among is None:
        return None
    with patience.statement():
        if wanted.among.order_by()[: FEW + 1].count() > FEW:
            return None
        at, row = stretch.before
        behind = Q(created_at__lt=at) | Q(created_at=at, pk__lt=row)
        posts = Post.objects.filter(behind, wanted.condition, pk__in=wanted.among, created_at__gte=stretch.since)
        return [Step(list(posts.order_by("-created_at", "-pk").values_list("created_at", "pk")), None)]


def _shown(wanted: _Wanted, keys: Sequence[Key], patience: Patience) -> Iterator[tuple[Key, Match | None]]:
    """Each of the posts that is shown to the matcher, and what that says."""
    if wanted.among is not None or wanted.but_not is not None:
        with patience.statement():
            keys = _inside(wanted, keys)
    for row, at, post, quoted in _remembered(keys, wanted.condition, patience):
        yield (at, row), wanted.match(post, quoted)


def _inside(wanted: _Wanted, keys: Sequence[Key]) -> Sequence[Key]:
    inside = Post.objects.filter(pk__in=[row for _, row in keys]).values_list("pk", flat=True)
    if wanted.among is not None:
        there = set(inside.filter(pk__in=wanted.among))
        keys = [key for key in keys if key[1] in there]
    if wanted.but_not is not None:
        # Asked for those that are in it: "not in" would read the whole set each time.
        there = set(inside.filter(pk__in=wanted.but_not))
        keys = [key for key in keys if key[1] not in there]
    return keys


def _remembered(
    keys: Sequence[Key], condition: Q, patience: Patience
) -> Iterator[tuple[int, datetime, Said, Said | None]]:
    """Those of the posts that are still there and for which the condition holds, in the order of their keys. Raises
    TooBroad between them, too.
    """
    if not keys:
        return
    with patience.statement():
        posts = Post.objects.filter(condition, pk__in=[row for _, row in keys], deleted_at=None)
        rows = {row: Row(*columns) for row, *columns in posts.values_list("pk", *COLUMNS)}
    for at, row in keys:
        if row in rows:
            patience.look()  # posts may be long and a query cunning: what is done with each takes time too
            yield row, at, *remember(rows[row])


def _loaded(found: Sequence[tuple[Key, Match]]) -> list[Hit]:
    rows = Post.objects.select_related("author", "channel").in_bulk([row for (_, row), _ in found])
    return [Hit(rows[row], why) for (_, row), why in found if row in rows]


def _parts(keys: list[Key], size: int) -> Iterator[list[Key]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _cursor(key: Key | None) -> str:
    return "" if key is None else f"{(key[0] - _EPOCH) // timedelta(microseconds=1)}.{key[1]}"


def _read_cursor(after: str) -> Key:
    if not after:
        return END, 0
    parts = _CURSOR.fullmatch(after)
    if parts is None:
        raise CursorError(after)
    try:
        return _EPOCH + timedelta(microseconds=int(parts[1])), int(parts[2])
    except OverflowError as error:
        raise CursorError(after) from error
