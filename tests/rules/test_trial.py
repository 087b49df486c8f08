"""Trying a rule on stored posts: what it would have found, how sure that is, and what it would cost."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from building import LUMEN, NINA, TOMAS, YUKI, Person, brand, deletion, hear, message, minutes_ago, next_id, said
from earful.channels.models import Channel
from earful.core.connector import Refused
from earful.core.language.errors import RuleError
from earful.rules import book, counting, trial
from earful.rules.models import ListeningRule, Match
from earful.rules.trial import try_out, wilson
from fishing import quoting
from past import Past, served

# What the two desks of "trial equals live" are asked: words, phrases, operators, quotes, exclusions, several scripts.
RULES = (
    "lumen",
    '"no signal" OR outage',
    "lumen -fibre",
    "café",
    "is:reply lumen",
    "is:quote outage",
    "from:nina_okafor",
    "@LumenHelp router",
    "to:LumenHelp",
    "has:mentions -is:retweet lumen",
    "停電",
    '"lumen fibre"~3',
    "is:retweet lumen",
)
WORDS = ("lumen", "fibre", "no signal", "outage", "café", "cafe", "router", "停電です", "weather", "@LumenHelp", "cat")


def stored(channel: Channel, count: int, *, lumen: int) -> None:
    """So many posts in the desk, of which `lumen` speak of lumen; all are kept, and found by nothing."""
    # A sample is chosen by the numbers of the rows: with these it is the same in every run.
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE posts_post_id_seq RESTART WITH 1000000")
    people = [Person(str(80_000 + number % 50), f"p{number % 50}", f"P {number % 50}") for number in range(count)]
    texts = ["@LumenHelp lumen router"] * lumen + ["@LumenHelp cable router"] * (count - lumen)
    random.Random(7).shuffle(texts)
    written = zip(people, texts, range(count), strict=True)
    hear(channel, *(said(one, text, at=minutes_ago(5 + number)) for one, text, number in written))


def conversation(seed: int) -> list[bytes]:
    """A hundred posts of all kinds that a desk with our account keeps."""
    dice, frames, ids = random.Random(seed), [], []
    for number in range(100):
        who, text, at = dice.choice((NINA, TOMAS, YUKI)), " ".join(dice.sample(WORDS, 3)), minutes_ago(600 - number)
        post = next_id()
        kind = dice.choice(("post", "post", "answer", "quote", "repost", "edit"))
        if kind == "answer":
            frames.append(said(who, f"@LumenHelp {text}", id=post, answers=next_id(), answers_person=LUMEN, at=at))
        elif kind == "quote":
            frames.append(quoting(who, f"@LumenHelp {text}", LUMEN, " ".join(dice.sample(WORDS, 2)), at=at))
        elif kind == "repost" and ids:
            frames.append(said(who, f"RT @x: {text}", id=post, reposts=dice.choice(ids), at=at))
        elif kind == "edit":
            later = next_id()
            frames.append(said(who, f"@LumenHelp {text}", versions=[post], at=at))
            frames.append(said(who, f"@LumenHelp {text} edited outage", versions=[post, later], at=at))
        else:
            frames.append(said(who, f"@LumenHelp {text}", id=post, at=at))
        ids.append(post)
    return [*frames, message(NINA, "my lumen router has an outage")]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_trial_finds_what_the_rule_found_live(channel: Channel, seed: int) -> None:
    rules = [ListeningRule.objects.create(name=text, text=text, most_a_minute=1000) for text in RULES]
    book.look_again()
    # An edited post is heard in its newest version, as a trial sees it.
    hear(channel, *conversation(seed))
    now = timezone.now()
    for rule in rules:
        kept = Match.objects.filter(rule=rule)
        live = {match.post_id: [(why["term"], why["quoted"]) for why in match.reasons] for match in kept}
        tried = try_out(rule.text, now=now)
        newest = {hit.post.pk: [(why.term, why.quoted) for why in hit.match.reasons] for hit in tried.newest}
        assert (rule.text, tried.found) == (rule.text, len(live))
        assert newest.items() <= live.items()
    assert sum(Match.objects.filter(rule=rule).exists() for rule in rules) >= 10


def test_a_trial_says_how_many_a_day_which_days_and_at_what_price(channel: Channel) -> None:
    now = timezone.now()
    hear(channel, *(said(NINA, f"@LumenHelp lumen {n}", at=now - timedelta(days=2, minutes=n)) for n in range(14)))
    hear(channel, said(TOMAS, "@LumenHelp cable", at=now - timedelta(days=7, seconds=-1)))
    tried = try_out("lumen", now=now)
    assert (tried.looked_at, tried.found, tried.low, tried.high, tried.sampled) == (15, 14, 14, 14, False)
    assert tried.per_day == pytest.approx(2, rel=0.001)
    assert tried.price_a_day == pytest.approx(0.03, rel=0.001)
    assert sum(posts for _, posts in tried.days) == 14
    assert [day for day, _ in tried.days] == sorted({day for day, _ in tried.days})


def test_days_before_the_desk_heard_anything_do_not_thin_out_the_number_a_day(channel: Channel) -> None:
    now = timezone.now()
    hear(channel, *(said(NINA, f"@LumenHelp lumen {n}", at=now - timedelta(hours=36, minutes=n)) for n in range(9)))
    tried = try_out("lumen", now=now)
    assert tried.per_day == pytest.approx(6, rel=0.1)
    assert tried.begins == now - timedelta(hours=36, minutes=8)
    assert tried.days[0][0] == tried.begins.date()


def test_the_newest_twenty_come_first_with_the_words_that_matched(channel: Channel) -> None:
    hear(channel, *(said(NINA, f"@LumenHelp lumen {n}", at=minutes_ago(n + 1)) for n in range(30)))
    newest = try_out("lumen", now=timezone.now()).newest
    assert [hit.post.text for hit in newest] == [f"@LumenHelp lumen {n}" for n in range(20)]
    assert newest[0].match.reasons[0].spans == ((11, 16),)
    assert newest[0].post.author.handle == "nina_okafor"


def test_what_is_deleted_private_or_older_is_not_found(channel: Channel) -> None:
    gone = next_id()
    hear(channel, said(NINA, "@LumenHelp lumen", id=gone), message(NINA, "lumen"))
    hear(channel, deletion(gone), said(NINA, "@LumenHelp lumen", at=minutes_ago(60 * 24 * 8)))
    tried = try_out("lumen", now=timezone.now())
    assert (tried.looked_at, tried.found, tried.newest) == (0, 0, [])


@pytest.mark.parametrize("lumen", [8, 120, 590])
def test_a_sample_says_how_sure_it_is_and_holds_the_truth(
    channel: Channel, monkeypatch: pytest.MonkeyPatch, lumen: int
) -> None:
    monkeypatch.setattr(trial, "MOST_LOOKED_AT", 200)
    stored(channel, 600, lumen=lumen)
    # The index cannot narrow this: every post must be looked at.
    tried = try_out("router -cable", now=timezone.now())
    assert tried.sampled
    assert tried.low <= lumen <= tried.high
    assert tried.low <= tried.found <= tried.high
    assert tried.high - tried.low < 200
    assert len(tried.newest) == min(20, lumen)
    assert try_out("router -cable", now=timezone.now()).found == tried.found


def test_the_interval_is_wilsons() -> None:
    assert wilson(50, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert wilson(0, 100) == pytest.approx((0.0, 0.0370), abs=1e-4)
    assert wilson(100, 100) == pytest.approx((0.9630, 1.0), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_nineteen_of_twenty_intervals_hold_the_truth() -> None:
    dice, held = random.Random(3), 0
    for _ in range(1000):
        share = dice.random() ** 3
        low, high = wilson(sum(dice.random() < share for _ in range(200)), 200)
        held += low <= share <= high
    assert 930 <= held <= 980


def test_what_only_the_network_answers_makes_the_number_an_upper_bound(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp lumen"))
    tried = try_out("lumen sample:10", now=timezone.now())
    assert (tried.found, tried.at_most, tried.only_network) == (1, True, ("sample:10",))


def test_a_rule_of_which_nothing_can_be_tried_finds_nothing_and_says_why(channel: Channel) -> None:
    hear(channel, said(NINA, "@LumenHelp lumen"))
    tried = try_out('embedding:"network outage"', now=timezone.now())
    assert (tried.looked_at, tried.found, tried.at_most) == (1, 0, False)
    assert len(tried.only_network) == 1


def test_a_rule_that_is_wrong_is_not_tried(db: None) -> None:
    with pytest.raises(RuleError):
        try_out("lumen (", now=timezone.now())


def test_a_desk_without_a_channel_that_bills_tells_no_price(db: None) -> None:
    brand(enabled=False)
    tried = try_out("lumen", now=timezone.now())
    assert tried.price_a_day is None


def test_a_network_is_asked_for_its_own_count(db: None) -> None:
    with served(Past.of(214, hours=100)) as address:
        counted = counting.count_on(brand(api=address), "lumen outage", now=timezone.now())
    assert counted.posts == 214
    assert counted.until - counted.since > timedelta(days=6)


def test_a_rule_that_the_search_cannot_say_is_not_counted(db: None) -> None:
    with pytest.raises(Refused, match="followers"):
        counting.count_on(brand(), "lumen followers_count:100", now=timezone.now())
