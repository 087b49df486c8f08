"""Real servers, from the wheel and from the machine, in folders that the server's user can reach."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import earful
from earful.embedded import Binaries, Cluster
from embedded.rig import copied, of_source, reachable_folder


@pytest.fixture
def data() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder


@pytest.fixture(params=["wheel", "machine"])
def binaries(request: pytest.FixtureRequest) -> Binaries:
    return of_source(request.param)


@pytest.fixture
def cluster(data: Path, binaries: Binaries, made: Path) -> Iterator[Cluster]:
    """A cluster that was never started yet."""
    with copied(made, data, binaries) as cluster:
        yield cluster


@pytest.fixture
def one_cluster(data: Path, made: Path) -> Iterator[Cluster]:
    """For promises that the version of PostgreSQL has no part in."""
    with copied(made, data, of_source("wheel")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """Where a cluster of each version is kept once made: making takes half a second, copying a tenth."""
    with reachable_folder() as folder:
        yield folder


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command that runs a small desk of its own, to be killed: see `desk.py`."""
    source = str(Path(earful.__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([source, os.environ.get("PYTHONPATH", "")]))
    return [sys.executable, str(Path(__file__).with_name("desk.py"))]
