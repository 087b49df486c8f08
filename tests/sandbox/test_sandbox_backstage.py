"""The page behind the stage: what it shows, and what its forms do."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from practice import Brand, Practice

HERE = "/i/pretend"


@pytest.fixture(autouse=True)
def right_again(pretend: Practice) -> Iterator[None]:
    yield
    pretend.control.delete("/pretend/dial")


def page(pretend: Practice) -> str:
    answer = pretend.anybody.get(HERE)
    assert answer.status_code == 200
    return answer.text


def table(pretend: Practice, name: str) -> list[str]:
    """The rows of one table, each as its words."""
    section = page(pretend).partition(f'id="{name}"')[2].partition("</section>")[0]
    rows = section.partition("<tbody>")[2].split("</tr>")[:-1]
    return [unescape(" ".join(re.sub(r"<[^>]+>", " ", row).split())) for row in rows]


def form(pretend: Practice, what: str, data: dict[str, str], origin: str | None = None) -> httpx.Response:
    headers = {"origin": pretend.url if origin is None else origin}
    return pretend.anybody.post(f"{HERE}/{what}", data=data, headers=headers)


def test_the_address_one_would_guess_leads_there(pretend: Practice) -> None:
    assert pretend.anybody.get("/pretend").headers["location"] == HERE
    assert f'href="{HERE}"' in pretend.anybody.get("/").text


def test_it_shows_apps_posts_accounts_the_bill_and_limits(pretend: Practice, brand: Brand) -> None:
    pretend.post("pia_a", "My numbat <b>escaped</b>")
    brand.user.get("/2/users/me")
    assert any(brand.username in row and "self-serve tweet $0.01 $0.01" in row for row in table(pretend, "apps"))
    assert any("My numbat <b>escaped</b>" in row for row in table(pretend, "posts"))
    assert any(brand.username in row for row in table(pretend, "accounts"))
    assert any("GET /2/users/me" in row for row in table(pretend, "bill"))
    assert any(
        f"{brand.username} GET /2/users/me user {brand.id} read $0.01" in row for row in table(pretend, "ledger")
    )
    assert any(f"GET /2/users/me {brand.username} @{brand.username} 1 75" in row for row in table(pretend, "limits"))


def test_it_shows_rules_connections_and_subscriptions(pretend: Practice, brand: Brand) -> None:
    brand.follow("numbat has:links")
    wanted = {"event_type": "post.create", "filter": {"user_id": brand.id}}
    assert brand.app.post("/2/activity/subscriptions", json=wanted).is_success
    assert f"{brand.username} tag numbat has:links numbat has:links" in table(pretend, "rules")
    assert any(f"post.create @{brand.username} stream" in row for row in table(pretend, "subscriptions"))
    with brand.stream():
        assert f"{brand.username} filtered_stream 127.0.0.1 0 open" in table(pretend, "connections")


def test_it_shows_no_secret(pretend: Practice, brand: Brand) -> None:
    shown = page(pretend) + pretend.anybody.get(f"{HERE}/ledger").text
    assert brand.app_token not in shown
    assert brand.user.headers["authorization"].removeprefix("Bearer ") not in shown
    assert "secret-" not in shown


def test_it_changes_when_anybody_calls(pretend: Practice, brand: Brand) -> None:
    etag = pretend.anybody.get(HERE).headers["etag"]
    assert pretend.anybody.get(HERE, headers={"if-none-match": etag}).status_code == 304
    brand.app.get("/2/tweets/1")
    assert pretend.anybody.get(HERE, headers={"if-none-match": etag}).status_code == 200


def test_the_dial_is_turned_by_form_and_put_right_by_another(pretend: Practice, brand: Brand) -> None:
    typed = {"status": "500", "chance_refuse_after": "100", "on": "GET /2/tweets/{id}", "username": brand.username}
    assert form(pretend, "dial", typed | {"most": "", "lasts": ""}).headers["location"] == f"{HERE}#dial"
    assert brand.app.get("/2/tweets/1").status_code == 500
    assert brand.app.get("/2/tweets", params={"ids": "1"}).status_code == 200
    (row,) = table(pretend, "dial")
    assert f"GET /2/tweets/{{id}} refuse_after 100.0% @{brand.username} 1 1 until turned off" in row
    form(pretend, "right", {})
    assert brand.app.get("/2/tweets/1").status_code == 200


def test_credit_is_bought_by_form(pretend: Practice, brand: Brand) -> None:
    assert form(pretend, "credit", {"app": brand.id, "dollars": "12.5"}).status_code == 303
    told = pretend.control.get("/pretend/billing", params={"username": brand.username}).json()
    assert told["balance"] == 12_500_000
    form(pretend, "credit", {"app": brand.id, "dollars": ""})
    told = pretend.control.get("/pretend/billing", params={"username": brand.username}).json()
    assert told["balance"] is None


def test_the_clock_is_moved_by_form(pretend: Practice) -> None:
    before = pretend.control.get("/pretend/clock").json()["ahead"]
    form(pretend, "clock", {"amount": "2", "unit": "minutes"})
    assert pretend.control.get("/pretend/clock").json()["ahead"] == pytest.approx(before + 120, abs=1)


@pytest.mark.parametrize(
    ("what", "data", "status"),
    [
        ("dial", {"chance_slow": "80", "chance_status": "80"}, 400),
        ("dial", {"chance_slow": "lots"}, 400),
        ("dial", {"chance_slow": "nan"}, 400),
        ("credit", {"app": "12", "dollars": "1"}, 404),
        ("clock", {"amount": "-5"}, 400),
    ],
)
def test_what_cannot_be_is_told_as_a_page(pretend: Practice, what: str, data: dict[str, str], status: int) -> None:
    answer = form(pretend, what, data)
    assert answer.status_code == status
    assert "did not work" in answer.text


@pytest.mark.parametrize("what", ["dial", "right", "credit", "clock"])
def test_a_form_from_another_place_turns_nothing(pretend: Practice, what: str) -> None:
    assert form(pretend, what, {}, "https://evil.example").status_code == 403


def test_the_whole_ledger_is_read_page_by_page(pretend: Practice, brand: Brand) -> None:
    posts = [{"username": "pia_b", "text": f"number {n}", "key": f"pia {n}"} for n in range(210)]
    ids = [post["id"] for post in pretend.say("posts/bulk", {"posts": posts})["posts"]]
    for start in range(0, 210, 100):
        brand.app.get("/2/tweets", params={"ids": ",".join(ids[start : start + 100])})
    shown, at = "", f"{HERE}/ledger"
    while at:
        text = pretend.anybody.get(at).text
        shown += text
        following = re.search(r'href="(\?after=\d+)"', text)
        at = f"{HERE}/ledger{following[1]}" if following else ""
    assert all(one in shown for one in ids)
