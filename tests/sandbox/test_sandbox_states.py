"""What befalls accounts, and what every endpoint shows of it then."""

from collections.abc import Callable
from typing import Any

import pytest
from practice import Brand, Practice


def kinds(answer: dict[str, Any]) -> list[str]:
    """What is wrong with each part that is missing: the last part of the problem's type, and its title."""
    return [f"{error['type'].rsplit('/', 1)[1]}: {error['title']}" for error in answer.get("errors", [])]


BARRED = "not-authorized-for-resource: Authorization Error"
MISSING = "resource-not-found: Not Found Error"
SUSPENDED = "resource-not-found: Forbidden"


def test_posts_of_a_protected_account_vanish_for_all_but_those_who_follow(
    pretend: Practice, new_brand: Callable[..., Brand]
) -> None:
    brand, follower = new_brand(), new_brand()
    post = pretend.post("pia_a", f"@{brand.username} @{follower.username} help")
    pretend.say("accounts/pia_a/state", {"protected": True})
    pretend.say(f"accounts/{follower.username}/ties", {"tie": "follows", "to": "pia_a"})
    assert kinds(brand.user.get("/2/tweets", params={"ids": post["id"]}).json()) == [BARRED]
    assert kinds(brand.app.get(f"/2/tweets/{post['id']}").json()) == [BARRED]
    assert brand.user.get(f"/2/users/{brand.id}/mentions").json()["meta"]["result_count"] == 0
    assert follower.user.get(f"/2/users/{follower.id}/mentions").json()["meta"]["result_count"] == 1
    assert follower.app.get(f"/2/users/{follower.id}/mentions").json()["meta"]["result_count"] == 0
    pretend.say("accounts/pia_a/state", {"protected": False})
    assert brand.user.get(f"/2/users/{brand.id}/mentions").json()["meta"]["result_count"] == 1


def test_a_protected_account_is_seen_but_not_its_timeline(pretend: Practice, brand: Brand) -> None:
    author = pretend.post("pia_b", "zebrafish are mine")["author_id"]
    pretend.say("accounts/pia_b/state", {"protected": True})
    shown = brand.app.get(f"/2/users/{author}", params={"user.fields": "protected"}).json()["data"]
    assert shown["protected"] is True
    timeline = brand.user.get(f"/2/users/{author}/tweets")
    assert (timeline.status_code, kinds(timeline.json())) == (200, [BARRED])
    found = brand.app.get("/2/tweets/search/recent", params={"query": "zebrafish"}).json()
    assert found["meta"]["result_count"] == 0


def test_a_stream_never_carries_a_protected_post(pretend: Practice, brand: Brand) -> None:
    brand.follow("quetzal")
    pretend.say("accounts/pia_c/state", {"protected": True})
    with brand.stream() as lines:
        pretend.post("pia_c", "a quetzal in secret")
        pretend.post("pia_d", "a quetzal in public")
        assert lines.next_post()["data"]["text"] == "a quetzal in public"


@pytest.mark.parametrize(
    ("away", "of_user", "of_post"), [("suspended", SUSPENDED, BARRED), ("deactivated", MISSING, MISSING)]
)
def test_an_account_that_is_away_is_an_error_everywhere(
    pretend: Practice, brand: Brand, away: str, of_user: str, of_post: str
) -> None:
    handle = f"pia_{away[:4]}"
    post = pretend.post(handle, f"@{brand.username} help")
    pretend.say(f"accounts/{handle}/state", {"away": away})
    author = post["author_id"]
    for path, query in (
        (f"/2/users/{author}", {}),
        (f"/2/users/by/username/{handle}", {}),
        ("/2/users", {"ids": author}),
        ("/2/users/by", {"usernames": handle}),
        (f"/2/users/{author}/tweets", {}),
    ):
        answer = brand.user.get(path, params=query)
        assert (answer.status_code, kinds(answer.json())) == (200, [of_user]), path
    assert kinds(brand.user.get("/2/tweets", params={"ids": post["id"]}).json()) == [of_post]
    assert brand.user.get(f"/2/users/{brand.id}/mentions").json()["meta"]["result_count"] == 0
    assert brand.answer(post["id"], f"Sorry {away}").status_code == 403
    pretend.say(f"accounts/{handle}/state", {"away": ""})
    assert brand.user.get(f"/2/tweets/{post['id']}").json()["data"]["id"] == post["id"]


