"""A rulebook answers as every rule alone would, in every script, however many rules it holds."""

import os
import random
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.rule_posts import said
from earful.core.language.anchors import EVERY, REQUIRED, anchors
from earful.core.language.candidate import Candidate
from earful.core.language.dialects import DialectName
from earful.core.language.keys import COLUMNS, KEYS, TEXTS
from earful.core.language.matcher import holds
from earful.core.language.operators import OPERATORS
from earful.core.language.parser import parse
from earful.core.language.rulebook import Rulebook
from earful.core.language.tree import Leaf, Not, Operator, Phrase, Tree, Word, all_of, any_of
from earful.core.post import Author, Link, Media, Place, Post
from earful.core.text import GLUE, Accents, fold, spaced, tokens

# Books of sixty rules, each asked of forty posts.
BOOKS = 100 if os.environ.get("EARFUL_NIGHTLY") else 15
WORDS = [
    "kettle",
    "x",
    "café",
    "cafe",
    "Straße",
    "猫",
    "東京",
    "🍕",
    "👩‍👧",
    "고양이",
    "แมว",
    "काम",
    "قطة",
    "1⃣",
    "don",
    "t",
]
GAPS = [" ", "", " ", "-", "'", "\n", "_", " #", " @", " $", "\u200b", "\u200d", "\u0301", "A", "，"]
HANDLES = ["acme", "Maria_K", "17", "anna.example", "Größe"]
NUMBERS = ["17", "18", "190"]
COUNTS = [None, 0, 1, 4, 5, 17, 1000, 10**13]
TOPICS = ["10.17", "47.5", "10.5"]
PLACES = [
    None,
    Place(),
    Place("a1", "Café Nord", "Café Nord, Lyon", "FR", box=(4.8, 45.7, 4.9, 45.8)),
    Place("b2", "x", country="gb"),
]
LINKS = [
    Link("https://t.co/a", "https://kettle.example/a?b=Café", "kettle.example/a", "Say Café 猫", "the kettle"),
    Link("t.co/x"),
]
VALUES: dict[str, list[str]] = {
    "#": ["kettle", "CAFÉ", "猫"],
    "$": ["x", "don"],
    "url": ["kettle.example", "café", "t.co", "x", "?"],
    "url_contains": ["ettle.ex", "?B=", "t.co"],
    "range": ["0", "5", "5..17", "4..4", "0..0", "999999999999"],
    "number": NUMBERS,
    "words": ["kettle", "Café", "say café", "x", "猫", "a1", "A1"],
    "source": ["X for iPhone", "x"],
    "country": ["FR", "GB"],
    "context": ["10.17", "10.*", "*.5", "47.*"],
    "circle": ["[4.85 45.75 10km]"],
    "box": ["[4.7 45.6 4.86 45.76]"],
    "percent": ["10", "100"],
    "share": ["0.5"],
    "user": [*HANDLES, "kettle"],
}


@pytest.mark.parametrize("dialect", ["stream", "search"])
def test_a_rulebook_finds_what_asking_every_rule_finds(dialect: DialectName) -> None:
    dice, pairs, found = random.Random(dialect), 0, 0
    for _ in range(BOOKS):
        rules = [rule(dice) for _ in range(60)]
        posts = [post(dice) for _ in range(40)]
        quoted = [post(dice) if dice.random() < 0.3 else None for _ in posts]
        book = Rulebook(list(enumerate(rules)), dialect)
        asked = [Candidate(one, other, dialect) for one, other in zip(posts, quoted, strict=True)]
        alone = [[number for number, tree in enumerate(rules) if holds(tree, each)] for each in asked]
        assert book.find(posts, quoted) == alone
        assert [[each.rule for each in one] for one in book.find_with_reasons(posts, quoted)] == alone
        pairs, found = pairs + len(rules) * len(posts), found + sum(map(len, alone))
    print(f"{dialect}: {pairs:,} pairs, {found:,} found")
    assert found > pairs / 50


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_a_rule_of_one_operator_finds_what_asking_finds(name: str) -> None:
    rules = [Operator(name, value) for value in values(name)]
    posts = some_posts()
    asked = [Candidate(one) for one in posts]
    alone = [[number for number, tree in enumerate(rules) if holds(tree, each)] for each in asked]
    assert Rulebook(list(enumerate(rules))).find(posts) == alone
    assert any(alone) or OPERATORS[name].answered == "network"


def test_every_operator_has_an_anchor_unless_only_the_network_answers_it() -> None:
    for name, row in OPERATORS.items():
        found = [anchors(Operator(name, value), "keep")[1] for value in values(name) if value != "?"]
        only_network = row.answered == "network"
        assert only_network or (name in REQUIRED and all(EVERY not in each for each in found)), name
        assert {kind for each in found for kind, _ in each} <= {"text", "every", *COLUMNS, *KEYS, *TEXTS}


