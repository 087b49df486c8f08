"""People who were looked up, and their posts, which came without them."""

from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from typing import Final

from django.db import connection

from earful.core.post import Author
from earful.posts.lexemes import clean
from earful.posts.models import Post
from earful.posts.remembering import author_facts, json_text
from earful.posts.store import index

_INTRODUCE: Final = files("earful.posts").joinpath("sql", "introduce.sql").read_text("utf-8")


def introduce(network: str, people: Sequence[Author], now: datetime) -> list[int]:
    """Keep what the network shows of people; the rows of their posts that know their author only now.

    Must run in a transaction that took its turn (`store.take_turns`): the people's rows stay locked until it ends.
    """
    rows = [_row(person) for person in people]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_INTRODUCE, {"network": network, "people": json_text(rows), "now": now})
        posts = [row for (row,) in cursor.fetchall()]
    if posts:
        index(Post.objects.filter(pk__in=posts).select_related("author"))
    return posts


def _row(person: Author) -> dict[str, object]:
    return {
        "account_id": person.id,
        "handle": clean(person.handle)[:100],
        "name": clean(person.name)[:200],
        "avatar": clean(person.avatar)[:500],
        "followers": person.followers,
        "verified": person.verified,
        "protected": person.protected,
        "facts": author_facts(person),
    }
