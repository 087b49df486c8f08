"""Reposts, quotes, likes and follows, the archive, and one's own timelines."""

from collections.abc import Callable
from typing import Any

import pytest
from practice import Brand, Practice
from specimens import png


def ids(answer: Any) -> list[str]:
    return [one["id"] for one in answer.json().get("data", [])]


def test_who_quoted_and_reposted_a_post_is_listed(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("wes_a", "carry me on")["id"]
    quote = pretend.post("wes_b", "look", quote=post)["id"]
    reposts = [pretend.post(one, "", repost=post)["id"] for one in ("wes_c", "wes_d")]
    assert ids(brand.app.get(f"/2/tweets/{post}/quote_tweets")) == [quote]
    assert ids(brand.app.get(f"/2/tweets/{post}/retweets")) == reposts[::-1]
    first = brand.app.get(f"/2/tweets/{post}/retweeted_by", params={"max_results": 1}).json()
    rest = {"max_results": 1, "pagination_token": first["meta"]["next_token"]}
    second = brand.app.get(f"/2/tweets/{post}/retweeted_by", params=rest).json()
    assert [page["data"][0]["username"] for page in (first, second)] == ["wes_d", "wes_c"]


def test_a_repost_is_made_once_and_taken_back(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("wes_e", "share this")["id"]
    path = f"/2/users/{brand.id}/retweets"
    first, second = (brand.user.post(path, json={"tweet_id": post}).json()["data"] for _ in range(2))
    assert first == second
    assert first["retweeted"] is True
    assert brand.user.delete(f"{path}/{post}").json() == {"data": {"retweeted": False}}
    assert ids(brand.app.get(f"/2/tweets/{post}/retweets")) == []


def test_own_posts_that_others_reposted_are_listed(pretend: Practice, brand: Brand) -> None:
    own = brand.user.post("/2/tweets", json={"text": "Hello"}).json()["data"]["id"]
    assert ids(brand.user.get("/2/users/reposts_of_me")) == []
    pretend.post("wes_f", "", repost=own)
    assert ids(brand.user.get("/2/users/reposts_of_me")) == [own]


def test_likes_and_follows_are_gone_from_self_serve(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    small, large = new_brand(), new_brand(tier="enterprise")
    post = pretend.post("wes_g", "like me")
    for brand, status in ((small, 403), (large, 200)):
        liked = brand.user.post(f"/2/users/{brand.id}/likes", json={"tweet_id": post["id"]})
        followed = brand.user.post(f"/2/users/{brand.id}/following", json={"target_user_id": post["author_id"]})
        assert {liked.status_code, followed.status_code} == {status}
        if status == 403:
            assert liked.json()["reason"] == followed.json()["reason"] == "client-not-enrolled"
    query = {"tweet.fields": "public_metrics"}
    assert large.user.get(f"/2/tweets/{post['id']}", params=query).json()["data"]["public_metrics"]["like_count"] == 1
    assert ids(large.user.get(f"/2/tweets/{post['id']}/liking_users")) == [large.id]
    assert ids(large.user.get(f"/2/users/{large.id}/liked_tweets")) == [post["id"]]
    assert ids(large.app.get(f"/2/users/{post['author_id']}/followers")) == [large.id]
    assert ids(large.app.get(f"/2/users/{large.id}/following")) == [post["author_id"]]
    assert large.user.delete(f"/2/users/{large.id}/likes/{post['id']}").json() == {"data": {"liked": False}}
    gone = large.user.delete(f"/2/users/{large.id}/following/{post['author_id']}")
    assert gone.json() == {"data": {"following": False}}


def test_a_protected_account_is_only_asked(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand(tier="enterprise")
    person = pretend.say("accounts", {"username": "wes_h"})["id"]
    pretend.say("accounts/wes_h/state", {"protected": True})
    asked = brand.user.post(f"/2/users/{brand.id}/following", json={"target_user_id": person}).json()
    assert asked == {"data": {"following": False, "pending_follow": True}}
    query = {"user.fields": "connection_status"}
    assert brand.user.get(f"/2/users/{person}", params=query).json()["data"]["connection_status"] == [
        "follow_request_sent"
    ]


def test_home_shows_whom_one_follows_but_nobody_muted(pretend: Practice, new_brand: Callable[..., Brand]) -> None:
    brand = new_brand()
    heard, muted = pretend.post("wes_i", "hear me"), pretend.post("wes_j", "hush me")
    pretend.post("wes_k", "a stranger")
    for one in ("wes_i", "wes_j"):
        pretend.say(f"accounts/{brand.username}/ties", {"tie": "follows", "to": one})
    brand.user.post(f"/2/users/{brand.id}/muting", json={"target_user_id": muted["author_id"]})
    assert ids(brand.user.get(f"/2/users/{brand.id}/timelines/reverse_chronological")) == [heard["id"]]


def test_people_are_found_by_handle_and_name(pretend: Practice, brand: Brand) -> None:
    pretend.say("accounts", {"username": "wes_l", "name": "Zanzibar Post"})
    found = brand.user.get("/2/users/search", params={"query": "zanzibar"}).json()
    assert [one["username"] for one in found["data"]] == ["wes_l"]
    assert brand.user.get("/2/users/search", params={"query": "a%"}).status_code == 400


def test_files_are_looked_up_by_their_keys(pretend: Practice, brand: Brand) -> None:
    query = {"username": "wes_m", "category": "tweet_image", "alt": "A map"}
    key = pretend.control.post("/pretend/uploads", params=query, content=png()).json()["media"]["media_key"]
    wanted = {"media.fields": "alt_text,width"}
    assert brand.app.get(f"/2/media/{key}", params=wanted).json()["data"]["alt_text"] == "A map"
    both = brand.app.get("/2/media", params={"media_keys": f"{key},3_12"}).json()
    assert [one["media_key"] for one in both["data"]] == [key]
    assert both["errors"][0]["resource_type"] == "media"


@pytest.mark.parametrize("what", ["search", "counts"])
def test_the_archive_goes_back_further_than_seven_days(later: Practice, what: str) -> None:
    brand = later.brand(f"Archive{what}")
    word = f"quagga{what}"
    later.post("wes_n", f"a {word} long ago")
    later.say("clock", {"forward": 10 * 24 * 3600})
    later.post("wes_n", f"a {word} just now")
    later.say("clock", {"forward": 60})

    def number(reach: str, **query: str) -> int:
        meta = brand.app.get(f"/2/tweets/{what}/{reach}", params={"query": word} | query).json()["meta"]
        told: int = meta["result_count" if what == "search" else "total_tweet_count"]
        return told

    assert (number("recent"), number("all")) == (1, 2)
    later.say("clock", {"forward": 31 * 24 * 3600})
    assert number("all") == 0
    later.say("clock", {"forward": 2})
    assert number("all", start_time="2006-03-21T00:00:00Z", **({"granularity": "day"} if what == "counts" else {})) == 2


def test_the_archive_takes_longer_queries_and_pages(brand: Brand, later: Practice) -> None:
    other = later.brand("ArchiveLong")
    long = " OR ".join(f"word{number:04d}" for number in range(60))
    assert other.app.get("/2/tweets/search/recent", params={"query": long}).status_code == 400
    for query, status in (
        ({"max_results": 500}, 200),
        ({"max_results": 101, "tweet.fields": "context_annotations"}, 400),
    ):
        later.say("clock", {"forward": 2})
        answer = other.app.get("/2/tweets/search/all", params={"query": long} | query)
        assert answer.status_code == status
