"""Rules and posts by chance, out of a small stock so that they meet often: every operator, every dialect.

One generator for both uses: thousands of pairs from a seeded `Random`, and hypothesis' own examples, whose `Random`
it can shrink.
"""

from datetime import UTC, datetime
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from earful.core.language.dialects import DIALECTS, DialectName
from earful.core.language.operators import OPERATORS, OperatorRow
from earful.core.language.tree import Leaf, Not, Operator, Phrase, Tree, Word, all_of, any_of
from earful.core.post import Author, Link, Media, Place, Post

T = TypeVar("T")

WORDS = (
    *("cat", "cats", "kettle", "x", "é", "café", "cafe", "Straße", "猫", "東京", "🍕", "👍🏽", "don", "t", "2016"),
    *("고양이", "Ｃａｔ", "мой"),
)
PREFIXES = ("ca", "cat", "kettl", "Stra", "café", "20", "cats", "мо")
HANDLES = ("acme", "acme_care", "Maria_K", "17")
TAGS = ("fail", "Fail2", "猫", "café")
TICKERS = ("acme", "brk.a")
NUMBERS = ("17", "18", "19")
SENTENCES = ("", "the Cat sat", "cat's café", "a data engineer, X", "Kettle & x", "猫 in 東京")
SAYINGS = ("cat", "data engineer", "café", "cafe", "sat cat", "猫", "x", "東京")
GAPS = (" ", "  ", "-", "", "'", ", ", "\n", "_", " @", " #", " $", "\u200b", "\u0301", "“", "A", "\ud800")
APPS = ("X for iPhone", "X Web App", "Straße")
COUNTS = (None, 0, 4, 5, 17, 99)
RANGES = ("5", "5..17", "0..4", "17..17")
TOPICS = ("10.799", "47.5", "48.5")
NAMES = ("Acme", "New York City", "café")
BOULDER = Place("a1", "Boulder", "Boulder, CO", "US", "United States", (-105.29, 39.97, -105.19, 40.08))
LOUVRE = Place("0f01", "Louvre", "Louvre, Paris", "FR", "France", (2.33, 48.859, 2.34, 48.864))
FRANCE = Place("ff", "France", "France", "FR", "France", (-5.0, 41.0, 9.0, 51.0))
FIJI = Place("f1", "Taveuni", "Taveuni, Fiji", "FJ", "Fiji", (179.95, -16.9, -179.95, -16.8))
PLACES = (None, None, BOULDER, LOUVRE, FRANCE, FIJI, Place("01a9"), Place("01a9", "New York City", "New York City, NY"))
POINTS = (None, None, None, (2.3376, 48.8606), (-105.278, 40.0175), (-104.99, 39.74), (179.97, -16.85), (0.0, 0.0))

VALUES: dict[str, tuple[str, ...]] = {
    "@": HANDLES,
    "#": TAGS,
    "$": TICKERS,
    **dict.fromkeys(("from", "to", "retweets_of", "from_affiliate_of", "to_affiliate_of"), HANDLES),
    **dict.fromkeys(("conversation_id", "in_reply_to_tweet_id", "in_reply_to_status_id", "list"), NUMBERS),
    **dict.fromkeys(("retweets_of_tweet_id", "quotes_of_tweet_id"), NUMBERS),
    "url": ("example", "example.org/a", 'say "x" \\ y', "a.b"),
    "url_contains": ("xampl", "/a?b", "org/zz", 'say "x"'),
    **dict.fromkeys(("bio", "bio_name", "bio_location", "url_title", "url_description", "embedding"), SAYINGS),
    **dict.fromkeys(("min_followers", "min_likes", "min_replies", "min_reposts"), ("0", "4", "17")),
    **dict.fromkeys(("followers_count", "tweets_count", "following_count", "listed_count"), RANGES),
    "place": ("boulder", "new york", "0F01", "france", "Louvre, Paris"),
    "place_country": ("US", "fr", "FJ"),
    "point_radius": ("[2.355128 48.861118 16km]", "[-105.27 40.02 10.0mi]", "[179.99 -16.85 30km]"),
    "bounding_box": ("[-105.301758 39.964069 -105.178505 40.09455]", "[179.9 -16.95 -179.9 -16.75]"),
    "source": ("x for iphone", "X Web App", "STRASSE"),
    "context": ("10.799", "47.*", "*.5", "48.799"),
    "entity": ("acme", "New York City", "new york"),
    "lang": ("en", "iw", "zh-CN", "zh-TW"),
    "is": ("reply", "retweet", "quote", "verified"),
    "has": OPERATORS["has"].choices,
    "sample": ("100", "15"),
    "embedding_threshold": ("0.45", "1"),
}
"""Values for every operator there is."""


def some_tree(chance: Random, dialect: DialectName = "stream") -> Tree:
    """A rule that the dialect takes: every branch holds something that can stand alone."""
    return _Rules(chance, dialect).tree(3)


