"""Posts for the tests of storing and searching: said out of nothing, and stored as the reader does."""

# ruff: noqa: E402  # models can only be imported once Django is set up

import itertools
from datetime import UTC, datetime
from typing import Any

import django
from django.utils import timezone

django.setup()

from earful.channels.models import Channel
from earful.core.language.parser import parse
from earful.core.post import Author
from earful.core.post import Post as Said
from earful.core.triage import judge
from earful.posts.searching import HitsPage, search
from earful.posts.store import Heard, store

WRITTEN = datetime(2026, 5, 4, 12, tzinfo=UTC)
NINA = Author("501", "nina_okafor", "Nina Okafor", followers=50)
_ids = itertools.count(7_000)


def said(text: str, **fields: Any) -> Said:
    """A post of Nina's, with an id of its own."""
    post_id = str(next(_ids))
    return Said(text=text, **{"network": "x", "id": post_id, "author": NINA, "created_at": WRITTEN, **fields})


def keep(channel: Channel, *posts: Said, quoted: Said | None = None) -> list[int]:
    """Store posts in one batch; their rows."""
    batch = [Heard(channel.pk, post, ours=False, verdict=judge(post.text), quoted=quoted) for post in posts]
    stored = store(batch, timezone.now())
    return [stored[post.id].id for post in posts]


def asked(rule: str, **how: Any) -> HitsPage:
    """What stored posts answer to a rule."""
    return search(parse(rule, "stored"), **how)


def texts(rule: str, **how: Any) -> list[str]:
    """The texts of the posts found, in their order."""
    return [hit.post.text for hit in asked(rule, **how).hits]
