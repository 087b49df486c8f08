"""A head learns from few examples, knows how sure it may be, explains itself, and comes back from its file."""

import msgspec
import numpy as np
import pytest

from earful.core.triage.corpus import corpus, of_head
from earful.core.triage.heads import HEADS
from earful.core.triage.measuring import confusion, quality
from earful.core.triage.model import Model, UnreadableModel, as_json, empty, read, shipped
from earful.core.triage.teaching import teach
from earful.core.triage.training import learn, matrix
from earful.core.triage.vectors import NONE, vectors

PRAISED = [f"{who} was lovely, thank you {number}" for number in range(10) for who in ("Ana", "your engineer")]
BROKEN = [f"{what} is broken again, fix it {number}" for number in range(10) for what in ("the lift", "my meter")]
ANSWERS = ("praise", "trouble")


@pytest.fixture(scope="module")
def small() -> Model:
    learned = learn(matrix(PRAISED + BROKEN), ["praise"] * 20 + ["trouble"] * 20, ANSWERS, vectors())
    return empty("1", "twenty sentences").with_head("mood", learned)


def told(model: Model, text: str) -> str:
    return ANSWERS[int(model.score([text])["mood"][0].argmax())]


def test_it_knows_what_it_learned_and_words_like_those(small: Model) -> None:
    assert told(small, "Tom was lovely, thank you 3") == "praise"
    assert told(small, "the gate is broken") == "trouble"
    wonderful, faulty = small.score(["a wonderful person", "a faulty machine"])["mood"][:, 0]
    assert wonderful > faulty, "words that were never shown count by what they are like"


def test_a_text_is_scored_alike_alone_and_among_others(small: Model) -> None:
    texts = ["lovely", "", "broken lift", "x" * 5_000]
    together = small.score(texts)["mood"]
    for number, text in enumerate(texts):
        assert np.allclose(small.score([text])["mood"][0], together[number], atol=1e-5)
    assert np.allclose(together.sum(1), 1, atol=1e-5)


def test_the_words_that_spoke_for_it_are_named(small: Model) -> None:
    words = small.words("hello, the meter is broken today")["mood"]
    assert words[0][0] in ("broken", "meter", "is")
    assert sum(weight for _, weight in words[:1]) > 0


def test_it_comes_back_from_its_file(small: Model) -> None:
    back = read(small.as_bytes(), "mood")
    assert back.card == small.card
    assert np.allclose(back.score(BROKEN)["mood"], small.score(BROKEN)["mood"], atol=0.05)


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 no", b"hello"])
def test_what_is_no_model_is_refused_with_what_to_do(body: bytes) -> None:
    with pytest.raises(UnreadableModel, match="earful triage train"):
        read(body, "no.npz")


def test_a_head_stands_for_the_one_of_its_name_and_beside_the_others(small: Model) -> None:
    other = learn(matrix(BROKEN + PRAISED), ["b"] * 20 + ["a"] * 20, ("a", "b"), NONE)
    both = small.with_head("other", other)
    assert np.allclose(both.score(PRAISED)["mood"], small.score(PRAISED)["mood"], atol=1e-5)
    assert set(both.score(["x"])) == {"mood", "other"}
    assert [each.name for each in both.with_head("mood", other).card.heads] == ["other", "mood"]


def test_answers_that_cannot_teach_are_refused() -> None:
    with pytest.raises(ValueError, match="no answer here"):
        learn(matrix(["a", "b"]), ["yes", "maybe"], ("yes", "no"), NONE)
    with pytest.raises(ValueError, match="nothing to learn"):
        learn(matrix(["a", "b"]), ["yes", "yes"], ("yes", "no"), NONE)


def test_quality_is_counted_by_hand() -> None:
    told = np.asarray([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.4, 0.6], [0.55, 0.45]], np.float32)
    found = quality(told, ("a", "b"), ["a", "b", "b", "b", "a"])
    assert (found.texts, found.accuracy) == (5, 0.8)
    assert found.macro_f1 == pytest.approx(0.8)
    assert found.surest == 0.75
    assert confusion(told, ("a", "b"), ["a", "b", "b", "b", "a"]).tolist() == [[2, 0], [1, 2]]


def test_the_shipped_heads_answer_every_question_of_their_own_corpus_well() -> None:
    model = shipped()
    assert [each.name for each in model.card.heads] == list(HEADS)
    for head in HEADS.values():
        texts, given = of_head(head, corpus()[::10])
        assert quality(model.score(texts)[head.name], head.answers, given).accuracy > 0.75, head.name


def test_answers_are_told_as_probabilities() -> None:
    model = shipped()
    scores = model.score(["my router is on fire, help"])
    told = {each.name: as_json(each, scores[each.name][0]) for each in model.card.heads}
    assert isinstance(told["complaint"], float)
    assert isinstance(told["sentiment"], dict)
    assert sum(told["sentiment"].values()) == pytest.approx(1, abs=0.01)


def test_several_answers_to_one_text_are_learned_and_told_each_by_itself() -> None:
    texts = [*PRAISED, *BROKEN, *(f"{one}, but {other}" for one, other in zip(PRAISED, BROKEN, strict=True))]
    given = ["praise"] * 20 + ["trouble"] * 20 + ["praise|trouble"] * 20
    learned = teach([*texts, "hello there", "good morning"], [*given, "", ""], "mood", shipped())
    assert learned.several
    model = read(empty("1", "sixty sentences").with_head("mood", learned).as_bytes(), "mood")
    asked = ["Ana was lovely, thank you 5, but the lift is broken again, fix it 5", "good morning"]
    both, neither = model.score(asked)["mood"]
    assert both.min() > 0.5 > neither.max()
    told = as_json(model.card.heads[0], both)
    assert isinstance(told, dict)
    assert set(told) == {"praise", "trouble"}


def test_a_file_of_another_format_is_refused_with_what_to_do(small: Model) -> None:
    card = msgspec.structs.replace(small.card, format=1)
    old = Model(card, small.places, small.weights, small.start).as_bytes()
    with pytest.raises(UnreadableModel, match="train it anew"):
        read(old, "old.npz")


def test_heads_that_have_learned_help_one_that_has_few_examples() -> None:
    posts = [each for each in corpus() if each.lang == "en"]
    texts, given = [each.text for each in posts], [each.answers["sentiment"] for each in posts]
    few, asked = slice(3, 3_000, 50), slice(0, None, 25)
    alone = learn(matrix(texts[few]), given[few], HEADS["sentiment"].answers, vectors())
    helped = teach(texts[few], given[few], "sentiment", shipped())
    found = [
        quality(empty("", "").with_head("mood", each).score(texts[asked])["mood"], each.answers, given[asked])
        for each in (alone, helped)
    ]
    assert found[1].macro_f1 > found[0].macro_f1 + 0.05
