"""What the heads see: the same for every name, in a bounded time, whatever stands in a text."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from earful.core.triage.features import PLACES, READ_AT_MOST, features, place_of, read_as, signs


def seen(text: str) -> dict[int, float]:
    """The places of one text, with what they weigh together."""
    found = features([text])
    weights: dict[int, float] = {}
    for place, weight in zip(found.places.tolist(), found.weights.tolist(), strict=True):
        weights[place] = round(weights.get(place, 0.0) + weight, 4)
    return weights


def test_handles_links_and_numbers_are_each_one_sign() -> None:
    one = seen("@LumenHelp no signal since 14:30, see https://t.co/abc")
    assert one == seen("@OrbitCare no signal since 9, see https://t.co/xyz12")


def test_accents_capitals_and_long_runs_change_nothing() -> None:
    assert signs("Sooooo MÜDE, señor") == signs("soo mude, senor")
    assert read_as("n’t") == "n't"


def test_a_word_stands_where_it_is_said_to_stand() -> None:
    assert place_of("router") in seen("my router is dead")
    assert place_of("router") not in seen("my phone is dead")


def test_a_text_is_seen_alike_alone_and_in_a_batch() -> None:
    texts = ["my router is dead", "", "thanks!", "danke schön 🙏", "a"]
    batch = features(texts)
    for number, text in enumerate(texts):
        mine = slice(batch.starts[number], batch.starts[number + 1])
        alone = features([text])
        assert batch.places[mine].tolist() == alone.places.tolist()
        assert np.allclose(batch.weights[mine], alone.weights)


def test_what_is_too_long_is_read_to_an_end() -> None:
    assert seen("a b " * READ_AT_MOST) == seen("a b " * (READ_AT_MOST // 4))


@given(st.lists(st.text(max_size=300), max_size=5))
def test_any_text_has_places_that_there_are(texts: list[str]) -> None:
    found = features(texts)
    assert len(found) == len(texts)
    assert ((found.places >= 0) & (found.places < PLACES)).all()
    assert found.starts[-1] == len(found.places) == len(found.weights)
    assert np.isfinite(found.weights).all()
