"""A head learns what a desk's people say, and is refused when that made it worse."""

import random

import pytest

from earful.core.triage.heads import Head
from earful.core.triage.model import Model, empty
from earful.core.triage.relearning import Examples, Lesson, Tried, try_out
from earful.core.triage.training import learn, matrix
from earful.core.triage.vectors import NONE

MOOD = Head("mood", {"praise": "praise", "trouble": "trouble"})
THINGS = ("meter", "router", "lift", "invoice", "kettle", "parcel", "heater", "booking", "card", "app")
GOOD, BAD = ("lovely", "brilliant", "wonderful", "kind"), ("broken", "dead", "wrong", "useless")


def invented(words: tuple[str, ...], says: str, count: int, seed: int) -> list[tuple[str, str]]:
    dice = random.Random(seed)
    return [(f"{dice.choice(words)} {dice.choice(THINGS)} {number}{seed}", says) for number in range(count)]


CORPUS = Examples(*map(list, zip(*invented(GOOD, "praise", 80, 1), *invented(BAD, "trouble", 80, 2), strict=True)))


@pytest.fixture(scope="module")
def in_force() -> Model:
    return empty("1", "").with_head("mood", learn(matrix(CORPUS.texts), CORPUS.says, MOOD.answers, NONE))


def taught(rows: list[tuple[str, str]], in_force: Model, *, teaches: bool = True) -> Tried:
    lessons = [Lesson(f"x {number}", text, says, teaches) for number, (text, says) in enumerate(rows)]
    return try_out(MOOD, CORPUS, lessons, in_force, NONE)


def test_new_words_are_learned_and_measured_on_what_was_held_back(in_force: Model) -> None:
    rows = invented(("cromulent",), "praise", 60, 3) + invented(("borked",), "trouble", 60, 4)
    tried = taught(rows, in_force)
    assert tried.refused == ""
    assert tried.lessons + tried.held_back == 120
    assert tried.held_back >= 5
    assert tried.before is not None
    assert tried.after is not None
    assert tried.after.accuracy > tried.before.accuracy
    assert tried.figures()["after"]["texts"] == tried.held_back


def test_answers_at_random_are_refused(in_force: Model) -> None:
    dice = random.Random(5)
    rows = [(text, dice.choice(MOOD.answers)) for text, _ in invented(GOOD + BAD, "", 150, 6)]
    assert "held back" in taught(rows, in_force).refused


def test_every_other_answer_turned_round_is_refused(in_force: Model) -> None:
    rows = invented(GOOD, "praise", 100, 7) + invented(BAD, "trouble", 100, 8)
    other = {"praise": "trouble", "trouble": "praise"}
    poisoned = [(text, other[says] if number % 2 else says) for number, (text, says) in enumerate(rows)]
    assert taught(poisoned, in_force).refused != ""


def test_what_may_not_be_learned_from_is_asked_and_never_taught(in_force: Model) -> None:
    with pytest.raises(ValueError, match="may be learned from"):
        taught(invented(GOOD, "praise", 30, 9), in_force, teaches=False)
    may_not = [
        Lesson(f"no {number}", text, says, False)
        for number, (text, says) in enumerate(invented(GOOD, "praise", 30, 10))
    ]
    may = [Lesson(f"yes {number}", text, says) for number, (text, says) in enumerate(invented(BAD, "trouble", 30, 11))]
    tried = try_out(MOOD, CORPUS, may + may_not, in_force, NONE)
    assert tried.lessons == sum(not each.held_back for each in may)
    assert tried.held_back == 60 - tried.lessons


def test_the_same_posts_are_held_back_for_ever() -> None:
    first = [Lesson(f"x {number}", "", "praise").held_back for number in range(1_000)]
    assert first == [Lesson(f"x {number}", "other words", "trouble").held_back for number in range(1_000)]
    assert 70 < sum(first) < 130
