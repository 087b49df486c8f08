"""Terms, places, copies, and the sentence."""

import pytest

from earful.core.spikes.copies import ALIKE, alike, firsts, sketch
from earful.core.spikes.places import named_places, told
from earful.core.spikes.sentence import sentence
from earful.core.spikes.terms import terms
from earful.core.triage.features import signs


def test_words_that_tell_nothing_are_no_terms_and_no_turns_what_follows() -> None:
    found = terms(signs("@LumenHelp there is still no internet at the harbour https://x.example/1 42"))
    assert found == {"internet", "no internet", "harbour"}


def test_a_handle_or_an_apostrophe_parts_no_pair() -> None:
    assert "drovers cross" in terms(signs("Drovers' Cross is dark"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("no internet in Leeds", ["Leeds"]),
        ("anyone around Gannet Hill online?", ["Gannet Hill"]),
        ("nothing at LS6 since noon", ["LS6"]),
        ("no internet in leeds", [""]),
        ("INTERNET OFF IN LEEDS. WAS WATCHING", [""]),
        ("in the end, at home, in my flat", []),
        ("no signal at all", [""]),
    ],
)
def test_a_place_stands_behind_in_or_around_with_a_capital(text: str, names: list[str]) -> None:
    assert [place.shown for place in named_places(text)] == names


def test_a_place_is_told_when_several_name_it_and_two_write_it_as_a_name() -> None:
    said = [(n, place) for n, text in enumerate(("in Leeds", "in leeds", "at Leeds")) for place in named_places(text)]
    assert told(said) == ["Leeds"]
    assert told(said[:2]) == []
    assert told([(n, place) for n in range(9) for place in named_places("nothing in general")]) == []


COPIED = "Sign the petition to keep the Harbour Street shop open, Lumen must listen to us now"


def test_a_copy_is_known_by_its_words_and_a_report_in_own_words_is_none() -> None:
    texts = [
        COPIED,
        f"{COPIED} friends!!",
        "My router on Harbour Street went dark at nine and Lumen says nothing at all",
    ]
    assert firsts([sketch(signs(text)) for text in texts]) == [0, 0, 2]
    assert alike(sketch(signs(texts[0])), sketch(signs(texts[2]))) < ALIKE


def test_short_reports_are_nobodys_copies() -> None:
    assert firsts([sketch(signs("no internet in Leeds"))] * 3) == [0, 1, 2]


def test_it_is_told_in_one_sentence() -> None:
    usual = {"people": 14, "minutes": 9, "places": ["Leeds"], "usual": 0.9}
    told = sentence(about="", terms=["no internet"], **usual)
    assert told == "14 people in 9 minutes: “no internet” around Leeds (normal at this hour: 1)"
    assert sentence(about="no service at all", terms=[], **usual | {"usual": 0.2}).endswith(
        "no service at all around Leeds (normal at this hour: fewer than 1)"
    )
