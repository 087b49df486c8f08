"""A listener killed by SIGKILL while posts arrive: the next one takes over, and every post is stored once."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from building import for_a_process
from earful.channels.models import Hearing
from earful.connectors.x.ears import STREAM
from earful.intake.belts.postgres import PostgresBelt
from earful.intake.gaps import BEFORE
from earful.intake.listener import OWNER
from earful.intake.mending import EAR
from earful.intake.models import Frame, Gap
from earful.intake.reader import Reader
from earful.posts.models import Post
from earful.rules.models import ListeningRule
from earful.sandbox.accounts import Profile
from earful.sandbox.posts import Draft
from earful.sandbox.world import World
from on_pretend import PATIENCE_S, linked_to, until

from sandbox.practice import Practice, practice  # isort: skip

# A gap's search waits until the network knows what was just written: ten seconds are enough for the pretend X.
AFTER = timedelta(seconds=2)
LISTENER = """
import threading
from dataclasses import replace
from datetime import timedelta
import django
django.setup()
from earful.connectors.x import X
from earful.intake import gaps
from earful.intake.listener import Listener
gaps.AFTER = timedelta(seconds=2)
X.capabilities = replace(X.capabilities, search_lag=10.0)
Listener().run(threading.Event())
"""


@pytest.fixture
def pretend(tmp_path: Path) -> Iterator[Practice]:
    """A pretend X on which somebody spoke of our modems an hour ago, when nobody listened."""
    past = World(tmp_path / "x.db", "http://past", clock=lambda: time.time() - 3_600)
    past.publish(Draft(past.put_account(Profile(username="past_a")), "my lumen modem works"))
    past.close()
    with practice(tmp_path / "x.db") as running:
        yield running


@contextmanager
def listener(name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A listener in a process of its own, known to the database by its name; at the end it is killed."""
    env = for_a_process() | {"PGAPPNAME": name}
    process = subprocess.Popen([sys.executable, "-c", LISTENER], env=env, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_S)


class Crowd(threading.Thread):
    """People who post until they are told to stop; when each post was made, by its id."""

    def __init__(self, pretend: Practice) -> None:
        super().__init__(daemon=True)
        self.pretend, self.stop, self.posted = pretend, threading.Event(), dict[str, datetime]()

    def run(self) -> None:
        while not self.stop.wait(0.1):
            post = self.pretend.post(f"crowd_{len(self.posted) % 7}", f"my lumen modem is dead, {len(self.posted)}")
            self.posted[post["id"]] = datetime.now(UTC)


def owner() -> str:
    """The name of the listener that has the channel's ears; "" while none has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND classid = %s AND granted",
            [OWNER],
        )
        row = cursor.fetchone()
        return str(row[0]) if row else ""


def sessions(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
        return int(cursor.fetchone()[0])


def hears() -> bool:
    return Hearing.objects.filter(ear=STREAM.name, state="ok", alive_at__isnull=False).exists()


def ids(ear: str) -> list[str]:
    """The ids of the posts in the journal that this ear brought."""
    told = [json.loads(bytes(frame.body))["data"] for frame in Frame.objects.filter(ear=ear)]
    return [post["id"] for data in told for post in (data if isinstance(data, list) else [data])]


def test_a_listener_killed_while_posts_arrive_is_replaced_and_every_post_is_stored_once(
    transactional_db: None, pretend: Practice
) -> None:
    linked_to(pretend.brand("LumenHelp"))
    ListeningRule.objects.create(name="Modem", text="lumen modem")
    crowd = Crowd(pretend)
    with listener("first") as first:
        until(hears)
        with listener("second"):
            until(lambda: sessions("second"))
            crowd.start()
            until(lambda: len(ids(STREAM.name)) >= 10)
            assert owner() == "first"
            first.kill()
            first.wait(PATIENCE_S)
            died = datetime.now(UTC)
            until(lambda: owner() == "second")
            until(lambda: Gap.objects.filter(ear=STREAM.name).exists())
            heard_again = datetime.now(UTC)
            before = len(ids(STREAM.name))
            until(lambda: len(ids(STREAM.name)) >= before + 10)
            crowd.stop.set()
            crowd.join(PATIENCE_S)
            until(lambda: Gap.objects.filter(ear=STREAM.name, state="filled").exists())
            until(lambda: crowd.posted.keys() <= {*ids(STREAM.name), *ids(EAR)})
    gap, searched = Gap.objects.get(ear=STREAM.name), ids(EAR)
    missed = {post for post, at in crowd.posted.items() if died < at < gap.until - AFTER} - {*ids(STREAM.name)}
    assert missed
    assert (gap.times, gap.cause, gap.way) == (1, "The listener was not running.", "search")
    assert died - timedelta(seconds=2) < gap.since + BEFORE < died
    assert heard_again - timedelta(seconds=2) < gap.until - AFTER < heard_again
    assert missed <= {*searched}
    assert len(searched) == len({*searched})

    reader = Reader(PostgresBelt())
    while reader.read_batch().stored:
        pass
    assert sorted(Post.objects.values_list("network_id", flat=True)) == sorted(crowd.posted)
    times = Post.objects.filter(network_id__in=searched).values_list("created_at", flat=True)
    assert gap.since - timedelta(seconds=1) <= min(times) <= max(times) <= gap.until
