"""What will become of a draft, without sending anything: where it goes, how long it is, what it costs, how soon it
leaves, and what stands in its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils import timezone

from earful.cases.models import Case
from earful.connectors.registry import connector_for
from earful.core.connector import Outgoing, Preflight
from earful.core.post import Named
from earful.replies import line
from earful.replies.answering import Answerable, answerable, bystanders, waits
from earful.replies.attaching import wrong_together
from earful.replies.models import File, Reply, Route

MOST_PARTS: Final = 10


@dataclass(frozen=True, slots=True)
class Check:
    """What will become of a draft: under which post it goes and whom that notifies, how long the network counts it, in
    how many parts, at what price (`plain_price` is that without links and button), how soon and behind how many others.
    `waits` says what holds up everything ("" nothing), `problems` why this cannot go out as it is.
    """

    answered: Answerable
    notifies: Sequence[Named]
    files: Sequence[File]
    weight: int
    limit: int
    left: int
    parts: list[str]
    preflight: Preflight
    price: float
    plain_price: float
    wait: line.Wait
    waits: str
    audience: str
    problems: list[str]

    @property
    def undescribed(self) -> list[str]:
        """The files that say nothing to those who do not see them."""
        return [file.name for file in self.files if not file.alt]


def check(case: Case, route: str, text: str, draft: Reply | None) -> Check:
    """Check `text` with the files and choices of `draft` (None: there is none yet)."""
    connector = connector_for(case.channel.network)
    private = route == Route.PRIVATE
    files = list(draft.files.order_by("pk")) if draft is not None and draft.pk else []
    invite = draft is not None and draft.invite
    answered = answerable(case, private=private)
    limit = connector.capabilities.private_limit if private else connector.capabilities.public_limit
    weight = connector.weigh(text, private=private)
    parts = connector.split(text, private=private) if text.strip() else [""] if files else []
    preflight = answered.preflight(case, private=private, text=text)
    under = "" if private else answered.row.network_id
    messages = [Outgoing(part, private=private, reply_to=under) for part in parts or [""]]
    messages[-1] = replace(messages[-1], invite=invite)
    return Check(
        answered=answered,
        notifies=[] if private else bystanders(case, answered.said),
        files=files,
        weight=weight,
        limit=limit,
        left=limit - weight,
        parts=parts,
        preflight=preflight,
        price=_price(case, messages, files, preflight),
        plain_price=_price(case, [replace(each, text="ok", invite=False) for each in messages], files, preflight),
        wait=line.wait(case, route, len(parts), timezone.now()),
        waits=waits(case.channel),
        audience=_audience(case, private),
        problems=[*_problems(text, parts, preflight, files), *_together(case, route, files, invite)],
    )


def _price(case: Case, messages: Sequence[Outgoing], files: Sequence[File], preflight: Preflight) -> float:
    """All parts, and describing the files; nothing for what a person sends."""
    if preflight.route not in ("api", "maybe"):
        return 0.0
    described = sum(1 for file in files if file.alt)
    return connector_for(case.channel.network).price(case.channel.keyless, messages, described=described)


def _together(case: Case, route: str, files: Sequence[File], invite: bool) -> list[str]:
    name = connector_for(case.channel.network).name
    wrong = wrong_together(case, route, [file.kind for file in files])
    lost = next((file.name for file in files if not file.kept), "")
    both = f"{name} takes files or an invitation to write in private, not both." if invite and files else ""
    gone = f"{lost} is not here any more: it lay too long. Take it off and attach it again." if lost else ""
    return [problem for problem in (wrong, both, gone) if problem]


def _audience(case: Case, private: bool) -> str:
    us, them = f"@{case.channel.handle}", f"@{case.customer.handle or case.customer.shown_name}"
    if private:
        return f"Only {them} can see this · as {us}"
    return f"Everyone can see this · as {us} to {them}"


def _problems(text: str, parts: list[str], preflight: Preflight, files: Sequence[File]) -> list[str]:
    problems = []
    if not text.strip() and not files:
        problems.append("There is nothing to send yet.")
    if len(parts) > MOST_PARTS:
        problems.append(f"This makes {len(parts)} parts; nobody reads more than {MOST_PARTS}. Shorten it.")
    if preflight.route in ("by_hand", "no"):
        problems.append(preflight.reason + ".")
    return problems