def test_what_an_included_post_lacks_is_told_beside_it(pretend: Practice, brand: Brand) -> None:
    parent = pretend.post("pia_e", "first")
    reply = pretend.post("pia_f", "second", reply_to=parent["id"])
    pretend.say("accounts/pia_e/state", {"protected": True})
    wanted = {"expansions": "referenced_tweets.id"}
    whole = brand.user.get(f"/2/tweets/{reply['id']}", params=wanted).json()
    assert whole["data"]["id"] == reply["id"]
    assert kinds(whole) == [BARRED]
    assert whole["errors"][0]["section"] == "includes"


def test_a_suspended_brand_may_do_nothing(pretend: Practice, brand: Brand) -> None:
    pretend.say(f"accounts/{brand.username}/state", {"away": "suspended"})
    refused = brand.user.post("/2/tweets", json={"text": "Hello?"})
    assert (refused.status_code, "suspended" in refused.json()["detail"]) == (403, True)
    pretend.say(f"accounts/{brand.username}/state", {"away": "deactivated"})
    assert brand.user.get("/2/users/me").status_code == 401


def test_an_account_withheld_somewhere_says_so(pretend: Practice, brand: Brand) -> None:
    pretend.say("accounts", {"username": "pia_g"})
    pretend.say("accounts/pia_g/state", {"withheld": ["fr", "DE"]})
    told = brand.app.get("/2/users/by/username/pia_g", params={"user.fields": "withheld"}).json()["data"]
    assert told["withheld"] == {"country_codes": ["FR", "DE"], "scope": "user"}
    wrong = pretend.control.post("/pretend/accounts/pia_g/state", json={"withheld": ["France"]})
    assert (wrong.status_code, "two letters" in wrong.text) == (400, True)


def test_how_two_stand_to_each_other_is_told_to_either(pretend: Practice, brand: Brand) -> None:
    person = pretend.say("accounts", {"username": "pia_h"})["id"]
    query = {"user.fields": "connection_status"}
    assert brand.user.post(f"/2/users/{brand.id}/muting", json={"target_user_id": person}).json() == {
        "data": {"muting": True}
    }
    pretend.say("accounts/pia_h/ties", {"tie": "follows", "to": brand.username})
    told = brand.user.get(f"/2/users/{person}", params=query).json()["data"]["connection_status"]
    assert set(told) == {"muting", "followed_by"}
    (muted,) = brand.user.get(f"/2/users/{brand.id}/muting").json()["data"]
    assert muted["username"] == "pia_h"
    gone = brand.user.delete(f"/2/users/{brand.id}/muting/{person}")
    assert gone.json() == {"data": {"muting": False}}
    assert brand.user.post(f"/2/users/{person}/muting", json={"target_user_id": brand.id}).status_code == 400


def test_what_one_pays_for_is_told_to_oneself_alone(new_brand: Callable[..., Brand]) -> None:
    brand, other = new_brand(post_limit=25_000), new_brand()
    query = {"user.fields": "subscription_type,most_recent_tweet_id"}
    newest = brand.user.post("/2/tweets", json={"text": "Hello"}).json()["data"]["id"]
    told = brand.user.get("/2/users/me", params=query).json()["data"]
    assert (told["subscription_type"], told["most_recent_tweet_id"]) == ("Premium", newest)
    assert "subscription_type" not in other.user.get(f"/2/users/{brand.id}", params=query).json()["data"]


def test_a_badge_tells_what_kind_of_verified_an_account_is(pretend: Practice, brand: Brand) -> None:
    for handle, wanted, told in (("pia_i", {}, "none"), ("pia_j", {"verified": True, "badge": "business"}, "business")):
        pretend.say("accounts", {"username": handle} | wanted)
        query = {"user.fields": "verified_type"}
        shown = brand.app.get(f"/2/users/by/username/{handle}", params=query).json()["data"]
        assert shown["verified_type"] == told
