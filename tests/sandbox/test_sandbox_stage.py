"""The stage, step by step: a story goes on in a world that others change between its steps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from earful.sandbox.posts import Post
from earful.sandbox.scenarios.stage import Play
from earful.sandbox.scenarios.steps import Delete, Edit, Say
from earful.sandbox.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(tmp_path / "practice.db", "http://127.0.0.1")
    yield found
    found.close()


@pytest.fixture
def play(world: World) -> Play:
    """A story in which something was said."""
    playing = Play(world, "story ")
    assert playing.step(Say("one", "sta_a", "Where is my parcel?"))
    return playing


def said(world: World) -> Post:
    post = world.posts.keyed("story one")
    assert post is not None
    return world.posts.newest_version(post)


def test_an_edit_brings_no_deleted_post_back(world: World, play: Play) -> None:
    world.delete(said(world))
    assert not play.step(Edit("one", "Where are my parcels?"))
    assert said(world).gone
    assert world.posts.number_by(said(world).author) == 0


def test_an_edit_is_made_once(world: World, play: Play) -> None:
    assert [play.step(Edit("one", "Where are my parcels?")) for _ in range(2)] == [True, False]
    assert said(world).text == "Where are my parcels?"


def test_what_is_deleted_is_deleted_once(world: World, play: Play) -> None:
    assert [play.step(Delete("one")) for _ in range(2)] == [True, False]
    assert said(world).gone


def test_its_author_deletes_what_x_took_down(world: World, play: Play) -> None:
    world.bounce(said(world), down=True)
    assert [play.step(Delete("one")) for _ in range(2)] == [True, False]
    assert not world.posts.bounced(said(world))
