"""Which posts a page asks for: words in the rule language, filters, and the address that says the same again."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from earful.cases.models import Message
from earful.connectors.registry import CONNECTORS
from earful.console.asked import number_asked
from earful.console.checking import one_line
from earful.console.dates_asked import day_named
from earful.core.language.candidate import Candidate
from earful.core.language.errors import RuleError
from earful.core.language.matcher import Match as Said
from earful.core.language.matcher import match
from earful.core.language.parser import parse
from earful.posts.models import Post
from earful.posts.remembering import remembered
from earful.posts.searching import CursorError, HitsPage, search
from earful.rules.models import Match

# What the verdict says that a post is after, in words; every intent that triage knows, the plain ones last.
INTENTS: Final = {
    "complaint": "a complaint",
    "request": "a request",
    "question": "a question",
    "suggestion": "a suggestion",
    "praise": "praise",
    "other": "something else",
}
CASED: Final = {"yes": "in a case", "no": "in no case"}
PAGE: Final = 30
NEWER_COUNTED: Final = 50
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KEY: Final = re.compile(r"(\d{1,17})\.(\d{1,18})")
_LONGEST: Final = 1_100  # a little more than a query may have; an address need not carry the rest of it


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `rule` is a listening rule's id, `cased` a key of CASED, `aside` asks for ignored posts alone,
    `since` is a day in UTC. `typed` are all the words that came, `text` as many of them as are worth passing on.
    """

    text: str = ""
    typed: str = ""
    rule: int | None = None
    network: str = ""
    intent: str = ""
    cased: str = ""
    aside: bool = False
    since: date | None = None

    @property
    def query(self) -> str:
        """The same as a query string; "" when everything is wanted."""
        said = {
            "q": self.text, "rule": self.rule or "", "network": self.network, "intent": self.intent,
            "cased": self.cased, "aside": "1" if self.aside else "", "since": str(self.since or ""),
        }  # fmt: skip
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def begin(self) -> datetime | None:
        """The first moment of the day since which posts are wanted."""
        return datetime.combine(self.since, time(), UTC) if self.since else None

    @property
    def filtered(self) -> bool:
        """Whether anything but words narrows what is shown."""
        return bool(self.rule or self.network or self.intent or self.cased or self.aside or self.since)


def wanted(asked: QueryDict) -> Wanted:
    """What an address asks for; what it cannot mean is as if it were not there."""
    # The button that mends a query sends it mended.
    typed = one_line(asked.get("mended") or asked.get("q", "")).strip()
    return Wanted(
        text=typed[:_LONGEST].strip(),
        typed=typed,
        rule=number_asked(asked.get("rule", "")),
        network=_one_of(asked.get("network", ""), CONNECTORS),
        intent=_one_of(asked.get("intent", ""), INTENTS),
        cased=_one_of(asked.get("cased", ""), CASED),
        aside=asked.get("aside") == "1",
        since=day_named(asked.get("since", "")),
    )


def found(asked: Wanted, *, after: str = "", since: datetime | None = None, size: int = PAGE) -> HitsPage:
    """The posts asked for, newest first, behind `after`.

    Raises RuleError when the words are no query, TooBroad when they would take too long, CursorError for an `after`
    that no page gave out.
    """
    return search(
        parse(asked.text, "stored") if asked.text else None,
        size=size,
        after=after,
        since=since or asked.begin,
        network=asked.network,
        intent=asked.intent,
        ignored=asked.aside,
        among=_among(asked),
        but_not=Message.objects.values("post") if asked.cased == "no" else None,
    )


def newer(asked: Wanted, than: str, most: int = NEWER_COUNTED) -> int:
    """How many of the posts asked for stand before the place `than` (see `key`), counted up to `most`.

    Raises what `found` raises; CursorError also for a `than` that is none.
    """
    parts = _KEY.fullmatch(than)
    if parts is None:
        raise CursorError(than)
    moment, number = _EPOCH + timedelta(microseconds=int(parts[1])), int(parts[2])
    page = found(asked, since=moment, size=most)
    return sum((hit.post.created_at, hit.post.pk) > (moment, number) for hit in page.hits)


def key(at: datetime, number: int) -> str:
    """A place in the list: microseconds since 1970, and the row."""
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}.{number}"


def said_of(asked: Wanted, post: Post) -> Said | None:
    """Why `post` fits the words asked for; None when there are none, or they do not fit (any more)."""
    if not asked.text or post.deleted_at is not None:
        return None
    try:
        tree = parse(asked.text, "stored")
    except RuleError:
        return None
    return match(tree, Candidate(*remembered(post), "stored"))


def _among(asked: Wanted) -> QuerySet[Any] | None:
    """The ids of the posts that a filter leaves, where it is one that the posts themselves know nothing of."""
    if asked.rule is None:
        return Message.objects.values("post") if asked.cased == "yes" else None
    matches = Match.objects.filter(rule=asked.rule)
    return (matches.filter(post__message__isnull=False) if asked.cased == "yes" else matches).values("post")


def _one_of(name: str, names: Container[str]) -> str:
    return name if name in names else ""
