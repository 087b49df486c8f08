"""Which case a post belongs to.

Decided from plain facts, one post at a time in the order of the batch, so that the second post of a person in
one batch joins the case that the first one opened. The caller looks the facts up for the whole batch and
writes what was decided for the whole batch; nothing here touches the world.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from earful.core.lifecycle import CATEGORY, CaseStatus, Category
from earful.core.post import Post

# A person who posts again within three days is still on the same matter more often than not.
SAME_MATTER: Final = timedelta(days=3)
# A solved case answers to its customer's next word in the same thread for a month; after that it is a new
# matter.
STILL_THERE: Final = timedelta(days=30)


class Role(StrEnum):
    CUSTOMER = "customer"
    BYSTANDER = "bystander"
    OURS = "ours"


@dataclass(slots=True)
class KnownCase:
    """A case as far as placing needs to know it. `id` is negative for one opened in this very batch."""

    id: int
    customer: str
    status: CaseStatus
    touched_at: datetime


@dataclass(slots=True)
class Known:
    """What the desk knows around a batch: cases by post id, by thread root, and by author."""

    by_post: dict[str, KnownCase] = field(default_factory=dict)
    by_root: dict[str, list[KnownCase]] = field(default_factory=dict)
    by_author: dict[str, list[KnownCase]] = field(default_factory=dict)
    own_accounts: frozenset[str] = frozenset()


class Place(NamedTuple):
    """The decision: join `case` in `role`, open one (`case` None, role customer), or none (`role` None)."""

    case: KnownCase | None
    role: Role | None
    reason: str


NOWHERE = Place(None, None, "not for a case")


def place(post: Post, known: Known, *, calls_us: bool, opens: bool) -> Place:
    """Where `post` belongs.

    `calls_us` says that the post names us, answers us, or was written to us in private; `opens` that it may
    open a case at all (it calls us, or a listening rule found it). Reposts are spread, and never reach this
    function.
    """
    if post.author.id in known.own_accounts:
        return _ours(post, known)
    joined = _in_private(post, known) if post.private else _in_public(post, known, calls_us)
    if joined is not None:
        return joined
    return Place(None, Role.CUSTOMER, "a new matter") if opens else NOWHERE


def _ours(post: Post, known: Known) -> Place:
    """Our own words join the case they answer, and never open one."""
    case = known.by_post.get(post.reply_to)
    if case is None and post.private:
        case = _latest(known.by_root.get(post.root, ()), post, STILL_THERE)
    if case is None:
        return NOWHERE
    return Place(case, Role.OURS, "our own answer")


def _in_private(post: Post, known: Known) -> Place | None:
    same_talk = _latest(known.by_root.get(post.root, ()), post, STILL_THERE)
    if same_talk is not None:
        return Place(same_talk, Role.CUSTOMER, "the same private conversation")
    return _same_person(post, known)


def _in_public(post: Post, known: Known, calls_us: bool) -> Place | None:
    answered = known.by_post.get(post.reply_to) if post.reply_to else None
    if answered is not None and answered.customer == post.author.id and _answers(answered, post, STILL_THERE):
        return Place(answered, Role.CUSTOMER, "answers in the same thread")
    thread = known.by_root.get(post.root, ())
    own = _latest([case for case in thread if case.customer == post.author.id], post, STILL_THERE)
    if own is not None:
        return Place(own, Role.CUSTOMER, "the same thread")
    if calls_us:
        # Somebody who names us under another's post has a matter of their own, or one already running.
        return _same_person(post, known)
    case = _latest([answered] if answered else [], post, STILL_THERE) or _latest(thread, post, STILL_THERE)
    if case is not None:
        return Place(case, Role.BYSTANDER, "joined in under this thread")
    return _same_person(post, known)


def _same_person(post: Post, known: Known) -> Place | None:
    running = [case for case in known.by_author.get(post.author.id, ()) if CATEGORY[case.status] is not Category.DONE]
    case = _latest(running, post, SAME_MATTER)
    return Place(case, Role.CUSTOMER, "the same person, on a matter still running") if case else None


def _latest(cases: Sequence[KnownCase], post: Post, within: timedelta) -> KnownCase | None:
    fitting = [case for case in cases if _answers(case, post, within)]
    return max(fitting, key=lambda case: (case.touched_at, case.id)) if fitting else None


def _answers(case: KnownCase, post: Post, within: timedelta) -> bool:
    """Closed cases take nothing more in; distance counts both ways, because posts arrive out of order."""
    return case.status is not CaseStatus.CLOSED and abs(post.created_at - case.touched_at) <= within


def remember(known: Known, case: KnownCase, post: Post) -> None:
    """Let later posts of the same batch see that `post` is in `case`."""
    known.by_post[post.id] = case
    case.touched_at = max(case.touched_at, post.created_at)
    _add(known.by_root, post.root or post.id, case)
    if post.author.id == case.customer:
        _add(known.by_author, case.customer, case)


def _add(index: dict[str, list[KnownCase]], key: str, case: KnownCase) -> None:
    cases = index.setdefault(key, [])
    if case not in cases:
        cases.append(case)


def first_line(text: str, *, longest: int = 90) -> str:
    """A subject line: the text without the handles it begins with, cut at a word to `longest` characters."""
    line = _in_one_line(text)
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut) + "…"


@lru_cache(maxsize=16)
def _in_one_line(text: str) -> str:
    # Asked twice in a row for most posts: for the subject of a case, and for its newest words.
    words = text.split()
    while len(words) > 1 and words[0].startswith("@"):
        words.pop(0)
    return " ".join(words)
