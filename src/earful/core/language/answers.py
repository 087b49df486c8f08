"""What each operator asks of a post: one row for each, a folded value and a candidate to an answer.

What only the network can answer is answered with no.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from earful.core.language.candidate import Candidate
from earful.core.language.geo import box, circle, lies_in
from earful.core.language.languages import same_language
from earful.core.post import Author, Link
from earful.core.text import GLUE, Accents, fold, spaced, words

Answer = Callable[[str, Candidate], bool]


def _links(candidate: Candidate) -> Iterable[Link]:
    return (link for page in candidate.pages for link in page.post.links)


def _addresses(candidate: Candidate) -> Iterable[str]:
    return (address for link in _links(candidate) for address in (link.address, link.short, link.shown) if address)


def _in_addresses(value: str, candidate: Candidate) -> bool:
    return any(_says(address, value, "keep") for address in _addresses(candidate))


def _address_contains(value: str, candidate: Candidate) -> bool:
    return any(value in fold(address) for address in _addresses(candidate))


def _says(text: str, value: str, accents: Accents) -> bool:
    """Whether the words of a value stand in a text, in a row."""
    return bool(text) and f" {' '.join(words(fold(value, accents)))} " in _loose(text, accents)


@lru_cache(maxsize=4096)
def _loose(text: str, accents: Accents) -> str:
    # Many rules ask the same few texts of a post in a row: its author's profile, its addresses.
    return spaced(fold(text, accents)).replace(GLUE, "")


def _profile(part: Callable[[Author], str]) -> Answer:
    return lambda value, one: _says(part(one.post.author), value, one.dialect.accents)


def _linked_page(part: Callable[[Link], str]) -> Answer:
    return lambda value, one: any(_says(part(link), value, one.dialect.accents) for link in _links(one))


def _in_range(value: str, count: int | None) -> bool:
    low, _, high = value.partition("..")
    return count is not None and int(low) <= count and (not high or count <= int(high))


def _is_user(value: str, handle: str, user_id: str) -> bool:
    return value == fold(handle) or (value == user_id and value.isdigit())


def _is_place(value: str, one: Candidate) -> bool:
    place, accents = one.post.place, one.dialect.accents
    if place is None:
        return False
    return value == fold(place.id) or any(_says(name, value, accents) for name in (place.name, place.full_name))


def _is_topic(value: str, one: Candidate) -> bool:
    domain, _, entity = value.partition(".")
    pairs = (topic.partition(".") for topic in one.post.topics)
    return any(domain in ("*", of) and entity in ("*", what) for of, _, what in pairs)


def _has_media(*kinds: str) -> Callable[[Candidate], bool]:
    return lambda candidate: any(media.kind in kinds for media in candidate.post.media)


IS: dict[str, Callable[[Candidate], bool]] = {
    "retweet": lambda candidate: bool(candidate.post.reposts),
    "reply": lambda candidate: bool(candidate.post.reply_to),
    "quote": lambda candidate: bool(candidate.post.quotes),
    "verified": lambda candidate: candidate.post.author.verified,
    "nullcast": lambda candidate: False,  # posts shown only as advertisements never reach a desk
}

HAS: dict[str, Callable[[Candidate], bool]] = {
    "links": lambda candidate: bool(candidate.post.links),
    "mentions": lambda candidate: bool(candidate.post.mentions),
    "hashtags": lambda candidate: bool(candidate.post.hashtags),
    "cashtags": lambda candidate: bool(candidate.pages[0].cashtags),
    "media": lambda candidate: bool(candidate.post.media),
    "images": _has_media("photo", "image"),
    "videos": _has_media("video"),
    "video_link": _has_media("video"),
    "geo": lambda candidate: candidate.post.place is not None or candidate.post.point is not None,
}

HOLDS: dict[str, Answer] = {
    "@": lambda value, candidate: any(value in page.post.mentions for page in candidate.pages),
    "#": lambda value, candidate: any(value in page.hashtags for page in candidate.pages),
    "$": lambda value, candidate: any(value in page.cashtags for page in candidate.pages),
    "from": lambda value, one: _is_user(value, one.post.author.handle, one.post.author.id),
    "to": lambda value, one: _is_user(value, one.post.reply_to_handle, one.post.reply_to_author),
    "retweets_of": lambda value, one: _is_user(value, one.post.reposts_handle, one.post.reposts_author),
    "from_affiliate_of": lambda value, one: False,
    "to_affiliate_of": lambda value, one: False,
    "list": lambda value, one: False,
    "url": _in_addresses,
    "url_title": _linked_page(lambda link: link.title),
    "url_description": _linked_page(lambda link: link.description),
    "url_contains": _address_contains,
    "conversation_id": lambda value, one: value == one.post.root,
    "in_reply_to_tweet_id": lambda value, one: value == one.post.reply_to,
    "in_reply_to_status_id": lambda value, one: value == one.post.reply_to,
    "retweets_of_tweet_id": lambda value, one: value == one.post.reposts,
    "quotes_of_tweet_id": lambda value, one: value == one.post.quotes,
    "bio": _profile(lambda author: author.bio),
    "bio_name": _profile(lambda author: author.name),
    "bio_location": _profile(lambda author: author.location),
    "min_followers": lambda value, one: _in_range(value, one.post.author.followers),
    "followers_count": lambda value, one: _in_range(value, one.post.author.followers),
    "tweets_count": lambda value, one: _in_range(value, one.post.author.posts),
    "following_count": lambda value, one: _in_range(value, one.post.author.following),
    "listed_count": lambda value, one: _in_range(value, one.post.author.listed),
    "min_likes": lambda value, one: _in_range(value, one.post.likes),
    "min_replies": lambda value, one: _in_range(value, one.post.replies),
    "min_reposts": lambda value, one: _in_range(value, one.post.reposted),
    "place": _is_place,
    "place_country": lambda value, one: one.post.place is not None and value == fold(one.post.place.country),
    "point_radius": lambda value, one: lies_in(one.post, circle(value)),
    "bounding_box": lambda value, one: lies_in(one.post, box(value)),
    "source": lambda value, one: value == fold(one.post.source),
    "context": _is_topic,
    "entity": lambda value, one: any(value == fold(name) for name in one.post.entities),
    "lang": lambda value, one: same_language(value, one.post.lang),
    "is": lambda value, one: IS[value](one),
    "has": lambda value, one: HAS[value](one),
    "sample": lambda value, one: value == "100",
    "embedding": lambda value, one: False,
    "embedding_threshold": lambda value, one: False,
}
