"""Which post to ask about next: of those heard of late, the one about which a head is least sure.

Asking about unsure posts first is worth about a point of F1 at a hundred to two hundred answers. Sureness is taken from
where guessing begins: 30 % among ten answers says more than 55 % among two.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import connection

from earful.core.triage.answers import Answer, from_kept
from earful.core.triage.heads import HEADS
from earful.people.models import Agent
from earful.posts.models import Post
from earful.triage.models import Correction
from earful.triage.topics import in_words

# Only what was heard of late: what a desk hears changes.
LOOKED_AT: Final = 2_000
# Severity is asked of complaints alone, and the kind of reply follows from the others by rule.
TAUGHT: Final = tuple(head for head in HEADS if head not in ("severity", "reply"))


@dataclass(frozen=True, slots=True)
class Question:
    """A post and the head that doubts: what it would have said, and how sure."""

    post: Post
    head: str
    told: Answer

    @property
    def guess(self) -> str:
        """What it would have said, in words."""
        return in_words(self.head, self.told.says)


def next_question(agent: Agent, skipped: Collection[int] = (), head: str = "") -> Question | None:
    """The next post to ask `agent` about, of `head` or of any; None when none is in doubt. Posts they skipped are left
    out, as are those that somebody answered for.
    """
    asked = [head] if head in TAUGHT else list(TAUGHT)
    guessing = [1 / len(HEADS[each].says) for each in asked]
    with connection.cursor() as cursor:
        cursor.execute(_LEAST_SURE, {"posts": LOOKED_AT, "heads": asked, "guess": guessing, "not": list(skipped)})
        row = cursor.fetchone()
    post = Post.objects.visible_to(agent).select_related("author").filter(pk=row[0]).first() if row else None
    return Question(post, row[1], from_kept(post.verdict["answers"])[row[1]]) if post else None


def taught_today(agent: Agent) -> int:
    """How many questions the agent answered in the last twenty-four hours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM triage_correction WHERE agent_id = %s AND asked AND at > now() - interval '1 day'",
            [agent.pk],
        )
        return int(cursor.fetchone()[0])


def newest(head: str, many: int) -> list[Correction]:
    """The newest corrections of a head."""
    found = Correction.objects.filter(head=head).select_related("post", "agent", "post__message")
    return list(found.order_by("-at", "-pk")[:many])


_LEAST_SURE: Final = """
    SELECT post.id, told.head
    FROM (
        SELECT id, verdict, corrected FROM posts_post
        WHERE NOT private AND NOT ours AND deleted_at IS NULL AND reposts = '' ORDER BY id DESC LIMIT %(posts)s
    ) AS post
    CROSS JOIN LATERAL jsonb_each(post.verdict -> 'answers') AS told (head, answer)
    JOIN unnest(%(heads)s::text[], %(guess)s::float[]) AS asked (head, guess) ON asked.head = told.head
    WHERE NOT post.corrected ? told.head AND post.id <> ALL(%(not)s::bigint[]) AND (told.answer ->> 1)::float < .8
    ORDER BY ((told.answer ->> 1)::float - asked.guess) / (1 - asked.guess), post.id DESC
    LIMIT 1
"""
