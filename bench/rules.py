"""Listening rules at the speed of a firehose: `taskset -c 0 python bench/rules.py [posts]`.

Prints, each beside its target and all in one run: matching alone (texts folded and in memory) with 10, 1,000 and
10,000 rules against asking every tree and against one regular expression for each rule; from raw frames of X to the
verdict; compiling; and how long hostile rules take to be refused. Rates are those of one core (CPU time of this
process), the best of five. Posts and rules are those of bench/firehose.py. The targets are for 1 %
matched; 4 % is printed beside it. Exits 1 if a target is missed.
"""

import gc
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from firehose import frames, rules

from earful.connectors.x.reading import read
from earful.core.language.candidate import Candidate
from earful.core.language.errors import RuleError
from earful.core.language.matcher import holds
from earful.core.language.parser import parse
from earful.core.language.rulebook import Rulebook
from earful.core.post import Post
from earful.core.text import fold

# What X's average brings in a tenth of a second.
BATCH = 500
MATCHED = (0.01, 0.04)
MATCHING = {10: 1_000_000, 1_000: 400_000, 10_000: 150_000}
TIMES_RE, TIMES_TREES = 500, 50
WHOLE_WAY, COMPILED_SECONDS, REFUSED_SECONDS = 80_000, 2.0, 0.050
X_AVERAGE = 5_787
ROUNDS = 5
SIZES = (62_500, 125_000, 250_000, 500_000, 1_000_000)
HOSTILE = {
    "parentheses, deep": lambda size: "(" * size,
    "parentheses, closed": lambda size: "(" * (size // 2) + ")" * (size // 2),
    "groups in a row": lambda size: "(a) " * (size // 4),
    "long operator": lambda size: "a" * (size - 1) + ":",
    "long value": lambda size: "from:" + "a" * size,
    "list never closed": lambda size: "point_radius:[" + "1 " * (size // 2),
    "quote never closed": lambda size: '"' + "\\a" * (size // 2),
    "long phrase": lambda size: '"' + "a " * (size // 2) + '"~9',
    "dashes": lambda size: "-" * size,
    "ORs": lambda size: "a OR " * (size // 5),
    "bidi marks": lambda size: "\u202e\u2066\u200f" * (size // 3),
    "lone surrogates": lambda size: "\ud800" * size,
    "marks on a letter": lambda size: "e" + "\u0301" * size,
    "joined emoji": lambda size: "👩\u200d" * (size // 2),
    "words, then a fault": lambda size: "word " * (size // 5) + ")",
    "has: without a partner": lambda size: "has:links " * (size // 10),
}
missed: list[str] = []


class Heard(NamedTuple):
    """Posts with their folded texts, and the posts that they quote."""

    posts: list[Post]
    folded: list[str]
    quoted: list[Post | None]
    folded_quoted: list[str]

    def part(self, start: int, size: int) -> "Heard":
        return Heard(*(column[start : start + size] for column in self))


def main(count: int = 20_000) -> None:
    print("matching alone, folded text in memory, posts/s of one core")
    print("  rules  matched  compile s   rulebook/s     target    trees/s   times     re/s    times  with why/s")
    for number in MATCHING:
        for share in MATCHED:
            print(matching(number, share, count), flush=True)
    whole_way(count)
    refusing()
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nevery target met")
    sys.exit(bool(missed))


def matching(number: int, share: float, count: int) -> str:
    """One row: all the ways on the same rules and posts."""
    dice = random.Random(number)
    stock = rules(number, dice)
    heard = folded([read(frame)[0] for frame in frames(count, share, stock, dice)])
    book, compiled = compiling([text for text, *_ in stock])
    some = heard.part(0, max(20, 100_000 // number))
    found = sum(map(bool, book.find_folded(*heard))) / count
    ours = rate(lambda part: book.find_folded(*part), heard)
    reasons = rate(lambda part: book.find_with_reasons(part.posts, part.quoted), heard)
    trees = [parse(text) for text, *_ in stock]
    each = rate(lambda part: [[holds(tree, one) for tree in trees] for one in candidates(part)], some)
    patterns = [re.compile(rf"\b{re.escape(key)}\b") for _, key, _ in stock]
    plain = rate(lambda part: [[one.search(text) for one in patterns] for text in part.folded], some)
    if share == MATCHED[0]:
        check(f"{number:,} rules", ours, MATCHING[number])
    if number == 1_000 and share == MATCHED[0]:
        check("times re", ours / plain, TIMES_RE)
        check("times trees", ours / each, TIMES_TREES)
    if number == 10_000:
        check("seconds to compile", -compiled, -COMPILED_SECONDS)
    cells = f"{number:>7,} {found:>8.1%} {compiled:>10.2f} {ours:>12,.0f} {MATCHING[number]:>10,}"
    return f"{cells} {each:>10,.0f} {ours / each:>7,.0f} {plain:>8,.0f} {ours / plain:>8,.0f} {reasons:>11,.0f}"


def whole_way(count: int) -> None:
    """From frames, one post each, to which rules found it: the reader's way without triage and database."""
    dice = random.Random(5)
    stock = rules(1_000, dice)
    lines = list(frames(count, MATCHED[0], stock, dice))
    book, _ = compiling([text for text, *_ in stock])

    def verdicts(part: Sequence[bytes]) -> list[list[int]]:
        arrivals = [arrival for frame in part for arrival in read(frame)]
        posts = [arrival.post for arrival in arrivals if arrival.post]
        return book.find(posts, [arrival.quoted for arrival in arrivals if arrival.post])

    found = sum(map(bool, verdicts(lines))) / count
    reading = rate(lambda part: [read(frame) for frame in part], lines)
    whole = rate(verdicts, lines)
    check("frame to verdict", whole, WHOLE_WAY)
    print(f"\nframe to verdict, 1,000 rules, {found:.1%} matched, {sum(map(len, lines)) / count:,.0f} bytes a frame")
    print(f"{whole:>11,.0f} posts/s of one core, target {WHOLE_WAY:,}: {whole / X_AVERAGE:.1f} times X's average")
    print(f"{reading:>11,.0f} posts/s reading alone")


def refusing() -> None:
    """A megabyte refused at the limit of 1,024 characters; then with the limit raised, where the growth shows."""
    most = f"{1e3 * REFUSED_SECONDS:.0f}"
    print(f"\nhostile rules, milliseconds: 1 MB at the usual limit, target {most}; then, with a higher")
    print(f"limit, {', '.join(f'{size:,}' for size in SIZES)} characters, and the growth at the last doubling")
    for name, make in HOSTILE.items():
        limited = best_parse(make(SIZES[-1]), None)
        check(f"hostile: {name}", -limited, -REFUSED_SECONDS)
        times = [best_parse(make(size), size + 100) for size in SIZES]
        cells = " ".join(f"{1e3 * seconds:>8.2f}" for seconds in times)
        growth = f"x{times[-1] / times[-2]:.1f}" if times[-1] > 1e-3 else ""
        print(f"  {name:24}{1e3 * limited:>8.3f}   {cells}   {growth}")


def best_parse(rule: str, limit: int | None) -> float:
    return min(timed(lambda text: parsed(text, limit), rule) for _ in range(3))


def parsed(rule: str, limit: int | None) -> object:
    """The tree of a rule, or why it is refused; whatever else it raises would end the bench."""
    try:
        return parse(rule, limit=limit)
    except RuleError as error:
        return error


def folded(arrivals: Sequence[Any]) -> Heard:
    posts, quoted = [one.post for one in arrivals], [one.quoted for one in arrivals]
    return Heard(
        posts, [fold(post.text) for post in posts], quoted, [fold(post.text) if post else "" for post in quoted]
    )


def candidates(heard: Heard) -> list[Candidate]:
    return list(map(Candidate, heard.posts, heard.quoted))


def compiling(texts: list[str]) -> tuple[Rulebook[int], float]:
    began = time.process_time()
    book = Rulebook.compile(enumerate(texts))
    return book, time.process_time() - began


def rate(ask: Callable[[Any], object], posts: Any) -> float:
    """Posts a second: each batch is asked in some rounds and its best counts, so that other work on the machine and
    a cold cache do not (a reader has just made the posts that it asks).
    """
    gc.collect()
    gc.freeze()  # as a process does that has made itself ready; else collecting walks all posts of the bench
    count = len(posts.posts) if isinstance(posts, Heard) else len(posts)
    seconds = 0.0
    for at in range(0, count, BATCH):
        part = posts.part(at, BATCH) if isinstance(posts, Heard) else posts[at : at + BATCH]
        seconds += min(timed(ask, part) for _ in range(ROUNDS))
    return count / seconds


def timed(ask: Callable[[Any], object], part: object) -> float:
    began = time.process_time()
    ask(part)
    return time.process_time() - began


def check(name: str, value: float, target: float) -> None:
    if value < target:
        missed.append(f"{name} ({abs(value):,.3g} instead of {abs(target):,.3g})")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
