"""The contact reasons of this desk: those that Earful comes with, and what the desk has made of them.

Only what was changed or made here is stored, so that a better list that comes with a new version is taken where nobody
has touched the old one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import structlog
from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.text import slugify

from earful import pulse
from earful.core.triage import topics as core
from earful.core.triage.answers import in_words as told_in_words
from earful.core.triage.heads import HEADS
from earful.core.triage.judging import REASON
from earful.core.triage.reasons import OTHER
from earful.core.triage.topics import LONGEST_NAME, Topics, TopicsError
from earful.people.models import Agent
from earful.people.permitting import administrators_only
from earful.triage.models import Topic

log = structlog.get_logger("triage")

CHANGE: Final = "change the contact reasons"
LOOK_AGAIN_SECONDS: Final = 5.0
# The advisory lock between those who write topics: of two at once, the second sees the first.
WRITING: Final = 0x0EA2F0E


class Overtaken(Exception):
    """Somebody saved this topic meanwhile; `theirs` is as it stands now."""

    def __init__(self, theirs: Reason) -> None:
        super().__init__(f"{theirs.topic.name} was changed meanwhile")
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Reason:
    """A contact reason as the desk has it. `shipped` says that one of this name comes with Earful, `row` that the desk
    has changed or made it.
    """

    topic: core.Topic
    active: bool = True
    shipped: bool = False
    row: Topic | None = None

    @property
    def version(self) -> str:
        """Another text whenever it has been decided otherwise."""
        return sha256(repr((self.topic, self.active)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def reasons() -> list[Reason]:
    """All reasons, those not in use too: the shipped ones in their order, then the desk's own."""
    rows = {row.name: row for row in Topic.objects.select_related("changed_by").order_by("order", "pk")}
    shipped = [_reason(topic, rows.pop(topic.name, None)) for topic in core.shipped().all]
    return shipped + [Reason(_topic(row), row.active, row=row) for row in rows.values()]


def _reason(topic: core.Topic, row: Topic | None) -> Reason:
    return Reason(topic, shipped=True) if row is None else Reason(_topic(row), row.active, shipped=True, row=row)


def _topic(row: Topic) -> core.Topic:
    return core.Topic(row.name, row.says, row.group, tuple(row.words))


def in_use(among: Sequence[Reason]) -> Topics:
    """The topics that posts are asked for. Raises TopicsError if they cannot be used together."""
    return Topics(reason.topic for reason in among if reason.active)


def replaced(among: Sequence[Reason], one: Reason) -> list[Reason]:
    """These reasons with that one in place of the one of its name, or behind them."""
    known = [one if each.topic.name == one.topic.name else each for each in among]
    return known if any(each is one for each in known) else [*known, one]


@transaction.atomic
def keep(topic: core.Topic, by: Agent, *, active: bool = True, seen: str = "") -> Topic:
    """Save a changed or a new reason; a new one has no name yet. `seen` is the `version` that the change was made of.

    Raises NotYours for anybody who is no administrator, TopicsError for lists that cannot be used, and Overtaken.
    """
    administrators_only(by, CHANGE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITING])
    known = reasons()
    there = next((each for each in known if each.topic.name == topic.name), None) if topic.name else None
    if there is not None and seen and there.version != seen:
        raise Overtaken(there)
    topic = topic if topic.name else _named(topic, {each.topic.name for each in known})
    _check(known, Reason(topic, active))
    said = {"says": topic.says, "group": topic.group, "words": list(topic.words), "active": active}
    row, _ = Topic.objects.update_or_create(
        name=topic.name,
        defaults={**said, "changed_by": by, "changed_at": timezone.now()},
        create_defaults={**said, "changed_by": by, "changed_at": timezone.now(), "order": Topic.objects.count()},
    )
    pulse.tell("topics", [row.pk])
    return row


@transaction.atomic
def put_back(name: str, by: Agent) -> None:
    """Take the reason as Earful comes with it again. Raises NotYours; nothing happens to one that the desk made."""
    administrators_only(by, CHANGE)
    if name in core.shipped().by_name:
        Topic.objects.filter(name=name).delete()
        pulse.tell("topics", [0])


def _check(known: Sequence[Reason], one: Reason) -> None:
    if one.topic.name == OTHER and not one.active:
        raise TopicsError("This one stays: it is what a post is about that fits no other.")
    twins = [each for each in known if each.topic.says.casefold() == one.topic.says.casefold()]
    if any(each.topic.name != one.topic.name for each in twins):
        raise TopicsError("There is a reason of that name already. Choose another.")
    # All of them together, those not in use too: so none can be taken up again that does not fit.
    Topics(each.topic for each in replaced(known, one))


def _named(topic: core.Topic, taken: set[str]) -> core.Topic:
    """A new topic with a name that no other has, made of what it says."""
    stem = slugify(topic.says).replace("-", "_")[: LONGEST_NAME - 4] or "reason"
    names = [stem, *(f"{stem}_{number}" for number in range(2, core.MOST_TOPICS + 2))]
    name = next(each for each in names if each not in taken)
    return core.Topic(name, topic.says, topic.group, topic.words)


@dataclass(slots=True)
class _Shelf:
    """The topics in force in this process, what all say in words, what they were made of, and when they were last
    looked for.
    """

    there: Topics | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    made_of: Mapping[str, Any] = field(default_factory=dict)
    looked_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


_shelf = _Shelf()


def answers(head: str) -> Mapping[str, str]:
    """The answers that a person can give to a head, and what they say in words: those of the contact reason are the
    desk's own.
    """
    if head != REASON:
        return HEADS[head].says
    return {topic.name: topic.says for topic in topics().all}


def in_words(head: str, says: str) -> str:
    """An answer as people of this desk read it; one that there is not any more, as it stands."""
    return said().get(says, says) if head == REASON else told_in_words(head, says)


def topics() -> Topics:
    """The topics to judge by now; looked for again every few seconds."""
    if _shelf.there is None or time.monotonic() - _shelf.looked_at >= LOOK_AGAIN_SECONDS:
        return look_again()
    return _shelf.there


def said() -> Mapping[str, str]:
    """What each reason says in words, those not in use too: old posts keep theirs."""
    topics()
    return _shelf.said


def look_again() -> Topics:
    """Take the topics as the table has them; for who has just changed them."""
    with _shelf.lock:
        made_of = Topic.objects.aggregate(many=Count("pk"), newest=Max("changed_at"))
        if _shelf.there is None or made_of != _shelf.made_of:
            known = reasons()
            _shelf.there, _shelf.made_of = _usable(known), made_of
            _shelf.said = {each.topic.name: each.topic.says for each in known}
        _shelf.looked_at = time.monotonic()
        return _shelf.there


def _usable(known: Sequence[Reason]) -> Topics:
    """Lists that do not fit together, as an upgrade may leave them, judge nothing: the shipped ones do."""
    try:
        return in_use(known)
    except TopicsError as error:
        log.error("unusable topics", reason=str(error))
        return core.shipped()
