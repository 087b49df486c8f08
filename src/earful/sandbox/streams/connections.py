"""All connections held open, and what became of those that were: `/2/connections` tells both."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earful.sandbox.asking import Asked
from earful.sandbox.dial import LineKind
from earful.sandbox.habits import Habits
from earful.sandbox.money.billing import Charge
from earful.sandbox.problems import RefusalError
from earful.sandbox.snowflake import first_at, written
from earful.sandbox.streams.connection import Connection, Told
from earful.sandbox.streams.endpoints import RECOVERIES, Endpoint

if TYPE_CHECKING:
    import sqlite3

    from earful.sandbox.world import World

# Two connections to one stream may want different fields: a line is made for each.
Line = Callable[[Asked], Told]

PATIENCE_MS = 1000
SHUFFLED_WITHIN_S = 0.25
KEPT = 1000


@dataclass(frozen=True, slots=True)
class Past:
    """One connection as the history tells it; times as X writes them, "" while it has not ended."""

    id: str
    endpoint: str
    client_ip: str
    connected_at: str
    disconnected_at: str
    reason: str


class Connections:
    """Every connection. `heartbeat` is in seconds; `queue` is how many lines may wait for a slow reader."""

    def __init__(self, world: "World", heartbeat: float, queue: int) -> None:
        self.world = world
        self.heartbeat = heartbeat
        self.queue = queue
        self.live: list[Connection] = []
        self.gathered: dict[tuple[int, Endpoint], list[Line]] = defaultdict(list)
        self.dice: dict[int, random.Random] = defaultdict(lambda: random.Random(1))  # noqa: S311  # nosec B311
        self.issues: dict[int, list[str]] = {}
        world.store.write("UPDATE connections SET ended = ?, reason = 'server_restart' WHERE ended = ''", self._now())

    def habits(self, app: int) -> Habits:
        """How an app is treated."""
        return self.world.habits.of(app)

    def of(self, app: int, endpoint: Endpoint | None = None) -> list[Connection]:
        """An app's open connections, to one stream or to any, oldest first."""
        return [one for one in self.live if one.app == app and endpoint in (None, one.endpoint)]

    def check(self, app: int, endpoint: Endpoint, *, recovering: bool = False) -> None:
        """Raises RefusalError (429) when one connection more would be too many, or what was set up to refuse it."""
        waiting = self.issues.get(app, [])
        if waiting:
            raise refused(waiting.pop(0))
        if self.habits(app).second_connection == "refuse" and self._crowded(app, endpoint, recovering):
            raise refused("TooManyConnections")

    def enter(self, new: Connection) -> None:
        """Let a connection in. Raises RefusalError (429) when its app holds as many as it may."""
        while held := self._crowded(new.app, new.endpoint, new.ends):
            if self.habits(new.app).second_connection == "refuse":
                raise refused("TooManyConnections")
            held[0].end("replaced")
        self.live.append(new)
        self.world.changes += 1
        self.world.store.write(
            "INSERT INTO connections VALUES (?, ?, ?, ?, ?, '', '')",
            new.id, new.app, new.endpoint.name, new.client_ip, self._now(),
        )  # fmt: skip

    def left(self, gone: Connection) -> None:
        """A client went away by itself: that is the end of its connection, or it is not noticed."""
        if gone in self.live and self.habits(gone.app).zombies and not gone.ends:
            gone.deaf = True
        else:
            self.leave(gone, "client_disconnect")

    def leave(self, gone: Connection, reason: str) -> None:
        """Forget a connection, and keep in the history why it ended."""
        if gone not in self.live:
            return
        self.live.remove(gone)
        self.world.changes += 1
        self.world.store.write(
            "UPDATE connections SET ended = ?, reason = ? WHERE id = ?", self._now(), reason, gone.id
        )
        self.world.store.write(
            "DELETE FROM connections WHERE app = ?1 AND ended <> '' AND rowid NOT IN"
            " (SELECT rowid FROM connections WHERE app = ?1 ORDER BY rowid DESC LIMIT ?2)", gone.app, KEPT
        )  # fmt: skip

    def drop_slow(self, slow: Connection) -> None:
        """Part with a reader that does not keep up; what waited for it is gone."""
        if self.habits(slow.app).slow_reader_told:
            slow.disconnect("SlowReader", "This stream has been disconnected: the client reads too slowly.")
        else:
            slow.cut("slow_reader")

    def send(self, app: int, endpoint: Endpoint, line: Line) -> None:
        """Write a line to an app's open connections, sooner or later, as the app's habits have it."""
        habits = self.habits(app)
        for _ in range(1 + self.again(app)):
            if habits.shuffle:
                self._gather(app, endpoint, line, habits.shuffle)
            else:
                self._send_later(app, endpoint, line, habits)

    def again(self, app: int) -> bool:
        """Whether an app is to be told the next thing twice."""
        share = self.habits(app).duplicates
        return bool(share) and self.dice[app].random() < share

    def strike(self, app: int) -> LineKind | None:
        """What the fault dial does to a line for an app; looked up only while it is turned."""
        if not self.world.faults.dial.turned:
            return None
        return self.world.faults.line(self.world.apps.known(app).owner.username, self.world.clock())

    def past(self, app: int) -> list[Past]:
        """The history of an app, newest first."""
        rows = self.world.store.rows("SELECT * FROM connections WHERE app = ? ORDER BY rowid DESC", app)
        return [_past(row) for row in rows]

    async def room(self) -> None:
        """Wait until every queue is half empty again, but not for ever: a reader may have stopped."""
        for _ in range(PATIENCE_MS):
            if all(one.lines.qsize() <= self.queue // 2 for one in self.live):
                return
            await asyncio.sleep(0.001)

    def end_of(self, app: int) -> None:
        """Close the connections of an app that is left without means, in good order."""
        for one in self.of(app):
            one.end("quota_exceeded")

    def end(self) -> None:
        """Close every connection in good order."""
        for one in list(self.live):
            one.end("server_restart")

    def _crowded(self, app: int, endpoint: Endpoint, recovering: bool) -> list[Connection]:
        """The connections that leave no room for one more of the same kind, or none."""
        same = [one for one in self.of(app, endpoint) if one.ends == recovering]
        most = RECOVERIES if recovering else endpoint.most(self.world.apps.known(app).edition)
        return same if len(same) >= most else []

    def _send_later(self, app: int, endpoint: Endpoint, line: Line, habits: Habits) -> None:
        wait = habits.delay_s + habits.jitter_s * self.dice[app].random()
        if wait:
            asyncio.get_running_loop().call_later(wait, self._put, app, endpoint, line)
        else:
            self._put(app, endpoint, line)

    def _gather(self, app: int, endpoint: Endpoint, line: Line, size: int) -> None:
        waiting = self.gathered[app, endpoint]
        waiting.append(line)
        if len(waiting) >= size:
            self._let_go(app, endpoint)
        elif len(waiting) == 1:
            asyncio.get_running_loop().call_later(SHUFFLED_WITHIN_S, self._let_go, app, endpoint)

    def _let_go(self, app: int, endpoint: Endpoint) -> None:
        waiting = self.gathered.pop((app, endpoint), [])
        self.dice[app].shuffle(waiting)
        for line in waiting:
            self._send_later(app, endpoint, line, self.habits(app))

    def _put(self, app: int, endpoint: Endpoint, line: Line) -> None:
        for one in self.of(app, endpoint):
            if not one.ends:
                one.put(*line(one.asked))

    def _now(self) -> str:
        return written(first_at(self.world.clock()))


ISSUES = {
    "TooManyConnections": (429, "This stream is currently at the maximum allowed connection limit."),
    "ProvisioningSubscription": (503, "Your subscription is being set up: try again in a moment."),
    "RuleConfigurationIssue": (409, "There are no rules: add some before connecting."),
    "RulesInvalidIssue": (409, "None of the rules can be used: correct them before connecting."),
}


def same(line: bytes, owed: Sequence[Charge] = ()) -> Line:
    """A line that is the same for everybody, and what it is billed for."""
    return lambda _: (line, owed)


def refused(issue: str) -> RefusalError:
    """A connection that X does not open, and the issue it names."""
    status, detail = ISSUES[issue]
    return RefusalError(status, "streaming-connection", "ConnectionException", detail, connection_issue=issue)


def _past(row: "sqlite3.Row") -> Past:
    return Past(row["id"], row["endpoint"], row["client_ip"], row["began"], row["ended"], row["reason"])