def test_a_rule_is_known_by_the_rarest_thing_that_it_requires() -> None:
    def known_by(rule: str) -> set[str]:
        return {value for _, value in anchors(parse(rule), "keep")[1]}

    assert known_by("the kettlework is:reply lang:en") == {"kettlework"}
    assert known_by('"from the kettle"') == {"kettle"}
    assert known_by('(kettle OR pan) from:acme "thank you"') == {"acme"}
    assert known_by("with (kettle OR 猫)") == {"kettle", "猫"}
    assert known_by("followers_count:100000..200000 lang:en -kettle") == {"17", "18"}
    assert known_by('"not working" (kettle OR @acme)') == {"kettle", "acme"}


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ("cat", "a cat_nap", True),
        ("cat", "concat cats cat1 1cat", False),
        ("cat", "catégorie", False),
        ("caf", "café", False),
        ("cat", "#cat", True),
        ("cat", "猫cat猫", True),
        ("猫", "うちの猫です", True),
        ("猫", "#猫カフェ", True),
        ("東京", "東 京", False),
        ('"東京"', "東 京", True),
        ("東京", "今日は東京駅", True),
        ("カフェ", "カフェー", True),
        ("고양이", "우리고양이는", True),
        ("แมว", "วันนี้แมวดี", True),
        ("काम", "आज काम है", True),
        ("काम", "कामना", False),
        ("कि", "की", False),
        ("قطة", "عندي قطة جميلة", True),
        ("قط", "قطة", False),
        ("👩‍👧", "👩‍👧", True),
        ("👩", "👩‍👧", False),
        ("👍", "👍🏽", False),
        ("👍🏽", "ok👍🏽!", True),
        ("🇩🇪", "🇫🇷🇩🇪", True),
        ("1⃣", "11⃣", False),
        ("1⃣", "nr 1⃣", True),
        ("é", "e\u0301", True),
        ("e", "e\u0301", False),
        ("straße", "STRASSE", True),
        ("cat", "c\u00adat", True),
        ("cat", "ca\u200bt", False),
        ("ｃａｔ", "cat", True),
        ("don", "don't", True),
    ],
)
def test_words_end_where_their_script_ends_them(rule: str, text: str, found: bool) -> None:
    assert Rulebook([(1, parse(rule))]).find([said(text)]) == [[1] if found else []]


@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(WORDS))
def test_a_word_is_found_in_any_surroundings_in_which_it_is_a_word(before: str, after: str, word: str) -> None:
    one = said(before + word + after)
    assert Rulebook([(1, Word(word))]).find([one]) == [[1] if holds(Word(word), Candidate(one)) else []]


@given(st.lists(st.sampled_from([*WORDS, *GAPS])).map("".join) | st.text(), st.sampled_from(["keep", "drop"]))
def test_the_spaced_text_holds_the_tokens_and_where_they_touch(text: str, accents: Accents) -> None:
    folded = fold(text, accents)
    found = tokens(folded)
    touching = {left.end for left, right in pairwise(found) if left.end == right.start}
    glued = "".join(f"{GLUE if token.start in touching else ''}{token.text} " for token in found)
    assert spaced(folded).strip(" ") == glued.strip(" ")


def test_texts_folded_already_give_the_same() -> None:
    dice = random.Random(4)
    book = Rulebook([(number, rule(dice)) for number in range(300)])
    posts = [post(dice) for _ in range(100)]
    quoted = [post(dice) if dice.random() < 0.3 else None for _ in posts]
    folded = [fold(one.text) for one in posts]
    assert book.find_folded(posts, folded, quoted) == book.find(posts, quoted)
    folded_quoted = [fold(one.text) if one else "" for one in quoted]
    assert book.find_folded(posts, folded, quoted, folded_quoted) == book.find(posts, quoted)


def test_ten_thousand_rules_each_find_their_own_post() -> None:
    book = Rulebook.compile([(number, f'brand{number} OR "own {number:x}z"') for number in range(10_000)])
    posts = [said(f"my Brand{number}, again") for number in range(0, 10_000, 7)]
    assert book.find(posts) == [[number] for number in range(0, 10_000, 7)]


def test_the_same_rule_twice_is_found_twice_in_the_order_of_the_rulebook() -> None:
    book = Rulebook.compile([("b", "cat OR kettle"), ("a", "cat"), ("b", "cat")])
    assert book.find([said("cat kettle cat")]) == [["b", "a", "b"]]


