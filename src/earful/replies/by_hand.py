"""Answering by hand: where a network lets only a person speak, its own page is opened filled in, and we wait to see it.

Words travel in the page's address; pictures and films do not: whoever answers adds them there.
"""

from __future__ import annotations

from django.db import transaction

from earful import pulse
from earful.cases.models import Case, CaseEvent
from earful.connectors.registry import connector_for
from earful.core.connector import Outgoing
from earful.core.lifecycle import DeliveryMove, DeliveryState
from earful.people.models import Agent
from earful.replies.checking import check
from earful.replies.models import Reply, Route
from earful.replies.standing import say_whether_unsent
from earful.replies.writing import NotSendable, draft_of, freeze


def answer_by_hand(case: Case, agent: Agent, route: str, text: str) -> str:
    """Send a draft by hand from the start, where the network lets only a person: the page to open, filled in.

    It is a reply like any other from here on: no longer a draft, seen by colleagues, and settled when our post arrives.
    Raises NotSendable if there are no words.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).select_related("channel", "customer").get(pk=case.pk)
        reply = draft_of(locked, agent, route) or Reply(case=locked, agent=agent, route=Route(route))
        if not text.strip() and not (reply.pk and reply.files.exists()):
            raise NotSendable("There is nothing to send yet.")
        freeze(reply, text, check(locked, route, text, reply), agent, DeliveryMove.HAND_OVER)
        CaseEvent.objects.create(case=locked, kind="reply_by_hand", agent=agent, detail={"reply": reply.pk})
        pulse.tell("case", [locked.pk])
    return by_hand_link(reply)


def hand_over(reply: Reply, agent: Agent) -> str:
    """Let a person send it on the network itself: the page to open, filled in. We wait to see it arrive.

    Raises NotSendable if it is not one that the network refused.
    """
    with transaction.atomic():
        fresh = (
            Reply.objects.select_for_update(of=("self",))
            .select_related("case__channel", "case__customer", "answers")
            .get(pk=reply.pk)
        )
        if fresh.state == DeliveryState.REFUSED:
            fresh.move(DeliveryMove.HAND_OVER)
            fresh.approved_by, fresh.due_at = agent, None
            fresh.save()
            say_whether_unsent(fresh.case_id)
            CaseEvent.objects.create(
                case_id=fresh.case_id, kind="reply_by_hand", agent=agent, detail={"reply": fresh.pk}
            )
            pulse.tell("case", [fresh.case_id])
        elif fresh.state != DeliveryState.BY_HAND:
            raise NotSendable("Only a message that the network refused is answered by hand.")
    return by_hand_link(fresh)


def by_hand_link(reply: Reply) -> str:
    """The network's own page with this reply filled in."""
    channel = reply.case.channel
    part = reply.parts[len(reply.sent)] if len(reply.sent) < len(reply.parts) else reply.text
    outgoing = Outgoing(
        part,
        private=reply.private,
        reply_to=reply.goes_under,
        recipient=reply.case.customer.account_id if reply.private else "",
    )
    return connector_for(channel.network).compose_link(channel.keyless, outgoing)
