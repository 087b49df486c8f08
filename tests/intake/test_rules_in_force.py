"""How the listener keeps a network's rules with ours, and what it does where a network takes none."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from building import brand
from earful.channels.access import account_of
from earful.channels.models import Channel, Hearing
from earful.connectors.registry import CONNECTORS
from earful.connectors.x import X
from earful.connectors.x.ears import STREAM
from earful.core.connector import (
    Account,
    Capabilities,
    Ear,
    InForce,
    Rates,
    Request,
    Response,
    Rule,
    SearchPage,
    Talk,
)
from earful.core.prices import Charge
from earful.intake import sweeping
from earful.intake.following import Following
from earful.intake.listener import Wanted, new_ear
from earful.intake.listening import Listening
from earful.intake.models import Frame
from earful.intake.sweeping import Stretch, Sweep, sweep
from earful.rules import standing
from earful.rules.models import ListeningRule, Standing
from earful.wire import Exchange

from connectors.rule_network import RuleNetwork  # isort: skip


class Wired(Exchange):
    """The wire, ending at X's rules in memory."""

    def __init__(self, network: RuleNetwork) -> None:
        super().__init__()
        self.network = network

    def ask(self, account: Account, request: Request) -> Response:
        return self.network.answer(request)


def rule(text: str, **fields: object) -> ListeningRule:
    return ListeningRule.objects.create(name=text, text=text, **fields)


def follow(following: Following, network: RuleNetwork, channel: Channel) -> None:
    with closing(Wired(network)) as exchange:
        following.follow(exchange, X(), account_of(channel))


def standings() -> dict[str, tuple[str, str]]:
    return {row.rule.text: (row.state, row.reason) for row in Standing.objects.select_related("rule")}


@pytest.fixture
def following(channel: Channel) -> Following:
    return Following(channel.pk, STREAM)


def test_each_rule_is_told_how_it_stands_with_the_network(channel: Channel, following: Following) -> None:
    rule("lumen down"), rule("lumen bio:x"), rule("lumen slow", enabled=False)
    follow(following, RuleNetwork(refuses=("bio",)), channel)
    assert standings() == {"lumen down": ("in_force", ""), "lumen bio:x": ("refused", "X refuses it: no such operator")}
    assert "X refuses it: no such operator" in following.refused


def test_a_mended_rule_clears_the_refusal(channel: Channel, following: Following) -> None:
    bad = rule("lumen bio:x")
    network = RuleNetwork(refuses=("bio",))
    follow(following, network, channel)
    bad.text = "lumen modem"
    bad.save()
    follow(following, network, channel)
    assert following.refused == ""
    assert standings() == {"lumen modem": ("in_force", "")}


def test_a_rule_that_rests_or_is_gone_leaves_the_network_and_its_standing_goes(
    channel: Channel, following: Following
) -> None:
    kept, paused, gone = rule("lumen down"), rule("lumen slow"), rule("lumen modem")
    network = RuleNetwork()
    follow(following, network, channel)
    ListeningRule.objects.filter(pk=paused.pk).update(enabled=False)
    gone.delete()
    follow(following, network, channel)
    assert [*network.ours.values()][1:] == ["lumen down"]
    assert [*standings()] == [kept.text]


