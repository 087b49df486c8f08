"""Counting and searching the past: buckets that add up, X's limits of time, operators that only the network answers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from described import hold
from practice import Brand, Practice

COUNTS, SEARCH = "/2/tweets/counts/recent", "/2/tweets/search/recent"


def ago(**past: float) -> str:
    return (datetime.now(UTC) - timedelta(**past)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_counts_are_as_described(pretend: Practice, new_brand: Callable[..., Brand], vocabulary: str) -> None:
    brand = new_brand(vocabulary=vocabulary)
    pretend.post("col_a", "an echidna")
    for granularity in ("minute", "hour", "day"):
        answer = brand.app.get(COUNTS, params={"query": "echidna", "granularity": granularity})
        hold(answer.json(), vocabulary, COUNTS, "get")


def test_counts_know_what_search_finds(pretend: Practice, brand: Brand) -> None:
    for number in range(3):
        pretend.post("col_b", f"a quokka {number}")
    counted = brand.app.get(COUNTS, params={"query": "quokka", "granularity": "day"}).json()
    assert counted["meta"]["total_tweet_count"] == 3
    assert sum(bucket["tweet_count"] for bucket in counted["data"]) == 3
    assert len(counted["data"]) == 8


def test_buckets_join_without_a_gap_and_cover_seven_days(brand: Brand) -> None:
    for granularity, least in (("day", 8), ("hour", 168)):
        data = brand.app.get(COUNTS, params={"query": "nobody", "granularity": granularity}).json()["data"]
        assert len(data) >= least
        assert all(one["end"] == next_one["start"] for one, next_one in pairwise(data))


def test_minutes_come_page_by_page_newest_first(brand: Brand) -> None:
    query = {"query": "nobody", "granularity": "minute"}
    first = brand.app.get(COUNTS, params=query).json()
    second = brand.app.get(COUNTS, params=query | {"next_token": first["meta"]["next_token"]}).json()
    assert second["data"][-1]["end"] == first["data"][0]["start"]


@pytest.mark.parametrize("path", [COUNTS, SEARCH])
@pytest.mark.parametrize(
    "wrong",
    [{"query": "(("}, {"start_time": ago(days=8)}, {"end_time": ago(hours=-1)},
     {"start_time": ago(hours=1), "end_time": ago(hours=2)}, {"query": "min_followers:5"}],
)  # fmt: skip
def test_what_x_would_refuse_is_refused(brand: Brand, path: str, wrong: dict[str, str]) -> None:
    assert brand.app.get(path, params={"query": "cat"} | wrong).status_code == 400


def test_counts_have_their_own_limit(brand: Brand) -> None:
    assert brand.app.get(COUNTS, params={"query": "cat"}).headers["x-rate-limit-limit"] == "300"


def test_a_sample_finds_its_share_of_posts(pretend: Practice, brand: Brand) -> None:
    brand.follow("bilby sample:50", "bilby")
    with brand.stream() as lines:
        pretend.say("posts/bulk", {"posts": [{"username": "col_c", "text": f"bilby {n}"} for n in range(100)]})
        found = [{rule["tag"] for rule in lines.next_post()["matching_rules"]} for _ in range(100)]
    assert 25 < sum("tag bilby sample:50" in tags for tags in found) < 75


def test_an_operator_that_is_sold_apart_is_refused_by_name(brand: Brand) -> None:
    [problem] = brand.follow('cat embedding:"angry people"').json()["errors"]
    assert "embedding:" in problem["details"][0]
