"""Text made comparable: what folding forgets and keeps, where tokens part, and the way back to what was
written.
"""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earful.core.text import Token, fold, original_spans, searchable, spaced, tokens, words

anything = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("aZ09 _'#@$éßİıΣςｶﾞ각ᄀ가がは猫ก็🍕👍🏽\u200d\ufe0f\u0301\u0345\u202e\ud800🇩🇪\u20e3"),
    )
)


@settings(deadline=None)
@given(anything, st.sampled_from(("keep", "drop")))
def test_folding_twice_is_folding_once(text: str, accents: str) -> None:
    assert fold(fold(text, accents), accents) == fold(text, accents)


@settings(deadline=None)
@given(anything)
def test_folded_text_can_always_be_encoded(text: str) -> None:
    assert fold(text).encode().decode() == fold(text)


@settings(deadline=None)
@given(anything)
def test_tokens_stand_where_they_say_in_order_and_apart(text: str) -> None:
    folded = fold(text)
    found = tokens(folded)
    assert [folded[token.start : token.end] for token in found] == words(folded)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert spaced(folded).replace("\x1f", " ").split() == " ".join(words(folded)).split()


@settings(deadline=None)
@given(anything, st.sampled_from(("keep", "drop")))
def test_spans_of_folded_text_lead_back_to_what_was_written(text: str, accents: str) -> None:
    found = tokens(fold(text, accents))
    spans = original_spans(text, [(token.start, token.end) for token in found], accents)
    if spans != [(0, len(text))]:
        for (start, end), token in zip(spans, found, strict=True):
            assert token.text in fold(text[start:end], accents)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, coca-cola & don't_stop!", "hello coca cola don t stop"),
        ("#Tag @acme_care $TWTR", "tag acme care twtr"),
        ("2016年に iPhone買った", "2016 年 に iphone 買 っ た"),
        ("고양이가 왔다", "고 양 이 가 왔 다"),
        ("รอพัสดุ", "ร อ พั ส ดุ"),
        ("हिन्दी में", "हिन्दी में"),
        ("مَرحبًا", "مَرحبًا"),
        ("I like🍕🍕 👍🏽 👩‍👩‍👧 🇩🇪🇫🇷 1️⃣ ❤️", "i like 🍕 🍕 👍🏽 👩‍👩‍👧 🇩🇪 🇫🇷 1⃣ ❤"),
        ("€5 + 3% = ½", "5 3 1 2"),
    ],
)
def test_tokens_part_at_punctuation_and_in_scripts_without_spaces_at_every_character(text: str, expected: str) -> None:
    assert words(fold(text)) == expected.split()


def test_a_token_knows_the_sign_before_it() -> None:
    assert tokens("#tag a@b") == [Token("tag", 1, 4, "#"), Token("a", 5, 6), Token("b", 7, 8, "@")]


@pytest.mark.parametrize(
    ("text", "kept", "dropped"),
    [
        ("DIACRÍTICA", "diacrítica", "diacritica"),
        ("Größe łódź Øre", "grösse łódź øre", "grosse lodz ore"),
        ("ΆΣ ς", "άσ σ", "ασ σ"),
        ("Ёлка мой їжак", "ёлка мой їжак", "елка мой їжак"),
        ("İstanbul ISPARTA ı", "i̇stanbul isparta ı", "istanbul isparta i"),
        ("がぎ カ\u3099", "がぎ ガ", "がぎ ガ"),
        ("مَرحبًا أهلا", "مَرحبًا أهلا", "مرحبا أهلا"),
        ("हिन्दी", "हिन्दी", "हिन्दी"),
    ],
)
def test_accents_are_dropped_only_where_they_colour_a_letter(text: str, kept: str, dropped: str) -> None:
    assert (fold(text), fold(text, "drop")) == (kept, dropped)


def test_searchable_text_is_folded_tokens_without_accents() -> None:
    assert searchable("Wo ist mein PÄCKCHEN, @Acme_Care?! 猫好き") == "wo ist mein packchen acme care 猫 好 き"
