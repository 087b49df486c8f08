"""Posts a second through the reader: raw X frames in memory → read, matched against 1,000 rules, judged, stored,
cased, committed.

    .venv/bin/python bench/path.py [--posts 40000]

4 % of the posts matched (the rest is let go), then all of them matched and cased; by one reader process and by two.
Printed beside them: how many commits that took, and what one commit to disk costs
on this machine (the time of an fsync).
"""

import argparse
import gc
import itertools
import json
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

WORDS = [
    "the",
    "a",
    "to",
    "of",
    "and",
    "in",
    "is",
    "it",
    "for",
    "on",
    "you",
    "my",
    "with",
    "this",
    "that",
    "have",
    "not",
    "but",
    "are",
    "be",
    "at",
    "as",
    "so",
    "we",
    "me",
    "was",
    "just",
    "all",
    "can",
    "get",
    "out",
    "up",
    "your",
    "now",
    "good",
    "new",
    "one",
    "time",
    "day",
    "what",
    "like",
    "know",
    "work",
    "back",
    "when",
    "how",
    "about",
    "from",
    "some",
    "they",
    "there",
    "here",
    "more",
    "love",
    "got",
    "see",
    "think",
    "go",
    "today",
    "need",
    "really",
    "want",
    "still",
    "last",
    "people",
    "right",
    "way",
    "well",
    "make",
    "over",
    "home",
    "week",
    "game",
    "night",
    "great",
    "world",
]


def main() -> None:
    """Make a database of our own, run both measurements in it, print, and throw it away."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--posts", type=int, default=40_000)
    posts = options.parse_args().posts
    folder = Path(tempfile.mkdtemp(prefix="earful-bench-"))
    folder.chmod(0o755)
    try:
        with database(folder):
            print(f"one fsync of 8 kB: {fsync_ms(folder):.2f} ms")
            for matched in (0.04, 1.0):
                for readers in (1, 2):
                    measure(posts, matched, readers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class database:  # noqa: N801  # reads as a word in `with`
    """Our own embedded PostgreSQL with the desk's tables, as `earful up` would run it."""

    def __init__(self, folder: Path) -> None:
        from earful.embedded import Cluster, locate

        os.environ.pop("DATABASE_URL", None)
        binaries = locate(folder)
        assert binaries is not None
        self.cluster = Cluster(folder, binaries)
        os.environ.update(
            EARFUL_DATA=str(folder / "desk"),
            DJANGO_SETTINGS_MODULE="earful.settings",
            DATABASE_URL=self.cluster.dsn("earful"),
            EARFUL_LOG_LEVEL="error",
        )

    def __enter__(self) -> None:
        self.cluster.start()
        self.cluster.ensure_database("earful")
        import django
        from django.core.management import call_command

        from earful import logs

        logs.configure("bench")
        django.setup()
        call_command("migrate", verbosity=0)

    def __exit__(self, *_: object) -> None:
        from django.db import connection

        connection.close()
        self.cluster.stop()


def measure(posts: int, matched: float, readers: int) -> None:
    """One run on empty tables, by so many reader processes as the desk would run."""
    from django.db import connection

    channel = lay_out()
    before = commits()
    connection.close()
    fork = multiprocessing.get_context("fork")
    together, results = fork.Barrier(readers), fork.Queue()
    children = [
        fork.Process(target=read, args=(channel, posts, matched, number, readers, together, results))
        for number in range(readers)
    ]
    for child in children:
        child.start()
    done = [results.get(timeout=600) for _ in children]
    for child in children:
        child.join()
    seconds = max(result["ended"] for result in done) - min(result["began"] for result in done)
    total = {name: sum(result[name] for result in done) for name in done[0]}
    # Each reader's warming up is one commit, and each makes a handful to begin with.
    made = commits() - before
    print(
        f"{matched:4.0%} matched, {readers} reader{'s' if readers > 1 else ''}: {posts / seconds:9,.0f} posts/s   "
        f"{total['stored'] / seconds:7,.0f} stored/s   {total['opened']:,} cases   {made / posts:.4f} commits a post   "
        f"CPU a post: reader {1e6 * total['cpu'] / posts:.0f} µs, database {1e6 * total['database'] / posts:.0f} µs   "
        f"in {seconds:.1f} s"
    )


