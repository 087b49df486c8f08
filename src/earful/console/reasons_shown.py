"""Contact reasons as they are shown: the list by groups, and a trial in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from earful.console.heads_shown import NOT_SURE
from earful.core.triage.personal import dotted
from earful.posts.models import Post
from earful.triage.topics import Reason, reasons
from earful.triage.trying import DAYS, Moved, Trial


@dataclass(frozen=True, slots=True)
class MovedShown:
    """A post that would get another reason, its `words` masked: from what to what, and because of what."""

    post: Post
    words: str
    before: str
    after: str
    because: str


@dataclass(frozen=True, slots=True)
class TrialShown:
    """The sentences of a trial, the reasons whose posts become more or fewer, and the newest posts that would move."""

    found: str
    counts: Sequence[tuple[str, int, int]]
    newest: Sequence[MovedShown]


def by_group(among: Iterable[Reason]) -> list[tuple[str, list[Reason]]]:
    """The reasons under their groups, groups in the order in which they come first."""
    groups: dict[str, list[Reason]] = {}
    for reason in among:
        groups.setdefault(reason.topic.group or "no group", []).append(reason)
    return list(groups.items())


def shown(trial: Trial, tried: Reason) -> TrialShown:
    """What to say of a trial; `tried` may be new, and has no words in the table then."""
    said = {each.topic.name: each.topic.says for each in reasons()} | {tried.topic.name: tried.topic.says}
    return TrialShown(
        found=_found(trial),
        counts=[(_says(said, name), was, becomes) for name, was, becomes in trial.counts],
        newest=[_moved(each, said) for each in trial.newest],
    )


def _moved(each: Moved, said: Mapping[str, str]) -> MovedShown:
    words = dotted(each.post.text)
    return MovedShown(each.post, words, _says(said, each.before), _says(said, each.after), each.because)


def _found(trial: Trial) -> str:
    """As in: Of 2,140 posts of the last 7 days, 12 would get another reason."""
    newest = "newest " if trial.more else ""
    posts = f"{trial.of:,} {newest}post{'' if trial.of == 1 else 's'}"
    moved = f"{trial.moved:,}" if trial.moved else "none"
    return f"Of {posts} of the last {DAYS} days, {moved} would get another reason."


def _says(said: Mapping[str, str], name: str) -> str:
    return said.get(name, name) if name else NOT_SURE
