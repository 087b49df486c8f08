"""The Activity stream: what an app's subscriptions brought, on a connection held open."""

from collections.abc import Iterator
from functools import partial

import msgspec

from earful.sandbox.gate import Call
from earful.sandbox.money.billing import Charge
from earful.sandbox.streams.connection import LINE_END, Connection, Told
from earful.sandbox.streams.endpoints import ACTIVITY
from earful.sandbox.streams.opening import opened
from earful.sandbox.streams.past import Missed, missed


def connect(call: Call) -> Connection:
    """Open the stream. Raises RefusalError 429 while the app holds as many connections as it may, 400 for a past that
    it may not ask for: whether a self-serve app may, X does not say, so that is one of its habits.
    """
    app = call.app
    allowed = app.edition == "enterprise" or call.world.habits.of(app.id).activity_backfill
    return opened(call, ACTIVITY, missed(call, allowed), partial(_remembered, call))


def _remembered(call: Call, past: Missed) -> Iterator[Told]:
    question = "SELECT body, owed FROM told WHERE app = ? AND id > ? AND id < ? ORDER BY id"
    for row in call.world.store.rows(question, call.app.id, past.after, past.before):
        yield row["body"].encode() + LINE_END, msgspec.json.decode(row["owed"], type=list[Charge])
