"""A case as one row of the list: everything in words, worked out once, so that the template only prints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from earful.cases.finding import View
from earful.cases.models import Case, Closing
from earful.cases.weights import in_force
from earful.connectors.registry import CONNECTORS
from earful.console.portraits import portrait
from earful.console.times import age
from earful.core.lifecycle import CaseStatus
from earful.core.priority import Weights
from earful.people.models import Agent
from earful.triage.topics import in_words


@dataclass(frozen=True, slots=True)
class Chip:
    """A small label. `tone` chooses its colour ("" is quiet); the words alone carry the meaning."""

    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of the list shows. `key` orders rows; `snippet` is "" when the subject says it all, `portrait` when
    there is no picture of them that may be loaded.
    """

    id: int
    key: int
    initial: str
    portrait: str
    mark: str
    network: str
    name: str
    handle: str
    subject: str
    snippet: str
    waits: bool
    since: str
    age: str
    priority: int
    chips: list[Chip]


def rows(cases: Iterable[Case], view: View, agent: Agent, now: datetime) -> list[Row]:
    """The rows of these cases in `view`, as `agent` sees them."""
    weights = in_force()
    return [_row(case, view, agent, now, weights) for case in cases]


def initial(name: str) -> str:
    """The letter or digit that stands for a person until their picture is there, and where none comes."""
    return next((character for character in name if character.isalnum()), "?").upper()[:1]


@lru_cache(maxsize=16)
def network_name(network: str) -> str:
    """How a network is called on screen."""
    return CONNECTORS[network].name if network in CONNECTORS else network


def status_in_words(case: Case) -> str:
    """What the case is doing: "open", "waiting on the customer", "put aside" …"""
    if case.status == CaseStatus.CLOSED:
        return _CLOSED.get(case.closing, "closed")
    return _STATUS[CaseStatus(case.status)]


_STATUS: Final = {
    CaseStatus.NEW: "new",
    CaseStatus.OPEN: "open",
    CaseStatus.WAITING: "waiting on customer",
    CaseStatus.PAUSED: "paused",
    CaseStatus.SOLVED: "solved",
    CaseStatus.CLOSED: "closed",
}
_CLOSED: Final = {Closing.SPAM.value: "put aside", Closing.DECLINED.value: "declined"}
# From here on a reason is shown in the warning colour: it is worth a glance even in a full list.
_GRAVE: Final = 15


def _row(case: Case, view: View, agent: Agent, now: datetime, weights: Weights) -> Row:
    customer, since = case.customer, case.waiting_since or case.touched_at
    name, alone = customer.shown_name, _says_the_same(case)
    return Row(
        id=case.pk,
        key=view.key(case),
        initial=initial(name),
        portrait=portrait(customer.network, customer.avatar),
        mark=network_name(customer.network)[:1],
        network=network_name(customer.network),
        name=name,
        handle=customer.handle,
        subject=case.snippet or case.subject if alone else case.subject,
        snippet="" if alone else case.snippet,
        waits=case.waiting_since is not None,
        since=since.isoformat(timespec="seconds"),
        age=age(since, now),
        priority=case.priority(now, weights),
        chips=_chips(case, agent),
    )


def _says_the_same(case: Case) -> bool:
    """A case with one post has it as subject and snippet both; the longer of the two is the subject then."""
    return case.snippet[:60].rstrip("…").startswith(case.subject[:50].rstrip("… "))


def _chips(case: Case, agent: Agent) -> list[Chip]:
    chips = []
    if case.unsent:
        chips.append(Chip("answer not sent", "grave"))
    if case.reasons:
        says, points = case.reasons[0]
        chips.append(Chip(says, "grave" if points >= _GRAVE else ""))
    if case.answers.get("reason", "other") != "other":
        chips.append(Chip(in_words("reason", case.answers["reason"])))
    if case.private:
        chips.append(Chip("private"))
    if case.found_by_rule:
        chips.append(Chip("by rule"))
    if case.owner_id is not None:
        chips.append(_owner(case, agent))
    if case.status not in (CaseStatus.NEW, CaseStatus.OPEN):
        chips.append(Chip(status_in_words(case)))
    return chips


def _owner(case: Case, agent: Agent) -> Chip:
    if case.owner_id == agent.pk:
        return Chip("yours", "own")
    return Chip(case.owner.shown_name if case.owner else "")
