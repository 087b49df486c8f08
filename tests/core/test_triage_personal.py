"""What is personal in a text: found by kind, hidden on screens, and prices, years and flights left alone."""

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.core.triage.personal import HIDDEN, kinds, masked, personal

TABLE = tomllib.loads((Path(__file__).parent / "personal.toml").read_text("utf-8"))
FINDS = [(kind, text, words) for kind, lists in TABLE.items() for text, words in lists["finds"]]
SILENT = [(kind, text) for kind, lists in TABLE.items() for text in lists["silent"]]
LEAST = 6


def found(text):
    return [(each.kind.name, text[each.start : each.stop]) for each in personal(text)]


@pytest.mark.parametrize(("kind", "text", "words"), FINDS)
def test_what_is_personal_is_found(kind, text, words):
    assert found(text) == ([(kind, words)] if words else [])


@pytest.mark.parametrize(("kind", "text"), SILENT)
def test_what_only_looks_personal_is_left_alone(kind, text):
    assert kind not in [name for name, _ in found(text)]


def test_every_kind_has_enough_cases():
    assert set(TABLE) == {kind.name for kind in kinds()}
    assert all(len(lists[each]) >= LEAST for lists in TABLE.values() for each in ("finds", "silent"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("card 4111 1111 1111 1111 please", f"card {HIDDEN} 1111 please"),
        ("ring 07700 900123, or jo@example.org", f"ring {HIDDEN} 23, or {HIDDEN}"),
        ("order 55-20917", f"order {HIDDEN} 917"),
        ("DOB 02/09/57", f"DOB {HIDDEN}"),
        ("nothing here, £45 since 2019", "nothing here, £45 since 2019"),
    ],
)
def test_a_screen_shows_as_much_as_tells_it_apart(text, shown):
    assert masked(text) == shown


def test_digits_of_other_scripts_hide_nothing():
    assert found("card ４１１１ １１１１ １１１１ １１１１") == [("card", "４１１１ １１１１ １１１１ １１１１")]


@given(st.text(max_size=300))
def test_stretches_lie_in_the_text_in_order_and_apart(text):
    stretches = [(each.start, each.stop) for each in personal(text)]
    assert stretches == sorted(stretches)
    assert all(0 <= start < stop <= len(text) for start, stop in stretches)
    assert all(before[1] <= after[0] for before, after in pairwise(stretches))


@given(st.lists(st.sampled_from([words for _, _, words in FINDS if words]), max_size=4), st.text(max_size=40))
def test_what_is_masked_once_has_nothing_personal_left(words, between):
    text = f"; {between} ;".join(words)
    assert not any(each.kind.checked for each in personal(masked(text)))


@pytest.mark.parametrize("text", ["1 " * 20_000, "a@" * 20_000, "+1(0)" * 10_000, "order " * 20_000, "9" * 50_000])
def test_a_hostile_text_is_read_to_its_end(text):
    assert masked(text + " 4111 1111 1111 1111").endswith(f"{HIDDEN} 1111")
