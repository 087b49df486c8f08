"""Words that their author took back are taken out of what quotes them, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from earful.core.quoting import TAKEN_OUT, without

SAID = "My router has been dead since Tuesday and nobody answers the phone."


@pytest.mark.parametrize(
    ("draft", "left"),
    [
        (f"You wrote: {SAID} We are sorry.", f"You wrote: {TAKEN_OUT} We are sorry."),
        ('As you say, "router has been DEAD since" last week', f"As you say, {TAKEN_OUT} last week"),
        ("Your router has been replaced.", "Your router has been replaced."),
        ("", ""),
    ],
)
def test_a_passage_of_five_words_is_taken_out(draft, left):
    assert without(draft, SAID) == left


def test_a_short_text_counts_as_a_whole():
    assert without("You said: no internet! Is that so?", "No internet") == f"You said: {TAKEN_OUT} Is that so?"
    assert without("There is internet now", "No internet") == "There is internet now"
    assert without("Thanks for that", "Thanks") == "Thanks for that"


def test_overlapping_passages_become_one_gap():
    assert without("x a b c d e f g y", "a b c d e f", "c d e f g") == f"x {TAKEN_OUT} y"


@given(some.text(max_size=80))
def test_a_text_that_quotes_nothing_stays_as_it_is(text):
    assert without(text) == text
    assert without(text, "", "one") == text


@given(some.lists(some.sampled_from(["lumen", "router", "dead", "again", "since"]), min_size=5, max_size=30))
def test_what_is_quoted_whole_is_gone_whole(words):
    said = " ".join(words)
    assert without(f"before {said} after", said) == f"before {TAKEN_OUT} after"
