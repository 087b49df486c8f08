"""Writing an answer: the draft, what will become of it, and handing it to the outbox.

A draft lives on the server, one for each agent, case and route. Sending freezes it: its parts are cut, its
state moves on by the table, and from then on only the outbox touches it. Who presses twice gets the reply
that is already on its way; who presses while a colleague answered is told so first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from earful import pulse
from earful.cases.models import Case, CaseEvent
from earful.connectors.registry import connector_for
from earful.core.connector import Outgoing, Preflight
from earful.core.conversation import Role
from earful.core.lifecycle import DeliveryMove, DeliveryState
from earful.core.post import Author
from earful.core.post import Post as Said
from earful.people.models import Agent
from earful.posts.models import Post
from earful.replies.models import Reply, Route
from earful.replies.outbox import say_whether_unsent

MOST_PARTS: Final = 10
MOST_CONSIDERED: Final = 20
_PREFERRED: Final = ("api", "maybe", "by_hand", "no")
_IN_LINE: Final = (DeliveryState.QUEUED, DeliveryState.TRY_LATER)


class Collision(Exception):
    """Somebody answered this case since the writer last saw it. `other` is their reply."""

    def __init__(self, other: Reply) -> None:
        super().__init__(f"{other.agent.shown_name if other.agent else 'A colleague'} has just answered.")
        self.other = other


class NotSendable(Exception):
    """This text cannot go out as it is; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Check:
    """What will become of a text: under which post it goes, how long the network counts it, in how many parts, at what
    price and how soon.
    """

    answered: Post
    weight: int
    limit: int
    left: int
    parts: list[str]
    preflight: Preflight
    price: float
    wait: timedelta
    audience: str
    problems: list[str]


def draft_of(case: Case, agent: Agent, route: str) -> Reply | None:
    """The agent's draft in this case on this route, if there is one."""
    return Reply.objects.filter(case=case, agent=agent, route=route, state=DeliveryState.DRAFT).first()


def keep_draft(case: Case, agent: Agent, route: str, text: str) -> Reply:
    """Keep the words of a draft on the server; an empty text is kept too (it was cleared)."""
    kept = Reply.objects.filter(case=case, agent=agent, route=route, state=DeliveryState.DRAFT)
    if kept.update(text=text, changed_at=timezone.now()):
        return kept.get()
    try:
        with transaction.atomic():
            return Reply.objects.create(case=case, agent=agent, route=Route(route), text=text)
    except IntegrityError:
        # Two tabs began the same draft at once; the later words win.
        kept.update(text=text, changed_at=timezone.now())
        return kept.get()


def check(case: Case, agent: Agent, route: str, text: str) -> Check:
    """What would become of `text`, without sending anything."""
    connector = connector_for(case.channel.network)
    private = route == Route.PRIVATE
    answered = answered_post(case, private=private)
    limit = connector.capabilities.private_limit if private else connector.capabilities.public_limit
    weight = connector.weigh(text, private=private)
    parts = connector.split(text, private=private) if text.strip() else []
    preflight = connector.preflight(case.channel.keyless, _as_said(answered), private=private, text=text)
    if answered.deleted_at is not None and not private:
        preflight = Preflight("no", "they deleted the post that this would answer")
    return Check(
        answered=answered,
        weight=weight,
        limit=limit,
        left=limit - weight,
        parts=parts,
        preflight=preflight,
        price=preflight.price * max(1, len(parts)),
        wait=_queue(case),
        audience=_audience(case, private),
        problems=_problems(text, parts, preflight),
    )


def send(case: Case, agent: Agent, route: str, text: str, *, seen_reply: int, anyway: bool = False) -> Reply:
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
            if reply.agent_id == agent.pk and reply.text == text and reply.route == route:
                # An autosave may have come between the two presses and left the same words behind as a draft.
                if draft is not None and draft.text.strip() in ("", text.strip()):
                    draft.delete()
                return reply
        if newer and newer[-1].agent_id != agent.pk and not anyway:
            raise Collision(newer[-1])
        checked = check(locked, agent, route, text)
        if checked.problems:
            raise NotSendable(checked.problems[0])
        reply = draft or Reply(case=locked, agent=agent, route=Route(route))
        _freeze(reply, text, checked, agent, DeliveryMove.QUEUE)
        CaseEvent.objects.create(case=locked, kind="reply_queued", agent=agent, detail={"reply": reply.pk})
        pulse.tell("case", [locked.pk])
        pulse.tell("outbox", [reply.pk])
        return reply


