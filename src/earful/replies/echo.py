"""Our own posts, heard on the network: the proof that a reply is out, or the news of one sent by hand.

Such an echo may be faster than the network's answer to us, or come where that answer was lost: then it settles at once
what else would have to be looked for.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from earful import pulse
from earful.cases.filing import Arrived
from earful.cases.models import Case
from earful.connectors.registry import connector_for
from earful.core.connector import Sent
from earful.core.lifecycle import DeliveryMove, DeliveryState
from earful.core.post import Post as Said
from earful.ledger.booking import Line
from earful.people.models import Agent
from earful.replies import articles, attaching
from earful.replies.attempt import NO_CREDIT
from earful.replies.charging import line_of
from earful.replies.models import Delivery, Reply
from earful.replies.standing import confirm, seen_whole

_MAY_BE_OUT = (DeliveryState.SENDING, DeliveryState.UNSURE, DeliveryState.TRY_LATER)


def seen(network: str, ours: Iterable[tuple[int, Arrived]]) -> list[Line]:
    """Confirm the replies that these posts are, settle those in doubt and those sent by hand. What was billed for those
    that are known to be out by this: for the ledger, in the caller's transaction.

    What we said there without the desk (an agent typed it on the network itself) answers the case just the
    same.
    """
    billed: list[Line] = []
    for case_id, arrived in ours:
        replies = Reply.objects.select_for_update().filter(case_id=case_id)
        reply = replies.filter(sent__contains=[{"id": arrived.post.id}]).first()
        reply = reply or _in_hand(replies, arrived.post, billed) or _by_hand(replies, arrived.post)
        if reply is None:
            case = Case.objects.get(pk=case_id)
            case.answered(arrived.post.created_at, by=None, reply=0)
            articles.was_said(case, arrived.post)
        elif reply.state == DeliveryState.SENT and seen_whole(reply):
            confirm(reply)
    return billed


def _in_hand(replies: QuerySet[Reply], post: Said, billed: list[Line]) -> Reply | None:
    """The reply whose part in hand this is, though the network's answer did not come yet, or never will."""
    says = connector_for(post.network).says
    route = "private" if post.private else "public"
    for reply in replies.filter(state__in=_MAY_BE_OUT, route=route).order_by("pk"):
        there = post.private or post.reply_to == reply.goes_under
        if there and _asked(reply) and says(reply.parts[len(reply.sent)], post):
            billed.append(line_of(reply, Sent(post.id), timezone.now()))
            _settle(reply, post)
            return reply
    return None


def _asked(reply: Reply) -> bool:
    """Whether the network was given the part in hand and may have taken it."""
    tried = reply.deliveries.filter(part=len(reply.sent), looked=False)
    return tried.exclude(outcome__in=["try_later", NO_CREDIT, "sent"]).exists()


def _settle(reply: Reply, post: Said) -> None:
    """It is out. Whoever has the reply in hand at this moment loses it, and writes nothing."""
    now = timezone.now()
    _write_down(reply, post)
    reply.sent = [*reply.sent, {"id": post.id, "link": _link(reply, post)}]
    more = len(reply.sent) < len(reply.parts)
    reply.move(DeliveryMove.PART_SENT if more else DeliveryMove.SENT)
    reply.due_at, reply.leased_until, reply.looks, reply.reason = now if more else None, None, 0, ""
    if more:
        reply.save()
        pulse.tell("outbox", [reply.pk])
    else:
        _out(reply, post, by=reply.agent)
    pulse.tell("case", [reply.case_id])


def _write_down(reply: Reply, post: Said) -> None:
    """One attempt for each part says that it is out: that under way, or hearing it counts as a look that found it."""
    part = len(reply.sent)
    under_way = reply.deliveries.filter(part=part, ended_at=None).order_by("-pk").first()
    attempt = under_way or Delivery(reply=reply, part=part, looked=True)
    attempt.outcome, attempt.reason, attempt.network_id = "sent", "seen on the network", post.id
    attempt.ended_at = timezone.now()
    attempt.save()


def _out(reply: Reply, post: Said, *, by: Agent | None) -> None:
    reply.sent_at = post.created_at
    reply.save()
    attaching.clear(reply)
    reply.case.answered(post.created_at, by=by, reply=reply.pk)
    articles.went_out(reply, post.created_at, post)


def _link(reply: Reply, post: Said) -> str:
    channel = reply.case.channel
    return "" if post.private else connector_for(post.network).link(channel.keyless, post.id, channel.handle)


def _by_hand(replies: QuerySet[Reply], post: Said) -> Reply | None:
    """The reply that a person was asked to send by hand, if this is it or a part of it.

    It goes under the post that the reply answers, or under its own part before; in private, into the same talk. A
    person may say it in other words or in one piece: then this is all of it.
    """
    for reply in replies.filter(state=DeliveryState.BY_HAND, route="private" if post.private else "public"):
        if post.private or post.reply_to == reply.goes_under:
            _sent_by_hand(reply, post)
            return reply
    return None


def _sent_by_hand(reply: Reply, post: Said) -> None:
    rest = reply.parts[len(reply.sent) :]
    one_part = len(rest) > 1 and connector_for(post.network).says(rest[0], post)
    reply.parts = reply.parts if one_part else [*reply.parts[: len(reply.sent)], post.text]
    reply.sent = [*reply.sent, {"id": post.id, "link": _link(reply, post)}]
    if len(reply.sent) < len(reply.parts):
        reply.save()
        pulse.tell("case", [reply.case_id])
        return
    reply.move(DeliveryMove.SENT)
    reply.reason = "sent by hand"
    _out(reply, post, by=reply.approved_by)
