"""Both stages as one model."""

import pytest

from deep.small import start
from earful.core.triage.model import shipped
from earful.deep.lessons import lesson
from earful.deep.model import Deep
from earful.deep.staged import Staged
from earful.deep.teaching import teach


@pytest.fixture(scope="module")
def contrary() -> Deep:
    """A second stage that takes "lovely" for negative, and knows one head of its own."""
    texts = ["lovely", "broken"] * 60
    moods = {"sentiment": ["negative", "positive"] * 60, "weather": ["fair", "foul"] * 60}
    lessons = {
        "sentiment": lesson(("negative", "neutral", "positive"), moods["sentiment"]),
        "weather": lesson(("fair", "foul"), moods["weather"]),
    }
    return teach(start(), texts, lessons, "contrary moods", rounds=100).deep


def test_the_second_stage_answers_for_its_heads_and_the_first_for_the_others(contrary: Deep) -> None:
    staged = Staged(shipped(), (contrary,))
    names = [told.name for told in staged.card.heads]
    assert names == [told.name for told in shipped().card.heads] + ["weather"]
    scores = staged.score(["lovely"])
    assert scores["sentiment"][0].argmax() == 0
    assert (scores["complaint"] == shipped().score(["lovely"])["complaint"]).all()


def test_where_both_agree_the_words_are_the_first_stages_and_elsewhere_the_seconds(contrary: Deep) -> None:
    first, both = shipped().words("lovely"), Staged(shipped(), (contrary,)).words("lovely")
    assert both["complaint"] == first["complaint"]
    assert both["sentiment"] == contrary.words("lovely")["sentiment"] != first["sentiment"]
