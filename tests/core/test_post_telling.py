"""One post told by several ways is one post with what all of them tell."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from earful.core.post import Author, Media, Named, Post
from earful.core.telling import together

AT = datetime(2026, 8, 10, 9, 15, tzinfo=UTC)
POOR = Post(network="x", id="1", author=Author("7"), text="no signal", created_at=AT)
RICH = Post(
    network="x",
    id="1",
    author=Author("7", "nina", "Nina", followers=50),
    text="no signal",
    created_at=AT,
    mentions=("lumen",),
    carries=(Named("9", "tomas"),),
    sensitive=True,
    media=(Media("photo", "https://img.example/1.jpg"),),
    likes=3,
    answerable="everyone",
)


def test_who_wrote_it_and_what_came_with_it_fill_in() -> None:
    assert together(POOR, RICH) == RICH


def test_a_poorer_telling_takes_nothing_away() -> None:
    assert together(RICH, POOR) == RICH


@given(st.integers(0, 9), st.integers(0, 9))
def test_a_count_never_goes_down(one: int, other: int) -> None:
    first, second = (
        Post(network="x", id="1", author=Author("7"), text="", created_at=AT, likes=n) for n in (one, other)
    )
    assert together(first, second).likes == max(one, other)
