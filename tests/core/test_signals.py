"""Each sign fires on what it means and is silent on what only looks like it; nothing hides it, nothing breaks it."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.signal_cases import by_language, cases, texts
from earful.core.triage.signals import READ_AT_MOST, fired, names, plain, signals

LEAST = 6
ONLY_OF_THE_TEXT = {"personal"}

LOOK_ALIKES = {
    "a": "аａ𝐚ạ",
    "e": "еｅ𝗲é",
    "i": "іｉ𝒊ï",
    "o": "оοｏ𝐨",
    "c": "сｃ",
    "p": "рｐ",
    "s": "ѕｓ",
    "x": "х",
    "y": "уｙ",
}
UNSEEN = ["\u200b", "\u200d", "\u2060", "\u00ad", "\ufe0f", "\u0336", "\u0301\u0302\u0303"]
UNMISTAKABLE = [
    "my house is on fire",
    "the charger exploded",
    "there is a gas leak",
    "my account has been hacked",
    "i want to kill myself",
]


@pytest.mark.parametrize(("name", "text"), cases("fires"))
def test_a_sign_fires_on_what_it_means(name, text):
    assert name in names(text)


@pytest.mark.parametrize(("name", "text"), cases("silent"))
def test_a_sign_is_silent_on_what_only_looks_like_it(name, text):
    assert name not in names(text)


def test_every_sign_has_its_cases_in_english():
    assert set(by_language()["english"]) == {signal.name for signal in signals()} - ONLY_OF_THE_TEXT


def test_every_sign_of_every_language_has_enough_cases():
    few = [
        (language, name, kind)
        for language, table in by_language().items()
        for name, lists in table.items()
        for kind in ("fires", "silent")
        if len(lists[kind]) < LEAST
    ]
    assert few == []


def test_what_fired_is_told_by_its_words():
    text = "Hi @Fireworks, the plug IS ON FIRE and it is the third time I write"
    words = {each.signal.name: [text[start:stop] for start, stop in each.spans] for each in fired(text)}
    assert words == {"last_resort": ["third time"], "danger": ["plug IS ON FIRE"]}


def test_words_are_told_where_they_stand_in_a_text_with_accents_and_emoji():
    text = "😡😡 Grâce  à vous:\nthe ｐｌｕｇ is on fire 🔥"
    [(start, stop)] = next(each.spans for each in fired(text) if each.signal.name == "danger")
    assert text[start:stop] == "ｐｌｕｇ is on fire"


def test_personal_data_is_a_sign_of_its_own():
    [told] = fired("ring me on 07700 900123")
    assert (told.signal.name, told.spans) == ("personal", ((11, 23),))


@pytest.mark.parametrize("text", ["@danger_hacked_outage hello", "see https://t.co/hacked-house-on-fire"])
def test_names_and_addresses_say_nothing(text):
    assert names(text) == ()


@given(st.data())
def test_no_disguise_hides_danger(data):
    text = data.draw(st.sampled_from(UNMISTAKABLE))
    letters = [data.draw(st.sampled_from([each, *LOOK_ALIKES.get(each, "")])) for each in text]
    disguised = "".join(each + data.draw(st.sampled_from(["", "", *UNSEEN])) for each in letters)
    assert set(names(text)) <= set(names(disguised))


@given(st.sampled_from(texts("fires", "danger")), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_way_that_letters_are_put_together_makes_no_difference(text, form):
    assert names(normalize(form, text.upper())) == names(text)


@given(st.text(max_size=400))
def test_words_are_told_within_any_text(text):
    assert [each.signal.name for each in fired(text)] == list(names(text))
    assert all(0 <= start < stop <= len(text) for each in fired(text) for start, stop in each.spans)


@given(st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "So", "Lu"]), max_size=200))
def test_half_characters_controls_and_zalgo_are_read(text):
    assert len(plain(text)) <= READ_AT_MOST
    fired(text)


@pytest.mark.parametrize(
    "text",
    [
        "been on hold " * 50_000,
        "my mum " * 100_000,
        "a" * 1_000_000,
        "\U0001f469\u200d" * 300_000,
        "e\u0301\u0302\u0303" * 100_000,
        "ﷺ" * 100_000,
        "not " * 10_000 + "on fire",
        '"on fire" lol ' * 10_000,
    ],
    ids=["holds", "mums", "one word", "joined emoji", "zalgo", "long letters", "nots", "quotes"],
)
def test_of_a_hostile_text_no_more_is_read_than_of_a_long_one(text):
    assert len(plain(text)) <= READ_AT_MOST
    assert names(text) == names(text[: 4 * READ_AT_MOST])


def test_what_shows_nothing_does_not_push_danger_out_of_sight():
    assert "danger" in names("\u200b" * READ_AT_MOST + "my house is on fire")
