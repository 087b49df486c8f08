"""What the composer says about a text while it is written: who will see it, how long, how much, how soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from earful.cases.models import Case
from earful.connectors.registry import connector_for
from earful.console.files_shown import FileShown, files_shown
from earful.console.rows import network_name
from earful.core.conversation import Role
from earful.core.links import find_links
from earful.people.models import Agent
from earful.posts.models import Post
from earful.replies import writing
from earful.replies.checking import Check
from earful.replies.checking import check as checked
from earful.replies.line import Wait
from earful.replies.models import Reply, Route


@dataclass(frozen=True, slots=True)
class Saying:
    """The lines around the textarea. `parts` has its texts only when there is more than one.

    `verdict` is what stands on the tab. `blocked` says why it cannot go out by itself ("" if it can), `by_hand` that a
    person can send it on the network.
    """

    verdict: str
    audience: str
    allowed: str
    doubtful: bool
    left: int
    meter: Sequence[str]
    parts: Sequence[str]
    warnings: Sequence[str]
    blocked: str
    by_hand: bool
    network: str


@dataclass(frozen=True, slots=True)
class Notified:
    """Somebody beside the customer, and whether the answer will notify them."""

    id: str
    handle: str
    told: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """One tab of the composer: a route, its draft, and what stood in the way of sending it, if anything.

    `notifies` are the people whom the answer would notify, each with whether it will; `takes` are the media types that
    can be attached.
    """

    route: str
    text: str
    saying: Saying
    seen_reply: int
    files: Sequence[FileShown] = ()
    notifies: Sequence[Notified] = ()
    invite: bool = False
    invites: bool = False
    takes: Sequence[str] = ()
    collision: Reply | None = None
    refused: str = ""


def panels(case: Case, agent: Agent) -> list[Panel]:
    """Both routes with the agent's drafts."""
    seen = writing.latest_reply_id(case)
    return [panel(case, agent, route, seen=seen) for route in Route.values]


def panel(
    case: Case, agent: Agent, route: str, *, seen: int, collision: Reply | None = None, refused: str = ""
) -> Panel:
    """One route, with the draft that is kept for it."""
    draft = writing.draft_of(case, agent, route)
    text = draft.text if draft else ""
    check = checked(case, route, text, draft)
    can = connector_for(case.channel.network).capabilities
    left_out = {person["id"] for person in draft.without} if draft else set()
    return Panel(
        route,
        text,
        _saying(case, text, check),
        seen,
        files_shown(check.files),
        [Notified(person.id, person.handle or person.id, person.id not in left_out) for person in check.notifies],
        invite=draft is not None and draft.invite,
        invites=can.invites and route == Route.PUBLIC,
        takes=can.media(private=route == Route.PRIVATE).types,
        collision=collision,
        refused=refused,
    )


def saying(case: Case, route: str, text: str, draft: Reply | None) -> Saying:
    """What to say about `text` on this route."""
    return _saying(case, text, checked(case, route, text, draft))


def _saying(case: Case, text: str, check: Check) -> Saying:
    stopped = check.preflight.route in ("by_hand", "no")
    return Saying(
        verdict=_verdict(check),
        audience=check.audience,
        allowed=check.preflight.reason,
        doubtful=check.preflight.route == "maybe",
        left=check.left,
        meter=_meter(check),
        parts=check.parts if len(check.parts) > 1 else (),
        warnings=_warnings(text, check),
        blocked=check.preflight.reason if stopped else "",
        by_hand=check.preflight.route == "by_hand",
        network=network_name(case.channel.network),
    )


def _verdict(check: Check) -> str:
    """The route in two words, before anybody types: its price if nothing stands in the way."""
    if check.preflight.route == "api":
        return "waits" if check.waits else money(check.price)
    return {"maybe": "may be refused", "by_hand": "by hand", "no": "not possible"}[check.preflight.route]


def usual_route(case: Case) -> str:
    """The route that the customer chose last: who wrote in private is answered in private.

    "note" when the customer's posts are gone, as after an erasure: then there is nothing to answer.
    """
    last = Post.objects.filter(message__case=case, message__role=Role.CUSTOMER).order_by("-created_at", "-pk")
    private = last.values_list("private", flat=True).first()
    if private is None:
        return "note"
    return str(Route.PRIVATE if private else Route.PUBLIC)


def money(amount: float) -> str:
    """US dollars with two decimals, or three where they matter: "$0.01", "$0.015"."""
    exact = f"{amount:.3f}"
    return f"${exact[:-1] if exact.endswith('0') else exact}"


def at_most(amount: float) -> str:
    """A sum of US dollars that is not exceeded, rounded up: to cents from ten cents on, below to tenths of a cent."""
    exact, step = Decimal(f"{amount:.9f}"), Decimal("0.01") if amount >= 0.1 else Decimal("0.001")
    return f"at most {money(float(exact.quantize(step, ROUND_UP)))}"


def soon(wait: Wait) -> str:
    """When it leaves, honestly: as the limits allow, behind what is already in line on the same channel."""
    seconds = wait.time.total_seconds()
    behind = f", behind {wait.behind} other{'' if wait.behind == 1 else 's'}" if wait.behind else ""
    if seconds < 2:
        return f"goes out at once{behind}"
    if seconds < 90:
        return f"goes out in about {round(seconds)} s{behind}"
    if seconds < 90 * 60:
        return f"goes out in about {round(seconds / 60)} min{behind}"
    return f"goes out in about {round(seconds / 3600)} hours{behind}"


def _meter(check: Check) -> list[str]:
    count = max(1, len(check.parts))
    length = f"{check.left:,} left" if count == 1 else f"{check.weight:,} characters"
    return [length, "1 part" if count == 1 else f"{count} parts", money(check.price), soon(check.wait)]


def _warnings(text: str, check: Check) -> list[str]:
    waits = [check.waits] if check.waits else []
    if not text.strip() and not check.files:
        return waits
    # The reason of the preflight has a line of its own, with the way out beside it.
    said = [problem for problem in check.problems if not problem.startswith(check.preflight.reason)]
    return [*waits, *said, *_undescribed(check), *_added_by_hand(check), *_dear(text, check)]


def _undescribed(check: Check) -> list[str]:
    """Softly: it goes out all the same."""
    names = check.undescribed
    if not names:
        return []
    return [f"Without a description {' and '.join(names)} says nothing to people who do not see it."]


def _added_by_hand(check: Check) -> list[str]:
    if check.preflight.route != "by_hand" or not check.files:
        return []
    return ["The words are filled in there; the files are not: add them by hand. You can get them from the case."]


def _dear(text: str, check: Check) -> list[str]:
    """What a link, or the button, makes of the price."""
    plain = check.plain_price
    if check.price <= plain or check.preflight.route not in ("api", "maybe"):
        return []
    dear = "link" if find_links(text) else "button"
    return [f"The {dear} makes this cost {money(check.price)} instead of {money(plain)}."]
