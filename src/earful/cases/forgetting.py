"""Forgetting deleted posts wherever the desk keeps their words: with the posts, with the rules, on the cases."""

from collections.abc import Iterable
from datetime import datetime

from earful.cases import filing
from earful.posts import spread
from earful.posts.store import Forgotten, forget
from earful.rules import attributing


def forget_posts(network: str, network_ids: Iterable[str], now: datetime) -> Forgotten:
    """Take the words of deleted posts away; in a transaction that began with `take_turns(forgetting=True)`."""
    forgotten = forget(network, network_ids, now)
    spread.recount(network, forgotten.posts)
    attributing.forget_reasons(forgotten.posts)
    attributing.forget_quoted(forgotten.quoting)
    filing.refresh_words(forgotten.posts)
    return forgotten