class _Rules:
    def __init__(self, chance: Random, dialect: DialectName) -> None:
        self.chance, self.dialect = chance, DIALECTS[dialect]
        known = [row for row in OPERATORS.values() if self.dialect.ours or dialect in row.dialects]
        self.standing = [row for row in known if self.dialect.ours or not row.partner]
        self.beside = [row for row in known if row.partner]
        self.negatable = [row for row in known if row.negated == "may"]

    def tree(self, depth: int) -> Tree:
        shape = self.chance.random()
        if depth == 0 or shape < 0.3:
            return self.leaf(self.standing)
        if shape < 0.6:
            return any_of([self.tree(depth - 1) for _ in range(self.chance.randint(2, 3))])
        parts = [self.tree(depth - 1) for _ in range(self.chance.randint(1, 2))]
        return all_of([*parts, *(self.narrowing() for _ in range(self.chance.randint(0, 2)))])

    def narrowing(self) -> Leaf | Not:
        if self.chance.random() < 0.4:
            return self.operator(self.beside)
        if self.chance.random() < 0.05:
            return Not(Operator("is", "nullcast"))
        return Not(self.leaf(self.negatable))

    def leaf(self, rows: list[OperatorRow]) -> Leaf:
        shape = self.chance.random()
        if shape < 0.2:
            return Word(self.chance.choice(WORDS))
        if shape < 0.25 and self.dialect.ours:
            return Word(self.chance.choice(PREFIXES), prefix=True)
        return self.phrase() if shape < 0.35 else self.operator(rows)

    def phrase(self) -> Phrase:
        near = self.chance.choice((0, 0, 1, 2, 3, 6)) if self.dialect.near else 0
        return Phrase(" ".join(_some(self.chance, WORDS, 1, 3)), near)

    def operator(self, rows: list[OperatorRow]) -> Operator:
        row = self.chance.choice(rows)
        return Operator(row.name, self.chance.choice(VALUES[row.name]))


def some_text(chance: Random) -> str:
    """A few words of the stock, joined in every way that a text may join them."""
    said = (*WORDS, *HANDLES, *TAGS, *TICKERS, "CAT", "cafe\u0301", "STRASSE", " $acme", " $BRK.A ")
    return "".join(word + chance.choice(GAPS) for word in _some(chance, said, 0, 8))


def some_post(chance: Random) -> Post:
    """A post about which everything that a rule may ask is told, or not."""
    pick = chance.choice
    return Post(
        network="x",
        id="1",
        author=_author(chance),
        text=some_text(chance),
        created_at=datetime(2026, 8, 10, tzinfo=UTC),
        root=pick(("", *NUMBERS)),
        reply_to=pick(("", *NUMBERS)),
        reply_to_author=pick(("", *NUMBERS)),
        reply_to_handle=pick(("", *HANDLES)),
        quotes=pick(("", "17")),
        reposts=pick(("", "", "17")),
        reposts_author=pick(("", *NUMBERS)),
        reposts_handle=pick(("", *HANDLES)),
        mentions=tuple(map(str.lower, _some(chance, HANDLES, 0, 2))),
        hashtags=_some(chance, (*TAGS, "FAIL"), 0, 2),
        links=tuple(_link(chance) for _ in range(pick((0, 0, 1, 2)))),
        media=_some(chance, (Media("photo"), Media("video"), Media("animated_gif")), 0, 1),
        lang=pick(("", "en", "en-GB", "he", "zh", "zh-Hant")),
        likes=pick((0, 3, 4, 99)),
        replies=pick((0, 3, 4, 99)),
        reposted=pick((0, 3, 4, 99)),
        place=pick(PLACES),
        point=pick(POINTS),
        source=pick(("", *APPS)),
        topics=_some(chance, TOPICS, 0, 2),
        entities=_some(chance, NAMES, 0, 2),
    )


def _author(chance: Random) -> Author:
    pick = chance.choice
    return Author(
        pick(NUMBERS),
        pick(HANDLES),
        name=pick(SENTENCES),
        followers=pick(COUNTS),
        verified=pick((True, False)),
        bio=pick(SENTENCES),
        location=pick(SENTENCES),
        posts=pick(COUNTS),
        following=pick(COUNTS),
        listed=pick(COUNTS),
    )


def _link(chance: Random) -> Link:
    address = chance.choice(("", "https://example.org/a?b", "https://b.example.org/say-x-y"))
    return Link("https://t.co/a", address, "", chance.choice(SENTENCES), chance.choice(SENTENCES))


def _some(chance: Random, stock: tuple[T, ...], least: int, most: int) -> tuple[T, ...]:
    return tuple(chance.choice(stock) for _ in range(chance.randint(least, most)))


_chances = st.randoms(use_true_random=False)
trees = _chances.map(some_tree)
"""Trees that the parser accepts as rules of the stream."""
stored_trees = _chances.map(lambda chance: some_tree(chance, "stored"))
"""Trees that the search of stored posts accepts."""
posts = _chances.map(some_post)
texts = _chances.map(some_text)
