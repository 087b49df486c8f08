"""The articles in force, with what was sent of them so far: compared once, held by each process, renewed beside the
work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from django.db import connection

from earful.core.articles.reading import READ_AT_MOST
from earful.core.articles.shelf import Article as Listed
from earful.core.articles.shelf import Sent, Shelf, shelf
from earful.core.articles.weights import Weights, learned
from earful.core.triage.personal import masked
from earful.knowledge.models import Article
from earful.posts.consent import may_train

log = structlog.get_logger("articles")

MOST_PAST: Final = 50_000
# How long a change may go unnoticed here. Looking costs one statement.
LOOK_AGAIN_SECONDS: Final = 2.0
# At most this share of the time goes into renewing, however often something is sent.
REST: Final = 20


@dataclass(frozen=True)
class Past(Sent):
    """A conversation in which an article was sent, the case that it was in, and its network."""

    case: int = 0
    network: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """A shelf for each channel that has articles to send, and what the parts weigh on this desk."""

    shelves: Mapping[int, Shelf] = field(default_factory=dict)
    weights: Weights = field(default_factory=Weights)


def in_force() -> Library | None:
    """The library in force; None as long as the first one is being made."""
    if time.monotonic() - _keeper.looked_at >= LOOK_AGAIN_SECONDS:
        _keeper.follow()
    return _keeper.library


def look_again() -> None:
    """Put in force what stands in the tables now; for who has just changed it."""
    _keeper.renew()


class _Keeper:
    """The library in force, the state of the tables that it was made of, and the conversations as they were read."""

    def __init__(self) -> None:
        self.library: Library | None = None
        self.looked_at = self.rests_until = float("-inf")
        self._version = ""
        self._read: dict[int, Past] = {}
        self._renewing: threading.Thread | None = None
        self._lock = threading.Lock()

    def follow(self) -> None:
        """Renew in a thread of its own if something has changed, and the last time is long enough ago."""
        self.looked_at = now = time.monotonic()
        if (
            now >= self.rests_until
            and not (self._renewing and self._renewing.is_alive())
            and _version() != self._version
        ):
            self._renewing = threading.Thread(target=self._apart, name="library", daemon=True)
            self._renewing.start()

    def _apart(self) -> None:
        try:
            self.renew()
        finally:
            connection.close()

    def renew(self) -> None:
        """Renew now."""
        with self._lock:
            began, version = time.monotonic(), _version()
            try:
                past = self._past()
                shelves = _shelves(past)
                self.library, self._version = Library(shelves, _weights(shelves, past)), version
            finally:
                # What failed rests as well, or it would be tried again every two seconds.
                took = time.monotonic() - began
                self.rests_until = time.monotonic() + REST * took
        log.debug("library in force", channels=len(shelves), past=len(past), seconds=round(took, 3))

    def _past(self) -> Sequence[Past]:
        """What was sent, newest first. Those whose words are what they were need not be read again. Nothing personal is
        kept of them.
        """
        with connection.cursor() as cursor:
            cursor.execute(_PAST, [READ_AT_MOST, MOST_PAST])
            rows = cursor.fetchall()
        read = {
            number: Past(str(article), masked(text), "", at, case, network)
            for number, article, case, network, at, text in rows
        }
        self._read = {number: _same(self._read.get(number), each) for number, each in read.items()}
        return list(self._read.values())


def _weights(shelves: Mapping[int, Shelf], past: Sequence[Past]) -> Weights:
    """Learned where the network's terms allow it; elsewhere those set by hand hold. To look something up is no
    training, and to weigh it by what agents chose is.
    """
    allowed = {network: may_train(network) for network in {each.network for each in past}}
    if not any(allowed.values()):
        return Weights()
    teaching = shelves if all(allowed.values()) else _shelves(each for each in past if allowed[each.network])
    # The same shelf may stand for several channels; it teaches once.
    return learned({id(each): each for each in teaching.values()}.values())


def _same(before: Past | None, now: Past) -> Past:
    return before if before == now else now


def _shelves(past: Iterable[Past]) -> dict[int, Shelf]:
    """Channels that may send the same articles share a shelf."""
    past, made = list(past), dict[tuple[int, ...], Shelf]()
    return {channel: made.setdefault(*_made(articles, past, made)) for channel, articles in _listed().items()}


def _made(
    articles: Sequence[Article], past: Sequence[Past], made: Mapping[tuple[int, ...], Shelf]
) -> tuple[tuple[int, ...], Shelf]:
    key = tuple(article.pk for article in articles)
    return key, made.get(key) or shelf(map(_as_listed, articles), past)


def _listed() -> dict[int, list[Article]]:
    """For each channel the articles that it may send; 0 stands for channels that have none of their own."""
    offered = list(Article.objects.offered().order_by("pk"))
    channels = {0, *(article.channel_id for article in offered if article.channel_id)}
    return {channel: [each for each in offered if each.channel_id in (None, channel)] for channel in channels}


def _as_listed(article: Article) -> Listed:
    return Listed(str(article.pk), article.title, article.text, article.address)


# What the customer had said before, as much of its end as is read. Looked for once an article and case: an index each.
_PAST: Final = """
    SELECT sent.id, sent.article_id, sent.case_id, channel.network, extract(epoch FROM sent.at)::float8, coalesce((
        SELECT right(string_agg(post.text, E'\\n' ORDER BY post.created_at, post.id), %s)
        FROM cases_message AS message JOIN posts_post AS post ON post.id = message.post_id
        WHERE message.case_id = sent.case_id AND message.role = 'customer' AND post.created_at < sent.at), '')
    FROM replies_articlesent AS sent JOIN cases_case AS own ON own.id = sent.case_id
    JOIN channels_channel AS channel ON channel.id = own.channel_id ORDER BY sent.at DESC, sent.id DESC LIMIT %s
"""

# `xmin` and `ctid` change with every change of a row. Words that were taken back since are gone within an hour.
_VERSION: Final = """
    SELECT (SELECT count(*) || ' ' || coalesce(sum(hashtextextended(id || ' ' || xmin || ctid, 0)), 0)
            FROM knowledge_article)
        || ' ' || (SELECT count(*) FROM posts_trainingconsent)
        || ' ' || (SELECT count(*) || ' ' || coalesce(max(id), 0) FROM replies_articlesent)
        || ' ' || date_trunc('hour', now())
"""


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        return str(cursor.fetchone()[0])


_keeper = _Keeper()
