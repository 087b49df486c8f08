"""What is a spike and what is none: people against what is normal, and nothing that one voice can make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spiking import HOUR, NOON, past, seen, spoke

from earful.core.spikes.voice import Key
from earful.core.spikes.watching import QUIET_S, Running

REASON = Key("reason", "outage")
WORDS = ("dead", "gone", "off", "down", "broken", "silent", "out", "lost", "cut", "away")


def storm(people: int, **fields: object) -> list:
    """Each says it in words of their own."""
    return [spoke(n, f"no internet in Leeds {WORDS[n % 10]} {n}", ago=n * 9 / people, **fields) for n in range(people)]


def test_enough_people_are_a_spike_and_few_are_none() -> None:
    assert len(seen(storm(14)).begun) == 1
    assert not seen(storm(4)).begun


def test_a_spike_says_its_words_and_its_place() -> None:
    matter = seen(storm(14)).begun[0]
    assert (matter.terms[0], matter.places, matter.lead.people) == ("no internet", ["Leeds"], 14)


def test_what_is_usual_at_this_hour_is_none() -> None:
    usual = {hour: 20 if hour % 24 == 12 else 0 for hour in range(HOUR - 24 * 14, HOUR)}
    keys = {Key("term", term): usual for term in ("no internet", "internet", "leeds")}
    assert not seen(storm(14), past(people=keys)).begun


def test_the_same_number_at_an_hour_at_which_it_is_not_usual_is_one() -> None:
    usual = {hour: 20 if hour % 24 == 3 else 0 for hour in range(HOUR - 24 * 14, HOUR)}
    assert seen(storm(14), past(people={Key("term", "no internet"): usual})).begun


def test_a_storm_of_last_week_does_not_make_the_next_one_normal() -> None:
    before = {HOUR - 168: 200}
    keys = {Key("term", term): before for term in ("no internet", "internet", "leeds")}
    assert seen(storm(14), past(people=keys)).begun


def test_reason_words_and_rule_of_one_matter_are_one_spike() -> None:
    begun = seen(storm(14, reason="outage", rules=[7], channel=1)).begun
    assert len(begun) == 1
    assert {REASON, Key("rule", "7"), Key("term", "no internet")} <= set(begun[0].keys)


def test_two_matters_at_once_are_two_spikes() -> None:
    others = [spoke(100 + n, f"parcel van burned in Hull {WORDS[n % 10]} {n}") for n in range(14)]
    assert len(seen([*storm(14), *others]).begun) == 2


def test_who_joins_in_under_its_posts_speaks_of_the_same_matter() -> None:
    joined = [spoke(200 + n, f"same at ours {WORDS[n]} restarts", thread=f"t{n}") for n in range(8)]
    assert len(seen([*storm(14), *joined]).begun) == 1


def test_one_that_runs_goes_on_and_does_not_begin_again() -> None:
    matter = seen(storm(14)).begun[0]
    found = seen(storm(14), running=[Running(3, matter.lead.key, matter.threads, NOON - 900, NOON)])
    assert (found.begun, list(found.going)) == ([], [3])


def test_one_of_which_nobody_speaks_any_more_is_quiet() -> None:
    assert seen([], running=[Running(3, REASON, (), NOON - 3600, NOON - QUIET_S - 1)]).quiet == [3]


@given(posts=st.integers(1, 200), minutes=st.floats(0.1, 59))
def test_one_person_is_no_spike_however_much_they_write(posts: int, minutes: float) -> None:
    loud = [
        spoke(number, f"no internet in Leeds {number}", author=1, ago=minutes * number / posts)
        for number in range(posts)
    ]
    assert not seen(loud).begun


@given(people=st.integers(1, 120), ending=st.sampled_from(["", "!", " please", " http://x.example/1"]))
def test_a_text_that_is_copied_is_no_spike_however_many_copy_it(people: int, ending: str) -> None:
    text = "Lumen wants to close the Harbour Street shop, sign the petition and pass it on today"
    assert not seen([spoke(number, text + ending * (number % 2)) for number in range(people)]).begun


@given(people=st.integers(1, 120))
def test_a_thread_that_everybody_joins_is_no_spike(people: int) -> None:
    assert not seen([voice._replace(thread="one") for voice in storm(people)]).begun


@given(people=st.integers(6, 60), more=st.integers(0, 200))
def test_posts_of_one_loud_person_change_nothing_about_a_storm(people: int, more: int) -> None:
    loud = [spoke(1000 + number, f"my bill {number} is wrong", author=999) for number in range(more)]
    alone, beside = seen(storm(people)), seen([*storm(people), *loud])
    assert [each.lead.people for each in beside.begun] == [each.lead.people for each in alone.begun]


@given(st.lists(st.text(max_size=300), max_size=30))
def test_whatever_strangers_write_it_is_looked_at(texts: list[str]) -> None:
    seen([spoke(number, text) for number, text in enumerate(texts)])


@pytest.mark.parametrize("text", ["🔥" * 5000, "no " * 5000, "Z̸̢͛" * 900, "in Leeds " * 3000, "a" * 100_000])
def test_a_flood_counts_for_few_keys(text: str) -> None:
    assert len(spoke(1, text).keys) <= 200
    assert len(spoke(1, text).places) <= 400
