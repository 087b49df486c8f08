"""One pretend X by itself for the clients that others wrote; it speaks both vocabularies."""

from collections.abc import Iterator

import pytest

from referees.alone import Alone, alone


@pytest.fixture(scope="package")
def pretend() -> Iterator[Alone]:
    """The running pretend X, its rules in force at once."""
    with alone("--vocabulary", "both", "--rule-lag", "0") as running:
        yield running
