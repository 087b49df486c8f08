"""What a call costs: its row of the table says what is billed, and what the shaped answer holds is counted.

X leaves open whether what expansions bring along is billed; its guide for developers prices a page with its authors, so
here it is, unless an app's terms say otherwise. Only what is in an answer counts: a partial miss is free, and so is a
call that failed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from earful.sandbox.money.prices import Class
from earful.sandbox.money.terms import Terms

if TYPE_CHECKING:
    from earful.sandbox.gate import Answer, Call

INCLUDED = {"users": "user", "tweets": "post"}


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing to be billed: a resource by its id, or a request, which has none."""

    kind: str
    of: Class = "request"
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """What a successful call costs. `reads` is the kind of resource its `data` holds, `owned` marks one of the twelve
    GETs that are cheap about oneself, `request` names the request's price or finds it out.
    """

    reads: str = ""
    owned: bool = False
    request: "str | Callable[[Call, Answer], str]" = ""


FREE = Bill()


def charges(call: "Call", bill: Bill, answer: "Answer", terms: Terms) -> list[Charge]:
    """What an answered call is billed for."""
    found: list[Charge] = []
    if bill.request:
        found.append(Charge(bill.request if isinstance(bill.request, str) else bill.request(call, answer)))
    if bill.reads:
        found.extend(read(bill.reads, answer.body, "owned" if bill.owned and _own(call) else "read", terms.expansions))
    return found


def read(kind: str, body: Any, of: Class = "read", expansions: bool = True) -> Iterator[Charge]:
    """The resources in a shaped answer or a line of a stream: those in `data`, and those brought along."""
    data = body.get("data", [])
    for one in data if isinstance(data, list) else [data]:
        yield Charge(kind, of, one["id"])
    # What is brought along is somebody else's, so it is never an owned read.
    for name, included in INCLUDED.items() if expansions else ():
        for one in body.get("includes", {}).get(name, []):
            yield Charge(included, "read", one["id"])


def _own(call: "Call") -> bool:
    return call.caller.owner and call.path.get("id") == str(call.account.id)
