"""Storms told from ordinary weeks: precision, recall, minutes to notice, false alarms a week, CPU a post.

    .venv/bin/python bench/spikes.py [--days 28] [--rate 60] [--storms 20] [--seeds 1 2 3]

Ordinary weeks are lines of the pretend X's crowd at the rhythm of a care desk (day, week, and hours that swing), with
storms of its scripted outages laid into them at moments drawn by lot. Then what must be no spike: one loud person, a
campaign's text, a post that everybody quotes, answers to our own announcement, spam, a desk that grows. Then real
posts (EARFUL_SHARED, `../shared` by default): ten days to six airlines with storms laid in, and conversations of care
teams. Every look is the one of the product (`earful.core.spikes`), one simulated minute apart.
"""

import argparse
import csv
import json
import math
import os
import random
import statistics
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from earful.core.spikes.past import HOUR_S, Past, by_key
from earful.core.spikes.rising import LONGEST_S
from earful.core.spikes.sentence import sentence
from earful.core.spikes.voice import Key, Voice, voice
from earful.core.spikes.watching import Running, heard_apart, look
from earful.core.triage.casewise import told_by
from earful.core.triage.judging import Asked, judge_all
from earful.core.triage.model import shipped
from earful.sandbox.crowd.book import book
from earful.sandbox.crowd.words import fill

STEP_S = 60
SHARED = Path(os.environ.get("EARFUL_SHARED", "../shared"))
BY_HOUR = (
    0.15, 0.1, 0.08, 0.08, 0.1, 0.2, 0.5, 0.9, 1.3, 1.5, 1.5, 1.5, 1.5, 1.4, 1.4, 1.4, 1.5, 1.6, 1.8, 1.9, 1.7, 1.3,
    0.8, 0.4,
)  # fmt: skip
BY_DAY = (1.1, 1.1, 1.0, 1.0, 1.05, 0.9, 0.85)
PEOPLE = 8_000


class Said(NamedTuple):
    """A post of the simulation. `storm` is the storm that it belongs to, 0 for none."""

    at: float
    who: int
    text: str
    storm: int = 0
    thread: str = ""


class Storm(NamedTuple):
    """When a storm began, how many people in it within how many seconds, and where."""

    begin: float
    people: int
    seconds: float
    where: str


@dataclass
class Told:
    """A spike as it was first told: when, of which posts, in what words."""

    at: float
    posts: set[int]
    words: str
    lead: Key
    began: float
    last: float
    threads: set[str]


@dataclass
class Watched:
    """What a watch over a simulation came to."""

    told: list[Told] = field(default_factory=list)
    looks: int = 0
    look_s: float = 0.0
    voice_s: float = 0.0


def watch(said: Sequence[Said]) -> Watched:
    """Watch a simulation from its first post to an hour after its last, as the product does."""
    done, voices = Watched(), []
    # What triage tells of a post is paid for in its own path, and stands in the database when the watch comes.
    verdicts = judge_all([Asked(each.text) for each in said], shipped())
    began = time.process_time()
    for number, (each, verdict) in enumerate(zip(said, verdicts, strict=True)):
        if not verdict.spam:
            voices.append(
                voice(
                    post=number, author=each.who, at=each.at, thread=each.thread or str(number), text=each.text,
                    channel=1, signals=verdict.signals, reason=told_by(verdict.answers, {}).get("reason", ""),
                )
            )  # fmt: skip
    done.voice_s = time.process_time() - began
    began = time.process_time()
    _look_through(voices, done)
    done.look_s = time.process_time() - began
    return done