def test_what_did_not_change_is_not_asked_again_before_ten_minutes(
    channel: Channel, following: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule("lumen down")
    network = RuleNetwork()
    follow(following, network, channel)
    asked = len(network.asked)
    follow(following, network, channel)
    assert len(network.asked) == asked
    network.rules.pop()
    monkeypatch.setattr("earful.intake.following.DRIFT_CHECK_SECONDS", 0.0)
    follow(following, network, channel)
    assert "lumen down" in network.values


@pytest.mark.parametrize("lost", range(1, 5))
def test_after_a_lost_answer_the_next_look_puts_the_rules_right(
    channel: Channel, following: Following, lost: int
) -> None:
    rule("lumen down")
    network = RuleNetwork(loses=lost)
    with closing(Wired(network)) as exchange:
        following.follow_later(exchange, X(), lambda: account_of(channel))
        assert not standings()
        following.follow_later(exchange, X(), lambda: account_of(channel))
    assert standings() == {"lumen down": ("in_force", "")}
    assert len(network.rules) == 2


def test_a_standing_that_did_not_change_keeps_since_when(channel: Channel) -> None:
    one = rule("lumen down")
    before = timezone.now() - timedelta(days=1)
    told = InForce(kept=frozenset({str(one.pk)}))
    standing.record(channel.pk, told, [Rule(str(one.pk), one.text)])
    Standing.objects.update(since=before)
    standing.record(channel.pk, told, [Rule(str(one.pk), one.text)])
    assert Standing.objects.get().since == before
    standing.record(channel.pk, InForce(here_only={str(one.pk): "no room"}), [Rule(str(one.pk), one.text)])
    assert Standing.objects.get().since > before


def test_a_rule_that_was_deleted_meanwhile_is_passed_over(channel: Channel) -> None:
    standing.record(channel.pk, InForce(kept=frozenset({"987654"})), [Rule("987654", "lumen")])
    assert not standings()


class Quiet(X):
    """A network that takes no rules and has a search: two posts for each query, one a page."""

    network = "quiet"
    capabilities = Capabilities(300, 300, False, search_days=7)

    def ears(self, account: Account) -> Sequence[Ear]:
        return (Ear("search", held=False, every=60.0, searches=True),)

    def __init__(self) -> None:
        self.asked: list[tuple[str, datetime, datetime, str]] = []

    def prepare(self, account: Account, ear: Ear, rules: object, threads: object = ()) -> Talk[InForce]:
        yield from ()
        return InForce(here_only={each.tag: "This network takes no rules." for each in rules})  # type: ignore[attr-defined]

    def search(
        self, account: Account, rule: str, since: datetime, until: datetime, cursor: str, *, most: int = 100
    ) -> Talk[SearchPage]:
        yield from ()
        self.asked.append((rule, since, until, cursor))
        return SearchPage(f"{rule}{cursor}".encode(), 1, since, "" if cursor else "2")


@pytest.fixture
def quiet(db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Quiet, Listening]:
    """The only ear of a channel on that network."""
    network = Quiet()
    monkeypatch.setitem(CONNECTORS, "quiet", network)  # type: ignore[arg-type]
    channel = brand(network="quiet")
    return network, new_ear(Wanted(channel.pk, network.ears(channel.keyless)[0], tends_rules=True))


def test_where_a_network_takes_no_rules_its_search_is_asked_for_them(quiet: tuple[Quiet, Listening]) -> None:
    network, ear = quiet
    rule("lumen down"), rule("lumen slow")
    assert ear.listen() == 60.0
    assert [(asked, cursor) for asked, _, _, cursor in network.asked] == [
        ("(lumen down) OR (lumen slow)", ""), ("(lumen down) OR (lumen slow)", "2")]  # fmt: skip
    assert [bytes(frame.body)[-1:] for frame in Frame.objects.order_by("id")] == [b"2", b")"]
    assert {state for state, _ in standings().values()} == {"here_only"}


def test_each_search_begins_where_the_last_one_ended_with_an_overlap(quiet: tuple[Quiet, Listening]) -> None:
    network, ear = quiet
    rule("lumen down")
    ear.listen()
    until = network.asked[-1][2]
    ear.listen()
    assert network.asked[-1][1] == until - sweeping.OVERLAP
    assert Hearing.objects.get().cursor == network.asked[-1][2].isoformat()


def test_without_rules_no_search_is_paid_for(quiet: tuple[Quiet, Listening]) -> None:
    network, ear = quiet
    ear.listen()
    assert not network.asked


class Endless(Quiet):
    """Every page leads to another."""

    def search(self, *args: object, most: int = 100) -> Talk[SearchPage]:
        yield from ()
        self.asked.append(args[1:5])  # type: ignore[arg-type]
        return SearchPage(b"page", 100, None, "more")

    def rates(self, account: Account) -> Rates:
        return Rates(found=5_000)

    def charges_heard(self, account: Account, frame: bytes) -> list[Charge]:
        return [Charge("post", "read", str(number)) for number in range(100)]


def test_a_sweep_stops_at_its_price_and_no_query_goes_unasked() -> None:
    network, now, kept = Endless(), timezone.now(), list[bytes]()
    stretch, account = Stretch(now - timedelta(minutes=5), now), Account("1", "Lumen", "", "")
    rules = [Rule(str(number), f"lumen {'x' * 400}{number}") for number in range(3)]
    begun = Sweep.of(network.queries(account, rules), stretch)
    with Exchange() as exchange:
        swept = sweep(exchange, network, account, begun, lambda frame, _: kept.append(frame))
    assert (len(kept), swept.posts, swept.spent) == (30, 3_000, sweeping.MOST_DOLLARS)
    assert swept.unasked == stretch
    assert len({asked[0] for asked in network.asked[:3]}) == 3


def test_a_stretch_is_read_as_it_was_written() -> None:
    now = timezone.now().replace(microsecond=0)
    whole = Stretch(now - timedelta(hours=1), now)
    inside = Stretch(whole.since + timedelta(microseconds=1), whole.until - timedelta(microseconds=1))
    assert Stretch.read(str(whole)) == Stretch.read(str(inside)) == whole
    assert [Stretch.read(text) for text in ("", "x/y", "2026-11-20T00:00:00+00:00")] == [None, None, None]
