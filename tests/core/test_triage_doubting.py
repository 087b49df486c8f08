"""Which verdicts deserve a second look."""

from earful.core.triage.answers import Answer
from earful.core.triage.doubting import LeastSure, sureness


def test_a_fifth_of_what_is_heard_is_doubted_and_it_is_the_least_sure() -> None:
    least = LeastSure()
    sures = [number / 200 for number in range(1, 190)] * 5
    doubted = [sure for sure, among in zip(sures, least.among(sures), strict=True) if among]
    assert 0.18 < len(doubted) / len(sures) < 0.22
    assert max(doubted) < min(set(sures) - set(doubted))


def test_what_is_sure_is_never_doubted_however_sure_the_rest_is() -> None:
    assert LeastSure().among([0.99, 1.0, 1.0]) == [False, False, False]
    assert LeastSure().among([]) == []


def test_sureness_is_that_of_the_heads_on_which_a_priority_stands() -> None:
    answers = {
        "complaint": Answer("1", 0.9),
        "urgency": Answer("2", 0.5),
        "severity": Answer("1", 0.5),
        "spam": Answer("0", 0.1),
    }
    assert sureness(answers) == 0.9 * 0.5 * 0.5
    assert sureness(answers | {"complaint": Answer("0", 0.9)}) == 0.9 * 0.5
