"""A case of an invented customer, and a network to answer on."""

import pytest

from building import NINA, agent, brand, hear, minutes_ago, said
from earful.cases.models import Case
from earful.people.models import Agent
from scripted import Network


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def dario(db: None) -> Agent:
    return agent("dario")


@pytest.fixture
def mara(db: None) -> Agent:
    return agent("mara")


@pytest.fixture
def case(db: None) -> Case:
    """Nina named us in public five minutes ago."""
    hear(brand(), said(NINA, "@LumenHelp my router is dead", at=minutes_ago(5)))
    return Case.objects.get()
