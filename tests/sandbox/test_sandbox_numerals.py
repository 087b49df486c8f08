"""Numbers that strangers write: whatever is none is refused with the reason, and nothing breaks over it."""

from typing import Any

import pytest
from practice import Brand, Practice

WRONG = ["١", "²", "1_000", " 1", "+1", "9" * 4_400, "NaN", "Infinity", "-1", "1e3", "0x1", "1.5", ""]
NAMED = [
    "arabic",
    "power",
    "underscore",
    "space",
    "plus",
    "long",
    "nan",
    "infinity",
    "minus",
    "e",
    "hex",
    "part",
    "none",
]
STREAM = "/2/tweets/search/stream"
HUGE = 10**25

wrong = pytest.mark.parametrize("number", WRONG, ids=NAMED)


@pytest.fixture(scope="module")
def big(pretend: Practice) -> Brand:
    brand = pretend.brand("NumberBrand", tier="enterprise")
    brand.follow(f"@{brand.username}")
    return brand


@wrong
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/2/users/{me}/mentions", "max_results"),
        ("/2/users/{me}/mentions", "since_id"),
        ("/2/tweets/search/recent?query=a", "next_token"),
        ("/2/users", "ids"),
        ("/2/usage/tweets", "days"),
        ("/2/activity/subscriptions", "pagination_token"),
        ("/2/connections", "pagination_token"),
        (f"{STREAM}/rules", "pagination_token"),
        (STREAM, "backfill_minutes"),
        ("/2/activity/stream", "backfill_minutes"),
        ("/2/tweets/compliance/stream", "partition"),
    ],
)
def test_a_number_in_a_query_is_plain_digits(big: Brand, path: str, name: str, number: str) -> None:
    address, _, query = path.format(me=big.id).partition("?")
    asked = dict([query.split("=")] if query else []) | {name: number}
    answer = big.app.get(address, params=asked)
    assert answer.status_code == 400
    assert answer.json()["detail"]


@pytest.mark.parametrize("given", [number for number in WRONG if number])
def test_rules_are_asked_for_by_plain_ids(big: Brand, given: str) -> None:
    assert big.app.get(f"{STREAM}/rules", params={"ids": given}).status_code == 400


@pytest.mark.parametrize(
    "moment", ["٢٠٢٦-01-01T00:00:00Z", "2026-1-1T0:0:0Z", "2026-01- 1T00:00:00Z", "2026-13-01T00:00:00Z", "1767225600"]
)
def test_a_moment_is_written_out_in_plain_digits(big: Brand, moment: str) -> None:
    answer = big.app.get(f"/2/users/{big.id}/mentions", params={"start_time": moment})
    assert answer.status_code == 400


@wrong
def test_a_segment_is_numbered_in_plain_digits(brand: Brand, number: str) -> None:
    body = {"media_type": "image/png", "total_bytes": 9, "media_category": "tweet_image"}
    begun = brand.user.post("/2/media/upload/initialize", json=body).json()["data"]["id"]
    sent = {"media": "AAAA", "segment_index": number}
    assert brand.user.post(f"/2/media/upload/{begun}/append", json=sent).status_code == 400


@wrong
@pytest.mark.parametrize(
    ("path", "name"),
    [("posts", "since"), ("posts", "limit"), ("ledger", "after"), ("ledger", "limit")],
)
def test_a_number_at_the_control_door_is_plain_digits(pretend: Practice, path: str, name: str, number: str) -> None:
    answer = pretend.control.get(f"/pretend/{path}", params={name: number})
    assert answer.status_code == 400
    assert answer.json()["why"]


@pytest.mark.parametrize("number", [number for number in WRONG if number])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("posts/{}/edit", {"text": "x"}),
        ("posts/{}/bounce", {}),
        ("posts", {"username": "num_a", "text": "x", "reply_to": ...}),
        ("messages", {"from": "num_a", "to": "num_b", "text": "x", "media": ...}),
        ("messages/leave", {"username": "num_a", "conversation": ...}),
    ],
)
def test_an_id_at_the_control_door_is_plain_digits(
    pretend: Practice, path: str, body: dict[str, Any], number: str
) -> None:
    whole = {name: number if value is ... else value for name, value in body.items()}
    answer = pretend.control.post(f"/pretend/{path.format(number)}", json=whole)
    assert answer.status_code == 400
    assert answer.json()["why"]


