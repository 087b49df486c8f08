"""Under what a post is found: the other side of anchors. Each kind of anchor has a row in one of the tables.

A row may offer more than an operator would accept, never less: what is offered too often is asked in vain,
what is not offered is never asked.
"""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from earful.core.language.anchors import MOST_BITS, magnitude
from earful.core.language.languages import LANGUAGES, same_language
from earful.core.post import Link, Place, Post
from earful.core.text import fold

Keys = Collection[str]
_YES: Keys = ("",)
_NO: Keys = ()
_MAGNITUDES: tuple[Keys, ...] = tuple((str(bits),) for bits in range(MOST_BITS + 1))


def _fields(*names: str) -> Callable[[Post], Keys]:
    fields = list(map(attrgetter, names))
    return lambda post: [fold(field(post)) for field in fields]


def _when(has: Callable[[Post], object]) -> Callable[[Post], Keys]:
    return lambda post: _YES if has(post) else _NO


def _media(*kinds: str) -> Callable[[Post], Keys]:
    return _when(lambda post: any(media.kind in kinds for media in post.media))


def _count(name: str) -> Callable[[Post], Keys]:
    count = attrgetter(name)
    return lambda post: _NO if (found := count(post)) is None else _MAGNITUDES[magnitude(found)]


@lru_cache(maxsize=1024)
def _language(code: str) -> Keys:
    return tuple(fold(wanted) for wanted in LANGUAGES if same_language(wanted, code))


def _topics(post: Post) -> Keys:
    parts = [topic.partition(".") for topic in post.topics]
    return [key for domain, _, entity in parts for key in (f"{domain}.{entity}", f"{domain}.*", f"*.{entity}")]


def _addresses(links: Sequence[Link]) -> str:
    return "\n".join([f"{link.address}\n{link.short}\n{link.shown}" for link in links])


def _titles(links: Sequence[Link]) -> str:
    return "\n".join([link.title for link in links])


def _descriptions(links: Sequence[Link]) -> str:
    return "\n".join([link.description for link in links])


def _names(place: Place) -> str:
    return "\n".join((place.id, place.name, place.full_name))


# Keys that are plain fields of a post: a batch of them is read and compared without a line of Python for each.
COLUMNS: dict[str, tuple[str, ...]] = {
    "from": ("author.handle", "author.id"),
    "to": ("reply_to_handle", "reply_to_author"),
    "reposts_of": ("reposts_handle", "reposts_author"),
    "root": ("root",),
    "reply_to": ("reply_to",),
    "reposts": ("reposts",),
    "quotes": ("quotes",),
    "source": ("source",),
}

KEYS: dict[str, Callable[[Post], Keys]] = {
    **{kind: _fields(*names) for kind, names in COLUMNS.items()},
    "@": attrgetter("mentions"),
    "#": lambda post: [fold(tag) for tag in post.hashtags] if post.hashtags else _NO,
    "country": lambda post: (fold(post.place.country),) if post.place else _NO,
    "topic": lambda post: _topics(post) if post.topics else _NO,
    "entity": lambda post: [fold(name) for name in post.entities] if post.entities else _NO,
    "lang": lambda post: _language(post.lang),
    "is:retweet": _when(attrgetter("reposts")),
    "is:reply": _when(attrgetter("reply_to")),
    "is:quote": _when(attrgetter("quotes")),
    "is:verified": _when(attrgetter("author.verified")),
    "is:nullcast": lambda post: _NO,
    "has:links": _when(attrgetter("links")),
    "has:mentions": _when(attrgetter("mentions")),
    "has:hashtags": _when(attrgetter("hashtags")),
    "has:cashtags": _when(lambda post: "$" in (post.text if post.text.isascii() else fold(post.text))),
    "has:media": _when(attrgetter("media")),
    "has:images": _media("photo", "image"),
    "has:videos": _media("video"),
    "has:video_link": _media("video"),
    "has:geo": _when(lambda post: post.place or post.point),
    "followers": _count("author.followers"),
    "following": _count("author.following"),
    "listed": _count("author.listed"),
    "posts": _count("author.posts"),
    "likes": _count("likes"),
    "replies": _count("replies"),
    "reposted": _count("reposted"),
}

# Texts beside the post's own, in which words are looked for: where they are, and how they are read if there are any.
TEXTS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "address": ("links", _addresses),
    "title": ("links", _titles),
    "description": ("links", _descriptions),
    "bio": ("author.bio", str),
    "bio_name": ("author.name", str),
    "bio_location": ("author.location", str),
    "place": ("place", _names),
}

# What operators look for in the post that a post quotes, too, beside its words.
ALSO_QUOTED = frozenset({"@", "#", "address", "title", "description"})