def test_a_rulebook_without_rules_finds_nothing_and_no_posts_are_nothing() -> None:
    empty: Rulebook[int] = Rulebook([])
    assert (len(empty), empty.find([said("cat")]), empty.find_with_reasons([said("cat")])) == (0, [[]], [[]])
    assert Rulebook.compile([(1, "cat"), (2, "from:acme"), (3, "bio:cat")]).find([]) == []


def test_what_only_the_network_can_answer_is_asked_of_no_post() -> None:
    rules: list[tuple[int, Tree]] = [(1, parse("cat sample:10")), (2, parse('embedding:"broken kettles"'))]
    assert all(not anchors(tree, "keep")[1] for _, tree in rules)
    assert Rulebook(rules).find([said("cat broken kettles")]) == [[]]


def test_a_book_may_be_swapped_while_another_thread_is_finding() -> None:
    books = [Rulebook.compile([(n, f"cat -w{n}") for n in range(start, start + 50)]) for start in (0, 50)]
    in_force, wrong = {"book": books[0]}, []

    def find() -> None:
        for _ in range(200):
            found = in_force["book"].find([said("a cat")] * 5)
            if found not in ([list(range(50))] * 5, [list(range(50, 100))] * 5):
                wrong.append(found)

    threads = [Thread(target=find) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(2_000):
        in_force["book"] = books[turn % 2]
    for thread in threads:
        thread.join()
    assert not wrong


@cache
def some_posts() -> list[Post]:
    dice = random.Random(17)
    return [post(dice) for _ in range(400)]


def values(name: str) -> list[str]:
    row = OPERATORS[name]
    return VALUES.get(name) or list(row.choices) or VALUES[{"@": "user", "text": "words"}.get(row.takes, row.takes)]


def leaf(dice: random.Random) -> Leaf:
    kind = dice.random()
    if kind < 0.3:
        return Word(dice.choice(WORDS))
    if kind < 0.45:
        return Phrase(" ".join(dice.choices(WORDS, k=dice.randrange(1, 4))), dice.choice([0, 0, 1, 3, 6]))
    name = dice.choice(list(OPERATORS))
    return Operator(name, dice.choice(values(name)))


def rule(dice: random.Random, depth: int = 2) -> Tree:
    if depth == 0 or dice.random() < 0.35:
        return leaf(dice)
    parts = [rule(dice, depth - 1) for _ in range(dice.randrange(2, 4))]
    return (
        any_of(parts) if dice.random() < 0.5 else all_of([*parts, *(Not(leaf(dice)) for _ in range(dice.randrange(2)))])
    )


def post(dice: random.Random) -> Post:
    some = dice.choice
    text = "".join(some(WORDS) + some(GAPS) for _ in range(dice.randrange(8)))
    return Post(
        network="x",
        id="1",
        author=author(dice),
        text=text.upper() if dice.random() < 0.2 else text,
        created_at=datetime(2026, 8, 10, tzinfo=UTC),
        root=some(["", *NUMBERS]),
        reply_to=some(["", *NUMBERS]),
        reply_to_author=some(["", *NUMBERS]),
        reply_to_handle=some(["", *HANDLES]),
        quotes=some(["", *NUMBERS]),
        reposts=some(["", "", *NUMBERS]),
        reposts_author=some(["", *NUMBERS]),
        reposts_handle=some(["", *HANDLES]),
        mentions=tuple(handle.lower() for handle in dice.sample(HANDLES, dice.randrange(3))),
        hashtags=tuple(dice.sample(["Kettle", "café", "猫"], dice.randrange(2))),
        links=tuple(dice.sample(LINKS, dice.randrange(3))),
        media=tuple(map(Media, dice.sample(["photo", "video", "animated_gif"], dice.randrange(2)))),
        lang=some(["", "en", "en-GB", "he", "zh", "zh-Hant", "ja", "nb", "hi-Latn"]),
        likes=some([0, 5, 17, 190]),
        replies=some([0, 17, 18]),
        reposted=some([0, 18, 500]),
        place=some(PLACES),
        point=some([None, (4.85, 45.75), (0.0, 0.0)]),
        source=some(["", "X for iPhone", "X"]),
        topics=tuple(dice.sample(TOPICS, dice.randrange(3))),
        entities=tuple(dice.sample(["Kettle", "CAFÉ", "say café"], dice.randrange(2))),
    )


def author(dice: random.Random) -> Author:
    some = dice.choice
    counts = {name: some(COUNTS) for name in ("followers", "posts", "following", "listed")}
    words = " ".join(dice.sample([*WORDS, "say Café", "KETTLE"], 3))
    return Author(
        some(NUMBERS), some(HANDLES), words, verified=some([True, False]), bio=words, location=words, **counts
    )
