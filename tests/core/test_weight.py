"""How heavy a message is for each network, and what a long answer becomes when it is split."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.conformance import HOSTILE, PIECES, cases, wrong
from earful.core.links import find_links
from earful.core.weight import (
    BLUESKY,
    MASTODON,
    X_MESSAGE,
    X_POST,
    CountingRules,
    fits,
    measure,
    split,
    weigh,
)

GROUPS = [
    "WeightedTweetsCounterTest",
    "WeightedTweetsWithDiscountedEmojiCounterTest",
    "UnicodeDirectionalMarkerCounterTest",
]


def test_a_post_weighs_what_the_conformance_cases_say():
    wanted = {
        case["text"]: (case["expected"]["weightedLength"], case["expected"]["valid"])
        for case in cases("validate.yml", *GROUPS)
    }
    assert not wrong({text: (weigh(text), measure(text).valid) for text in wanted}, wanted)


def test_a_post_gets_too_long_where_the_conformance_cases_say():
    discounted = GROUPS[1:]  # the first group was made for a version without emoji
    wanted = {case["text"]: case["expected"]["validRangeEnd"] for case in cases("validate.yml", *discounted)}
    assert not wrong({text: utf16_length(text[: measure(text).end]) - 1 for text in wanted}, wanted)


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_the_first_rules_of_x_can_be_said_as_data():
    first_rules = CountingRules(140, "code point", link=23)
    wanted = {case["text"]: case["expected"] for case in cases("validate.yml", "tweets")}
    assert not wrong({text: measure(text, rules=first_rules).valid for text in wanted}, wanted)


EMOJI = "😡 🐦‍🔥 🙂‍↔️ 🏳️‍⚧️ 🫱🏻‍🫲🏿 👩🏻‍❤️‍💋‍👩🏿 👨‍👩‍👧‍👦 🇺🇦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 #️⃣ 1⃣ ❤️ ©️ 🪿 🫩"


@pytest.mark.parametrize("emoji", EMOJI.split())
def test_every_emoji_weighs_two_and_is_one_grapheme(emoji):
    assert (weigh(emoji), weigh(emoji * 3), weigh(f"a{emoji}b")) == (2, 6, 4)
    assert weigh(emoji, BLUESKY) == 1


def test_a_chain_longer_than_any_emoji_is_not_weighed_as_one():
    assert weigh("\u200d".join("😀" * 40)) > 20


@pytest.mark.parametrize(("text", "weight"), [("a\r\nb", 3), ("a\nb", 3), ("", 0), ("©", 1), ("é", 1), ("e\u0301", 1)])
def test_what_reads_as_one_character_weighs_as_one(text, weight):
    assert weigh(text) == weight


@pytest.mark.parametrize("sign", ["\ufffe", "\ufeff", "\uffff"])
def test_a_post_with_a_character_that_is_none_is_not_valid(sign):
    assert not measure(f"a{sign}b").valid
    assert measure(f"a{sign}b").fits


def test_an_empty_post_fits_but_is_not_valid():
    assert fits("")
    assert not measure("").valid


@pytest.mark.parametrize(
    ("text", "rules", "weight"),
    [
        ("kettle.com and https://kettle.com/a/very/long/path/of/many/words", X_POST, 23 + 5 + 23),
        ("kettle.com and https://kettle.com/a", X_MESSAGE, 35),
        ("kettle.com and https://kettle.com/a/very/long/path", MASTODON, 15 + 23),
        ("kettle.com and https://kettle.com/a", BLUESKY, 35),
        ("@ann@kettle.example hello, ann@kettle.example", MASTODON, 4 + 26),
        ("@ann hello", MASTODON, 10),
        ("e\u0301e\u0301 日本", BLUESKY, 5),
    ],
)
def test_each_network_counts_links_and_handles_its_own_way(text, rules, weight):
    assert weigh(text, rules) == weight


def test_bluesky_also_bounds_the_bytes():
    family = "👨‍👩‍👧‍👦"
    assert fits(family * 120, rules=BLUESKY)
    assert not fits(family * 121, rules=BLUESKY)
    assert measure(family * 121, rules=BLUESKY).end == len(family * 120)


NUMBER = re.compile(r" (\d+)/(\d+)\Z")


def bodies(parts: list[str]) -> list[str]:
    """The parts without their numbers; fails if the numbers are not 1/n to n/n."""
    if len(parts) < 2:
        return parts
    numbers = [tuple(map(int, NUMBER.search(part).groups())) for part in parts]
    assert numbers == [(index, len(parts)) for index in range(1, len(parts) + 1)]
    return [NUMBER.sub("", part) for part in parts]


def bare(text: str) -> str:
    return "".join(text.split())


NETWORKS = st.sampled_from([X_POST, X_MESSAGE, MASTODON, BLUESKY])
WORDS = [
    "kettle ",
    "is broken. ",
    "Why? ",
    "so, ",
    "\n\n",
    "日本語の文。",
    "「はい」と",
    "👨‍👩‍👧‍👦",
    "e\u0301",
    "#ケトル ",
    "\r\n",
    " ",
    "x" * 70,
]
TEXTS = st.lists(st.sampled_from([*PIECES, *WORDS]), max_size=200).map("".join) | st.text()


@given(TEXTS, NETWORKS, st.integers(20, 300))
@example("a.com" * 60, X_POST, 40)
@example("a" + "\u0301" * 900, X_POST, 280)
def test_every_part_fits_and_together_they_are_the_text(text, rules, limit):
    parts = split(text, limit, rules)
    assert all(fits(part, limit, rules) for part in parts)
    assert bare("".join(bodies(parts))) == bare(text)


@given(TEXTS, NETWORKS)
def test_a_text_that_fits_is_one_part_as_it_is(text, rules):
    if text.strip() and fits(text, rules=rules):
        assert split(text, rules=rules) == [text]


@settings(max_examples=50)
@given(
    st.lists(
        st.sampled_from(["kettle", "https://kettle.com/spare/parts", "@ann", "#kettle", "🐦‍🔥", "sorry."]),
        min_size=40,
    )
)
def test_words_links_handles_and_emoji_stay_whole(words):
    parts = bodies(split(" ".join(words), 100))
    assert [word for part in parts for word in part.split()] == words


def test_a_blank_text_has_no_parts():
    assert split(" \n ") == []


def test_a_text_too_long_only_by_the_blanks_around_it_is_one_part_without_them():
    assert split(" " * 200 + "kettle" + "\n" * 200) == ["kettle"]


def test_a_text_is_broken_between_paragraphs_before_sentences():
    first, second = "We are sorry. " * 8, "It is on its way. " * 12
    assert bodies(split(f"{first}\n\n{second}")) == [first.strip(), second.strip()]


def test_a_text_is_broken_between_sentences_before_words():
    parts = bodies(split("Thank you for your patience, Dr. Stone, we looked at it. " * 9))
    assert all(part.endswith("it.") for part in parts)


def test_a_text_is_broken_between_clauses_before_words():
    parts = bodies(split("because the valve was loose, " * 20))
    assert all(part.endswith("loose,") for part in parts)


def test_a_script_without_spaces_is_broken_at_the_end_of_a_sentence():
    parts = bodies(split("お問い合わせいただきありがとうございます。" * 20))
    assert all(part.endswith("。") for part in parts)


@pytest.mark.parametrize("blank", [" ", "\n\n"])
@pytest.mark.parametrize("length", range(255, 300, 3))
def test_a_signature_stays_with_the_last_words(blank, length):
    parts = bodies(split("kettle " * (length // 7) + "goodbye" + blank + "^AB"))
    assert parts[-1].endswith("goodbye" + blank + "^AB")


def test_a_link_longer_than_a_post_stays_whole():
    link = "https://kettle.com/" + "a" * 600
    parts = split("Please read this. " * 15 + link)
    assert [found.text for part in parts for found in find_links(part)] == [link]


def test_links_with_no_blank_between_them_stay_whole():
    links = [f"https://kettle.com/{number}" for number in range(100)]
    parts = bodies(split("".join(f"({link})" for link in links)))
    assert [found.text for part in parts for found in find_links(part)] == links


def test_a_hundred_parts_count_to_a_hundred_and_still_fit():
    parts = split("kettle " * 4_500)
    assert len(parts) > 99
    assert all(fits(part) for part in parts)
    assert len(bodies(parts)) == len(parts)


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_a_limit_without_room_beside_the_number_is_an_error(limit):
    with pytest.raises(ValueError, match="leaves no room"):
        split("kettle kettle", limit)


@pytest.mark.parametrize("piece", [*HOSTILE, "日", "\u0301", "👨\u200d", "a", "\ud83d"])
def test_a_hostile_text_is_split_and_comes_to_an_end(piece):
    text = piece * (10_000 // len(piece))
    assert bare("".join(bodies(split(text)))) == text


@given(st.text() | TEXTS, NETWORKS, st.integers(0, 100))
def test_what_lies_within_the_limit_is_all_that_fits(text, rules, limit):
    weighed = measure(text, limit, rules)
    assert (weighed.end == len(text)) is weighed.fits
    assert weighed.end <= len(text)
