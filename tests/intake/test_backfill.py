"""A rule taken into the past, page by page, whatever happens on the way."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, NoReturn

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from building import NINA, at_once, brand, for_a_process, hear, item, minutes_ago, said
from earful.cases.models import Case
from earful.channels import access
from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.connector import Refused, Response
from earful.core.prices import dollars
from earful.intake import backfilling, journal, walking
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.listener import Listener
from earful.intake.models import Backfill, Frame
from earful.intake.reader import Reader
from earful.intake.walking import Backfiller
from earful.ledger import credit
from earful.ledger.models import Outage
from earful.posts.models import Post
from earful.rules import book
from earful.rules.models import ListeningRule, Match, Pace
from fishing import listening, terms
from past import Params, Past, says, served
from scripted import reply, too_many

AT_ONCE = timedelta(0)


def begun(channel: Channel, *, text: str = "lumen outage", days: float = 6, cap: str = "20", **fields: Any) -> Backfill:
    """A backfill of a rule, begun now."""
    rule = listening(text, most_a_minute=5)
    now = timezone.now()
    return backfilling.begin(
        rule,
        channel,
        since=now - timedelta(days=days),
        until=now - timedelta(seconds=31),  # X's search knows nothing younger than half a minute
        price_cap=Decimal(cap),
        agent=None,
        **fields,
    )


def walk(past: Past, backfill: Backfill, pages: int = 1000) -> Backfill:
    """Fetch pages as long as some are due, and read them."""
    backfiller = Backfiller(past.run().run, pause=AT_ONCE)
    while pages and backfiller.run_once():
        pages -= 1
    read()
    backfill.refresh_from_db()
    return backfill


def read() -> None:
    while Reader(PostgresBelt()).read_batch().frames:
        pass


def due(backfill: Backfill) -> None:
    """Let whatever it waits for be over."""
    Backfill.objects.filter(pk=backfill.pk).update(due_at=timezone.now(), leased_until=None)


def test_a_backfill_brings_every_post_once_with_what_it_cost(channel: Channel) -> None:
    done = walk(Past.of(250), begun(channel))
    assert (done.state, done.pages, done.fetched, done.found) == ("done", 3, 250, 250)
    assert done.spent == Decimal("3.750")
    assert Post.objects.count() == Match.objects.filter(rule=done.rule).count() == 250
    assert done.ended_at is not None
    assert backfilling.progress(done) == 1.0


def test_what_a_backfill_finds_opens_no_cases_and_trips_nothing_unless_asked(channel: Channel) -> None:
    done = walk(Past.of(30), begun(channel))
    assert not Case.objects.exists()
    done.rule.refresh_from_db()
    assert done.rule.tripped_at is None
    assert sum(pace.posts for pace in Pace.objects.all()) == 30
    assert sum(pace.cost for pace in Pace.objects.all()) == 0


def test_a_backfill_that_opens_cases_opens_them(channel: Channel) -> None:
    walk(Past.of(5), begun(channel, opens_cases=True))
    assert Case.objects.filter(found_by_rule=True).count() == 5


def test_a_post_that_calls_us_is_a_case_by_whatever_way_it_is_first_heard(channel: Channel) -> None:
    walk(Past([item(NINA, "@LumenHelp lumen outage", at=minutes_ago(90))]), begun(channel))
    assert Case.objects.count() == 1


def test_why_a_post_was_found_is_kept_as_far_as_we_can_see_it(channel: Channel) -> None:
    posts = [item(NINA, "Lumen outage!", at=minutes_ago(90)), item(NINA, "nothing works", at=minutes_ago(95))]
    walk(Past(posts), begun(channel))
    reasons = Match.objects.order_by("-post__created_at").values_list("reasons", flat=True)
    assert [terms(each) for each in reasons] == [["lumen", "outage"], []]


def test_a_post_that_was_known_is_found_and_not_new(channel: Channel) -> None:
    past, known = Past.of(3), "1900000000999999999"
    past.posts.append(item(NINA, "@LumenHelp lumen outage", id=known, at=minutes_ago(600)))
    hear(channel, said(NINA, "@LumenHelp lumen outage", id=known, at=minutes_ago(600)))
    done = walk(past, begun(channel))
    assert (done.fetched, done.found) == (4, 3)
    assert Match.objects.filter(rule=done.rule, post__network_id=known).exists()


def test_the_posts_of_a_paused_rule_are_found_all_the_same(channel: Channel) -> None:
    backfill = begun(channel)
    ListeningRule.objects.update(enabled=False)
    assert walk(Past.of(3), backfill).found == 3
    assert Match.objects.count() == 3


def test_a_paused_backfill_rests_and_goes_on_where_it_was(channel: Channel) -> None:
    past, backfill = Past.of(250), begun(channel)
    walk(past, backfill, pages=1)
    backfilling.pause(backfill)
    assert walk(past, backfill).fetched == 100
    assert 0.2 < backfilling.progress(backfill) < 0.8
    backfilling.resume(backfill)
    assert (walk(past, backfill).fetched, backfill.state) == (250, "done")
    assert [asked.get("next_token") for asked in past.asked] == [None, "100", "200"]


def test_a_stopped_backfill_keeps_what_it_found_and_goes_on_no_more(channel: Channel) -> None:
    past, backfill = Past.of(250), begun(channel)
    walk(past, backfill, pages=1)
    backfilling.stop(backfill)
    backfilling.resume(backfill)
    assert (walk(past, backfill).state, Post.objects.count()) == ("stopped", 100)


def test_a_page_that_is_under_way_when_somebody_pauses_is_kept(channel: Channel) -> None:
    past, backfill = Past.of(250), begun(channel)
    past.faults = [lambda params: backfilling.pause(backfill)]
    walk(past, backfill)
    assert (backfill.state, backfill.fetched, backfill.spent) == ("paused", 100, Decimal("1.5"))


def test_no_page_is_asked_for_that_could_cost_more_than_the_cap(channel: Channel) -> None:
    past, backfill = Past.of(250), begun(channel, cap="2.49")
    walk(past, backfill)
    assert (backfill.state, backfill.fetched, backfill.spent) == ("capped", 166, Decimal("2.49"))
    assert [asked["max_results"] for asked in past.asked] == ["100", "66"]
    with pytest.raises(Refused, match="cap"):
        backfilling.resume(backfill)
    backfilling.resume(backfill, price_cap=Decimal("5"))
    assert (walk(past, backfill).state, backfill.fetched) == ("done", 250)


def test_a_cap_that_just_suffices_suffices(channel: Channel) -> None:
    assert walk(Past.of(166), begun(channel, cap="2.49")).state == "done"


def test_the_cap_holds_for_the_authors_too_who_come_with_every_page(channel: Channel) -> None:
    rates = connector_for("x").rates(channel.keyless)
    done = walk(Past.of(250), begun(channel, cap="1"))
    assert done.fetched * dollars(rates.found + rates.author) <= done.spent <= 1


def test_a_network_that_is_busy_is_asked_again_when_it_says(channel: Channel) -> None:
    past, backfill = Past.of(150), begun(channel)
    past.faults = [lambda params: too_many(10)(None, None)]  # type: ignore[arg-type]
    walk(past, backfill)
    assert (backfill.state, backfill.fetched) == ("running", 0)
    assert backfill.due_at > timezone.now() + timedelta(minutes=8)
    assert backfill.reason
    due(backfill)
    assert (walk(past, backfill).fetched, backfill.reason) == (150, "")


def test_the_other_backfills_of_a_channel_wait_with_the_one_that_must(channel: Channel) -> None:
    past, first, second = Past.of(150), begun(channel), begun(channel, text="lumen")
    past.faults = [lambda params: too_many(10)(None, None)]  # type: ignore[arg-type]
    walk(past, first)
    assert walk(past, second).fetched == 0
    due(first)
    assert walk(past, first).fetched == walk(past, second).fetched == 150


def test_backfills_of_a_channel_take_turns_and_pause_between_pages(channel: Channel) -> None:
    past, first, second = Past.of(300), begun(channel), begun(channel, text="lumen")
    backfiller = Backfiller(past.run().run, pause=timedelta(minutes=1))
    assert [backfiller.run_once(), backfiller.run_once()] == [True, False]
    Backfill.objects.filter(leased_until__gt=timezone.now()).update(leased_until=timezone.now())
    assert backfiller.run_once()
    assert set(Backfill.objects.values_list("pages", flat=True)) == {1}
    assert first.rule != second.rule


REFUSAL = says(400, {"errors": [{"message": "no such operator"}], "title": "Invalid Request"})


def test_what_somebody_must_mend_stops_it_with_the_reason_until_resumed(channel: Channel) -> None:
    past, backfill = Past.of(150), begun(channel)
    past.faults = [REFUSAL]
    walk(past, backfill)
    assert (backfill.state, backfill.fetched) == ("failed", 0)
    assert backfill.reason
    backfilling.resume(backfill)
    assert (walk(past, backfill).state, backfill.fetched) == ("done", 150)


def test_without_access_it_rests_and_goes_on_by_itself_when_the_account_is_linked_again(channel: Channel) -> None:
    past, backfill = Past.of(150), begun(channel)
    access.lost(channel.pk, "Taken back. Link it again.")
    Backfiller(past.run().run, pause=AT_ONCE).run_once()
    backfill.refresh_from_db()
    assert (backfill.state, backfill.reason, past.asked) == ("running", "Taken back. Link it again.", [])
    channel.seal_tokens(app="app-key", user="user-key")
    Backfill.objects.update(due_at=timezone.now(), leased_until=None)
    assert (walk(past, backfill).state, backfill.fetched) == ("done", 150)


def test_without_credit_it_rests_and_goes_on_by_itself_when_there_is_some_again(channel: Channel) -> None:
    past, backfill = Past.of(150), begun(channel)
    past.faults = [says(402, {"title": "CreditsDepleted", "detail": "out of credits"})]
    backfiller = Backfiller(past.run().run, pause=AT_ONCE)
    backfiller.run_once()
    backfill.refresh_from_db()
    assert (backfill.state, "credit" in backfill.reason) == ("running", True)
    assert backfill.due_at is not None
    assert backfill.due_at > timezone.now() + timedelta(seconds=50)
    credit.ask_now(channel.pk, timezone.now())
    Backfill.objects.update(due_at=timezone.now(), leased_until=None)
    assert (walk(past, backfill).state, backfill.fetched) == ("done", 150)
    assert not Outage.objects.filter(until=None).exists()


def test_a_page_token_that_has_grown_old_costs_no_post(channel: Channel) -> None:
    past, backfill = Past.of(250), begun(channel)
    past.faults = [lambda params: None, says(400, {"title": "Invalid Request"})]
    walk(past, backfill)
    assert (backfill.state, Post.objects.count(), backfill.found) == ("done", 250, 250)


def test_a_lost_lease_doubles_nothing(channel: Channel) -> None:
    past, backfill = Past.of(150), begun(channel)

    def slow(params: Params) -> Response | None:
        due(backfill)
        Backfiller(past.run().run, pause=AT_ONCE).run_once()
        return None

    past.faults = [slow]
    walk(past, backfill)
    assert (backfill.fetched, backfill.pages, Post.objects.count()) == (150, 2, 150)
    assert backfill.spent == Decimal("3.750")


def test_a_rule_deleted_meanwhile_ends_its_backfill(channel: Channel) -> None:
    past, backfill = Past.of(150), begun(channel)
    past.faults = [lambda params: backfill.rule.delete() and None]
    assert Backfiller(past.run().run, pause=AT_ONCE).run_once()
    assert not Backfill.objects.exists()
    assert not Frame.objects.exists()


def test_frames_of_a_rule_deleted_meanwhile_are_let_go(channel: Channel) -> None:
    backfill = begun(channel)
    Backfiller(Past.of(150).run().run, pause=AT_ONCE).run_once()
    backfill.rule.delete()
    book.look_again()
    read()
    assert not Post.objects.exists()
    assert not journal.aside().exists()


def test_a_rule_that_no_search_can_say_is_refused_before_anything_begins(channel: Channel) -> None:
    with pytest.raises(Refused, match="followers"):
        begun(channel, text="lumen followers_count:1000")
    assert not Backfill.objects.exists()


def test_one_backfill_at_a_time_for_a_rule_on_a_channel(channel: Channel) -> None:
    backfill = begun(channel)
    again = {"since": minutes_ago(600), "until": minutes_ago(1), "price_cap": Decimal(1), "agent": None}
    with pytest.raises(IntegrityError), transaction.atomic():
        backfilling.begin(backfill.rule, channel, **again)
    past = Past.of(10)
    past.faults = [REFUSAL]
    walk(past, backfill)
    backfilling.begin(backfill.rule, channel, **again)
    with pytest.raises(Refused, match="Another backfill"):
        backfilling.resume(backfill)


def test_what_was_written_this_minute_is_waited_for(channel: Channel) -> None:
    now = timezone.now()
    money = {"price_cap": Decimal(5), "agent": None}
    old = listening("lumen")
    old.changed_at = now - timedelta(hours=1)
    walk = backfilling.begin(old, channel, since=now - timedelta(days=1), until=now, **money)
    assert timedelta(seconds=29) < walk.due_at - now < timedelta(seconds=33)
    assert "Begins in 30 seconds" in walk.reason


def test_a_walk_for_a_new_rule_goes_on_to_when_the_network_has_it_in_force(channel: Channel) -> None:
    rule, now = listening("lumen"), timezone.now()
    money = {"price_cap": Decimal(5), "agent": None}
    walk = backfilling.begin(rule, channel, since=now - timedelta(days=1), until=now, **money)
    assert walk.until == rule.changed_at + timedelta(seconds=45)
    assert walk.due_at >= walk.until + timedelta(seconds=29)


def test_one_that_is_paused_while_it_waits_goes_on_waiting(channel: Channel) -> None:
    rule, now = listening("lumen"), timezone.now()
    money = {"price_cap": Decimal(5), "agent": None}
    walk = backfilling.begin(rule, channel, since=now - timedelta(days=1), until=now, **money)
    backfilling.pause(walk)
    backfilling.resume(walk)
    walk.refresh_from_db()
    assert walk.due_at >= walk.until + timedelta(seconds=29)


def test_the_past_is_walked_as_far_as_the_search_reaches(channel: Channel) -> None:
    past = Past.of(10)
    done = walk(past, begun(channel, days=365))
    [asked] = past.asked
    assert timezone.now() - timedelta(days=7, minutes=1) < done.since
    assert asked["start_time"] >= (timezone.now() - timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_estimate_is_the_networks_own_count_at_its_price(db: None) -> None:
    past = Past.of(824)
    with served(past) as address:
        told = backfilling.estimate(brand(api=address), "lumen outage", minutes_ago(9000), minutes_ago(0))
    assert (told.posts, told.by) == (824, "counted")
    assert told.price == pytest.approx(12.36)
    assert past.questions == 1


def test_a_channel_that_is_switched_off_is_not_asked(channel: Channel) -> None:
    backfill, past = begun(channel), Past.of(10)
    Channel.objects.update(enabled=False)
    assert walk(past, backfill).state == "failed"
    assert past.asked == []


def test_a_fault_of_our_own_stops_it_before_more_is_paid(channel: Channel) -> None:
    past, backfill = Past.of(150), begun(channel)
    past.faults = [lambda params: {}["nothing"]]
    walk(past, backfill)
    assert (backfill.state, backfill.spent, len(past.asked)) == ("failed", 0, 1)
    assert "KeyError" in backfill.reason


def test_a_page_token_of_any_length_is_kept(channel: Channel) -> None:
    past, backfill = Past.of(250), begun(channel)
    past.faults = [lambda params: _turning(past, "z" * 2_000)]
    walk(past, backfill, pages=1)
    assert backfill.cursor.endswith(" " + "z" * 2_000)


def test_a_page_that_cannot_be_kept_is_paid_once_and_ends_the_backfill(channel: Channel) -> None:
    past, backfill = Past.of(250), begun(channel)
    past.faults = [lambda params: _turning(past, "no text\0for a database")]
    walk(past, backfill)
    assert (backfill.state, backfill.spent, len(past.asked)) == ("failed", Decimal("1.5"), 1)
    assert "DataError" in backfill.reason


def test_a_page_is_held_while_the_database_is_away_and_not_paid_for_twice(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    past, backfill, carry = Past.of(150), begun(channel), journal.carry
    backfiller = Backfiller(past.run().run, pause=AT_ONCE)
    monkeypatch.setattr(journal, "carry", _away)
    for _ in range(3):
        with pytest.raises(OperationalError):
            backfiller.run_once()
    assert len(past.asked) == 1
    monkeypatch.setattr(journal, "carry", carry)
    while backfiller.run_once():
        pass
    backfill.refresh_from_db()
    assert (len(past.asked), backfill.fetched, backfill.spent) == (2, 150, Decimal("2.25"))


def _away(*_: object) -> NoReturn:
    raise OperationalError("the database is away")


def _turning(past: Past, token: str) -> Response:
    """The first page, with this token of the next one."""
    page = json.loads(past.page({**past.asked[-1]}).body)
    return reply(200, page | {"meta": {**page["meta"], "next_token": token}})


def test_a_channel_of_a_network_that_is_no_more_fails_its_backfill_and_no_other(channel: Channel) -> None:
    gone, other = begun(channel), begun(brand(handle="LumenMore", account_id="17203399"))
    Channel.objects.filter(pk=channel.pk).update(network="gone")
    assert walk(Past.of(10), other).state == "done"
    gone.refresh_from_db()
    assert (gone.state, gone.spent) == ("failed", 0)


def test_two_processes_never_ask_pages_of_one_channel_at_once(transactional_db: None) -> None:
    channel = brand()
    begun(channel), begun(channel, text="lumen")
    past, stopped, waiting = Past.of(300), threading.Barrier(2), Backfiller.run_once

    def ask() -> bool:
        stopped.wait(10)
        return waiting(Backfiller(past.run().run, pause=timedelta(minutes=1)))

    for _ in range(20):
        assert sorted(at_once(ask, ask)) == [False, True]
        Backfill.objects.update(leased_until=None, due_at=timezone.now(), cursor="", reached=None, spent=0)


def test_the_listeners_thread_fetches_what_is_due_until_it_is_told_to_stop(transactional_db: None) -> None:
    stop = threading.Event()
    with served(Past.of(40)) as address:
        backfill = begun(brand(api=address))
        assert at_once(lambda: walking.run_until(stop), lambda: _stop_when_done(backfill, stop)) == [None, None]
    read()
    backfill.refresh_from_db()
    assert (backfill.state, backfill.found) == ("done", 40)


def test_a_thread_of_backfills_that_died_is_replaced(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    begun_anew, stop = threading.Semaphore(0), threading.Event()
    monkeypatch.setattr(walking, "run_until", lambda stop: begun_anew.release())
    monkeypatch.setattr("earful.intake.listener.LOOK_FOR_CHANNELS_SECONDS", 0.01)

    def three_times() -> list[bool]:
        try:
            return [begun_anew.acquire(timeout=10) for _ in range(3)]
        finally:
            stop.set()

    assert at_once(three_times, lambda: Listener().run(stop))[0] == [True, True, True]


def _stop_when_done(backfill: Backfill, stop: threading.Event) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and not Backfill.objects.filter(pk=backfill.pk, state="done").exists():
        time.sleep(0.05)
    stop.set()


def test_a_backfill_killed_three_times_finds_each_post_once(transactional_db: None) -> None:
    past = Past.of(1000)
    with served(past) as address, _Process() as process:
        backfill = begun(brand(api=address))
        past.faults = [*_at(2, process.killed_before_the_answer), *_at(3, process.killed_after_the_answer)]
        past.faults += _at(3, process.killed_before_the_answer)
        process.start()
        _wait_for(lambda: Backfill.objects.filter(pk=backfill.pk, state="done").exists(), process)
    read()
    backfill.refresh_from_db()
    assert process.kills == 3
    assert (backfill.pages, backfill.fetched, backfill.found) == (10, 1000, 1000)
    assert backfill.spent == Decimal("15.000")
    assert Post.objects.count() == Match.objects.filter(rule=backfill.rule).count() == 1000
    assert not journal.waiting().exists()


def _at(number: int, fault: Callable[[Params], Response | None]) -> list[Callable[[Params], Response | None]]:
    """That fault for the search of this number, counted from the fault before; the others pass."""
    return [lambda params: None] * number + [fault]


class _Process:
    """A backfiller in a process of its own, started again by the test whenever it was killed."""

    CODE = """
import time, django
django.setup()
from datetime import timedelta
from earful.intake.walking import Backfiller
from earful.wire import Exchange
backfiller = Backfiller(Exchange().run, pause=timedelta(0), lease=timedelta(seconds=1))
while True:
    backfiller.run_once() or time.sleep(0.02)
"""

    def __init__(self) -> None:
        self.kills = 0
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", self.CODE], env=for_a_process())

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def killed_before_the_answer(self, params: Params) -> Response | None:
        self.kill()
        return reply(500, {})

    def killed_after_the_answer(self, params: Params) -> Response | None:
        threading.Timer(0.01, self.kill).start()
        return None

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.kills += 1


def _wait_for(met: Callable[[], bool], process: _Process) -> None:
    until = time.monotonic() + 60
    while not met():
        assert time.monotonic() < until, "the backfill did not end in a minute"
        if not process.alive():
            process.start()
        time.sleep(0.05)
