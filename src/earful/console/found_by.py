"""Which listening rules found a post, as the posts page and the thread of a case tell it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from earful.console.why_heard import because
from earful.posts.models import Post
from earful.rules.models import Match


@dataclass(frozen=True, slots=True)
class FoundBy:
    """A listening rule that found the post, and why: the words and operators that say so."""

    rule: int
    name: str
    because: str


def matches_of(posts: Iterable[Post]) -> dict[int, list[Match]]:
    """What the rules found among `posts`, by the post's row, in the order of the rules' names; one question."""
    matches: dict[int, list[Match]] = {}
    for match in Match.objects.filter(post__in=list(posts)).select_related("rule").order_by("rule__name", "pk"):
        matches.setdefault(match.post_id, []).append(match)
    return matches


def found_by(matches: Sequence[Match], network: str) -> list[FoundBy]:
    """These matches of one post, told; `network` is its network's name."""
    return [FoundBy(match.rule_id, match.rule.name, because(match.reasons, network)) for match in matches]