def read(channel: int, posts: int, matched: float, number: int, readers: int, together: Any, results: Any) -> None:
    """One reader process: its share of the frames is in memory before the clock starts."""
    from earful.intake.belts import Carried
    from earful.intake.belts.memory import MemoryBelt
    from earful.intake.reader import Reader

    belt = MemoryBelt()
    now = datetime.now(UTC)
    share = itertools.islice(frames(posts, matched), number, None, readers)
    belt.put([Carried(channel, "stream", frame, now) for frame in share])
    reader = Reader(belt)
    warm_up(channel, number)
    backend = Backend()
    gc.freeze()
    together.wait()
    began, cpu = time.time(), time.process_time()
    opened = stored = 0
    while (tally := reader.read_batch()).frames:
        opened += tally.opened
        stored += tally.stored
    cpu = time.process_time() - cpu
    results.put(
        {
            "began": began,
            "ended": time.time(),
            "cpu": cpu,
            "database": backend.cpu(),
            "opened": opened,
            "stored": stored,
        }
    )


class Backend:
    """The database process that serves our connection, and the CPU that it has used since."""

    def __init__(self) -> None:
        import psutil
        from django.db import connection

        connection.ensure_connection()
        self._process = psutil.Process(connection.connection.info.backend_pid)
        self._before = self._used()

    def _used(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def cpu(self) -> float:
        """Seconds of CPU since this object was made."""
        return self._used() - self._before


def lay_out() -> int:
    """Empty tables, one channel, 1,000 listening rules."""
    from django.db import connection

    from earful.channels.models import Channel
    from earful.rules.models import ListeningRule

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE cases_case, cases_message, cases_caseevent, cases_thread, posts_post, posts_search, "
            "people_identity, rules_listeningrule, rules_match, channels_channel CASCADE"
        )
    channel = Channel.objects.create(network="x", account_id="1", handle="LumenHelp", api="http://127.0.0.1", site="")
    ListeningRule.objects.bulk_create(
        ListeningRule(
            name=f"rule {n}", text=f'"brand{n} product" OR (brand{n} (broken OR down OR refund)) -from:brand{n}'
        )
        for n in range(1000)
    )
    return channel.pk


def warm_up(channel: int, number: int) -> None:
    """Compile the rulebook, load the signals, plan the statements."""
    from earful.intake.belts import Carried
    from earful.intake.belts.memory import MemoryBelt
    from earful.intake.reader import Reader
    from earful.rules import book

    book.look_again()
    belt = MemoryBelt()
    belt.put(
        [Carried(channel, "stream", frame, datetime.now(UTC)) for frame in frames(500, 1.0, first=10 + 1_000 * number)]
    )
    Reader(belt).read_batch()


def frames(count: int, matched: float, first: int = 10_000_000) -> Iterator[bytes]:
    """Frames as the filtered stream sends them, about 100 characters of text, by people of whom some write twice."""
    dice = random.Random(7)
    begin = datetime(2026, 8, 10, 9, tzinfo=UTC)
    for number in range(count):
        post_id = str(first + number)
        # Odd posts are by other people than even ones, so that two readers seldom wait for each other's customers.
        author = str(1_000_000 + 2 * dice.randrange(count) + number % 2)
        text = " ".join(dice.choices(WORDS, k=18))
        entities: dict[str, object] = {}
        if dice.random() < matched:
            if dice.random() < 0.5:
                text = f"@LumenHelp {text}"
                entities = {"mentions": [{"start": 0, "end": 10, "username": "LumenHelp", "id": "1"}]}
            else:
                text = f"{text} brand{dice.randrange(1000)} broken"
        yield json.dumps(
            {
                "data": {
                    "id": post_id,
                    "text": text,
                    "author_id": author,
                    "created_at": (begin + timedelta(milliseconds=number)).isoformat().replace("+00:00", "Z"),
                    "conversation_id": post_id,
                    "edit_history_tweet_ids": [post_id],
                    "lang": "en",
                    "entities": entities,
                    "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": 0, "quote_count": 0},
                },
                "includes": {
                    "users": [
                        {
                            "id": author,
                            "username": f"user{author}",
                            "name": f"User {author}",
                            "verified": False,
                            "public_metrics": {"followers_count": dice.randrange(5000), "tweet_count": 10},
                        }
                    ]
                },
                "matching_rules": [{"id": "1", "tag": "earful:own"}],
            },
            separators=(",", ":"),
        ).encode()


def commits() -> int:
    """Transactions committed in this database so far, as PostgreSQL counts them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
        row = cursor.fetchone()
    return int(row[0])


def fsync_ms(folder: Path) -> float:
    """The median of 50 fsyncs of one page, in milliseconds."""
    times = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 8192)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return 1000 * sorted(times)[25]


if __name__ == "__main__":
    main()
