"""What a post must have before a rule is worth asking: the rarest thing that each way to satisfy it requires.

Shares are guesses of how many of all posts have the thing; only their order matters. A desk hears mostly posts
that mention it or answer it, so those are poor anchors.
"""

from collections.abc import Callable, Iterable, Mapping

from earful.core.language.local import answerable
from earful.core.language.tree import And, Not, Operator, Or, Phrase, Tree, Word
from earful.core.text import Accents, fold, words

Anchor = tuple[str, str]
"""A kind and a value: ("text", a piece of folded text), ("from", a handle) …, or EVERY post."""
Required = tuple[float, frozenset[Anchor]]
"""Anchors of which every matching post has at least one, and the share of posts they let through."""

EVERY: Anchor = ("every", "")
MOST_BITS = 40
_ANYTHING: Required = (1.0, frozenset({EVERY}))
_NEVER: Required = (0.0, frozenset())


def anchors(tree: Tree, accents: Accents) -> Required:
    """What a rule requires; no anchor at all if nothing that is known here can satisfy it."""
    if isinstance(tree, And):
        return min((anchors(part, accents) for part in tree.parts), key=_share)
    if isinstance(tree, Or):
        return _any([anchors(part, accents) for part in tree.parts])
    if isinstance(tree, Word):
        # The beginning of a word has no edge on its right; only the search of stored posts knows it, and asks no book.
        return _ANYTHING if tree.prefix else _piece("text", "".join(words(fold(tree.text, accents))))
    if isinstance(tree, Phrase):
        return _rarest("text", words(fold(tree.text, accents)))
    return _ANYTHING if isinstance(tree, Not) else _operator(tree, accents)


def _share(required: Required) -> float:
    return required[0]


def _any(parts: Iterable[Required]) -> Required:
    shares, found = zip(*parts, strict=True)
    return min(1.0, sum(shares)), frozenset().union(*found)


def _operator(leaf: Operator, accents: Accents) -> Required:
    if not answerable(leaf):
        return _NEVER
    return REQUIRED[leaf.name](fold(leaf.value, accents if leaf.name in _WRITTEN else "keep"))


def _piece(kind: str, piece: str) -> Required:
    """A piece of text: the longer the rarer, and what takes more bytes than letters stands in few languages."""
    least = 0.05 if piece in _COMMON else 0.001
    return max(least, 0.6 * 0.5 ** (2 * len(piece.encode()) - len(piece))), frozenset({(kind, piece)})


def _rarest(kind: str, pieces: Iterable[str]) -> Required:
    return min((_piece(kind, piece) for piece in pieces), key=_share, default=_ANYTHING)


def _words_in(kind: str, share: float) -> Callable[[str], Required]:
    """The rarest of the words, in a text that a share of the posts has at all."""

    def required(value: str) -> Required:
        rarity, found = _rarest(kind, words(value))
        return rarity * share, found

    return required


def _part_of(kind: str, share: float) -> Callable[[str], Required]:
    return lambda value: (_piece(kind, value)[0] * share, frozenset({(kind, value)}))


def _key(kind: str, share: float) -> Callable[[str], Required]:
    return lambda value: (share, frozenset({(kind, value)}))


def _flag(kind: str, share: float) -> Callable[[str], Required]:
    return lambda value: (share, frozenset({(kind, "")}))


def _choice(name: str, shares: Mapping[str, float]) -> Callable[[str], Required]:
    return lambda value: (shares[value], frozenset({(f"{name}:{value}", "")}))


def _count(kind: str) -> Callable[[str], Required]:
    """A count is known by its length in bits: a range requires one of a few lengths."""

    def required(value: str) -> Required:
        low, _, high = value.partition("..")
        least, most = magnitude(int(low)), magnitude(int(high)) if high else MOST_BITS
        return 0.9 * 0.85**least, frozenset((kind, str(bits)) for bits in range(least, most + 1))

    return required


def magnitude(count: int) -> int:
    """The length of a count in bits, MOST_BITS at most: the key under which counts are looked up."""
    return min(count.bit_length(), MOST_BITS)


# Frequent words that by their length would look rare.
_COMMON = frozenset(
    """
    about after again also been before being could does down from good have help here into just know like love made
    make more much need never only other over people please really said should some still than thank thanks that their
    them then there these they thing think this time today very want well were what when where which will with work
    working would year your aber auch auf nicht noch oder schon sind wird como esta para pero porque todo avec dans
    mais pour vous
    """.split()  # noqa: SIM905  a list to be read
)

# What people have written, so the accents count as they do in the text of a post.
_WRITTEN = {"url_title", "url_description", "bio", "bio_name", "bio_location", "place"}

REQUIRED: dict[str, Callable[[str], Required]] = {
    "@": _key("@", 0.02),
    "#": _key("#", 0.005),
    "$": lambda value: _piece("text", f"${value}"),
    "from": _key("from", 0.0005),
    "to": _key("to", 0.02),
    "retweets_of": _key("reposts_of", 0.005),
    "conversation_id": _key("root", 0.0001),
    "in_reply_to_tweet_id": _key("reply_to", 0.0001),
    "in_reply_to_status_id": _key("reply_to", 0.0001),
    "retweets_of_tweet_id": _key("reposts", 0.0001),
    "quotes_of_tweet_id": _key("quotes", 0.0001),
    "url": _words_in("address", 0.3),
    "url_contains": _part_of("address", 0.3),
    "url_title": _words_in("title", 0.1),
    "url_description": _words_in("description", 0.2),
    "bio": _words_in("bio", 1.0),
    "bio_name": _words_in("bio_name", 0.5),
    "bio_location": _words_in("bio_location", 0.5),
    "place": _words_in("place", 0.02),
    "place_country": _key("country", 0.005),
    "point_radius": _flag("has:geo", 0.02),
    "bounding_box": _flag("has:geo", 0.02),
    "context": _key("topic", 0.01),
    "entity": _key("entity", 0.002),
    "source": _key("source", 0.2),
    "lang": _key("lang", 0.25),
    "is": _choice("is", {"retweet": 0.4, "reply": 0.4, "quote": 0.1, "verified": 0.1, "nullcast": 0.0}),
    "has": _choice(
        "has",
        {
            "links": 0.3,
            "mentions": 0.7,
            "hashtags": 0.15,
            "cashtags": 0.02,
            "media": 0.25,
            "images": 0.2,
            "videos": 0.1,
            "video_link": 0.1,
            "geo": 0.02,
        },
    ),
    "min_followers": _count("followers"),
    "followers_count": _count("followers"),
    "following_count": _count("following"),
    "listed_count": _count("listed"),
    "tweets_count": _count("posts"),
    "min_likes": _count("likes"),
    "min_replies": _count("replies"),
    "min_reposts": _count("reposted"),
    "sample": lambda value: _ANYTHING,  # only a sample of all is answered here
}
