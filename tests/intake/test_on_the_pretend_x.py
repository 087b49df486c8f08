"""The connector of X over the real wire, against the pretend X: rules by the thousand, lost answers, the past."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from earful.connectors.x import X
from earful.core.connector import Account, ConnectorError, InForce, Refused, Rule, searchable
from earful.sandbox.accounts import Profile
from earful.sandbox.posts import Draft
from earful.sandbox.world import World
from earful.wire import Exchange

from sandbox.practice import Brand, Practice, practice  # isort: skip

OLD_POSTS = 150
RULES = "/2/tweets/search/stream/rules"


@pytest.fixture(scope="module")
def pretend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A pretend X with an hour-old past."""
    path = tmp_path_factory.mktemp("pretend") / "x.db"
    past = World(path, "http://past", clock=lambda: time.time() - 3_600)
    somebody = past.put_account(Profile(username="past_a"))
    for number in range(OLD_POSTS):
        past.publish(Draft(somebody, f"a wobbegong, number {number}"))
    past.close()
    with practice(path) as running:
        yield running


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with Exchange() as wire:
        yield wire


def account_of(pretend: Practice, handle: str, vocabulary: str = "tweet") -> tuple[Account, Brand]:
    brand = pretend.brand(handle, vocabulary=vocabulary)
    settings = {"vocabulary": vocabulary}
    return Account(brand.id, handle, pretend.url, pretend.url, brand.app_token, "user", settings), brand


def sync(exchange: Exchange, account: Account, rules: list[Rule]) -> InForce:
    return exchange.run(account, X().prepare(account, X().ears(account)[0], rules))


def some(count: int) -> list[Rule]:
    return [Rule(str(number), f'lumen "word {number}" -is:retweet') for number in range(1, count + 1)]


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_more_rules_than_x_takes_are_all_in_force(pretend: Practice, exchange: Exchange, vocabulary: str) -> None:
    account, brand = account_of(pretend, f"Many{vocabulary}", vocabulary)
    told = sync(exchange, account, [*some(1_500), Rule("9001", "lumen sample:10")])
    assert len(told.kept) == 1_501
    there = brand.app.get(RULES).json()["data"]
    assert len(there) <= 990
    assert {"value": "lumen sample:10", "tag": "earful:9001"}.items() <= next(
        rule for rule in there if "sample" in rule["value"]
    ).items()
    assert sync(exchange, account, [*some(1_500), Rule("9001", "lumen sample:10")]).drifted == 0


@pytest.mark.parametrize("on", [f"GET {RULES}", f"GET {RULES}/counts", f"POST {RULES}"])
def test_a_lost_answer_over_the_wire_is_put_right_by_the_next_sync(
    pretend: Practice, exchange: Exchange, on: str
) -> None:
    account, brand = account_of(pretend, "Lost" + str(len(on)))
    sync(exchange, account, some(3))
    pretend.fault(on, "lost_answer", username=brand.username)
    with pytest.raises(ConnectorError):
        sync(exchange, account, [*some(2), Rule("3", "lumen changed")])
    assert len(sync(exchange, account, [*some(2), Rule("3", "lumen changed")]).kept) == 3
    assert len(brand.app.get(RULES).json()["data"]) == 4


@pytest.mark.parametrize("vocabulary", ["tweet", "post"])
def test_the_past_is_counted_and_read_page_by_page(pretend: Practice, exchange: Exchange, vocabulary: str) -> None:
    account, _ = account_of(pretend, f"Past{vocabulary}", vocabulary)
    now, frames, cursor = datetime.now(UTC), list[bytes](), ""
    since, until = searchable(X.capabilities, now - timedelta(days=30), now, now)
    counted = exchange.run(account, X().count(account, "wobbegong", since, until))
    while not frames or cursor:
        page = exchange.run(account, X().search(account, "wobbegong", since, until, cursor))
        frames, cursor = [*frames, page.frame], page.next
        assert page.oldest is not None
    found = [arrival.post.text for frame in frames for arrival in X().read(account, frame) if arrival.post]
    assert (counted.posts, len(frames)) == (OLD_POSTS, 2)
    assert sorted(found) == sorted(f"a wobbegong, number {number}" for number in range(OLD_POSTS))


def test_a_rule_that_search_cannot_say_costs_no_question(pretend: Practice, exchange: Exchange) -> None:
    account, _ = account_of(pretend, "Unsayable")
    now = datetime.now(UTC)
    with pytest.raises(Refused, match="X cannot search for this rule"):
        exchange.run(account, X().count(account, "lumen bio:doctor", now - timedelta(days=1), now))
