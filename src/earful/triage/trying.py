"""Trying a contact reason out on the posts of the last days: which would get another one. Nothing is written.

Each post is judged twice by the model in force, with the lists as they are and with the changed one. What people
corrected stays as it is, and so does what was said in a language that no head has learned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from earful.core.triage.answers import Answer, is_sure
from earful.core.triage.judging import LEARNED, REASON
from earful.core.triage.model import Model, Probabilities
from earful.core.triage.reasons import with_words
from earful.core.triage.tongues import tongue
from earful.core.triage.topics import Topics
from earful.people.models import Agent
from earful.posts.models import Post, Searched
from earful.triage.in_force import in_force
from earful.triage.topics import Reason, in_use, reasons, replaced

DAYS: Final = 7
# Judging so many takes about a second.
MOST: Final = 4_000
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Moved:
    """A post that would get another reason, "" for none that is sure enough, and by which words."""

    post: Post
    before: str
    after: str
    because: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a changed list would do. `of` posts of the last days were judged (all there are, unless `more`), `moved` of
    them would get another reason; `counts` are those reasons whose posts become more or fewer, with both numbers.
    """

    of: int
    more: bool
    moved: int
    counts: Sequence[tuple[str, int, int]]
    newest: Sequence[Moved]


def try_out(one: Reason, agent: Agent, now: datetime) -> Trial:
    """This reason, changed or new, on the posts that this agent may see. Raises TopicsError for lists that cannot be
    used together.
    """
    known = reasons()
    before, after = in_use(known), in_use(replaced(known, one))
    posts, more = _posts(agent, now - timedelta(days=DAYS))
    told = _head_of(in_force().model, posts)
    was, becomes = _told(told, posts, before), _told(told, posts, after)
    moved = [(post, a, b) for post, a, b in zip(posts, was, becomes, strict=True) if a != b]
    return Trial(
        of=len(posts),
        more=more,
        moved=len(moved),
        counts=_counts(Counter(was), Counter(becomes)),
        newest=[Moved(post, a, b, _because(post, a, b, before, after)) for post, a, b in moved[:SHOWN]],
    )


def _posts(agent: Agent, since: datetime) -> tuple[list[Post], bool]:
    found = Searched.objects.filter(created_at__gte=since, private=False).order_by("-created_at", "-post")
    rows = list(found.values_list("post", flat=True)[: MOST + 1])
    posts = Post.objects.visible_to(agent).filter(pk__in=rows[:MOST], ours=False, deleted_at=None, reposts="")
    newest = posts.select_related("author").order_by("-created_at", "-pk")
    return [each for each in newest if _is_read(each)], len(rows) > MOST


def _is_read(post: Post) -> bool:
    """Whether the lists may change what it is about."""
    return REASON not in post.corrected and tongue(post.text, post.lang)[:2] in LEARNED


def _head_of(model: Model, posts: Sequence[Post]) -> tuple[tuple[str, ...], Probabilities] | None:
    """The answers of the reason's head and what it makes of the posts, which the lists do not change; None without."""
    answers = next((told.answers for told in model.card.heads if told.name == REASON), None)
    return (answers, model.score([post.text for post in posts])[REASON]) if answers and posts else None


def _told(head: tuple[tuple[str, ...], Probabilities] | None, posts: Sequence[Post], topics: Topics) -> list[str]:
    """The reason of each post, "" where none is sure enough."""
    if head is None:
        return [""] * len(posts)
    answers, scores = head
    texts, names = [post.text for post in posts], [topic.name for topic in topics.all]
    rows = with_words(texts, scores, answers, topics, names)
    likeliest = zip(rows.argmax(1), rows.max(1).tolist(), strict=True)
    return [names[at] if is_sure(REASON, Answer(names[at], sure)) else "" for at, sure in likeliest]


def _counts(was: Counter[str], becomes: Counter[str]) -> list[tuple[str, int, int]]:
    changed = [name for name in {*was, *becomes} if was[name] != becomes[name]]
    return [(name, was[name], becomes[name]) for name in sorted(changed, key=lambda name: (-becomes[name], name))]


def _because(post: Post, was: str, becomes: str, before: Topics, after: Topics) -> str:
    """The words that make the difference: those found now, or else those that were found and are not any more."""
    for name, topics in ((becomes, after), (was, before)):
        for hit in topics.find(post.text):
            if hit.topic == name:
                return ("" if topics is after else "no more: ") + ", ".join(f"“{each}”" for each in hit.words)
    return "no words of any list"
