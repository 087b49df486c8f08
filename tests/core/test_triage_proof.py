"""What the shipped heads say of themselves is true: names do not decide, named words do, and no text breaks them."""

import pytest

from earful.core.triage.corpus import corpus
from earful.core.triage.explaining import flips, shares_kept
from earful.core.triage.features import READ_AT_MOST
from earful.core.triage.heads import HEADS
from earful.core.triage.model import shipped

ENGLISH = [each for each in corpus() if each.lang == "en"][::4]
BROKEN = "my router is dead, third day without internet and nobody answers"
HOSTILE = {
    "a flood of emoji": BROKEN + "😡" * 5_000,
    "marks upon marks": "".join(letter + "\u0315\u0300\u0489" * 20 for letter in BROKEN),
    "letters of other scripts": BROKEN.translate(str.maketrans("aeopc", "аеорс")),
    "one endless word": "a" * 100_000,
    "endless words": "help " * 50_000,
    "nothing but marks": "?!" * 10_000,
    "what nobody can write": "\ud800\udfff\x00\x07" * 500,
    "turned around": "\u202e" + BROKEN + "\u202c",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_has_an_answer_like_any_other(text: str) -> None:
    for head, rows in shipped().score([text]).items():
        assert len(rows[0]) == len(HEADS[head].answers)
        assert rows[0].sum() == pytest.approx(1, abs=1e-3)
        assert (rows[0] >= 0).all()


def test_what_stands_behind_what_is_read_changes_nothing() -> None:
    read = ("help " * READ_AT_MOST)[:READ_AT_MOST]
    one, other = shipped().sums([read, read + " thank you, all is well" * 100])
    assert (one == other).all()


def test_another_handle_name_or_city_is_the_same_post() -> None:
    kept = shares_kept(shipped(), ENGLISH)
    assert min(kept.values()) > 0.97, kept


@pytest.mark.parametrize("head", ["complaint", "sentiment", "intent", "urgency"])
def test_the_three_words_named_decide_four_times_as_often_as_three_others(head: str) -> None:
    named, others = flips(shipped(), head, [each.text for each in ENGLISH])
    assert named > 4 * others
