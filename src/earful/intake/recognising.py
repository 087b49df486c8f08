"""Authors of whom a network told the account's id alone, recognised by what the desk knows of them already.

To have them told along would be billed for each; the desk's own accounts, and everybody who was looked up or told
before, are known without.
"""

from collections.abc import Collection, Iterable
from typing import Final

import msgspec
from django.db import connection

from earful.core.post import Author, Post
from earful.intake.wanting import Came


def recognise(network: str, posts: Iterable[Came]) -> None:
    """Give the posts of a batch their authors, as far as they are known here; one question for all of them."""
    nameless = [came for came in posts if not came.post.author.handle]
    if not nameless:
        return
    known = _known(network, {came.post.author.id for came in nameless})
    for came in nameless:
        came.told = False
        if author := known.get(came.post.author.id):
            came.post = _by(came.post, author)
            came.arrival = msgspec.structs.replace(came.arrival, post=came.post)


def _by(post: Post, author: Author) -> Post:
    return msgspec.structs.replace(post, author=author)


def _known(network: str, accounts: Collection[str]) -> dict[str, Author]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"network": network, "accounts": list(accounts)})
        return {row[0]: Author(*row) for row in cursor.fetchall()}


# Each by itself (LATERAL), through the index: whole tables would be read for a large batch else. Our own accounts come
# last, so that what they are called on their channels holds.
_KNOWN: Final = """
    SELECT known.account_id, known.handle, known.name, known.avatar, known.followers, known.verified, known.protected
    FROM unnest(%(accounts)s::text[]) AS asked (account)
    CROSS JOIN LATERAL (
        SELECT * FROM people_identity WHERE network = %(network)s AND account_id = asked.account LIMIT 1
    ) AS known
    WHERE known.handle <> ''
    UNION ALL
    SELECT ours.account_id, ours.handle, ours.name, '', NULL::bigint, false, false
    FROM channels_channel AS ours
    WHERE ours.network = %(network)s AND ours.account_id = ANY(%(accounts)s)
      AND NOT EXISTS (
          SELECT 1 FROM people_identity AS known
          WHERE known.network = ours.network AND known.account_id = ours.account_id AND known.handle <> ''
      )
"""
