"""Writing an answer: the draft, what will become of it, and handing it to the outbox.

A draft lives on the server, one for each agent, case and route. Sending freezes it: its parts are cut, its
state moves on by the table, and from then on only the outbox touches it. Who presses twice gets the reply
that is already on its way; who presses while a colleague answered is told so first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from earful import pulse
from earful.cases.models import Case, CaseEvent
from earful.core.lifecycle import DeliveryMove, DeliveryState
from earful.core.post import Named
from earful.people.models import Agent
from earful.replies.answering import answerable, bystanders
from earful.replies.checking import Check, check
from earful.replies.models import Reply, Route
from earful.replies.standing import say_whether_unsent


class Collision(Exception):
    """Somebody answered this case since the writer last saw it. `other` is their reply."""

    def __init__(self, other: Reply) -> None:
        super().__init__(f"{other.agent.shown_name if other.agent else 'A colleague'} has just answered.")
        self.other = other


class NotSendable(Exception):
    """This text cannot go out as it is; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What is chosen beside the words of a draft: whom the answer shall not notify, by their account ids, and whether
    it carries a button by which people write to us in private.
    """

    without: frozenset[str] = frozenset()
    invite: bool = False


def draft_of(case: Case, agent: Agent, route: str) -> Reply | None:
    """The agent's draft in this case on this route, if there is one."""
    return Reply.objects.filter(case=case, agent=agent, route=route, state=DeliveryState.DRAFT).first()


def keep_draft(case: Case, agent: Agent, route: str, text: str, aside: Aside | None = None) -> Reply:
    """Keep the words of a draft on the server, and what was chosen beside them; an empty text is kept too (it was
    cleared).
    """
    kept = Reply.objects.filter(case=case, agent=agent, route=route, state=DeliveryState.DRAFT)
    chosen = {"text": text} | ({} if aside is None else _chosen(case, route, aside))
    if kept.update(**chosen, changed_at=timezone.now()):
        return kept.get()
    try:
        with transaction.atomic():
            return Reply.objects.create(case=case, agent=agent, route=Route(route), **chosen)
    except IntegrityError:
        # Two tabs began the same draft at once; the later words win.
        kept.update(**chosen, changed_at=timezone.now())
        return kept.get()


def _chosen(case: Case, route: str, aside: Aside) -> dict[str, Any]:
    """As a reply keeps it: of those left out, only whom the answer would notify at all."""
    if route == Route.PRIVATE:
        return {"without": [], "invite": False}
    people: Iterable[Named] = bystanders(case, answerable(case, private=False).said) if aside.without else ()
    left_out = [{"id": person.id, "handle": person.handle} for person in people if person.id in aside.without]
    return {"without": left_out, "invite": aside.invite}


def send(
    case: Case,
    agent: Agent,
    route: str,
    text: str,
    *,
    seen_reply: int,
    aside: Aside | None = None,
    anyway: bool = False,
) -> Reply:
    """Approve the draft and put it into the outbox; the reply is queued when this returns.

    `seen_reply` is the latest reply of the case that the writer had before their eyes. Raises Collision if
    there is a newer one by somebody else (unless `anyway`), NotSendable if the text cannot go out. Pressed
    twice, the second call answers with the reply that the first one made.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).select_related("channel", "customer").get(pk=case.pk)
        draft = draft_of(locked, agent, route)
        newer = _newer_replies(locked, seen_reply)
        for reply in newer:
            if reply.agent_id == agent.pk and reply.text == text and reply.route == route and _same(draft, text):
                # An autosave may have come between the two presses and left the same words behind as a draft.
                if draft is not None:
                    draft.delete()
                return reply
        if newer and newer[-1].agent_id != agent.pk and not anyway:
            raise Collision(newer[-1])
        reply = draft or Reply(case=locked, agent=agent, route=Route(route))
        for name, chosen in (_chosen(locked, route, aside) if aside else {}).items():
            setattr(reply, name, chosen)
        checked = check(locked, route, text, reply)
        if checked.problems:
            raise NotSendable(checked.problems[0])
        freeze(reply, text, checked, agent, DeliveryMove.QUEUE)
        CaseEvent.objects.create(case=locked, kind="reply_queued", agent=agent, detail={"reply": reply.pk})
        pulse.tell("case", [locked.pk])
        pulse.tell("outbox", [reply.pk])
        return reply


def freeze(reply: Reply, text: str, checked: Check, agent: Agent, then: DeliveryMove) -> None:
    """Approve the words as they were checked, and let them go on: to the outbox (QUEUE) or a person (HAND_OVER)."""
    now = timezone.now()
    reply.text, reply.parts, reply.answers = text, checked.parts, checked.answered.row
    reply.move(DeliveryMove.APPROVE)
    reply.move(then)
    reply.approved_by, reply.approved_at, reply.reason = agent, now, ""
    reply.due_at = now if then is DeliveryMove.QUEUE else None
    reply.save()


def latest_reply_id(case: Case) -> int:
    """The newest reply that left a writer's hands; a form carries it, so that a collision can be seen."""
    newest = (
        case.replies.exclude(state=DeliveryState.DRAFT)
        .order_by("-approved_at", "-pk")
        .values_list("pk", flat=True)
        .first()
    )
    return newest or 0


_STUCK: Final = (DeliveryState.REFUSED, DeliveryState.BY_HAND)


def edit_again(reply: Reply, agent: Agent) -> Reply:
    """Take back what has not left, or was refused, and make it the agent's draft. Raises NotSendable when too
    late.
    """
    with transaction.atomic():
        fresh = Reply.objects.select_for_update().get(pk=reply.pk)
        if fresh.sent or fresh.state not in (DeliveryState.QUEUED, DeliveryState.TRY_LATER, *_STUCK):
            raise NotSendable("This message is already on its way, or out; it cannot be taken back.")
        if fresh.leased_until is not None and fresh.leased_until > timezone.now():
            raise NotSendable("This message is being sent at this moment; see what comes of it first.")
        draft = draft_of(fresh.case, agent, fresh.route)
        if draft is not None and (draft.text.strip() or draft.files.exists()):
            raise NotSendable("You have another draft here. Send or clear it first.")
        if draft is not None:
            draft.delete()
        fresh.move(DeliveryMove.EDIT)
        CaseEvent.objects.create(
            case_id=fresh.case_id,
            kind="reply_taken_back",
            agent=agent,
            detail={"reply": fresh.pk, "of": fresh.agent_id, "text": fresh.text},
        )
        fresh.agent, fresh.due_at, fresh.parts, fresh.leased_until = agent, None, [], None
        fresh.save()
        say_whether_unsent(fresh.case_id)
        pulse.tell("case", [fresh.case_id])
        return fresh


def _same(draft: Reply | None, text: str) -> bool:
    """Whether a draft is nothing more than the words that were sent; files on it are another message."""
    return draft is None or (draft.text.strip() in ("", text.strip()) and not draft.files.exists())


def _newer_replies(case: Case, seen: int) -> list[Reply]:
    """Replies that left a writer's hands after the one seen. By time of sending: a draft may be old."""
    newer = case.replies.exclude(state__in=[DeliveryState.DRAFT, DeliveryState.REFUSED]).select_related("agent")
    since = case.replies.filter(pk=seen).values_list("approved_at", flat=True).first() if seen else None
    if since is not None:
        newer = newer.filter(approved_at__gt=since)
    return list(newer.order_by("approved_at", "pk"))
