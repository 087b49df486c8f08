"""Rules and posts by chance, out of a small stock so that they meet often."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from earful.core.language.tree import Leaf, Not, Operator, Phrase, Tree, Word, all_of, any_of
from earful.core.post import Author, Link, Media, Post

WORDS = (
    "cat",
    "cats",
    "kettle",
    "x",
    "é",
    "café",
    "cafe",
    "Straße",
    "猫",
    "東京",
    "🍕",
    "👍🏽",
    "don",
    "t",
    "2016",
    "고양이",
)
HANDLES = ("acme", "acme_care", "Maria_K", "17")
TAGS = ("fail", "Fail2", "猫", "café")
TICKERS = ("acme", "brk.a")
NUMBERS = ("17", "18", "19")
GAPS = (" ", "  ", "-", "", "'", ", ", "\n", "_", " @", " #", " $", "\u200b", "\u0301", "“", "A", "\ud800")

words = st.sampled_from(WORDS).map(Word)
phrases = st.builds(
    Phrase,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    st.sampled_from((0, 0, 1, 2, 3, 6)),
)
standing = st.one_of(
    words,
    phrases,
    st.builds(Operator, st.sampled_from(("@", "from", "to")), st.sampled_from(HANDLES)),
    st.builds(Operator, st.just("#"), st.sampled_from(TAGS)),
    st.builds(Operator, st.just("$"), st.sampled_from(TICKERS)),
    st.builds(Operator, st.sampled_from(("conversation_id", "in_reply_to_tweet_id")), st.sampled_from(NUMBERS)),
    st.builds(Operator, st.just("url"), st.sampled_from(("example", "example.org/a", 'say "x" \\ y'))),
    st.builds(Operator, st.just("followers_count"), st.sampled_from(("5", "5..17"))),
)
narrowing = st.one_of(
    st.builds(Operator, st.just("is"), st.sampled_from(("reply", "retweet", "quote", "verified"))),
    st.builds(
        Operator,
        st.just("has"),
        st.sampled_from(("links", "mentions", "hashtags", "cashtags", "media", "images")),
    ),
    st.builds(Operator, st.just("lang"), st.sampled_from(("en", "iw", "zh-CN"))),
)


def _grown(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    beside = st.lists(st.one_of(narrowing, st.one_of(standing, narrowing).map(_without)), max_size=2)
    both = st.builds(lambda some, more: all_of([*some, *more]), st.lists(inner, min_size=1, max_size=3), beside)
    return st.one_of(both, st.lists(inner, min_size=2, max_size=3).map(any_of))


def _without(leaf: Leaf) -> Not:
    return Not(leaf)


trees: st.SearchStrategy[Tree] = st.recursive(standing, _grown, max_leaves=8)
"""Trees that the parser accepts: every branch holds something that can stand alone."""

texts = st.lists(
    st.tuples(
        st.sampled_from((*WORDS, *HANDLES, *TAGS, *TICKERS, "CAT", "cafe\u0301", "STRASSE")),
        st.sampled_from(GAPS),
    ),
    max_size=8,
).map(lambda parts: "".join(word + gap for word, gap in parts))

posts = st.builds(
    Post,
    network=st.just("x"),
    id=st.just("1"),
    author=st.builds(
        Author,
        st.sampled_from(NUMBERS),
        st.sampled_from(HANDLES),
        followers=st.sampled_from((None, 4, 5, 99)),
        verified=st.booleans(),
    ),
    text=texts,
    created_at=st.just(datetime(2026, 8, 10, tzinfo=UTC)),
    root=st.sampled_from(("", *NUMBERS)),
    reply_to=st.sampled_from(("", *NUMBERS)),
    reply_to_author=st.sampled_from(("", *NUMBERS)),
    reply_to_handle=st.sampled_from(("", *HANDLES)),
    quotes=st.sampled_from(("", "17")),
    reposts=st.sampled_from(("", "", "17")),
    mentions=st.lists(st.sampled_from(HANDLES).map(str.lower), max_size=2).map(tuple),
    hashtags=st.lists(st.sampled_from((*TAGS, "FAIL")), max_size=2).map(tuple),
    links=st.lists(st.just(Link("https://t.co/a", "https://example.org/a?b")), max_size=1).map(tuple),
    media=st.lists(st.sampled_from((Media("photo"), Media("video"))), max_size=1).map(tuple),
    lang=st.sampled_from(("", "en", "en-GB", "he", "zh")),
)
