"""Scenarios: small worlds by name, the same for the same seed."""

import time
from pathlib import Path

import pytest
from practice import Practice, practice

from earful.sandbox.scenarios.steps import Delete, Edit, Say, Whisper
from earful.sandbox.scenarios.stories import STORIES, steps


@pytest.mark.parametrize("name", STORIES)
def test_the_same_seed_tells_the_same_story(name: str) -> None:
    assert steps(name, 1, "LumenHelp") == steps(name, 1, "LumenHelp")
    if name != "edge":
        assert steps(name, 1, "LumenHelp") != steps(name, 2, "LumenHelp")


@pytest.mark.parametrize("name", STORIES)
def test_nothing_points_to_what_was_not_said_before(name: str) -> None:
    said: set[str] = set()
    for step in steps(name, 3, "LumenHelp"):
        if isinstance(step, Say | Whisper):
            assert step.key not in said
            pointed = {step.reply_to, step.quote, step.repost} - {""} if isinstance(step, Say) else set()
            assert pointed <= said, step
            said.add(step.key)
        elif isinstance(step, Edit | Delete):
            assert step.of in said


@pytest.mark.parametrize("name", STORIES)
def test_every_story_speaks_to_the_brand_it_is_told(name: str) -> None:
    texts = [step.text for step in steps(name, 1, "OtherBrand") if isinstance(step, Say | Whisper)]
    assert not any("LumenHelp" in text for text in texts)
    assert any("@OtherBrand" in text for text in texts)


@pytest.mark.parametrize("name", [name for name in STORIES if name not in ("outage", "reposts")])
def test_a_story_is_played_once_however_often_it_is_loaded(pretend: Practice, name: str) -> None:
    wish = {"name": name, "brand": f"Stage{name.title()}"}
    first = pretend.say("scenario", wish)
    counts = pretend.counts()
    again = pretend.say("scenario", wish)
    assert first["new"] > 10
    assert again["new"] == 0
    assert pretend.counts() == counts


def test_an_outage_is_hundreds_of_complaints_that_a_rule_finds(pretend: Practice) -> None:
    brand = pretend.brand("OutageBrand")
    pretend.control.post("/pretend/scenario", json={"name": "outage", "brand": "OutageBrand"}, timeout=30)
    found = brand.user.get(f"/2/users/{brand.id}/mentions", params={"max_results": "100"}).json()
    assert found["meta"]["result_count"] == 100
    assert "next_token" in found["meta"]


def test_the_edges_are_readable_through_the_api(pretend: Practice) -> None:
    brand = pretend.brand("EdgeBrand")
    pretend.say("scenario", {"name": "edge", "brand": "EdgeBrand"})
    fields = "note_tweet,edit_history_tweet_ids,referenced_tweets,attachments,geo,context_annotations"
    asked = {"tweet.fields": fields, "expansions": "referenced_tweets.id,attachments.media_keys,geo.place_id"}
    people = (pretend.say("accounts", {"username": name})["id"] for name in ("odd_ella", "odd_olaf"))
    query = asked | {"max_results": "100"}
    answers = [brand.app.get(f"/2/users/{one}/tweets", params=query).json() for one in people]
    posts = [post for answer in answers for post in answer["data"]]
    assert any("note_tweet" in post for post in posts)
    assert any(len(post["edit_history_tweet_ids"]) == 5 for post in posts)
    assert any(len(post.get("attachments", {}).get("media_keys", [])) == 4 for post in posts)
    assert answers[1]["errors"], "an answer to a deleted post tells that its parent is missing"


def test_those_who_are_gone_are_partial_errors(pretend: Practice) -> None:
    brand = pretend.brand("EdgeFates")
    pretend.say("scenario", {"name": "edge", "brand": "EdgeFates"})
    found = brand.app.get("/2/users/by", params={"usernames": "odd_priv,odd_banned,odd_left,odd_ella"}).json()
    assert [user["username"] for user in found["data"]] == ["odd_priv", "odd_ella"]
    assert [error["value"] for error in found["errors"]] == ["odd_banned", "odd_left"]


def test_the_edges_are_heard_by_those_who_subscribed(pretend: Practice) -> None:
    brand = pretend.brand("EdgeEars")
    for kind in ("follow.follow", "dm.received", "dm.indicate_typing", "chat.received"):
        brand.subscribe(kind)
    with brand.activity() as lines:
        pretend.say("scenario", {"name": "edge", "brand": "EdgeEars"})
        heard: set[str] = set()
        while len(heard) < 4:
            heard.add(lines.next_post()["data"]["event_type"])


def test_a_story_may_take_its_time(pretend: Practice) -> None:
    wish = {"name": "quiet", "brand": "SlowBrand", "over": 1.0}
    assert "new" not in pretend.say("scenario", wish)
    assert pretend.control.get("/pretend/scenario").json()["playing"] == 1
    until = time.monotonic() + 10
    while pretend.control.get("/pretend/scenario").json()["playing"] and time.monotonic() < until:
        time.sleep(0.05)
    assert pretend.say("scenario", {"name": "quiet", "brand": "SlowBrand"})["new"] == 0


@pytest.mark.parametrize(
    "wish", [{"name": "party"}, {"name": "quiet", "over": -1}, {"name": "quiet", "brand": "no way"}]
)
def test_what_cannot_be_played_says_why(pretend: Practice, wish: dict[str, object]) -> None:
    answer = pretend.control.post("/pretend/scenario", json=wish)
    assert (answer.status_code, bool(answer.json()["why"])) == (400, True)


def test_the_page_plays_a_scenario_too(pretend: Practice) -> None:
    typed = {"name": "private", "brand": "PageStage", "over": "0", "seed": "1"}
    answer = pretend.anybody.post("/i/pretend/scenario", data=typed, headers={"origin": pretend.url})
    assert answer.headers["location"] == "/i/pretend#posts"
    assert pretend.counts()["messages_by"]["PageStage"] > 1


def test_a_pretend_x_may_start_with_a_scenario(tmp_path: Path) -> None:
    with practice(tmp_path / "practice.db", "--scenario", "quiet") as running:
        assert running.counts()["posts"] > 8
