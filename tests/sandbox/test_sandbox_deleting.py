"""A post is deleted once, however often that is asked: told once, billed once, and answered as a success each time."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from practice import Brand, Practice

STREAM = "/2/tweets/compliance/stream"


@pytest.fixture
def contract(new_brand: Callable[..., Brand]) -> Brand:
    brand = new_brand(tier="enterprise", deletes=True)
    brand.follow(f"from:{brand.username}")
    return brand


def posted(brand: Brand, text: str) -> str:
    new: str = brand.user.post("/2/tweets", json={"text": text}).json()["data"]["id"]
    return new


def fates(pretend: Practice, brand: Brand, post: str) -> list[str]:
    """What the compliance streams told of a post, read back from their past."""
    time.sleep(0.01)
    now = pretend.now()
    began, ends = (at.isoformat(timespec="milliseconds") for at in (now - timedelta(hours=1), now))
    kinds = []
    for part in range(1, 5):
        query = {"partition": str(part), "start_time": began, "end_time": ends}
        for line in brand.app.get(STREAM, params=query).text.splitlines():
            kinds += [kind for kind in ("delete", "drop", "undrop") if f'"{kind}"' in line and post in line]
    return kinds


def through_the_api(pretend: Practice, brand: Brand, post: str) -> Any:
    return brand.user.delete(f"/2/tweets/{post}")


def at_the_control_door(pretend: Practice, brand: Brand, post: str) -> Any:
    return pretend.control.delete(f"/pretend/posts/{post}")


@pytest.mark.parametrize("delete", [through_the_api, at_the_control_door])
def test_a_post_deleted_twice_is_told_once(pretend: Practice, contract: Brand, delete: Callable[..., Any]) -> None:
    contract.subscribe("post.delete")
    first, second = posted(contract, "one"), posted(contract, "two")
    with contract.stream() as lines, contract.activity() as events:
        assert [delete(pretend, contract, post).status_code for post in (first, first, second)] == [200] * 3
        assert [lines.next_post()["delete"]["tweet"]["id"] for _ in range(2)] == [first, second]
        assert [events.next_post()["data"]["payload"]["id"] for _ in range(2)] == [first, second]
    assert fates(pretend, contract, first) == ["delete"]


def test_a_post_deleted_twice_is_billed_once(pretend: Practice, brand: Brand) -> None:
    post = posted(brand, "one")
    answers = [brand.user.delete(f"/2/tweets/{post}") for _ in range(2)]
    answers.append(brand.user.delete("/2/tweets/12"))
    assert [answer.json() for answer in answers] == [{"data": {"deleted": True}}] * 3
    totals = pretend.control.get("/pretend/ledger", params={"username": brand.username}).json()["totals"]
    assert totals["by_operation"]["DELETE /2/tweets/{id}"] == {"entries": 1, "price": 10_000}


def test_a_deleted_post_comes_back_by_no_edit(pretend: Practice, brand: Brand) -> None:
    post = posted(brand, "one")
    pretend.control.delete(f"/pretend/posts/{post}")
    refused = pretend.control.post(f"/pretend/posts/{post}/edit", json={"text": "two"})
    assert refused.status_code == 409
    assert pretend.control.get("/pretend/posts", params={"username": brand.username}).json() == {"posts": []}


def test_a_post_that_x_took_down_can_be_deleted_and_stays_so(pretend: Practice, contract: Brand) -> None:
    post = posted(contract, "one")
    for _ in range(2):
        pretend.say(f"posts/{post}/bounce", {})
    assert contract.user.delete(f"/2/tweets/{post}").status_code == 200
    refused = pretend.control.post(f"/pretend/posts/{post}/bounce", json={"bounced": False})
    assert refused.status_code == 400
    assert fates(pretend, contract, post) == ["drop", "delete"]
    assert "errors" in contract.user.get(f"/2/tweets/{post}").json()
