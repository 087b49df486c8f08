"""Things that go wrong on purpose, so that a desk can practise them: each fault waits for calls and spoils
some. What goes wrong by chance is the dial's (`dial.py`).
"""

from typing import Annotated, Any, cast

import msgspec

from earful.sandbox.dial import LINE, CallKind, Dial, Late, LineKind
from earful.sandbox.numerals import Some


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """A fault in wait. `on` is "METHOD path-prefix"; `times` is how many calls it spoils; `username` narrows
    it.

    - `lost_request`: the connection is cut before anything is done
    - `lost_answer`: carried out, then cut without an answer
    - `status`: not carried out; answered with `status`, `body` and `headers`
    - `refuse_after`: carried out, then answered with `status`, `body` and `headers` all the same
    - `slow`: `seconds` pass before it is carried out
    - `garbage`: carried out, then answered with bytes that are no JSON
    """

    on: str
    kind: CallKind
    times: Some = 1
    username: str | None = None
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 503
    body: Any = None
    headers: dict[str, str] = {}
    seconds: Late = 1.0

    def hits(self, method: str, path: str, username: str) -> bool:
        """Whether this fault waits for such a call."""
        wanted, _, prefix = self.on.partition(" ")
        mine = self.username is None or self.username.lower() == username.lower()
        return mine and wanted.upper() == method and path.startswith(prefix)


class Faults:
    """All faults in wait, in the order in which they were set, and the dial."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.dial = Dial()

    def take(self, method: str, path: str, username: str, name: str, now: float) -> Fault | None:
        """What befalls this call: the first fault that waits for it, once less from now on, or what the dial brings.
        `name` is the operation's.
        """
        return self._waiting(method, path, username) or self._struck(f"{method} {path}", name, username, now)

    def line(self, username: str, now: float) -> LineKind | None:
        """What befalls a line of a stream that an account's app holds."""
        struck = self.dial.strike(LINE, LINE, username, now)
        return cast(LineKind, struck[0]) if struck else None

    def clear(self) -> None:
        """Put everything right."""
        self.waiting = []
        self.dial.off()

    def _struck(self, call: str, name: str, username: str, now: float) -> Fault | None:
        struck = self.dial.strike(call, name, username, now)
        if struck is None:
            return None
        kind, setting = struck
        return Fault(call, cast(CallKind, kind), status=setting.status, seconds=setting.seconds)

    def _waiting(self, method: str, path: str, username: str) -> Fault | None:
        for fault in self.waiting:
            if fault.hits(method, path, username):
                fault.times -= 1
                self.waiting = [left for left in self.waiting if left.times > 0]
                return fault
        return None