def _look_through(voices: Sequence[Voice], done: Watched) -> None:
    counts: defaultdict[Key, dict[int, int]] = defaultdict(dict)
    watched: list[int] = []
    over: set[int] = set()
    running: dict[int, Told] = {}
    low = high = 0
    hour, past = int(voices[0].at // HOUR_S), Past([], 1)
    moment, end = voices[0].at, voices[-1].at + HOUR_S
    while moment < end:
        while high < len(voices) and voices[high].at <= moment:
            high += 1
        while low < high and voices[low].at <= moment - LONGEST_S:
            low += 1
        held = voices[low:high]
        while hour < int(moment // HOUR_S) - 1:
            _count(hour, voices, low, high, counts)
            watched.append(hour)
            hour += 1
            past = Past(watched, len({each.author for each in held}))
        if held or running:
            spoken = heard_apart(held, over, moment)
            for key in past.unknown(spoken.keys()):
                past.tell(key, counts.get(key, {}))
            _one_look(spoken, past, running, over, moment, done)
        moment += STEP_S
        done.looks += 1


def _one_look(
    spoken: dict[Key, list[Voice]], past: Past, running: dict[int, Told], over: set[int], moment: float, done: Watched
) -> None:
    seen = look(
        spoken,
        past,
        [Running(number, told.lead, told.threads, told.began, told.last) for number, told in running.items()],
        moment,
    )
    for matter in seen.begun:
        lead = matter.lead
        about = "" if lead.key.kind == "term" else f"{lead.key.kind} {lead.key.name}"
        words = sentence(people=lead.people, minutes=lead.took, about=about, terms=matter.terms, places=matter.places,
                         usual=lead.normal.within(lead.took))  # fmt: skip
        text = f"{words} {lead.normal.judged_by} ({lead.surprise:.1f})"
        told = Told(moment, matter.posts, text, lead.key, lead.voices[0].at, moment, matter.threads)
        done.told.append(told)
        running[len(done.told)] = told
    for number, matter in seen.going.items():
        running[number].last = moment
        running[number].posts |= matter.posts
        running[number].threads |= matter.threads
    for number in seen.quiet:
        over |= running.pop(number).posts


def _count(hour: int, voices: Sequence[Voice], low: int, high: int, counts: dict[Key, dict[int, int]]) -> None:
    start = low
    while start > 0 and voices[start - 1].at >= hour * HOUR_S:
        start -= 1
    for key, people in by_key(each for each in voices[start:high] if int(each.at // HOUR_S) == hour).items():
        counts[key][hour] = people


# ---- ordinary weeks, and storms


def ordinary(days: int, rate: float, die: random.Random, grows: float = 1.0) -> list[Said]:
    """Weeks of a care desk with about `rate` posts an hour, in the end `grows` times as many as in the beginning."""
    lines = [line.say for line in book().pool if line.speaks == "en" and line.about != "spam"]
    said = []
    for hour in range(days * 24):
        usual = rate * BY_HOUR[hour % 24] * BY_DAY[hour // 24 % 7] * grows ** (hour / (days * 24))
        swung = usual * math.exp(die.gauss(0, 0.15))
        for _ in range(max(0, round(die.gauss(swung, math.sqrt(swung))))):
            said.append(Said((hour + die.random()) * HOUR_S, die.randrange(PEOPLE), filled(die.choice(lines), die)))
    return said


def storms(number: int, first: float, last: float, die: random.Random) -> tuple[list[Said], list[Storm]]:
    """Outages of the pretend X at moments by lot: 6 to 30 people within 4 to 25 minutes."""
    lines, said, made = book().waves.lines, [], []
    kinds = [*lines["first"], *lines["more"], *lines["join"]]
    for storm in range(1, number + 1):
        area = die.choice(book().waves.areas)
        here = {"area": area["area"], "place": area["home"], "city": area["home"]}
        begin, people, seconds = die.uniform(first, last), die.randint(6, 30), die.uniform(240, 1500)
        for place in range(people):
            at = begin + seconds * (place / people) ** 0.75 + die.uniform(0, 6)
            said.append(Said(at, storm * 1_000_000 + place, filled(die.choice(kinds), die, **here), storm))
        made.append(Storm(begin, people, seconds, area["area"]))
    return said, made


def filled(line: str, die: random.Random, **here: str) -> str:
    """A line of the crowd's with its slots filled."""
    places = [area["home"] for area in book().waves.areas]
    usual = {"city": die.choice(places), "topic": "the bill", "them": "someone"}
    return fill(line, die, {**book().slots, **usual, **here})


def judged(said: Sequence[Said], made: Sequence[Storm], done: Watched) -> tuple[dict[int, float], list[Told], int]:
    """Storms found with the minutes that it took, false alarms, and storms told again."""
    found: dict[int, float] = {}
    false, again = [], 0
    for told in done.told:
        of = [said[post].storm for post in told.posts if said[post].storm]
        storm = statistics.mode(of) if of else 0
        if 2 * len(of) < len(told.posts):
            false.append(told)
        elif storm in found:
            again += 1
        else:
            found[storm] = (told.at - made[storm - 1].begin) / 60
    return found, false, again


def report(name: str, said: list[Said], made: Sequence[Storm], *, loud: bool) -> None:
    """Watch, and print a line; with `loud` every false alarm as well, and every storm that was missed."""
    said.sort()
    done = watch(said)
    found, false, again = judged(said, made, done)
    weeks = (said[-1].at - said[0].at) / (7 * 86400)
    minutes = sorted(found.values())
    of_storms = (
        f"recall {len(found) / len(made):.2f} ({len(found)} of {len(made)}), "
        f"minutes {statistics.median(minutes):.1f} median, {minutes[int(0.9 * (len(minutes) - 1))]:.1f} p90; "
        if made and minutes
        else ""
    )
    right = len(found) / len(done.told) if done.told else 1.0
    print(
        f"{name}: {len(said):,} posts in {weeks:.1f} weeks; {of_storms}precision {right:.2f}, told again {again}, "
        f"false alarms {len(false)} = {len(false) / weeks:.2f} a week; {cost(done, len(said))}",
        flush=True,
    )
    if loud:
        for told in false:
            print(f"    false at {datetime.fromtimestamp(told.at, UTC):%a %d %b %Y %H:%M}: {told.words}")
        for number, storm in enumerate(made, 1):
            if number not in found:
                print(f"    missed: {storm.people} people in {storm.seconds / 60:.0f} minutes, {storm.where}")


def cost(done: Watched, posts: int) -> str:
    """What the watch cost, in words."""
    once, looks = 1e6 * done.voice_s / posts, 1e6 * done.look_s / posts
    return f"CPU: {once:.0f} µs a post once, {1e3 * done.look_s / done.looks:.1f} ms a look, {looks:.0f} µs a post"


# ---- what must be no spike


def loud_person(days: int, rate: float, die: random.Random) -> list[Said]:
    """One person writes forty angry posts within half an hour, every third day."""
    said, lines = ordinary(days, rate, die), book().waves.lines["more"]
    for day in range(0, days, 3):
        begin = (day * 24 + 15) * HOUR_S
        said += [Said(begin + 45 * n, 500_001, filled(die.choice(lines), die, area="Gannet Hill", place="Plymouth"))
                 for n in range(40)]  # fmt: skip
    return said


def campaign(days: int, rate: float, die: random.Random) -> list[Said]:
    """Two hundred accounts post one text within an hour, each with an ending of its own, every third day."""
    text = "Lumen wants to close the Harbour Street shop. Tell them no, sign our petition and pass it on today please"
    said = ordinary(days, rate, die)
    for day in range(0, days, 3):
        begin = (day * 24 + 15) * HOUR_S
        said += [Said(begin + 18 * n, 600_000 + n, f"{text} {filled('{agent} {number}', die)}") for n in range(200)]
    return said


def pile_on(days: int, rate: float, die: random.Random) -> list[Said]:
    """A post of a customer's, or an announcement of ours, that two hundred people quote or answer, every third day."""
    said, lines = ordinary(days, rate, die), book().waves.lines["more"]
    for day in range(0, days, 3):
        begin = (day * 24 + 15) * HOUR_S
        here = {"area": "Gannet Hill", "place": "Plymouth"}
        said += [Said(begin + 18 * n, 700_000 + n, filled(die.choice(lines), die, **here), thread=f"pile {day}")
                 for n in range(200)]  # fmt: skip
    return said


def spam(days: int, rate: float, die: random.Random) -> list[Said]:
    """A hundred accounts promise followers, each in a few words of its own, every third day."""
    said, line = ordinary(days, rate, die), "{emoji} free followers {number} here, link in my bio to win {amount}"
    for day in range(0, days, 3):
        begin = (day * 24 + 15) * HOUR_S
        said += [Said(begin + 20 * n, 800_000 + n, filled(line, die)) for n in range(100)]
    return said


# ---- real posts


def airline(die: random.Random, number: int) -> tuple[list[Said], list[Storm]]:
    """Posts to six airlines in February 2015, with storms laid in from the third day on. Who wrote is not in the set:
    each post counts as somebody else's. Times are by the minute.
    """
    said = []
    with (SHARED / "data" / "triage" / "airline.csv").open(encoding="utf-8", newline="") as file:
        for place, row in enumerate(csv.DictReader(file)):
            at = datetime.fromisoformat(row["created_at"]).replace(tzinfo=UTC).timestamp() + die.uniform(0, 60)
            said.append(Said(at, place, row["text"]))
    first, last = min(each.at for each in said), max(each.at for each in said)
    more, made = storms(number, first + 2 * 86400, last - 2 * HOUR_S, die)
    return said + more, made


def care(days: int = 28) -> list[Said]:
    """Two years of care conversations of 25 brands. They are thin: the calendar is folded into some weeks."""
    said, since = [], 0.0
    with (SHARED / "data" / "replay" / "ibm_care_replay.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            at = datetime.fromisoformat(row["created_at"].replace("Z", "+00:00")).timestamp()
            since = since or at - at % (days * 86400)
            if not row["is_brand"]:
                said.append(Said((at - since) % (days * 86400), zlib.crc32(row["author"].encode()), row["text"]))
    return said


def main() -> None:
    """Print a line for each simulation."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--days", type=int, default=28)
    options.add_argument("--rate", type=float, default=60)
    options.add_argument("--storms", type=int, default=20)
    options.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options.add_argument("--loud", action="store_true")
    options.add_argument("--only", default="")
    asked = options.parse_args()
    for name, said, made in _simulations(asked.days, asked.rate, asked.storms, asked.seeds, asked.only):
        report(name, said, made, loud=asked.loud)


def _simulations(
    days: int, rate: float, number: int, seeds: Sequence[int], only: str
) -> Iterable[tuple[str, list[Said], Sequence[Storm]]]:
    for seed in seeds:
        if only in ("", "storms"):
            die = random.Random(seed)
            said, made = storms(number, 2 * 86400, (days - 0.2) * 86400, die)
            yield f"storms, seed {seed}", ordinary(days, rate, die) + said, made
        if only in ("", "cold"):
            die = random.Random(seed)
            said, made = storms(6, 600, 2 * 86400, die)
            yield f"first two days, seed {seed}", ordinary(2, rate, die) + said, made
    quiet = {"loud person": loud_person, "campaign": campaign, "pile-on": pile_on, "spam": spam}
    for name, made_up in quiet.items():
        if only in ("", "quiet"):
            yield name, made_up(days, rate, random.Random(7)), ()
    if only in ("", "grows"):
        yield "grows fourfold", ordinary(days, rate, random.Random(7), grows=4), ()
    if only in ("", "real"):
        said, made = airline(random.Random(7), 12)
        yield "airlines", said, made
        yield "care teams", care(), ()


if __name__ == "__main__":
    main()
