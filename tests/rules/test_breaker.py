"""A rule that finds more than people can read rests, until somebody resumes it."""

from datetime import datetime, timedelta

from django.utils import timezone

from building import NINA, Person, agent, at_once, brand, carried, hear, minutes_ago, said
from earful.cases.models import Case
from earful.channels.models import Channel
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.reader import Reader
from earful.posts.models import Post
from earful.rules import book, breaker
from earful.rules.breaker import Find
from earful.rules.models import ListeningRule, Pace
from fishing import found_by, listening

NOON = datetime(2026, 8, 10, 12, 0, 30, tzinfo=timezone.get_current_timezone())


def finds(rule: ListeningRule, count: int, *, at: datetime = NOON, live: bool = True) -> list[Find]:
    return [Find(rule.pk, at, live, 0.005)] * count


def rests(rule: ListeningRule) -> bool:
    rule.refresh_from_db()
    return rule.tripped_at is not None


def test_a_rule_trips_at_one_post_more_than_its_most_in_a_minute(db: None) -> None:
    rule = listening("lumen", most_a_minute=3)
    assert breaker.note(finds(rule, 3), NOON) == []
    assert breaker.note(finds(rule, 1), NOON) == [rule.pk]
    assert rests(rule)
    assert (rule.tripped_at, rule.tripped_by) == (NOON, 4)


def test_every_minute_begins_anew(db: None) -> None:
    rule = listening("lumen", most_a_minute=3)
    for minute in range(5):
        breaker.note(finds(rule, 3, at=NOON), NOON + timedelta(minutes=minute))
    assert not rests(rule)


def test_what_is_old_or_fetched_from_the_past_never_trips(db: None) -> None:
    rule = listening("lumen", most_a_minute=3)
    assert breaker.note(finds(rule, 50, at=NOON - timedelta(minutes=6)), NOON) == []
    assert breaker.note(finds(rule, 50, live=False), NOON) == []
    assert breaker.note(finds(rule, 3), NOON) == []


def test_a_tripped_rule_leaves_the_book_and_the_networks_and_the_others_stay(db: None) -> None:
    loud, calm = listening("lumen", most_a_minute=1), listening("fibre")
    breaker.note(finds(loud, 2), NOON)
    book.look_again()
    assert [rule.tag for rule in book.enabled()] == [str(calm.pk)]
    assert len(book.current()) == 1
    assert [rule.pk for rule in breaker.tripped()] == [loud.pk]


def test_a_rule_trips_once_and_a_paused_one_not_at_all(db: None) -> None:
    loud, paused = listening("lumen", most_a_minute=1), listening("fibre", most_a_minute=1, enabled=False)
    assert breaker.note(finds(loud, 2) + finds(paused, 2), NOON) == [loud.pk]
    assert breaker.note(finds(loud, 2) + finds(paused, 2), NOON) == []


def test_a_resumed_rule_listens_again_and_may_trip_again(db: None) -> None:
    rule = listening("lumen", most_a_minute=3)
    breaker.note(finds(rule, 4), NOON)
    breaker.resume(rule)
    book.look_again()
    assert not rests(rule)
    assert [each.tag for each in book.enabled()] == [str(rule.pk)]
    assert breaker.note(finds(rule, 3), NOON) == []
    assert breaker.note(finds(rule, 1), NOON) == [rule.pk]


def test_the_pace_counts_when_posts_were_written_and_what_they_cost_when_they_came(db: None) -> None:
    rule = listening("lumen")
    breaker.note([*finds(rule, 2), *finds(rule, 3, at=NOON - timedelta(hours=5))], NOON)
    told = Pace.objects.filter(rule=rule).order_by("hour").values_list("hour__hour", "posts", "cost", "in_minute")
    assert [(hour, posts, float(cost), minute) for hour, posts, cost, minute in told] == [
        (7, 3, 0.0, 0),
        (12, 2, 0.025, 2),
    ]


def test_a_rule_that_is_gone_is_counted_no_more(db: None) -> None:
    rule = listening("lumen", most_a_minute=1)
    several = finds(rule, 5)
    rule.delete()
    assert breaker.note(several, NOON) == []


def test_everything_heard_until_the_book_is_swapped_is_kept(channel: Channel) -> None:
    rule = listening("lumen", most_a_minute=2)
    hear(channel, *(said(NINA, f"lumen {number}") for number in range(5)))
    hear(channel, said(NINA, "lumen once more"))
    assert rests(rule)
    assert len(found_by(rule)) == 6
    book.look_again()
    assert hear(channel, said(NINA, "lumen in vain")).stored == 0


def test_a_flood_opens_no_more_cases_than_the_rule_may_find_in_a_minute(channel: Channel) -> None:
    rule = listening("lumen", most_a_minute=3)
    crowd = [Person(f"9{number}", f"flood_{number}", "One of many") for number in range(9)]
    hear(channel, *(said(who, "lumen is down") for who in crowd[:8]))
    hear(channel, said(crowd[8], "lumen is down"))
    assert (len(found_by(rule)), Case.objects.count()) == (9, 3)
    assert rests(rule)
    assert rule.tripped_by == 9


def test_who_calls_us_in_a_flood_is_a_case_all_the_same(channel: Channel) -> None:
    listening("lumen", most_a_minute=1)
    crowd = [Person(f"9{number}", f"flood_{number}", "One of many") for number in range(4)]
    hear(channel, *(said(who, "@LumenHelp lumen is down") for who in crowd))
    assert Case.objects.count() == 4


def test_the_same_posts_again_and_posts_of_yesterday_do_not_trip(channel: Channel) -> None:
    rule = listening("lumen", most_a_minute=3)
    frames = [said(NINA, f"lumen {number}") for number in range(3)]
    for _ in range(3):
        hear(channel, *frames)
    hear(channel, *(said(NINA, f"lumen {number}", at=minutes_ago(1500)) for number in range(9)))
    assert not rests(rule)


def test_two_readers_at_once_count_exactly(transactional_db: None) -> None:
    channel, rule = brand(), listening("lumen", most_a_minute=100_000)
    PostgresBelt().put(carried(channel, [said(NINA, f"lumen {number}") for number in range(120)]))

    def read() -> None:
        while Reader(PostgresBelt()).read_batch(5).frames:
            pass

    assert at_once(read, read) == [None, None]
    assert sum(pace.posts for pace in Pace.objects.filter(rule=rule)) == Post.objects.count() == 120


def test_two_readers_at_once_trip_a_rule_once(transactional_db: None) -> None:
    rule = listening("lumen", most_a_minute=9)
    several = finds(rule, 1)
    results = at_once(*[lambda: [breaker.note(several, NOON) for _ in range(5)]] * 2)
    tripped = [trip for result in results for trip in result if trip]
    assert tripped == [[rule.pk]]
    assert rests(rule)
    assert rule.tripped_by == 10


def test_the_owner_of_a_tripped_rule_is_told_with_it(db: None) -> None:
    dario = agent()
    rule = listening("lumen", most_a_minute=1, owner=dario)
    breaker.note(finds(rule, 2), NOON)
    assert breaker.tripped().get().owner == dario
