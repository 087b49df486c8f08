"""Questions about cases: the views of the inbox, one page of a view, how many stand in each, and search.

A page is found by key, never by OFFSET: what arrives meanwhile neither repeats a case nor hides one, and
page one hundred costs what page one does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from earful.cases.models import OPEN_STATUSES, RUNNING_STATUSES, Case, CaseQuery, Closing, Message
from earful.core.lifecycle import CaseStatus
from earful.people.models import Agent, Identity
from earful.posts.models import Searched
from earful.posts.narrowing import beginning

PAGE: Final = 40
# Nobody reads further, and a number beyond says no more.
MOST_COUNTED: Final = 1_000
ALL: Final[Mapping[str, str]] = {}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR: Final = re.compile(r"(-?\d{1,17})\.(\d{1,18})")


class CursorError(ValueError):
    """The `after` of a page was not one that a page gave out."""


@dataclass(frozen=True, slots=True)
class View:
    """One view of the inbox. Running work stands in order of `rank_at`; what is over, newest first."""

    name: str
    title: str
    pick: Callable[[CaseQuery, Agent], CaseQuery]
    newest_first: bool = False

    @property
    def order(self) -> tuple[str, str]:
        return ("-touched_at", "-id") if self.newest_first else ("rank_at", "id")

    def key(self, case: Case) -> int:
        """Where a case stands in this view: microseconds since 1970, smaller first."""
        moment = case.touched_at if self.newest_first else case.rank_at
        micros = (moment - _EPOCH) // timedelta(microseconds=1)
        return -micros if self.newest_first else micros


VIEWS: Final[Mapping[str, View]] = {
    view.name: view
    for view in (
        View("waiting", "Waiting on us", lambda cases, agent: cases.waiting_on_us()),
        View("mine", "Mine", lambda cases, agent: cases.of(agent)),
        View("unassigned", "Unassigned", lambda cases, agent: cases.unassigned()),
        View("all", "All open", lambda cases, agent: cases.running()),
        View("done", "Done", lambda cases, agent: cases.done(), newest_first=True),
        View("aside", "Put aside", lambda cases, agent: cases.put_aside(), newest_first=True),
    )
}


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases of a view in its order, and the `after` that asks for those behind them ("" at the end)."""

    cases: Sequence[Case]
    after: str


def page(
    view: View,
    agent: Agent,
    *,
    words: str = "",
    heads: Mapping[str, str] = ALL,
    after: str = "",
    size: int = PAGE,
) -> Page:
    """The cases of `view` that `agent` may see, `words` find and triage answers so (`heads`), behind `after`; raises
    CursorError.
    """
    cases = _behind(_seen(view, agent, words, heads), view, after).order_by(*view.order)
    found = list(_slim(cases)[: size + 1])
    more = len(found) > size
    return Page(found[:size], _cursor(view, found[size - 1]) if more else "")


def among(
    view: View, agent: Agent, ids: Iterable[int], *, words: str = "", heads: Mapping[str, str] = ALL
) -> list[Case]:
    """Those of the cases `ids` that stand in the view now, in its order."""
    return list(_slim(_seen(view, agent, words, heads).filter(pk__in=list(ids)).order_by(*view.order)))


def how_many(view: View, agent: Agent, *, words: str = "", heads: Mapping[str, str] = ALL) -> int:
    """How many cases the whole list has, counted up to MOST_COUNTED."""
    return _seen(view, agent, words, heads).order_by()[:MOST_COUNTED].count()


def best(agent: Agent, words: str, size: int = 8) -> list[Case]:
    """Cases of any view for a quick jump: by number ("#12"), or by words, newest first."""
    number = words.strip().removeprefix("#")
    cases = Case.objects.visible_to(agent)
    if number.isascii() and number.isdigit() and len(number) < 19:
        return list(_slim(cases.filter(pk=int(number))))
    return list(_slim(matching(cases, words).order_by("-touched_at", "-id"))[:size]) if words.strip() else []


def matching(cases: CaseQuery, words: str) -> CaseQuery:
    """The cases of a customer whose name or handle begins with `words`, or in which a post has all of them.

    The last word may be unfinished, so that a list can follow the typing.
    """
    name = words.strip().removeprefix("@")
    if not name:
        return cases
    people = Identity.objects.filter(Q(handle__istartswith=name) | Q(name__istartswith=name))
    # Two sets, each found once, and no join: the list is walked in its order and asked for membership alone.
    found = Q(customer__in=people.values("pk"))
    if said := beginning(words):
        posts = Searched.objects.found_by(said).values("post")
        found |= Q(pk__in=Message.objects.filter(post__in=posts).values("case"))
    return cases.filter(found)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases one owner (None: nobody) has in each kind of view."""

    owner: int | None
    waiting: int
    running: int
    done: int
    aside: int


def counts_by_owner() -> list[Counts]:
    """Every case counted once, in one statement; sums over owners give every agent's numbers."""
    rows = (
        Case.objects.values("owner")
        .order_by()
        .annotate(
            waiting=Count("pk", filter=Q(status__in=OPEN_STATUSES, waiting_since__isnull=False)),
            running=Count("pk", filter=Q(status__in=RUNNING_STATUSES)),
            done=Count("pk", filter=~Q(status__in=RUNNING_STATUSES) & ~Q(closing=Closing.SPAM)),
            aside=Count("pk", filter=Q(status=CaseStatus.CLOSED, closing=Closing.SPAM)),
        )
        .values_list("owner", "waiting", "running", "done", "aside")
    )
    return [Counts(*row) for row in rows]


def _seen(view: View, agent: Agent, words: str, heads: Mapping[str, str]) -> CaseQuery:
    return matching(view.pick(Case.objects.visible_to(agent), agent).answering(heads), words)


def _slim(cases: CaseQuery) -> CaseQuery:
    """What a row of the list shows, and no more: people's and channels' tables are wide."""
    return cases.select_related("customer", "owner").only(*_ROW)


_ROW: Final = (
    "status", "closing", "subject", "snippet", "private", "found_by_rule", "unsent", "points", "reasons", "answers",
    "rank_at", "waiting_since", "touched_at", "channel_id", "customer__network", "customer__handle", "customer__name",
    "customer__account_id", "customer__avatar", "owner__username", "owner__first_name", "owner__last_name",
)  # fmt: skip


def _cursor(view: View, case: Case) -> str:
    return f"{view.key(case)}.{case.pk}"


def _behind(cases: CaseQuery, view: View, after: str) -> CaseQuery:
    if not after:
        return cases
    moment, number = _read_cursor(view, after)
    # The first condition is what the index seeks by; the exclusion settles those that share the moment.
    if view.newest_first:
        return cases.filter(touched_at__lte=moment).exclude(touched_at=moment, pk__gte=number)
    return cases.filter(rank_at__gte=moment).exclude(rank_at=moment, pk__lte=number)


def _read_cursor(view: View, after: str) -> tuple[datetime, int]:
    parts = _CURSOR.fullmatch(after)
    if parts is None:
        raise CursorError(after)
    micros = -int(parts[1]) if view.newest_first else int(parts[1])
    try:
        return _EPOCH + timedelta(microseconds=micros), int(parts[2])
    except OverflowError as error:
        raise CursorError(after) from error
