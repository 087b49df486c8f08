"""Searching stored posts: newest 50 of five million over twelve months, six kinds of query, p50 and p95 each.

    .venv/bin/python bench/search.py [--posts 5000000] [--asked 100]

Through `posts.searching.search`, whole: parsing aside, all that a page of the console waits for. Words fall off as in
real text (Zipf) over 200,000 of them. A tenth of the posts is made here; the database says each of them nine more
times, every 36 days, under other ids: what is rare stands in ten posts. The newest 20,000 posts go through the finished
index, as on a running desk.
"""

import argparse
import itertools
import multiprocessing
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from path import Backend, database

END = datetime(2026, 8, 31, tzinfo=UTC)
YEAR = timedelta(days=365)
VOCABULARY = 200_000
PEOPLE = 300_000
ALIVE = 20_000
INDEX = "USING gin (words) WITH (gin_pending_list_limit = 512)"
SYLLABLES = [
    first + vowel + last for first in "bdfgklmnprstvz" for vowel in "aeiou" for last in ("", "n", "r", "s", "l")
]
POSTS = (
    "id, network, network_id, version, author_id, ours, private, text, lang, root, reply_to, reposts, quotes, "
    "quotes_author, reply_to_author, mentions, links, media, intent, signals, facts, spread, created_at, heard_at"
)


def main() -> None:
    """Make a database of our own, fill it, ask, print, and throw it away."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--posts", type=int, default=5_000_000)
    options.add_argument("--asked", type=int, default=100)
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="earful-bench-"))
    folder.chmod(0o755)
    try:
        with database(folder):
            fill(chosen.posts)
            for kind, rules in questions(chosen.posts // 10, chosen.asked).items():
                measure(kind, rules)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def vocabulary() -> list[str]:
    """Words by rank, frequent ones short; no two the same."""
    dice = random.Random(1)
    made: dict[str, None] = {}
    while len(made) < VOCABULARY:
        size = 1 + (len(made) > 60) + (len(made) > 3_000) + dice.randrange(2)
        made["".join(dice.choices(SYLLABLES, k=size))] = None
    return list(made)


WORDS = vocabulary()
WEIGHTS = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))


def text(dice: random.Random) -> str:
    """About a hundred characters."""
    return " ".join(dice.choices(WORDS, cum_weights=WEIGHTS, k=dice.randrange(6, 28)))


def said(number: int, posts: int) -> Any:
    """The post of this number: always the same one. The first `posts` fill the newest tenth of the year."""
    from earful.core.post import Author, Link, Media, Post

    dice = random.Random(number)
    person = int(PEOPLE * dice.random() ** 3)
    answers = dice.random() < 0.3
    mention = dice.random() < 0.4
    return Post(
        network="x",
        id=str(10**15 + number),
        author=Author(str(person), f"user{person}", f"User {person}", followers=int(dice.paretovariate(0.7))),
        text=f"@lumenhelp {text(dice)}" if mention else text(dice),
        created_at=END - YEAR / 10 + min(number / posts, 1) * YEAR / 10 + timedelta(milliseconds=number),
        root=str(10**15 + (number - dice.randrange(5_000) if answers else number)),
        reply_to=str(10**15 + number - dice.randrange(5_000)) if answers else "",
        reply_to_handle="LumenHelp" if answers else "",
        mentions=("lumenhelp",) if mention else (),
        links=(Link("https://t.co/x", f"https://site{dice.randrange(999)}.example/{number}"),)
        if number % 7 == 0
        else (),
        media=(Media("photo", "https://pic.example/1"),) if number % 5 == 0 else (),
        lang=dice.choices(("en", "de", "ja", "pl"), (80, 15, 4, 1))[0],
    )


def fill(posts: int) -> None:
    """A tenth of the posts by two processes, the others out of it, and the index, each month's by itself."""
    from django.db import connection

    from earful.posts import partitions

    began = time.monotonic()
    partitions.ensure(END - YEAR + timedelta(days=day) for day in range(366))
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX posts_search_words")
        cursor.execute(
            "INSERT INTO people_identity (network, account_id, handle, name, avatar, verified, protected, seen_at) "
            "SELECT 'x', n, 'user' || n, 'User ' || n, '', false, false, now() FROM generate_series(0, %s) AS n",
            [PEOPLE],
        )
        cursor.execute("SELECT min(id) FROM people_identity")
        (first,) = cursor.fetchone()
    tenth = posts // 10
    at_once(*((write, range(half, tenth, 2), tenth, first) for half in range(2)))
    at_once((repeat, REPEAT_POSTS, tenth), (repeat, REPEAT_WORDS, tenth))
    filled = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'posts_search'::regclass")
        months = [name for (name,) in cursor.fetchall()]
    at_once(*((build, months[half::2]) for half in range(2)))
    with connection.cursor() as cursor:
        # Takes the months' indexes as its own.
        cursor.execute(f"CREATE INDEX posts_search_words ON posts_search {INDEX}")
        indexed = time.monotonic()
        write(range(10 * tenth, 10 * tenth + ALIVE), tenth, first)
        cursor.execute("VACUUM ANALYZE posts_post")
        cursor.execute("ANALYZE posts_search")
        cursor.execute(
            "SELECT (SELECT count(*) FROM posts_search), pg_size_pretty(pg_total_relation_size('posts_post')), "
            "pg_size_pretty(sum(pg_table_size(relid))), pg_size_pretty(sum(pg_indexes_size(relid))) "
            "FROM pg_partition_tree('posts_search')"
        )
        there, table, words, indexes = cursor.fetchone()
    print(
        f"{there:,} posts: written in {filled - began:.0f} s, indexed in {indexed - filled:.0f} s, "
        f"the rest {time.monotonic() - indexed:.0f} s; posts {table}, search table {words}, its indexes {indexes}",
        flush=True,
    )


