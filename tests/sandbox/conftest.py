"""One pretend X for all tests of this folder; each test makes brands and customers of its own in it."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from practice import Brand, Practice, practice

NUMBERS = count(1)


@pytest.fixture(scope="session")
def pretend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """The running pretend X."""
    with practice(tmp_path_factory.mktemp("sandbox") / "practice.db") as running:
        yield running


@pytest.fixture(scope="session")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Another one, for tests that let hours and days pass: its clock never goes back."""
    with practice(tmp_path_factory.mktemp("later") / "practice.db") as running:
        yield running


@pytest.fixture
def new_brand(pretend: Practice) -> Callable[..., Brand]:
    """Makes a brand that no other test knows; keyword arguments are its options."""

    def make(**options: Any) -> Brand:
        return pretend.brand(f"Brand{next(NUMBERS)}", **options)

    return make


@pytest.fixture
def brand(new_brand: Callable[..., Brand]) -> Brand:
    """A self-serve brand in the tweet vocabulary."""
    return new_brand()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Practice]:
    """A pretend X whose clock is nobody else's."""
    with practice(tmp_path / "practice.db") as running:
        yield running
