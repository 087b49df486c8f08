"""How far posts were carried on: counted once each, in any order, each person's followers once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from building import at_once, brand
from earful.core import post as core
from earful.core.triage import judge
from earful.posts import spread
from earful.posts.models import Carried, Post
from earful.posts.spread import Spread
from earful.posts.store import Heard, forget, store

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def channel(db: None) -> int:
    return int(brand().pk)


def wrote(post_id: str, person: str = "nina", *, followers: int | None = 10, **fields: str) -> core.Post:
    at = AT + timedelta(seconds=int(post_id))
    author = core.Author(person, person, followers=followers)
    return core.Post(network="x", id=post_id, author=author, text="no signal", created_at=at, **fields)


def hear(channel: int, *posts: core.Post) -> None:
    """As a reader does it: what is newly stored counts."""
    with transaction.atomic():
        stored = store([Heard(channel, post, False, judge(post.text)) for post in posts], timezone.now())
        spread.count("x", [post for post in posts if post.id in stored])


def spread_of(post_id: str = "1") -> Spread:
    post = Post.objects.get(network_id=post_id)
    return spread.of([post])[post.pk]


def test_reposts_and_quotes_are_counted_apart_and_their_reach_together(channel: int) -> None:
    hear(channel, wrote("1"), wrote("2", "tom", followers=100, reposts="1"), wrote("3", "yuki", quotes="1"))
    assert spread_of() == Spread(reposts=1, quotes=1, reach=110)


def test_a_repeat_counts_nothing(channel: int) -> None:
    hear(channel, wrote("1"), wrote("2", "tom", reposts="1"))
    hear(channel, wrote("2", "tom", reposts="1"))
    assert spread_of() == Spread(reposts=1, reach=10)


def test_who_carries_a_post_on_twice_reaches_the_same_people(channel: int) -> None:
    hear(channel, wrote("1"), wrote("2", "tom", reposts="1"), wrote("3", "tom", quotes="1"))
    hear(channel, wrote("4", "tom", quotes="1"))
    assert spread_of() == Spread(reposts=1, quotes=2, reach=10)


def test_who_carries_two_posts_on_counts_for_both(channel: int) -> None:
    hear(channel, wrote("1"), wrote("2"), wrote("3", "tom", reposts="1"), wrote("4", "tom", reposts="2"))
    assert spread_of("1") == spread_of("2") == Spread(reposts=1, reach=10)


def test_what_was_carried_on_before_it_was_heard_counts_as_well(channel: int) -> None:
    hear(channel, wrote("2", "tom", reposts="1"))
    hear(channel, wrote("1"))
    assert spread_of() == Spread(reposts=1, reach=10)


def test_followers_that_no_network_told_count_for_none(channel: int) -> None:
    hear(channel, wrote("1"), wrote("2", "tom", followers=None, reposts="1"))
    assert spread_of() == Spread(reposts=1)


def test_the_larger_of_our_count_and_the_networks_is_said(channel: int) -> None:
    hear(channel, core.Post(**{**core_fields(wrote("1")), "spread": 12}), wrote("2", "tom", reposts="1"))
    assert (spread_of().told, spread_of().total, spread_of().reposts) == (12, 12, 1)
    hear(channel, *(wrote(f"1{number}", f"p{number}", reposts="1") for number in range(20)))
    assert spread_of().total == 21


def core_fields(post: core.Post) -> dict[str, object]:
    return {name: getattr(post, name) for name in post.__struct_fields__}


def test_an_equal_id_on_another_network_is_another_post(channel: int) -> None:
    hear(channel, wrote("1"), wrote("2", "tom", reposts="1"))
    other = Post.objects.get(network_id="1")
    other.network = "elsewhere"
    assert spread.of([other])[other.pk] == Spread()


def test_readers_side_by_side_count_each_once_and_each_person_once(transactional_db: None) -> None:
    channel = int(brand().pk)
    heard = [wrote(str(number)) for number in range(1, 9)]
    one_way = [wrote(f"1{post.id}", "tom", reposts=post.id) for post in heard]
    other_way = [wrote(f"2{post.id}", "tom", quotes=post.id) for post in reversed(heard)]
    several = [[heard[:4], one_way, heard], [other_way, heard[4:], one_way], [one_way, other_way]]
    done = at_once(*[lambda batches=batches: [hear(channel, *each) for each in batches] for batches in several])
    assert done == [[None] * len(batches) for batches in several]
    rows = Carried.objects.values_list("reposts", "quotes", "reach")
    assert list(rows) == [(1, 1, 10)] * 8


def test_who_carried_it_on_is_told_newest_first_without_those_who_took_it_back(channel: int) -> None:
    hear(channel, wrote("1"), wrote("2", "tom", reposts="1"), wrote("3", "yuki", quotes="1"), wrote("4", reposts="9"))
    told = spread.carriers(Post.objects.get(network_id="1"))
    assert [(each.author.handle, each.quotes) for each in told] == [("yuki", True), ("tom", False)]
    Post.objects.filter(network_id="3").update(deleted_at=timezone.now())
    assert [each.author.handle for each in spread.carriers(Post.objects.get(network_id="1"))] == ["tom"]


def take_back(*posts: str) -> None:
    """As a reader does it with deletions."""
    with transaction.atomic():
        spread.recount("x", forget("x", posts, timezone.now()).posts)


def test_what_was_taken_back_is_spread_no_more(channel: int) -> None:
    hear(channel, wrote("1"), wrote("2", "tom", followers=100, reposts="1"), wrote("3", "yuki", quotes="1"))
    take_back("2")
    assert spread_of() == Spread(quotes=1, reach=10)


def test_who_took_one_of_two_back_still_reaches_the_same_people(channel: int) -> None:
    hear(channel, wrote("1"), wrote("2", "tom", reposts="1"), wrote("3", "tom", quotes="1"))
    take_back("2")
    assert spread_of() == Spread(quotes=1, reach=10)
    take_back("3")
    hear(channel, wrote("4", "tom", quotes="1"))
    assert spread_of() == Spread(quotes=1, reach=10)


def test_a_repost_whose_deletion_came_first_is_no_spread(channel: int) -> None:
    take_back("2")
    hear(channel, wrote("1"), wrote("2", "tom", reposts="1"))
    assert spread_of() == Spread()


def test_who_carried_it_on_in_private_is_nobodys_business(channel: int) -> None:
    hear(channel, wrote("1"), wrote("2", "tom", quotes="1"))
    Post.objects.filter(network_id="2").update(private=True)
    assert spread.carriers(Post.objects.get(network_id="1")) == []
