"""A slow evaluator that anybody can read: what a rule means, word by word, row by row, with nothing made ready.

It shares with the matcher only how a text is folded and cut into tokens.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, hypot, radians, sin

import regex

from earful.core.language.dialects import DIALECTS, DialectName
from earful.core.language.tree import And, Leaf, Not, Operator, Or, Phrase, Tree, Word
from earful.core.post import Post
from earful.core.text import Accents, fold, tokens

NETWORK_ONLY = {"list", "from_affiliate_of", "to_affiliate_of", "embedding", "embedding_threshold"}


@dataclass(frozen=True)
class Asked:
    """A post, the post it quotes, and in which dialect both are asked."""

    post: Post
    quoted: Post | None
    dialect: DialectName

    @property
    def accents(self) -> Accents:
        return DIALECTS[self.dialect].accents

    @property
    def said(self) -> list[Post]:
        """The posts whose words, tags and links count."""
        return [self.post, self.quoted] if self.quoted and self.dialect == "stream" else [self.post]

    @property
    def texts(self) -> list[str]:
        return [
            each.text for each in self.said if not (self.dialect == "search" and each is self.post and each.reposts)
        ]


def slowly(tree: Tree, one: Asked) -> bool:
    """Whether the post satisfies the rule."""
    if isinstance(tree, And):
        return all(slowly(part, one) for part in tree.parts)
    if isinstance(tree, Or):
        return any(slowly(part, one) for part in tree.parts)
    if isinstance(tree, Not):
        return not only_the_network_knows(tree.part) and not slowly(tree.part, one)
    if isinstance(tree, Operator):
        return OPERATIONS[tree.name](fold(tree.value), one)
    return any(stands(tree, text, one.accents) for text in one.texts)


def only_the_network_knows(leaf: Leaf) -> bool:
    return isinstance(leaf, Operator) and (leaf.name in NETWORK_ONLY or (leaf.name == "sample" and leaf.value != "100"))


def stands(leaf: Word | Phrase, text: str, accents: Accents) -> bool:
    """Word by word at every place of the text."""
    found = tokens(fold(text, accents))
    wanted = [token.text for token in tokens(fold(leaf.text, accents))]
    if isinstance(leaf, Word) and leaf.prefix:
        return any(token.text.startswith(wanted[0]) for token in found)
    if isinstance(leaf, Phrase) and leaf.near:
        return near([token.text for token in found], wanted, leaf.near)
    for at in range(len(found)):
        run = found[at : at + len(wanted)]
        touching = all(left.end == right.start for left, right in pairwise(run))
        if [token.text for token in run] == wanted and (touching or isinstance(leaf, Phrase)):
            return True
    return False


def near(texts: list[str], wanted: list[str], most: int) -> bool:
    """Every way to choose a place for every word."""

    def choose(chosen: list[int]) -> bool:
        if len(chosen) < len(wanted):
            places = [at for at, text in enumerate(texts) if text == wanted[len(chosen)] and at not in chosen]
            return any(choose([*chosen, at]) for at in places)
        return max(chosen) - min(chosen) <= (most if chosen == sorted(chosen) else most - 2)

    return choose([])


def says(text: str, value: str, accents: Accents) -> bool:
    """Whether the words of a value stand in a text in a row."""
    return stands(Phrase(value), text, accents)


def tickers(text: str) -> list[str]:
    """The cashtags of a text, piece by piece between spaces."""
    pieces = [fold(piece[1:]) for piece in regex.split(r"\s", fold(text)) if piece.startswith("$")]
    found = [regex.match(r"([a-z]{1,6}(?:[._][a-z]{1,2})?)(?![\p{L}\p{M}\p{N}_])", piece) for piece in pieces]
    return [ticker[1] for ticker in found if ticker]


def addresses(one: Asked) -> list[str]:
    return [each for post in one.said for link in post.links for each in (link.address, link.short, link.shown)]


def within(value: str, count: int | None) -> bool:
    low, dots, high = value.partition("..")
    return count is not None and int(low) <= count and (count <= int(high) if dots else True)


def is_topic(value: str, topics: Iterable[str]) -> bool:
    patterns = [value.replace(".", r"\.").replace("*", "[0-9]+")]
    return any(regex.fullmatch(pattern, topic) for pattern in patterns for topic in topics)


def has_media(one: Asked, *kinds: str) -> bool:
    return any(media.kind in kinds for media in one.post.media)


def in_circle(value: str, one: Asked) -> bool:
    middle = float(value[1:-1].split()[0]), float(value[1:-1].split()[1])
    written = value[1:-1].split()[2]
    km = float(written[:-2]) * (1.609344 if written.endswith("mi") else 1)
    return everywhere(one.post, lambda point: angle(middle, point) * 6371.0088 <= km)


def in_box(value: str, one: Asked) -> bool:
    west, south, east, north = map(float, value[1:-1].split())

    def inside(point: tuple[float, float]) -> bool:
        across = west <= point[0] <= east if west <= east else point[0] >= west or point[0] <= east
        return across and south <= point[1] <= north

    return everywhere(one.post, inside)


def everywhere(post: Post, inside: Callable[[tuple[float, float]], bool]) -> bool:
    """Whether the point of a post lies inside; if it has none, whether all corners of its place do."""
    if post.point:
        return inside(post.point)
    if not post.place or not post.place.box:
        return False
    west, south, east, north = post.place.box
    return all(map(inside, [(west, south), (west, north), (east, south), (east, north)]))


def angle(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The angle between two points as seen from the earth's middle, by their vectors, in radians."""
    (x, y, z), (u, v, w) = vector(one), vector(other)
    return atan2(hypot(y * w - z * v, z * u - x * w, x * v - y * u), x * u + y * v + z * w)