@pytest.mark.parametrize("number", ["9" * 19, str(2**63)])
def test_an_id_beyond_all_ids_is_one_that_nobody_has(pretend: Practice, big: Brand, number: str) -> None:
    found = pretend.control.get("/pretend/posts", params={"since": number})
    assert found.json() == {"posts": []}
    sent = {"from": "num_a", "to": "num_b", "text": "x", "media": number}
    assert pretend.control.post("/pretend/messages", json=sent).status_code == 404
    assert big.app.get(f"/2/tweets/{number}").json()["errors"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("accounts", {"username": "num_c", "followers": HUGE}),
        ("accounts", {"username": "num_c", "followers": -1}),
        ("accounts", {"username": "num_c", "window_s": -1}),
        ("accounts", {"username": "num_c", "limits": {"GET /2/users/me": HUGE}}),
        ("posts", {"username": "num_c", "text": "x", "facts": {"likes": HUGE}}),
        ("posts", {"username": "num_c", "text": "x", "facts": {"poll": {"options": [], "minutes": 10**15}}}),
        ("faults", {"on": "GET /2/nothing", "kind": "status", "status": 99_999}),
        ("faults", {"on": "GET /2/nothing", "kind": "slow", "seconds": -1}),
        ("faults", {"on": "GET /2/nothing", "kind": "slow", "times": 0}),
        ("dial", {"chances": {"slow": 0.5}, "on": "GET /2/nothing", "seed": HUGE}),
        ("scenario", {"name": "everyday", "seed": -1}),
        ("billing", {"username": "NumberBrand", "balance": HUGE}),
        ("billing", {"username": "NumberBrand", "top_up": HUGE}),
        ("billing", {"username": "NumberBrand", "terms": {"spending_limit": HUGE}}),
        ("uploads/work", {"seconds": -1}),
        ("compliance", {"failing": HUGE}),
        ("stream/NumberBrand/habits", {"delay_s": -1}),
        ("stream/NumberBrand/habits", {"shuffle": HUGE}),
        ("stream/NumberBrand/habits", {"duplicates": 2}),
        ("clock", {"forward": -1}),
    ],
)
def test_a_number_in_a_body_has_bounds(pretend: Practice, big: Brand, path: str, body: dict[str, Any]) -> None:
    answer = pretend.control.post(f"/pretend/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["why"]


@pytest.mark.parametrize(
    "more", [{"media": [{"upload": "²"}]}, {"facts": {"deep_link": "https://x.com/"}}], ids=["upload", "deep link"]
)
def test_a_number_that_is_none_breaks_no_page(pretend: Practice, more: dict[str, Any]) -> None:
    post = pretend.post("num_d", "look", **more)
    assert pretend.anybody.get(f"/num_d/status/{post['id']}").status_code == 200


@wrong
def test_a_page_that_goes_on_somewhere_goes_on_at_an_id(pretend: Practice, number: str) -> None:
    for path, name in (("/", "before"), ("/i/pretend/ledger", "after")):
        assert pretend.anybody.get(path, params={name: number}).status_code == 400


@pytest.mark.parametrize("number", [number for number in WRONG if number not in ("", "1.5")])
@pytest.mark.parametrize(("form", "field"), [("clock", "amount"), ("credit", "dollars"), ("scenario", "over")])
def test_a_number_in_a_form_is_plain_digits(pretend: Practice, big: Brand, form: str, field: str, number: str) -> None:
    sent = {"app": big.id, "name": "everyday", "unit": "minutes", field: number}
    answer = pretend.anybody.post(f"/i/pretend/{form}", data=sent, headers={"origin": pretend.url})
    assert answer.status_code == 400


def test_ids_in_the_body_of_a_post_end_where_their_digits_do(brand: Brand) -> None:
    reply = {"in_reply_to_tweet_id": "12\n"}
    assert brand.user.post("/2/tweets", json={"text": "x", "reply": reply}).status_code == 400


def test_every_page_token_is_as_long_as_x_describes_them(pretend: Practice, big: Brand) -> None:
    big.follow("numbers", "of rules")
    rules = big.app.get(f"{STREAM}/rules", params={"max_results": "1"}).json()["meta"]["next_token"]
    for _ in range(2):
        pretend.say("messages", {"from": "num_e", "to": big.username, "text": "psst"})
    letters = big.user.get("/2/dm_events", params={"max_results": "1"}).json()["meta"]["next_token"]
    assert {len(rules), len(letters)} == {16}
