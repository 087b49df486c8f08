"""The voices of stored posts: who wrote what between two moments, as far as it may count.

Not counted are our own posts, what was written in private, reposts, spam, and what somebody put aside. What was
deleted has no row among what posts are found by, and so is not asked for at all.
"""

import json
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection

from earful.core.spikes.voice import Voice, voice
from earful.core.triage.answers import from_kept
from earful.core.triage.casewise import told_by

# More posts than these are not held: a desk that hears more an hour judges by a shorter time.
MOST_HELD: Final = 20_000


def ids_between(since: datetime, until: datetime) -> list[int]:
    """The posts written after `since` and until `until`, the newest of them where they are too many."""
    with connection.cursor() as cursor:
        cursor.execute(_BETWEEN, [since, until, MOST_HELD])
        return [row for (row,) in cursor.fetchall()]


def voices_of(posts: Collection[int]) -> Iterator[Voice]:
    """The voices of those of the posts that count."""
    if posts:
        with connection.cursor() as cursor:
            cursor.execute(_VOICES, [list(posts)])
            yield from map(_voice, cursor.fetchall())


def _voice(row: tuple[Any, ...]) -> Voice:
    post, author, at, thread, text, channel, signals, answers, corrected, place, rules = row
    told = told_by(from_kept(json.loads(answers)), json.loads(corrected))
    return voice(
        post=post, author=author, at=at.astimezone(UTC).timestamp(), thread=thread, text=text, channel=channel,
        rules=rules, signals=signals, reason=told.get("reason", ""), place=place,
    )  # fmt: skip


_BETWEEN: Final = """
    SELECT post_id FROM posts_search
    WHERE created_at > %s AND created_at <= %s AND NOT private
    ORDER BY created_at DESC LIMIT %s
"""
# What quotes a post belongs to its thread: a post that everybody carries on is one matter of one person.
_VOICES: Final = """
    SELECT post.id, post.author_id, post.created_at,
           post.network || ' ' || coalesce(nullif(post.quotes, ''), nullif(post.root, ''), post.network_id),
           post.text, post.channel_id,
           ARRAY(SELECT jsonb_array_elements_text(post.signals)),
           coalesce(post.verdict ->> 'answers', '{}'), post.corrected::text,
           coalesce(post.facts -> 'place' ->> 'name', ''),
           ARRAY(SELECT rule_id FROM rules_match WHERE post_id = post.id)
    FROM posts_post AS post
    WHERE post.id = ANY(%s) AND NOT post.ours AND post.reposts = '' AND post.deleted_at IS NULL
      AND post.ignored_at IS NULL AND NOT post.signals @> '["spam"]'
"""
