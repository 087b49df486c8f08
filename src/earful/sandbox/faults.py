"""Things that go wrong on purpose, so that a desk can practise them: each fault waits for calls and spoils
some.
"""

from typing import Any, Literal

import msgspec

Kind = Literal["lost_answer", "lost_request", "status", "refuse_after", "slow", "garbage"]


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
    kind: Kind
    times: int = 1
    username: str | None = None
    status: int = 503
    body: Any = None
    headers: dict[str, str] = {}
    seconds: float = 1.0

    def hits(self, method: str, path: str, username: str) -> bool:
        """Whether this fault waits for such a call."""
        wanted, _, prefix = self.on.partition(" ")
        mine = self.username is None or self.username.lower() == username.lower()
        return mine and wanted.upper() == method and path.startswith(prefix)


class Faults:
    """All faults in wait, in the order in which they were set."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, method: str, path: str, username: str) -> Fault | None:
        """The first fault that hits this call, once less from now on."""
        for fault in self.waiting:
            if fault.hits(method, path, username):
                fault.times -= 1
                self.waiting = [left for left in self.waiting if left.times > 0]
                return fault
        return None
