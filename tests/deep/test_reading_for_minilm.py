"""What the encoder reads of a post."""

import pytest

from deep.small import start
from earful.deep.reading import Reader, batches, plain
from earful.deep.weights import LONGEST


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("@NorthFibre @ana help", "@ @ help"),
        ("see https://t.co/a1 &amp; www.x.example/b", "see http & http"),
        ("#NorthFibreFail", "# North Fibre Fail"),
        ("great 😡👍🏽", "great  pouting face  thumbs up sign "),
    ],
)
def test_names_links_tags_and_pictures_are_made_readable(text: str, read: str) -> None:
    assert plain(text) == read


def test_a_long_text_is_read_as_far_as_the_encoder_has_places() -> None:
    (read,) = Reader(start().tokenizer).read(["broken again " * 5_000])
    assert len(read) == LONGEST


def test_texts_of_like_length_are_read_together_and_none_is_left_out() -> None:
    rows = [[1] * (1 + number % 7) for number in range(20)]
    found = list(batches(rows, 6))
    assert sorted(number for chosen, _ in found for number in chosen) == list(range(20))
    assert [len(ids[0]) for _, ids in found] == [2, 4, 6, 7]
