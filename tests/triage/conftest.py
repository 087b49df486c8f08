"""A desk with a brand, and people who correct what was told."""

import pytest

from building import agent, brand
from earful.channels.models import Channel
from earful.people.models import Agent
from earful.rules import book
from earful.triage import in_force


@pytest.fixture
def channel(db: None) -> Channel:
    """Our account on a practice network, where all may be learned from."""
    book.look_again()
    in_force.look_again()
    return brand(practice=True)


@pytest.fixture
def dario(db: None) -> Agent:
    return agent("dario")


@pytest.fixture
def lea(db: None) -> Agent:
    """An administrator."""
    return agent("lea", is_staff=True)
