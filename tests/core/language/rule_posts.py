"""Posts for rules to be asked of: said out of nothing, or read from the contract cases (X's v2)."""

import json
from datetime import UTC, datetime
from typing import Any

from earful.connectors.x.reading import read
from earful.core.post import Author, Post


def said(text: str, **more: Any) -> Post:
    """A post of which only the text matters, and whatever else is given."""
    at = datetime(2026, 8, 10, tzinfo=UTC)
    return Post(network="x", id="1", author=more.pop("author", Author(id="7")), text=text, created_at=at, **more)


def posts_of(answer: dict[str, Any]) -> tuple[Post, Post | None]:
    """The post of an answer, and the post it quotes or None."""
    (arrival,) = read(json.dumps(answer).encode())
    assert arrival.post is not None
    return arrival.post, arrival.quoted