def vector(point: tuple[float, float]) -> tuple[float, float, float]:
    longitude, latitude = radians(point[0]), radians(point[1])
    return cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)


LANGUAGES = {
    "en": ("en", "en-GB"),
    "iw": ("he", "iw"),
    "zh-cn": ("zh", "zh-CN", "zh-Hans"),
    "zh-tw": ("zh", "zh-TW", "zh-Hant"),
}

IS: dict[str, Callable[[Asked], object]] = {
    "reply": lambda one: one.post.reply_to,
    "retweet": lambda one: one.post.reposts,
    "quote": lambda one: one.post.quotes,
    "verified": lambda one: one.post.author.verified,
    "nullcast": lambda one: False,
}

HAS: dict[str, Callable[[Asked], object]] = {
    "links": lambda one: one.post.links,
    "mentions": lambda one: one.post.mentions,
    "hashtags": lambda one: one.post.hashtags,
    "cashtags": lambda one: tickers(one.post.text),
    "media": lambda one: one.post.media,
    "images": lambda one: has_media(one, "photo", "image"),
    "videos": lambda one: has_media(one, "video"),
    "video_link": lambda one: has_media(one, "video"),
    "geo": lambda one: one.post.place or one.post.point,
}

OPERATIONS: dict[str, Callable[[str, Asked], bool]] = {
    "@": lambda value, one: any(value in each.mentions for each in one.said),
    "#": lambda value, one: any(value == fold(tag) for each in one.said for tag in each.hashtags),
    "$": lambda value, one: any(value in tickers(each.text) for each in one.said),
    "from": lambda value, one: value in (fold(one.post.author.handle), one.post.author.id),
    "to": lambda value, one: value in (fold(one.post.reply_to_handle), one.post.reply_to_author),
    "retweets_of": lambda value, one: value in (fold(one.post.reposts_handle), one.post.reposts_author),
    "url": lambda value, one: any(says(address, value, "keep") for address in addresses(one)),
    "url_contains": lambda value, one: any(value in address.lower() for address in addresses(one)),
    "url_title": lambda value, one: any(says(x.title, value, one.accents) for each in one.said for x in each.links),
    "url_description": lambda value, one: any(
        says(link.description, value, one.accents) for each in one.said for link in each.links
    ),
    "conversation_id": lambda value, one: value == one.post.root,
    "in_reply_to_tweet_id": lambda value, one: value == one.post.reply_to,
    "in_reply_to_status_id": lambda value, one: value == one.post.reply_to,
    "retweets_of_tweet_id": lambda value, one: value == one.post.reposts,
    "quotes_of_tweet_id": lambda value, one: value == one.post.quotes,
    "bio": lambda value, one: says(one.post.author.bio, value, one.accents),
    "bio_name": lambda value, one: says(one.post.author.name, value, one.accents),
    "bio_location": lambda value, one: says(one.post.author.location, value, one.accents),
    "min_followers": lambda value, one: within(value, one.post.author.followers),
    "followers_count": lambda value, one: within(value, one.post.author.followers),
    "tweets_count": lambda value, one: within(value, one.post.author.posts),
    "following_count": lambda value, one: within(value, one.post.author.following),
    "listed_count": lambda value, one: within(value, one.post.author.listed),
    "min_likes": lambda value, one: one.post.likes >= int(value),
    "min_replies": lambda value, one: one.post.replies >= int(value),
    "min_reposts": lambda value, one: one.post.reposted >= int(value),
    "place": lambda value, one: (
        bool(one.post.place)
        and any(
            [
                value == one.post.place.id.lower(),
                says(one.post.place.name, value, one.accents),
                says(one.post.place.full_name, value, one.accents),
            ]
        )
    ),
    "place_country": lambda value, one: bool(one.post.place) and value == one.post.place.country.lower(),
    "point_radius": in_circle,
    "bounding_box": in_box,
    "source": lambda value, one: value == fold(one.post.source),
    "context": lambda value, one: is_topic(value, one.post.topics),
    "entity": lambda value, one: value in [fold(name) for name in one.post.entities],
    "lang": lambda value, one: one.post.lang in LANGUAGES[value],
    "is": lambda value, one: bool(IS[value](one)),
    "has": lambda value, one: bool(HAS[value](one)),
    "sample": lambda value, one: value == "100",
    **dict.fromkeys(NETWORK_ONLY, lambda value, one: False),
}
