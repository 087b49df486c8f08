"""What X would have billed: every success once, to the cent, and nothing else."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from practice import Brand, Practice, practice

from earful.sandbox.money.billing import Charge
from earful.sandbox.money.ledger import Ledger
from earful.sandbox.money.prices import Prices, dollars
from earful.sandbox.operations import OPERATIONS
from earful.sandbox.store import Store

STREAM = "/2/tweets/search/stream"
# X's price list has nothing for these.
FREE_WRITES = (
    f"{STREAM}/rules", "/2/activity/", "/2/webhooks", "/2/connections", "/2/compliance/", "/2/media/upload", "/2/chat/",
)  # fmt: skip


def bill(pretend: Practice, brand: Brand) -> dict[str, int]:
    """What a brand was billed so far, in millionths of a dollar, by operation."""
    sums = ledger(pretend, username=brand.username)["totals"]["by_operation"]
    return {operation: found["price"] for operation, found in sums.items()}


def ledger(pretend: Practice, **query: str) -> dict[str, Any]:
    answer = pretend.control.get("/pretend/ledger", params=query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_post_read_twice_on_a_day_is_billed_once(pretend: Practice, brand: Brand) -> None:
    ids = [pretend.post("lea_a", f"number {n}")["id"] for n in range(3)]
    for _ in range(2):
        brand.app.get("/2/tweets", params={"ids": ",".join(ids)})
        brand.app.get(f"/2/tweets/{ids[0]}")
    assert bill(pretend, brand) == {"GET /2/tweets": 15_000}


def test_authors_and_posts_that_come_along_are_billed_too(pretend: Practice, brand: Brand) -> None:
    first = pretend.post("lea_b", "one")["id"]
    second = pretend.post("lea_c", "two", reply_to=first)["id"]
    brand.app.get(f"/2/tweets/{second}", params={"expansions": "author_id,referenced_tweets.id"})
    assert bill(pretend, brand) == {"GET /2/tweets/{id}": 5_000 + 10_000 + 5_000}


def test_what_comes_along_is_free_where_the_terms_say_so(pretend: Practice, brand: Brand) -> None:
    pretend.say("billing", {"username": brand.username, "terms": {"expansions": False}})
    post = pretend.post("lea_d", "one")["id"]
    brand.app.get(f"/2/tweets/{post}", params={"expansions": "author_id"})
    assert bill(pretend, brand) == {"GET /2/tweets/{id}": 5_000}


def test_ones_own_mentions_cost_a_fifth_and_are_no_plain_read(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("lea_e", f"@{brand.username} help")["id"]
    brand.user.get(f"/2/users/{brand.id}/mentions")
    assert bill(pretend, brand) == {"GET /2/users/{id}/mentions": 1_000}
    brand.user.get(f"/2/tweets/{post}")
    brand.app.get(f"/2/users/{brand.id}/mentions", params={"max_results": "5"})
    assert bill(pretend, brand) == {"GET /2/users/{id}/mentions": 1_000, "GET /2/tweets/{id}": 5_000}


def test_mentions_of_somebody_else_are_plain_reads(
    pretend: Practice, brand: Brand, new_brand: Callable[..., Brand]
) -> None:
    other = new_brand()
    pretend.post("lea_f", f"@{other.username} help")
    brand.user.get(f"/2/users/{other.id}/mentions")
    assert bill(pretend, brand) == {"GET /2/users/{id}/mentions": 5_000}


@pytest.mark.parametrize(
    ("text", "summons", "price"),
    [
        ("Good morning", False, 15_000),
        ("See example.com/help", False, 200_000),
        ("On it", True, 10_000),
        ("On it: example.com/help", True, 200_000),
    ],
)
def test_a_post_costs_by_its_link_and_its_summons(
    pretend: Practice, brand: Brand, text: str, summons: bool, price: int
) -> None:
    reply = {"reply": {"in_reply_to_tweet_id": pretend.post("lea_g", f"@{brand.username} hi")["id"]}}
    brand.user.post("/2/tweets", json={"text": text} | (reply if summons else {}))
    assert bill(pretend, brand) == {"POST /2/tweets": price}


def test_the_second_part_of_a_long_answer_answers_no_summons(pretend: Practice, brand: Brand) -> None:
    post = pretend.post("lea_h", f"@{brand.username} hi")["id"]
    first = brand.answer(post, "One").json()["data"]["id"]
    brand.answer(first, "Two")
    assert bill(pretend, brand) == {"POST /2/tweets": 10_000 + 15_000}


def test_links_in_summoned_replies_and_deep_links_go_by_the_terms(pretend: Practice, brand: Brand) -> None:
    terms = {"summoned_links": False, "deep_links": True}
    pretend.say("billing", {"username": brand.username, "terms": terms})
    brand.answer(pretend.post("lea_i", f"@{brand.username} hi")["id"], "See example.com")
    assert bill(pretend, brand) == {"POST /2/tweets": 10_000}
    link = f"https://x.com/messages/compose?recipient_id={brand.id}"
    brand.user.post("/2/tweets", json={"text": "Write to us", "direct_message_deep_link": link})
    assert bill(pretend, brand) == {"POST /2/tweets": 210_000}


def test_messages_deletions_and_counts_are_billed_by_request(pretend: Practice, brand: Brand) -> None:
    customer = pretend.say("accounts", {"username": "lea_j"})["id"]
    sent = f"/2/dm_conversations/with/{customer}/messages"
    for text in ("one", "two"):
        brand.user.post(sent, json={"text": text})
    brand.user.get("/2/dm_events")
    post = brand.user.post("/2/tweets", json={"text": "oops"}).json()["data"]["id"]
    brand.user.delete(f"/2/tweets/{post}")
    for _ in range(2):
        brand.app.get("/2/tweets/counts/recent", params={"query": "quokka"})
    assert bill(pretend, brand) == {
        "POST /2/dm_conversations/with/{participant_id}/messages": 30_000,
        "GET /2/dm_events": 20_000,
        "POST /2/tweets": 15_000,
        "DELETE /2/tweets/{id}": 10_000,
        "GET /2/tweets/counts/recent": 10_000,
    }


@pytest.mark.parametrize(
    ("what", "named", "price"),
    [
        ("retweets", "tweet_id", 10_000),
        ("likes", "tweet_id", 10_000),
        ("muting", "target_user_id", 5_000),
        ("following", "target_user_id", 10_000),
    ],
)
def test_what_is_taken_back_twice_is_billed_once(
    pretend: Practice, new_brand: Callable[..., Brand], what: str, named: str, price: int
) -> None:
    brand, post = new_brand(tier="enterprise"), pretend.post("lea_p", "take me back")
    given, path = post["id" if named == "tweet_id" else "author_id"], f"/2/users/{brand.id}/{what}"
    assert taken_back(pretend, brand, f"{path}/{given}") == []
    assert brand.user.post(path, json={named: given}).status_code == 200
    for _ in range(2):
        assert taken_back(pretend, brand, f"{path}/{given}") == [price]


def test_a_request_to_follow_that_is_taken_back_twice_is_billed_once(
    pretend: Practice, new_brand: Callable[..., Brand]
) -> None:
    brand, person = new_brand(tier="enterprise"), pretend.say("accounts", {"username": "lea_q"})["id"]
    pretend.say("accounts/lea_q/state", {"protected": True})
    path = f"/2/users/{brand.id}/following"
    assert brand.user.post(path, json={"target_user_id": person}).json()["data"]["pending_follow"]
    for _ in range(2):
        assert taken_back(pretend, brand, f"{path}/{person}") == [10_000]


def taken_back(pretend: Practice, brand: Brand, path: str) -> list[int]:
    """What every taking back was billed so far, after one more that succeeded."""
    assert brand.user.delete(path).status_code == 200
    return [price for operation, price in bill(pretend, brand).items() if operation.startswith("DELETE ")]


def test_what_fails_is_free_and_what_is_missing_too(pretend: Practice, brand: Brand) -> None:
    brand.app.get("/2/tweets", params={"ids": "12,13"})
    brand.app.get("/2/tweets/search/recent", params={"query": "("})
    brand.user.post("/2/tweets", json={"text": ""})
    pretend.fault("GET /2/users/me", "status", username=brand.username)
    pretend.fault("GET /2/users/me", "refuse_after", username=brand.username)
    pretend.fault("GET /2/users/me", "lost_request", username=brand.username)
    assert [brand.user.get("/2/users/me").status_code for _ in range(2)] == [503, 503]
    with pytest.raises(httpx.RemoteProtocolError):
        brand.user.get("/2/users/me")
    assert bill(pretend, brand) == {}


def test_a_lost_answer_is_billed_because_it_was_given(pretend: Practice, brand: Brand) -> None:
    pretend.fault("GET /2/users/me", "lost_answer", username=brand.username)
    with pytest.raises(httpx.RemoteProtocolError):
        brand.user.get("/2/users/me")
    assert bill(pretend, brand) == {"GET /2/users/me": 10_000}


def test_a_line_of_the_stream_is_billed_with_all_it_brings(pretend: Practice, brand: Brand) -> None:
    brand.follow("wombat")
    with brand.stream(expansions="author_id") as lines:
        for n in range(3):
            pretend.post("lea_k", f"wombat {n}")
            lines.next_post()
    assert bill(pretend, brand) == {f"GET {STREAM}": 3 * 5_000 + 10_000}


def test_what_goes_by_while_nobody_listens_is_not_billed(pretend: Practice, brand: Brand) -> None:
    brand.follow("bandicoot")
    pretend.post("lea_l", "a bandicoot")
    assert bill(pretend, brand) == {}


def test_entries_come_page_by_page_with_the_totals_of_all(pretend: Practice, brand: Brand) -> None:
    ids = [pretend.post("lea_m", f"number {n}")["id"] for n in range(5)]
    brand.app.get("/2/tweets", params={"ids": ",".join(ids)})
    first = ledger(pretend, username=brand.username, limit="3")
    rest = ledger(pretend, username=brand.username, limit="3", after=first["next"])
    assert [entry["resource"] for entry in first["entries"] + rest["entries"]] == ids
    assert "next" not in rest
    assert first["totals"]["price"] == rest["totals"]["price"] == 25_000
    today = datetime.now(UTC).date().isoformat()
    assert first["totals"]["by_day"] == {today: {"entries": 5, "price": 25_000}}
    assert ledger(pretend, username=brand.username, resource=ids[0])["entries"] == first["entries"][:1]


def test_an_app_more_has_a_bill_of_its_own(pretend: Practice, brand: Brand) -> None:
    app = pretend.say("apps", {"owner": brand.username, "name": "Second"})
    post = pretend.post("lea_o", "one")["id"]
    headers = {"authorization": f"Bearer {app['app_token']}"}
    assert pretend.anybody.get(f"/2/tweets/{post}", headers=headers).status_code == 200
    assert ledger(pretend, client_id=app["client_id"])["totals"]["price"] == 5_000
    assert bill(pretend, brand) == {}
    pretend.say("billing", {"client_id": app["client_id"], "balance": 0})
    assert pretend.anybody.get(f"/2/tweets/{post}", headers=headers).status_code == 402
    assert brand.app.get(f"/2/tweets/{post}").status_code == 200


@pytest.mark.parametrize("query", [{"username": "nobody_y"}, {"colour": "red"}, {"after": "x"}])
def test_a_ledger_that_cannot_be_told_says_why(pretend: Practice, query: dict[str, str]) -> None:
    answer = pretend.control.get("/pretend/ledger", params=query)
    assert (answer.status_code, bool(answer.json()["why"])) == (400, True)


def test_a_restart_keeps_the_ledger_and_does_not_bill_again(tmp_path: Path) -> None:
    path = tmp_path / "practice.db"
    with practice(path) as before:
        brand = before.brand("LedgerBrand")
        post = before.post("lea_n", "one")["id"]
        brand.app.get(f"/2/tweets/{post}")
        had = ledger(before)
        before.kill()
    with practice(path) as after:
        after.brand("LedgerBrand").app.get(f"/2/tweets/{post}")
        assert ledger(after) == had


DAYS = st.integers(1_790_000_000, 1_790_000_000 + 3 * 86_400)
CHARGES = st.one_of(
    st.builds(
        Charge, st.sampled_from(["post", "user"]), st.sampled_from(["read", "owned"]), st.sampled_from(["1", "2", "3"])
    ),
    st.builds(Charge, st.sampled_from(["post_create", "counts_recent"])),
)


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.lists(CHARGES, max_size=5), DAYS), max_size=12))
def test_no_resource_is_billed_twice_a_day_and_totals_are_the_sums_of_entries(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[int, list[Charge], int]]
) -> None:
    store = Store(tmp_path_factory.mktemp("ledger") / "practice.db")
    book = Ledger(store, Prices())
    book.set(1, book.terms(1), 1_000_000)
    booked = [book.book(app, "GET /2/tweets", owed, float(at)) for app, owed, at in calls]
    entries = book.entries()
    named = [(row["app"], row["day"], row["kind"], row["class"], row["resource"]) for row in entries]
    of_resources = [name for name in named if name[-1]]
    assert len(of_resources) == len(set(of_resources))
    assert len(named) - len(of_resources) == sum(one.resource is None for _, owed, _ in calls for one in owed)
    assert book.total().price == sum(row["price"] for row in entries) == sum(booked)
    for part in ("app", "day", "kind", "class", "operation"):
        assert sum(found.price for found in book.totals(part).values()) == book.total().price
    assert book.balance(1) == 1_000_000 - book.total(app=1).price
    store.close()


def test_every_price_that_an_operation_names_is_known() -> None:
    table = Prices().on(date(2026, 11, 1)).prices
    for operation in OPERATIONS:
        bill = operation.bills
        assert not bill.reads or ("read", bill.reads) in table, operation.name
        assert not bill.owned or ("owned", bill.reads) in table, operation.name
        assert not isinstance(bill.request, str) or not bill.request or ("request", bill.request) in table


# Lists of people that are cheaper than people.
LISTED_CHEAPLY = {"/2/users/{id}/muting": "mute", "/2/users/{id}/blocking": "block"}


def test_every_operation_that_costs_something_says_what() -> None:
    reads = {"posts": "post", "users": "user", "messages": "dm_event"}
    for operation in OPERATIONS:
        name = f"{operation.method} {operation.path}"
        if operation.method == "GET":
            wanted = LISTED_CHEAPLY.get(operation.path, reads.get(operation.shows, ""))
            assert operation.bills.reads == wanted, name
        else:
            assert bool(operation.bills.request) is not operation.path.startswith(FREE_WRITES), name


def test_prices_change_on_their_day() -> None:
    text = "".join(
        f"[[tables]]\nsince = {since}\n[tables.read]\npost = {price}\n"
        for since, price in (("2026-08-01", "0.007"), ("2026-02-01", "0.005"))
    )
    prices = Prices(text)
    days = (date(2025, 1, 1), date(2026, 7, 31), date(2026, 8, 1))
    assert [prices.price("post", "read", day) for day in days] == [5_000, 5_000, 7_000]
    with pytest.raises(LookupError, match="add it to prices"):
        prices.price("post", "owned", days[0])


def test_amounts_are_never_rounded() -> None:
    assert [dollars(micro) for micro in (0, 1, 10_000, 1_234_500_000, -500)] == [
        "$0.00", "$0.000001", "$0.01", "$1,234.50", "-$0.0005",
    ]  # fmt: skip
