"""A small second stage, taught and asked as a large one is."""

import numpy as np
import pytest

from deep.small import start
from earful.core.triage.corpus import corpus
from earful.core.triage.model import UnreadableModel
from earful.core.triage.model import read as read_first
from earful.core.triage.relearning import Lesson
from earful.deep.lessons import lesson
from earful.deep.model import Deep, looks_like_one, read
from earful.deep.teaching import Taught, by_text, of_corpus, teach

CROSS = ("my router is dead again", "broken again", "the router is broken", "dead", "@a broken router")
GLAD = ("lovely", "thanks a great help", "great", "the help is lovely thanks", "@a lovely help")
TEXTS = [text for _ in range(20) for pair in zip(CROSS, GLAD, strict=True) for text in pair]
MOODS = [mood for _ in range(100) for mood in ("cross", "glad")]


@pytest.fixture(scope="module")
def taught() -> Taught:
    asked = [mood if number % 3 else None for number, mood in enumerate(MOODS)]
    lessons = {"mood": lesson(("cross", "glad"), MOODS), "sometimes": lesson(("cross", "glad"), asked)}
    return teach(start(), TEXTS, lessons, "moods", rounds=120)


@pytest.fixture
def deep(taught: Taught) -> Deep:
    return taught.deep


def test_it_learns_what_it_is_taught_and_measures_it_on_what_it_was_not_shown(taught: Taught) -> None:
    assert taught.held["mood"].texts == 20
    assert taught.held["mood"].macro_f1 == 1
    assert taught.held["sometimes"].texts < 20


def test_each_head_has_a_row_for_each_text_whatever_their_lengths(deep: Deep) -> None:
    scores = deep.score(["broken", "", "thanks a great help " * 50, "dead again"])
    assert list(scores) == ["mood", "sometimes"]
    assert scores["mood"].argmax(1)[[0, 2, 3]].tolist() == [0, 1, 0]
    assert np.allclose(scores["mood"].sum(1), 1, atol=1e-5)


def test_of_several_answers_each_has_a_probability_of_its_own() -> None:
    things = ["router|mood" if mood == "cross" else "mood" for mood in MOODS]
    lessons = {"about": lesson(("router", "mood", "weather"), things, several=True)}
    deep = teach(start(), TEXTS, lessons, "things", rounds=120).deep
    cross, glad = deep.score(["my router is dead again", "thanks a great help"])["about"]
    assert cross[0] > 3 * glad[0], "the router, in one of them alone"
    assert cross.sum() > 1.2


def test_a_batch_is_answered_as_each_text_alone(deep: Deep) -> None:
    texts = [*CROSS, *GLAD]
    together = deep.score(texts)["mood"]
    alone = np.vstack([deep.score([text])["mood"] for text in texts])
    assert np.abs(together - alone).max() < 0.1


def test_the_word_that_speaks_for_an_answer_is_named_first(deep: Deep) -> None:
    said = deep.words("@a lovely")["mood"]
    assert [word for word, _ in said] == ["lovely"]
    assert said[0][1] > 0


def test_a_file_of_it_answers_the_same_and_is_told_from_the_first_stages(deep: Deep) -> None:
    body = deep.as_bytes()
    assert np.allclose(read(body, "x").score(TEXTS[:4])["mood"], deep.score(TEXTS[:4])["mood"])
    assert looks_like_one(body)
    with pytest.raises(UnreadableModel):
        read_first(body, "x")


@pytest.mark.parametrize("body", [b"", b"nonsense", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_second_stage_is_refused_with_advice(body: bytes) -> None:
    assert not looks_like_one(body)
    with pytest.raises(UnreadableModel, match="triage deepen"):
        read(body, "that file")


def test_unknown_answers_and_examples_that_are_all_alike_are_refused() -> None:
    with pytest.raises(ValueError, match="'blue' is no answer"):
        lesson(("cross", "glad"), ["cross", "blue"])
    with pytest.raises(ValueError, match="same answer"):
        lesson(("cross", "glad"), ["cross", "cross", None])


def test_what_people_taught_here_is_taught_beside_the_corpus() -> None:
    texts, lessons = of_corpus(corpus()[:200], {"my line is dead": {"urgency": "3", "reason": "no such reason"}})
    assert (len(texts), texts[-1]) == (201, "my line is dead")
    assert lessons["urgency"].truth[-1].tolist() == [0, 0, 0, 1]
    assert [name for name, each in lessons.items() if each.loud[-1] > 0] == ["urgency"]


def test_what_may_not_be_learned_from_and_what_is_held_back_is_not_taught() -> None:
    told = [Lesson(f"x {number}", f"text {number}", "1") for number in range(200)]
    found = by_text({"spam": [*told, Lesson("x y", "theirs", "1", teaches=False)], "complaint": told[:5]})
    assert set(found) == {each.text for each in told if not each.held_back}
    assert 150 < len(found) < 200
    assert {len(found[each.text]) for each in told[:5] if not each.held_back} == {2}
