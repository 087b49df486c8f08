"""Which articles a text carries: known again by their address, or, where they have none, by their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from earful.core.articles.reading import links
from earful.knowledge.models import Article, place_of

# Words that are shorter than this may stand in a reply by chance.
SHORTEST: Final = 40


def carried(text: str, channel: int, addresses: Iterable[str] = ()) -> Sequence[Article]:
    """The articles of a channel that a text carries. `addresses` are where its links lead, if the network told.

    Where the channel has an article of its own at a place, that one is meant, and not the one of all channels.
    """
    places = {place_of(address) for address in (*addresses, *links(text))}
    known = Article.objects.on(channel)
    linked = known.filter(place__in=places).exclude(place="").order_by("channel") if places else ()
    found = {article.place: article for article in sorted(linked, key=lambda each: each.channel_id is not None)}
    return [*found.values(), *_worded(text, known.offered().filter(place="").exclude(text=""))]


def _worded(text: str, articles: Iterable[Article]) -> Sequence[Article]:
    said = _plain(text)
    if len(said) < SHORTEST:
        return []
    return [each for each in articles if len(words := _plain(each.text)) >= SHORTEST and words in said]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
