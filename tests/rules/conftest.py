"""Rules in force as this test has them: the compiled book outlives a transaction that was rolled back."""

import pytest

from building import brand
from earful.channels.models import Channel
from earful.rules import book


@pytest.fixture
def channel(db: None) -> Channel:
    """Our account on X, in a database where no listening rule is in force yet."""
    book.look_again()
    return brand()
