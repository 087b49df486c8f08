"""What the heads see: the same for every name, in a bounded time, whatever stands in a text."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from earful.core.triage.features import (
    PLACES,
    READ_AT_MOST,
    Lexicon,
    brought,
    numbered,
    place_of,
    places_of,
    read_as,
    signs,
    tokens,
)
from earful.core.triage.training import matrix


def seen(text: str) -> dict[int, float]:
    """The places of one text, with what they weigh together."""
    row = matrix([text])
    return {place: round(weight, 4) for place, weight in zip(row.indices.tolist(), row.data.tolist(), strict=True)}


def test_handles_links_and_numbers_are_each_one_sign() -> None:
    one = seen("@LumenHelp no signal since 14:30, see https://t.co/abc")
    assert one == seen("@OrbitCare no signal since 9, see https://t.co/xyz12")


def test_accents_capitals_and_long_runs_change_nothing() -> None:
    assert signs("Sooooo MÜDE, señor") == signs("soo mude, senor")
    assert read_as("n’t") == "n't"


def test_a_word_stands_where_it_is_said_to_stand() -> None:
    assert place_of("router") in seen("my router is dead")
    assert place_of("router") not in seen("my phone is dead")


def test_a_word_shares_pieces_with_its_misspelling() -> None:
    word, misspelt = set(places_of("delivery")[0]), set(places_of("delivrey")[0])
    assert word & misspelt
    assert not word & set(places_of("tomato")[0])


def test_pieces_weigh_together_as_much_whatever_the_length_of_a_word() -> None:
    for word in ("bus", "undeliverable"):
        _, weights = places_of(word)
        assert round(sum(weight**2 for weight in weights[1:]), 3) == 1.0


def test_a_text_is_seen_alike_alone_and_in_a_batch() -> None:
    texts = ["my router is dead", "", "thanks!", "danke schön 🙏", "a"]
    together = matrix(texts)
    for number, text in enumerate(texts):
        assert abs(together[number] - matrix([text])).sum() == 0


def test_what_is_too_long_is_read_to_an_end() -> None:
    assert seen("a b " * READ_AT_MOST) == seen("a b " * (READ_AT_MOST // 4))


def test_ever_new_names_links_and_numbers_are_not_remembered() -> None:
    lexicon = Lexicon()
    numbered([tokens(f"@name{number} paid {number} at https://t.co/{number}") for number in range(500)], lexicon)
    assert sorted(lexicon) == ["at", "paid"]
    assert len(lexicon.signs) == 5


@given(st.lists(st.text(max_size=300), max_size=5))
def test_any_text_has_places_that_there_are(texts: list[str]) -> None:
    lexicon = Lexicon()
    batch = numbered(map(tokens, texts), lexicon)
    places, weights, starts = brought([lexicon.signs[number] for number in range(len(lexicon.signs))])
    assert ((places >= 0) & (places < PLACES)).all()
    assert starts[-1] == len(places) == len(weights)
    assert ((batch.pairs >= 0) & (batch.pairs < PLACES)).all()
    assert Counter(batch.owners.tolist()) == Counter(dict(enumerate(batch.lengths.tolist())))
    assert np.isfinite(batch.loudness).all()
