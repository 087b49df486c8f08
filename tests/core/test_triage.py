"""What a post is judged to be, from the signs in its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.signal_cases import cases, texts
from earful.core.triage import judge, points_of
from earful.core.triage.verdict import MOST_POINTS, READ_AT_MOST


@pytest.mark.parametrize(("name", "text"), [case for case in cases("fires") if case.values[0] != "spam"])
def test_no_customer_in_need_is_taken_for_spam(name, text):
    assert not judge(text).spam


@pytest.mark.parametrize("text", texts("fires", "spam"))
def test_spam_is_not_urgent_whatever_else_it_says(text):
    verdict = judge(f"{text} urgent!! danger, call 999")
    assert verdict.spam
    assert verdict.points == 0


def test_the_strongest_sign_says_what_is_wanted():
    assert judge("Thank you so much for nothing: the internet is down again").intent == "complaint"
    assert judge("Thank you so much for the quick help").intent == "praise"
    assert judge("You should add a dark mode").intent == "suggestion"


@pytest.mark.parametrize("text", ["How do I change my number?", "which shops are open on Sunday", "open today?"])
def test_a_plain_question_is_a_question(text):
    assert judge(text).intent == "question"


def test_words_without_a_sign_are_neither_urgent_nor_wanted():
    verdict = judge("Morning all")
    assert (verdict.intent, verdict.points, verdict.signals, verdict.spam) == ("other", 0, (), False)


def test_capitals_and_curly_apostrophes_make_no_difference():
    assert judge("IT ISN’T WORKING").signals == judge("it isn't working").signals == ("outage",)


def test_reasons_are_words_for_people_and_add_up():
    verdict = judge("The router is smoking and I have called you 5 times")
    assert verdict.reasons == (("has tried before", 20), ("danger to people or property", 45))
    assert verdict.points == MOST_POINTS


def test_stored_signs_are_told_in_todays_words_and_forgotten_ones_left_out():
    assert points_of(["outage", "long gone", "anger"]) == [("service is down", 14), ("angry words", 8)]


@given(st.text(max_size=400))
def test_any_text_gets_a_verdict(text):
    verdict = judge(text)
    assert 0 <= verdict.points <= MOST_POINTS
    assert verdict.spam == ("spam" in verdict.signals)


@given(st.text(st.characters(categories=["Cs", "Cc", "Lu"]), max_size=60))
def test_half_characters_and_controls_get_a_verdict(text):
    judge(text)


def test_what_stands_beyond_the_first_two_thousand_characters_is_not_read():
    assert judge("a " * (READ_AT_MOST // 2) + "hacked").signals == ()
