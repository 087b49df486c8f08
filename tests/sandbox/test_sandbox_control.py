"""The practice desk's own door."""

import time

import pytest
from practice import Brand, Practice


def test_the_control_key_is_needed(pretend: Practice) -> None:
    assert pretend.anybody.post("/pretend/posts", json={}).status_code == 401


def test_an_account_asked_for_twice_keeps_its_tokens(pretend: Practice) -> None:
    body = {"username": "TwiceBrand", "name": "Twice", "kind": "brand"}
    first = pretend.say("accounts", body)
    again = pretend.say("accounts", {**body, "name": "Changed", "followers": 5})
    assert first == again
    keys = {"app_token", "user_token", "client_id", "client_secret", "consumer_key", "consumer_secret"}
    assert {"id", "username"} | keys == set(first)
    assert set(pretend.say("accounts", {"username": "eve_a"})) == {"id", "username"}


def test_a_key_used_twice_makes_one_post(pretend: Practice) -> None:
    first = pretend.post("eve_b", "hello", key="only once")
    again = pretend.post("eve_b", "hello", key="only once")
    assert (first["created"], again["created"]) == (True, False)
    assert first["id"] == again["id"]
    message = {"from": "eve_b", "to": "eve_c", "text": "psst", "key": "one message"}
    assert [pretend.say("messages", message)["created"] for _ in range(2)] == [True, False]


def test_customers_may_repeat_themselves(pretend: Practice) -> None:
    ids = {pretend.post("eve_d", "hello?")["id"] for _ in range(3)}
    assert len(ids) == 3


def test_many_posts_at_once_can_answer_each_other(pretend: Practice) -> None:
    posts = [
        {"username": "eve_e", "text": "first", "key": "bulk 1"},
        {"username": "eve_f", "text": "second", "key": "bulk 2", "reply_to": "key:bulk 1"},
    ]
    first, second = pretend.say("posts/bulk", {"posts": posts})["posts"]
    assert second["conversation_id"] == first["id"]
    assert [post["created"] for post in pretend.say("posts/bulk", {"posts": posts})["posts"]] == [False] * 2


def test_a_bulk_with_a_mistake_leaves_nothing(pretend: Practice) -> None:
    posts = [
        {"username": "eve_g", "text": "kept?"},
        {"username": "eve_g", "text": "x", "reply_to": "key:none"},
    ]
    assert pretend.control.post("/pretend/posts/bulk", json={"posts": posts}).status_code == 404
    assert pretend.control.get("/pretend/posts", params={"username": "eve_g"}).json() == {"posts": []}


def test_posts_are_listed_by_author_parent_and_age(pretend: Practice) -> None:
    first = pretend.post("eve_h", "one")
    second = pretend.post("eve_h", "two", reply_to=first["id"])
    for query in ({"username": "eve_h", "since": first["id"]}, {"reply_to": first["id"]}):
        found = pretend.control.get("/pretend/posts", params=query).json()["posts"]
        assert [post["id"] for post in found] == [second["id"]]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("posts", {"username": "no spaces here", "text": "x"}),
        ("posts", {"username": "eve_i", "text": "x", "colour": 1}),
        ("posts", {"username": "eve_i", "text": "x", "reply_to": "abc"}),
        ("faults", {"on": "GET /2", "kind": "earthquake"}),
        ("crowd", {"speed": -1}),
    ],
)
def test_what_cannot_be_done_is_a_400_with_a_reason(pretend: Practice, what: str, body: object) -> None:
    answer = pretend.control.post(f"/pretend/{what}", json=body)
    assert answer.status_code == 400
    assert answer.json()["why"]


def test_two_hundred_posts_a_second_are_taken(pretend: Practice) -> None:
    begun = time.perf_counter()
    for n in range(100):
        pretend.post("eve_j", f"@LumenHelp is it down? #outage {n} https://example.com/{n}")
    assert time.perf_counter() - begun < 100 / 200 * 2, "twice the time, because other work may run beside it"


def test_pictures_come_with_a_post(pretend: Practice) -> None:
    brand = pretend.brand("MediaBrand")
    picture = {"type": "photo", "url": "https://pictures.example/1.jpg", "alt_text": "a dead router"}
    post = pretend.post("eve_k", "look", media=[picture])
    wanted = {"expansions": "attachments.media_keys", "media.fields": "url,alt_text"}
    whole = brand.app.get(f"/2/tweets/{post['id']}", params=wanted).json()
    (key,) = whole["data"]["attachments"]["media_keys"]
    assert whole["includes"]["media"] == [{"media_key": key} | picture]


def test_a_profile_changed_under_a_carelessly_written_handle_is_told_of(pretend: Practice, brand: Brand) -> None:
    contract = pretend.brand("CarelessBrand", tier="enterprise")
    contract.app.post(
        "/2/activity/subscriptions",
        json={"event_type": "profile.update.screenname", "filter": {"user_id": brand.id}},
    )
    with contract.activity() as lines:
        for written, name in ((f" {brand.username} ", "Once"), (f"@{brand.username}\n", "Twice")):
            pretend.say("accounts", {"username": written, "name": name})
        told = [lines.next_post()["data"]["payload"]["after"] for _ in range(2)]
    assert told == ["Once", "Twice"]


def test_an_account_whose_keys_cannot_be_made_is_told_of_to_nobody(pretend: Practice, brand: Brand) -> None:
    contract = pretend.brand("KeylessBrand", tier="enterprise")
    contract.app.post(
        "/2/activity/subscriptions",
        json={"event_type": "profile.update.screenname", "filter": {"user_id": brand.id}},
    )
    wanted = {"username": brand.username, "name": "Half Done", "tokens": True}
    with contract.activity() as lines:
        for wrong in ({"app": "client-nobody"}, {"scopes": ["tweet.think"]}):
            assert pretend.control.post("/pretend/accounts", json=wanted | wrong).status_code == 400
        pretend.say("accounts", {"username": brand.username, "name": "All Done"})
        assert lines.next_post()["data"]["payload"] == {"before": brand.username, "after": "All Done"}
    unmade = pretend.control.post("/pretend/accounts", json={"username": "half_made", "app": "x", "tokens": True})
    assert unmade.status_code == 400
    assert pretend.anybody.get("/half_made").status_code == 404
