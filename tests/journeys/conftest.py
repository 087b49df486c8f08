"""Desks for journeys: one shared by those that only look and talk, own ones for those that kill."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from in_chromium import chromium
from playwright.sync_api import Browser
from running_desk import RunningDesk, make_tables


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder that the database's user may pass through, even when root runs the tests."""
    path = Path(tempfile.mkdtemp(prefix="earful-journey-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def tables(folder: Path) -> Path:
    """A data folder with a database in which there is nothing but its tables."""
    make_tables(folder / "tables")
    return folder / "tables"


@pytest.fixture(scope="session")
def make_desk(folder: Path, tables: Path) -> Iterator[Callable[..., RunningDesk]]:
    """Desks by name; all are ended at the end. What they do once they are made is asked of most of them, so they find
    their tables made; with `from_nothing` they make even those.
    """
    desks: dict[str, RunningDesk] = {}

    def make(name: str, *, crowd: bool = False, from_nothing: bool = False) -> RunningDesk:
        desks[name] = RunningDesk(folder / name, crowd=crowd, tables=None if from_nothing else tables)
        return desks[name]

    yield make
    for desk in desks.values():
        desk.stop()


@pytest.fixture(scope="session")
def desk(make_desk: Callable[..., RunningDesk]) -> RunningDesk:
    """A running desk without the crowd, shared."""
    desk = make_desk("shared")
    desk.start()
    return desk