def _freeze(reply: Reply, text: str, checked: Check, agent: Agent, then: DeliveryMove) -> None:
    """Approve the words as they were checked, and let them go on: to the outbox (QUEUE) or a person (HAND_OVER)."""
    now = timezone.now()
    reply.text, reply.parts, reply.answers = text, checked.parts, checked.answered
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
        if draft is not None and draft.text.strip():
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


_STUCK: Final = (DeliveryState.REFUSED, DeliveryState.BY_HAND)


def answer_by_hand(case: Case, agent: Agent, route: str, text: str) -> str:
    """Send a draft by hand from the start, where the network lets only a person: the page to open, filled in.

    It is a reply like any other from here on: no longer a draft, seen by colleagues, and settled when our post arrives.
    Raises NotSendable if there are no words.
    """
    if not text.strip():
        raise NotSendable("There is nothing to send yet.")
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).select_related("channel", "customer").get(pk=case.pk)
        reply = draft_of(locked, agent, route) or Reply(case=locked, agent=agent, route=Route(route))
        _freeze(reply, text, check(locked, agent, route, text), agent, DeliveryMove.HAND_OVER)
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


def answered_post(case: Case, *, private: bool) -> Post:
    """The post that an answer goes under: of the customer's posts on that side the newest that the network lets us
    answer; if it lets us answer none, the newest.

    A thread whose last post forgot to name us is answered under the one before that did. A deleted post is answered
    only if nothing else is left.
    """
    posts = Post.objects.filter(message__case=case, message__role=Role.CUSTOMER).select_related("author")
    newest = list(posts.order_by(F("deleted_at").asc(nulls_first=True), "-created_at", "-pk")[:MOST_CONSIDERED])
    # A customer who only ever wrote in private has no public post to answer, and the other way round.
    side = [post for post in newest if post.private == private] or newest
    connector, account = connector_for(case.channel.network), case.channel.keyless
    routes = [connector.preflight(account, _as_said(post), private=private, text="").route for post in side]
    return side[min(range(len(side)), key=lambda number: _PREFERRED.index(routes[number]))]


def _as_said(post: Post) -> Said:
    """A stored post as the core knows posts, as far as preflight asks."""
    author = Author(post.author.account_id, post.author.handle, post.author.name)
    return Said(
        network=post.network,
        id=post.network_id,
        author=author,
        text=post.text,
        created_at=post.created_at,
        reply_to=post.reply_to,
        reply_to_author=post.reply_to_author,
        quotes=post.quotes,
        quotes_author=post.quotes_author,
        mentions=tuple(post.mentions),
        private=post.private,
    )


def _audience(case: Case, private: bool) -> str:
    us, them = f"@{case.channel.handle}", f"@{case.customer.handle or case.customer.shown_name}"
    if private:
        return f"Only {them} can see this · as {us}"
    return f"Everyone can see this · as {us} to {them}"


def _problems(text: str, parts: list[str], preflight: Preflight) -> list[str]:
    problems = []
    if not text.strip():
        problems.append("There is nothing to send yet.")
    if len(parts) > MOST_PARTS:
        problems.append(f"This makes {len(parts)} parts; nobody reads more than {MOST_PARTS}. Shorten it.")
    if preflight.route in ("by_hand", "no"):
        problems.append(preflight.reason + ".")
    return problems


def _queue(case: Case) -> timedelta:
    """How long the messages ahead of this one will take: those due later than now, on the same channel."""
    last = (
        Reply.objects.filter(case__channel=case.channel, state__in=_IN_LINE, due_at__gt=timezone.now())
        .order_by("-due_at")
        .values_list("due_at", flat=True)
        .first()
    )
    return last - timezone.now() if last else timedelta()


def _newer_replies(case: Case, seen: int) -> list[Reply]:
    """Replies that left a writer's hands after the one seen. By time of sending: a draft may be old."""
    newer = case.replies.exclude(state__in=[DeliveryState.DRAFT, DeliveryState.REFUSED]).select_related("agent")
    since = case.replies.filter(pk=seen).values_list("approved_at", flat=True).first() if seen else None
    if since is not None:
        newer = newer.filter(approved_at__gt=since)
    return list(newer.order_by("approved_at", "pk"))
