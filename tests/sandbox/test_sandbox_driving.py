"""The crowd on the pretend X: it talks by script time, hears the brand, and goes on after a restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from practice import practice

from earful.sandbox.driving import NOTE, Driver
from earful.sandbox.posts import Draft, Post, Span
from earful.sandbox.world import World

MINUTE = 60.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(tmp_path / "practice.db", "http://127.0.0.1")
    yield found
    found.close()


def everything(world: World) -> list[Post]:
    return world.posts.everything(Span(size=10_000))


def test_a_minute_of_script_brings_posts_that_name_the_brand(world: World) -> None:
    Driver(world, 1, True).turn(MINUTE)
    brand = world.accounts.named("LumenHelp")
    assert brand is not None
    assert len(everything(world)) >= 6
    assert world.posts.mentioning(brand.id, Span())


def test_customers_come_back_when_the_brand_answers(world: World) -> None:
    driver = Driver(world, 1, True)
    driver.turn(MINUTE)
    brand = world.accounts.named("LumenHelp")
    assert brand is not None
    question = world.posts.mentioning(brand.id, Span())[-1]
    answer = world.publish(Draft(brand, "Sorry! Could you restart the router?", reply_to=question.id))
    for _ in range(10):
        driver.turn(MINUTE / 3)
    thread = world.posts.conversation(question.conversation)
    assert [post for post in thread if post.reply_to == answer.id]


def test_a_new_start_goes_on_where_the_last_one_stood(world: World) -> None:
    first = Driver(world, 1, True)
    first.turn(MINUTE)
    second = Driver(world, 1, False)
    assert second.told() == first.told()
    before = len(everything(world))
    second.turn(MINUTE)
    assert len(everything(world)) > before


def test_a_turn_made_again_after_a_crash_repeats_nothing(world: World) -> None:
    Driver(world, 1, True).turn(MINUTE)
    kept = world.store.recall(NOTE)
    Driver(world, 1, True).turn(2 * MINUTE)
    texts = [post.text for post in everything(world)]
    world.store.remember(NOTE, kept or "")
    Driver(world, 1, True).turn(2 * MINUTE)
    assert [post.text for post in everything(world)] == texts


def test_the_crowd_is_started_and_hushed_from_outside(tmp_path: Path) -> None:
    with practice(tmp_path / "practice.db") as running:
        assert running.say("crowd", {"running": True, "speed": 60})["running"]
        brand = running.brand("LumenHelp")
        brand.follow("@LumenHelp")
        with brand.stream() as lines:
            assert "LumenHelp" in lines.next_post()["data"]["text"]
        assert not running.say("crowd", {"running": False})["running"]
        assert running.control.get("/pretend/crowd").json()["moves"] > 0