def at_once(*calls: tuple[Any, ...]) -> None:
    """Each call in a process of its own."""
    from django.db import connection

    connection.close()
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=call, args=args) for call, *args in calls]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0


REPEAT_WORDS = """
    INSERT INTO posts_search (created_at, post_id, private, words)
    SELECT created_at - turn * interval '36 days 12 hours', post_id + turn * %(tenth)s, private, words
    FROM posts_search CROSS JOIN generate_series(1, 9) AS turn
"""
REPEAT_POSTS = f"""
    INSERT INTO posts_post ({POSTS})
    SELECT id + turn * %(tenth)s, network, network_id || '.' || turn, version, author_id, ours, private, text, lang,
        root, reply_to, reposts, quotes, quotes_author, reply_to_author, mentions, links, media, intent, signals, facts,
        spread, created_at - turn * interval '36 days 12 hours', heard_at
    FROM posts_post CROSS JOIN generate_series(1, 9) AS turn
"""


def repeat(statement: str, tenth: int) -> None:
    """Say what is there nine more times, earlier and earlier."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenth": tenth})


def build(months: list[str]) -> None:
    """The index of some months."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for month in months:
            cursor.execute(f"CREATE INDEX ON {month} {INDEX}")


def write(numbers: range, posts: int, first_person: int) -> None:
    """Posts and what they are found by, straight into both tables; without waiting for the disk."""
    from django.db import connection

    from earful.posts.lexemes import vector
    from earful.posts.remembering import facts, json_text

    step = 50_000
    for start in range(0, len(numbers), step):
        some = [(number, said(number, posts)) for number in numbers[start : start + step]]
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
            with cursor.copy(f"COPY posts_post ({POSTS}) FROM STDIN") as copy:
                for number, post in some:
                    copy.write_row(
                        (
                            number + 1, "x", post.id, post.id, first_person + int(post.author.id), False, False,
                            post.text, post.lang, post.root, post.reply_to, "", "", "", "", json_text(post.mentions),
                            json_text(post.links), json_text(post.media), "other", "[]",
                            facts(post), 0, post.created_at, post.created_at,
                        )
                    )  # fmt: skip
            with cursor.copy("COPY posts_search (created_at, post_id, private, words) FROM STDIN") as copy:
                for number, post in some:
                    copy.write_row((post.created_at, number + 1, False, vector(post, None, "other")))


def questions(posts: int, asked: int) -> dict[str, list[str]]:
    """So many rules of each kind; the same ones every time."""
    dice = random.Random(3)

    def some(make: Callable[[], str]) -> list[str]:
        return list(itertools.islice(iter(make, None), asked))

    def row() -> Iterator[str]:
        # Words that stand side by side in some post, as somebody remembers them.
        found = said(dice.randrange(posts), posts).text.replace("@lumenhelp ", "").split()
        at = dice.randrange(len(found) - 1)
        return iter(found[at : at + 2])

    operators = (
        lambda: f"from:user{int(PEOPLE * dice.random() ** 3)}",
        lambda: f"conversation_id:{10**15 + dice.randrange(posts)}",
        lambda: f"has:media lang:{dice.choice(('de', 'ja', 'pl'))}",
        lambda: "@lumenhelp is:reply -is:retweet",
        lambda: f"min_followers:{10 ** dice.randrange(2, 7)}",
        lambda: f'url:"site{dice.randrange(999)}.example"',
    )
    return {
        "rare word": some(lambda: WORDS[dice.randrange(50_000, VOCABULARY)]),
        "common word": some(lambda: WORDS[dice.randrange(60)]),
        "two words": some(lambda: f"{WORDS[dice.randrange(20, 500)]} {WORDS[dice.randrange(500, 20_000)]}"),
        "phrase": some(lambda: '"{} {}"'.format(*row())),
        "prefix": some(lambda: f"{WORDS[dice.randrange(100, VOCABULARY)][:4]}*"),
        "operator only": [dice.choice(operators)() for _ in range(asked)],
    }


def measure(kind: str, rules: list[str]) -> None:
    """Each rule once, after a few others of its kind; how long a page takes, and how much it found."""
    from earful.core.language.parser import parse
    from earful.posts.searching import TooBroad, search

    times, found, slowest, broad = [], [], (0.0, ""), 0
    backend, cpu = Backend(), time.process_time()
    for number, rule in enumerate(rules):
        tree = parse(rule, "stored")
        began = time.perf_counter()
        try:
            hits = len(search(tree).hits)
        except TooBroad:
            hits, broad = 0, broad + 1
        took = 1000 * (time.perf_counter() - began)
        if number >= len(rules) // 10:
            times.append(took)
            found.append(hits)
            slowest = max(slowest, (took, rule))
    used = 1000 * (time.process_time() - cpu + backend.cpu()) / len(rules)
    cuts = statistics.quantiles(times, n=20)
    print(
        f"{kind:14} p50 {cuts[9]:7.1f} ms   p95 {cuts[18]:7.1f} ms   slowest {slowest[0]:7.1f} ms ({slowest[1]})   "
        f"CPU {used:5.1f} ms, the database's included   hits {statistics.mean(found):4.1f}   too broad {broad}",
        flush=True,
    )


if __name__ == "__main__":
    main()
