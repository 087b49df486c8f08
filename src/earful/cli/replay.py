"""`earful replay`: real conversations, played into the pretend X of a running desk, and what became of them.

Nothing goes in by a side door: every post is made on the pretend X and reaches the desk as any other, through the X
connector over HTTP. Each has a key, so that playing a file twice changes nothing.
"""

import json
import os
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from earful.cli.trouble import Trouble
from earful.cli.up import running

EARS_SECONDS: Final = 30.0
PATIENCE_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Line:
    """One post of a file: its own id there, who said it to whom, and the post that it answers ("" for none)."""

    id: str
    author: str
    text: str
    reply_to: str
    brand: str


class Replay:
    """One playing of one file into the desk that runs on `data`."""

    def __init__(self, data: Path, file: Path, *, rate: float, limit: int) -> None:
        if rate <= 0:
            raise Trouble("--rate is posts a second, and must be greater than 0.")
        told = running(data)
        if "EARFUL_SANDBOX_URL" not in told:
            raise Trouble("This desk runs without a pretend X (--no-demo), and a replay goes nowhere else.")
        os.environ.update({name: str(value) for name, value in told.items()})
        self.lines = list(_lines(file))[: limit or None]
        self.rate = rate
        self.console = Console(highlight=False)
        self.posted: dict[str, float] = {}
        self.new: set[str] = set()
        self.given_up: set[str] = set()

    def run(self) -> int:
        """Play, wait until the desk has everything, and print what became of it."""
        import django

        django.setup()
        self._link_brands()
        watching = _Watching(os.environ["DATABASE_URL"])
        watching.start()
        self._play()
        self._wait(watching)
        watching.stop()
        self._tell(watching)
        return 0

    def _link_brands(self) -> None:
        """An account and a channel for each brand of the file; the listener notices them by itself."""
        from earful.channels.models import Hearing
        from earful.supervisor.preparing import link_practice_brand

        brands = sorted({line.brand for line in self.lines})
        channels = [
            link_practice_brand({"username": brand, "name": brand, "kind": "brand", "deletes": True})
            for brand in brands
        ]
        until = time.monotonic() + EARS_SECONDS
        wanted = {channel.pk for channel in channels}
        with self.console.status(f"Linking {len(brands)} brands; waiting until their streams are open"):
            while True:
                heard = Hearing.objects.filter(ear="stream", state="ok", channel__in=wanted, alive_at__isnull=False)
                if heard.count() == len(wanted):
                    return
                if time.monotonic() > until:
                    raise Trouble("The desk does not hear these brands yet; see `earful doctor`.")
                time.sleep(0.2)

    def _play(self) -> None:
        from earful.supervisor.preparing import PracticeDoor

        bar = (TextColumn("Playing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        began, played = time.monotonic(), set[str]()
        with PracticeDoor() as door, Progress(*bar, console=self.console) as progress:
            for number, line in enumerate(progress.track(self.lines)):
                time.sleep(max(0.0, began + number / self.rate - time.monotonic()))
                asked = time.monotonic()
                post = door.ask("POST", "/pretend/posts", _as_post(line, played))
                played.add(line.id)
                # What the pretend X takes to tell its streams is part of the way.
                self.posted[post["id"]] = asked
                if post["created"]:
                    self.new.add(post["id"])

    def _wait(self, watching: "_Watching") -> None:
        """Until all that is new was seen; or nothing more has come for a while."""
        last, seen = time.monotonic(), -1
        with self.console.status("Waiting for the last ones"):
            while missing := self.new - watching.seen.keys():
                if len(watching.seen) != seen:
                    last, seen = time.monotonic(), len(watching.seen)
                if time.monotonic() - last > PATIENCE_SECONDS:
                    self.given_up = missing
                    return
                time.sleep(0.1)

    def _tell(self, watching: "_Watching") -> None:
        from earful.cases.models import Message
        from earful.posts.models import Post

        ids = list(self.posted)
        heard = Post.objects.filter(network="x", network_id__in=ids)
        messages = Message.objects.filter(post__in=heard)
        cases = messages.values("case").distinct().count()
        say = self.console.print
        say(f"Played {len(ids)} posts, {len(self.new)} of them new to the pretend X.")
        say(f"Heard  {heard.count()} of them.")
        self._tell_unheard(len(ids) - heard.count())
        joined = messages.count() - cases
        say(f"Cased  {cases} cases hold {messages.count()} of them: {joined} joined a case that was there.")
        delays = [watching.seen[i] - self.posted[i] for i in self.new if i in watching.seen]
        if delays:
            p99 = statistics.quantiles(delays, n=100)[98] if len(delays) > 1 else delays[0]
            say(f"From posting to visible: median {1000 * statistics.median(delays):.0f} ms, p99 {1000 * p99:.0f} ms.")
        else:
            say("Nothing was new, so nothing changed.")

    def _tell_unheard(self, count: int) -> None:
        """What is known of the posts that the desk does not have: why, only their words could tell."""
        late = len(self.given_up)
        if late:
            self.console.print(
                f"       {late} were not, and for {PATIENCE_SECONDS:.0f} s no more came: they speak to nobody whom "
                "this desk serves, or it has fallen behind (`earful doctor` tells)."
            )
        if count > late:
            self.console.print(f"       {count - late} that were played before are not here.")


class _Watching(threading.Thread):
    """Notes when each post becomes visible: committed, and told to whoever has the inbox open."""

    def __init__(self, dsn: str) -> None:
        super().__init__(daemon=True)
        self.dsn = dsn
        self.seen: dict[str, float] = {}
        self._stop = threading.Event()
        self._ready = threading.Event()

    def start(self) -> None:
        super().start()
        self._ready.wait(5)

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as database:
            database.execute("LISTEN earful")
            last = self._newest(database)
            self._ready.set()
            while not self._stop.is_set():
                for _ in database.notifies(timeout=0.2, stop_after=1):
                    pass
                now = time.monotonic()
                rows = database.execute("SELECT id, network_id FROM posts_post WHERE id > %s", [last]).fetchall()
                for row, network_id in rows:
                    self.seen.setdefault(network_id, now)
                    last = max(last, row)

    def _newest(self, database: "psycopg.Connection[Any]") -> int:
        row = database.execute("SELECT coalesce(max(id), 0) FROM posts_post").fetchone()
        return int(row[0]) if row else 0


def _lines(file: Path) -> Iterator[Line]:
    """The posts of a file, in its order; raises Trouble with the line number for one that is none."""
    with file.open(encoding="utf-8") as lines:
        for number, raw in enumerate(lines, start=1):
            if not raw.strip():
                continue
            try:
                row = json.loads(raw)
                yield Line(row["id"], row["author"], row["text"], row.get("in_reply_to") or "", row["brand"])
            except (ValueError, KeyError, TypeError) as error:
                raise Trouble(f"{file}, line {number} is not a post: {error!r}.") from error


def _as_post(line: Line, played: set[str]) -> dict[str, Any]:
    """The line as the pretend X takes it. A post whose parent is not in the file stands by itself."""
    post = {"username": line.author, "text": line.text, "key": f"replay:{line.id}"}
    if line.reply_to in played:
        post["reply_to"] = f"key:replay:{line.reply_to}"
    return post
