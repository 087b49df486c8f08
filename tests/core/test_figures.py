"""Numbers in words: one rounding for every page."""

import pytest

from earful.core.figures import in_words, ordinal, short_number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"), (940, "940"), (1_204, "1,204"), (9_999, "9,999"), (10_000, "10k"), (10_500, "11k"), (33_600, "34k"),
        (999_499, "999k"), (999_500, "1.0M"), (2_449_999, "2.4M"), (2_450_000, "2.5M"), (1_234_567_890, "1,234.6M"),
    ],
)  # fmt: skip
def test_a_number_is_said_shortly_and_rounded_to_the_nearest(number, words):
    assert short_number(number) == words


@pytest.mark.parametrize(
    ("number", "words"), [(1, "first"), (10, "tenth"), (11, "11th"), (21, "21st"), (102, "102nd"), (112, "112th")]
)
def test_a_place_in_a_row_is_said_as_people_say_it(number, words):
    assert ordinal(number) == words


def test_small_numbers_are_words():
    assert [in_words(number) for number in (1, 5, 10, 11, 0)] == ["one", "five", "ten", "11", "0"]
