"""The outbox: exactly one post for one intent, whatever crashes or times out.

A reply that is due is claimed by a guarded UPDATE and moves to *sending*. Each attempt is a Delivery row,
written before the network is asked. What the network says moves the reply on by the table. When no answer
came, or a worker died while sending, nobody knows whether it is out: the next worker looks on the network
first, several times, with pauses, because networks show what they took with a delay; only then does it send
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from earful import clockwork, pulse
from earful.cases.filing import Arrived
from earful.cases.models import Case
from earful.channels import access
from earful.connectors.registry import connector_for
from earful.core.connector import (
    Account,
    ByHand,
    ConnectorError,
    Duplicate,
    LostAccess,
    Outgoing,
    Refused,
    Sent,
    Talk,
    TryLater,
    Unreadable,
    Unsure,
)
from earful.core.lifecycle import DeliveryMove, DeliveryState, claimable
from earful.core.post import Post as Said
from earful.posts.models import Post
from earful.replies.models import Delivery, Reply
from earful.vault import Unopenable

log = structlog.get_logger("outbox")

# Longer than any attempt can take: a talk ends within a minute, its last request within half of one after that.
LEASE: Final = timedelta(seconds=150)
# Every living worker holds this advisory lock, shared. Who can have it alone may take over what dead ones had
# in hand.
WORKERS: Final = 0x0EA2F01
# When to look again for a message whose answer was lost. After the last look without a find it is sent again;
# X's own refusal of duplicates is the net below that.
LOOKS: Final = (timedelta(seconds=3), timedelta(seconds=10), timedelta(seconds=30))
# How often one part is sent before a person has to look: each time may have made a post that we cannot see.
MOST_SENDS: Final = 3
BACK_OFF: Final = (5, 15, 60, 300, 900)
DELIVERED_AT_ONCE: Final = 10
# What waits for a channel that lost its access falls due when that is linked again.
_DUE: Final = """
    state = ANY(%s) AND NOT EXISTS (
        SELECT 1 FROM cases_case AS their
        JOIN channels_channel AS channel ON channel.id = their.channel_id
        JOIN channels_credentials AS held ON held.channel_id = channel.id
        WHERE their.id = case_id AND held.lost_at IS NOT NULL
    )
"""
_SENDABLE: Final = [*(state.value for state in claimable()), DeliveryState.SENDING.value]


Wire = Callable[[Account, Talk[Any]], Any]
"""What drives a talk with a network to its end: `access.exchange().run`."""


def deliver_due(wire: Wire, limit: int = DELIVERED_AT_ONCE) -> int:
    """Bring up to `limit` due replies one step further, one after the other; how many there were.

    Each is claimed just before it is tried, so that its lease is for itself alone. A fault in the desk itself puts the
    reply off and lets the others go on.
    """
    began = timezone.now()
    for done in range(limit):
        until = timezone.now() + LEASE
        claimed = clockwork.claim(Reply, _DUE, [_SENDABLE], now=began, lease=until - began, limit=1)
        if not claimed:
            return done
        try:
            _Attempt(claimed[0], until, wire).make()
        except Superseded:
            log.warning("superseded", reply=claimed[0])
        except DatabaseError:
            raise
        except Exception as fault:  # whatever it is, it must not stop the outbox for everybody else
            log.exception("fault", reply=claimed[0])
            _put_off(claimed[0], until, fault)
    return limit


def _put_off(reply_id: int, lease: datetime, fault: Exception) -> None:
    """Leave a reply over which the desk stumbled as it is, and try it again later. If the network was asked, its state
    says so, and it will be looked for first."""
    held = Reply.objects.filter(pk=reply_id, leased_until=lease)
    reply = held.first()
    if reply is not None:
        pause = timedelta(seconds=BACK_OFF[min(reply.attempts, len(BACK_OFF) - 1)])
        reason = f"The desk stumbled over this one ({type(fault).__name__}); it tries again."
        held.update(due_at=timezone.now() + pause, leased_until=None, reason=reason, attempts=reply.attempts + 1)
        pulse.tell("case", [reply.case_id])


def next_due() -> datetime | None:
    """When the outbox will have something to do; None while nothing waits."""
    return clockwork.next_due(Reply, _DUE, [_SENDABLE])


def take_over() -> int:
    """Release what a worker that died had in hand; how many replies. Nothing while another worker lives.

    The lock belongs to the database session and goes with it, so that a worker killed a moment ago holds it
    no more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [WORKERS])
        alone = cursor.fetchone() == (True,)
        released = Reply.objects.exclude(leased_until=None).update(leased_until=None) if alone else 0
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [WORKERS])
        if alone:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [WORKERS])
    return released


class Superseded(Exception):
    """The lease ran out in the middle of an attempt and another worker took over; what we know is written
    nowhere.
    """


class _Attempt:
    """One claimed reply, brought one step further."""

    def __init__(self, reply_id: int, lease: datetime, wire: Wire) -> None:
        self.wire, self.lease = wire, lease
        self.reply = Reply.objects.select_related("case__channel", "case__customer", "answers", "agent").get(
            pk=reply_id
        )
        self.channel = self.reply.case.channel
        self.connector = connector_for(self.channel.network)

    def make(self) -> None:
        """Look first if anything is unsure, else send; write down what came of it."""
        look = self._must_look()
        delivery = self._begin(look)
        try:
            sent = self._look() if look else self._send()
        except ConnectorError as error:
            self._failed(delivery, error, look)
        except Unopenable as error:
            self._failed(delivery, LostAccess(str(error)), look)
        except Unreadable as error:
            self._failed(delivery, Unsure(f"The network's answer cannot be read: {error}"), look)
        else:
            if sent is None:
                self._not_found(delivery)
            else:
                self._sent(delivery, sent)

    def _must_look(self) -> bool:
        """In doubt, or found in the middle of sending: its worker died, and nobody knows how far it came."""
        return self.reply.state in (DeliveryState.UNSURE, DeliveryState.SENDING) and self._ever_asked()

    def _ever_asked(self) -> bool:
        return self.reply.deliveries.filter(part=len(self.reply.sent), looked=False).exclude(outcome="sent").exists()

    def _begin(self, look: bool) -> Delivery:
        """Write down that the network is about to be asked, before it is asked."""
        with transaction.atomic():
            self._hold_lease()
            if self.reply.state != DeliveryState.SENDING:
                self.reply.move(DeliveryMove.CLAIM)
            self.reply.attempts += 1
            self.reply.save(update_fields=["state", "attempts", "changed_at"])
            pulse.tell("case", [self.reply.case_id])
            return Delivery.objects.create(reply=self.reply, part=len(self.reply.sent), looked=look)

    def _send(self) -> Sent:
        account = access.account_of(self.channel)
        sent: Sent = self.wire(account, self.connector.send(account, self._outgoing()))
        return sent

    def _look(self) -> Sent | None:
        account = access.account_of(self.channel)
        found: Sent | None = self.wire(account, self.connector.look(account, self._outgoing()))
        return found

    def _outgoing(self) -> Outgoing:
        reply, part = self.reply, len(self.reply.sent)
        first = reply.deliveries.filter(part=part, looked=False).order_by("started_at").first()
        return Outgoing(
            reply.parts[part],
            private=reply.private,
            reply_to=reply.goes_under,
            recipient=reply.case.customer.account_id if reply.private else "",
            not_before=first.started_at if first else timezone.now(),
            known=self._known(),
        )

    def _known(self) -> frozenset[str]:
        """The ids of all that this customer was sent already: with the same words, they are not this message."""
        to_them = Reply.objects.filter(case__channel=self.channel, case__customer=self.reply.case.customer)
        sent = to_them.exclude(sent=[]).values_list("sent", flat=True)
        return frozenset(part["id"] for parts in sent for part in parts)

    def _sent(self, delivery: Delivery, sent: Sent) -> None:
        reply, now = self.reply, timezone.now()
        with transaction.atomic():
            # The case first, as the reader does: who locks in another order waits in a circle. And the echo
            # of this message is either stored before this point, or finds what is written here.
            Case.objects.select_for_update().get(pk=reply.case_id)
            reply.sent = [*reply.sent, {"id": sent.id, "link": sent.link}]
            more = len(reply.sent) < len(reply.parts)
            reply.move(DeliveryMove.PART_SENT if more else DeliveryMove.SENT)
            self._settle(due_at=now if more else None, looks=0, sent_at=None if more else now)
            self._end(delivery, "sent", network_id=sent.id)
            if not more:
                reply.case.answered(now, by=reply.agent, reply=reply.pk)
                if _all_seen(reply):
                    _confirm(reply)
        log.info("sent", reply=reply.pk, post=sent.id, part=len(reply.sent), parts=len(reply.parts))

    def _failed(self, delivery: Delivery, error: ConnectorError, looked: bool) -> None:
        if looked:
            # A look that failed tells nothing: doubt remains, and so does the message.
            self._doubt(delivery, f"Could not look on the network: {error.reason}", self._later(error))
        elif isinstance(error, Unsure):
            outcome = "duplicate" if isinstance(error, Duplicate) else "unsure"
            self._doubt(delivery, error.reason, timezone.now() + LOOKS[0], outcome=outcome)
        elif isinstance(error, TryLater | LostAccess):
            # Without access it waits: the channel is linked again, and it goes.
            self._postpone(delivery, error)
        elif isinstance(error, Refused):
            self._refuse(delivery, error)
        else:
            self._doubt(delivery, error.reason, timezone.now() + LOOKS[0])

    def _not_found(self, delivery: Delivery) -> None:
        """It is not there yet. Look again later; after the last look, send it again."""
        looks = self.reply.looks + 1
        if looks < len(LOOKS):
            self._doubt(delivery, "Not seen on the network yet; looking again.", timezone.now() + LOOKS[looks], looks)
            return
        if self._was_duplicate():
            name = self.connector.name
            reason = f"{name} says that it has these words from us already, and we cannot see them under this post."
            self._refuse(delivery, Refused(f"{reason} Look on {name}, or say it in other words."))
            return
        if self._sends() >= MOST_SENDS:
            self._refuse(delivery, Refused(f"Sent {MOST_SENDS} times and never seen there. Look before sending again."))
            return
        with transaction.atomic():
            self.reply.move(DeliveryMove.POSTPONE)
            self._settle(due_at=timezone.now(), looks=0, reason="It did not go out the first time; sending it again.")
            self._end(delivery, "not_found", reason="not on the network")

    def _sends(self) -> int:
        """How often the network was given the part in hand and may have taken it."""
        tried = self.reply.deliveries.filter(part=len(self.reply.sent), looked=False)
        return tried.exclude(outcome="try_later").count()

    def _was_duplicate(self) -> bool:
        """Whether the network's last word on sending was that it has these words already."""
        tried = self.reply.deliveries.filter(part=len(self.reply.sent), looked=False).order_by("-started_at", "-pk")
        return tried.values_list("outcome", flat=True).first() == "duplicate"

    def _doubt(
        self, delivery: Delivery, reason: str, at: datetime, looks: int | None = None, outcome: str = "unsure"
    ) -> None:
        with transaction.atomic():
            self.reply.move(DeliveryMove.DOUBT)
            self._settle(due_at=at, reason=reason, looks=self.reply.looks if looks is None else looks)
            self._end(delivery, outcome, reason=reason)
        log.warning("unsure", reply=self.reply.pk, reason=reason)

    def _postpone(self, delivery: Delivery, error: ConnectorError) -> None:
        with transaction.atomic():
            self.reply.move(DeliveryMove.POSTPONE)
            self._settle(due_at=self._later(error), reason=error.reason)
            self._end(delivery, "try_later", reason=error.reason, raw=error.raw)
        log.info("try later", reply=self.reply.pk, at=str(self.reply.due_at), reason=error.reason)

    def _refuse(self, delivery: Delivery, error: ConnectorError) -> None:
        with transaction.atomic():
            self.reply.move(DeliveryMove.REFUSE)
            self._settle(due_at=None, reason=error.reason)
            self._end(delivery, "by_hand" if isinstance(error, ByHand) else "refused", error.reason, error.raw)
            say_whether_unsent(self.reply.case_id)
        log.warning("refused", reply=self.reply.pk, reason=error.reason)

    def _later(self, error: ConnectorError) -> datetime:
        at = error.at if isinstance(error, TryLater) else None
        if isinstance(error, LostAccess) and access.rests(self.channel):
            # It is not claimed before the channel is linked again, and goes at once then.
            at = timezone.now()
        pause = BACK_OFF[min(self.reply.attempts, len(BACK_OFF)) - 1]
        return at or timezone.now() + timedelta(seconds=pause)

    def _hold_lease(self) -> None:
        """Lock the row, if it is still ours by the lease that we claimed it with; raises Superseded
        otherwise.
        """
        ours = Reply.objects.select_for_update().filter(pk=self.reply.pk, leased_until=self.lease)
        if not ours.exists():
            raise Superseded

    def _settle(
        self,
        *,
        due_at: datetime | None,
        reason: str = "",
        looks: int | None = None,
        sent_at: datetime | None = None,
    ) -> None:
        reply = self.reply
        self._hold_lease()
        reply.due_at, reply.leased_until, reply.reason = due_at, None, reason[:500]
        reply.looks = reply.looks if looks is None else looks
        reply.sent_at = sent_at or reply.sent_at
        reply.save()
        pulse.tell("case", [reply.case_id])

    def _end(self, delivery: Delivery, outcome: str, reason: str = "", raw: str = "", network_id: str = "") -> None:
        delivery.outcome, delivery.reason, delivery.raw = outcome, reason[:500], raw[:10_000]
        delivery.network_id, delivery.ended_at = network_id, timezone.now()
        delivery.save()


def say_whether_unsent(case_id: int) -> None:
    """Keep with the case whether an answer in it was refused and still needs somebody."""
    refused = Reply.objects.filter(case_id=case_id, state=DeliveryState.REFUSED).exists()
    Case.objects.filter(pk=case_id).exclude(unsent=refused).update(unsent=refused)


def seen(network: str, ours: Iterable[tuple[int, Arrived]]) -> None:
    """Our own posts were heard on the network: confirm the replies that they are, settle those sent by hand.

    What we said there without the desk (an agent typed it on the network itself) answers the case just the
    same.
    """
    for case_id, arrived in ours:
        replies = Reply.objects.select_for_update().filter(case_id=case_id)
        reply = replies.filter(sent__contains=[{"id": arrived.post.id}]).first()
        if reply is None and _under_way(case_id, arrived):
            continue
        if reply is None:
            reply = _by_hand(replies, arrived)
        if reply is None:
            case = Case.objects.get(pk=case_id)
            case.answered(arrived.post.created_at, by=None, reply=0)
        elif reply.state == DeliveryState.SENT and _all_seen(reply):
            _confirm(reply)


def _by_hand(replies: QuerySet[Reply], arrived: Arrived) -> Reply | None:
    """The reply that a person was asked to send by hand, if this is it or a part of it.

    It goes under the post that the reply answers, or under its own part before; in private, into the same talk. A
    person may say it in other words or in one piece: then this is all of it.
    """
    post = arrived.post
    for reply in replies.filter(state=DeliveryState.BY_HAND, route="private" if post.private else "public"):
        if post.private or post.reply_to == reply.goes_under:
            _sent_by_hand(reply, post)
            return reply
    return None


def _sent_by_hand(reply: Reply, post: Said) -> None:
    channel = reply.case.channel
    connector = connector_for(post.network)
    link = "" if post.private else connector.link(channel.keyless, post.id, channel.handle)
    rest = reply.parts[len(reply.sent) :]
    one_part = len(rest) > 1 and connector.says(rest[0], post)
    reply.parts = reply.parts if one_part else [*reply.parts[: len(reply.sent)], post.text]
    reply.sent = [*reply.sent, {"id": post.id, "link": link}]
    if len(reply.sent) < len(reply.parts):
        reply.save()
        pulse.tell("case", [reply.case_id])
        return
    reply.move(DeliveryMove.SENT)
    reply.sent_at, reply.reason = post.created_at, "sent by hand"
    reply.save()
    reply.case.answered(post.created_at, by=reply.approved_by, reply=reply.pk)


def _under_way(case_id: int, arrived: Arrived) -> bool:
    """Is this the echo of a reply whose sending is not written down yet? Then the outbox tells of it."""
    says = connector_for(arrived.post.network).says
    # Read without a lock: the outbox locks a reply before its case in all but its last step.
    states = [DeliveryState.SENDING, DeliveryState.UNSURE, DeliveryState.QUEUED, DeliveryState.TRY_LATER]
    sending = Reply.objects.filter(case_id=case_id, state__in=states).exclude(attempts=0)
    return any(says(part, arrived.post) for reply in sending for part in reply.parts)


def _all_seen(reply: Reply) -> bool:
    """Every part of it has been heard on the network."""
    ids = [part["id"] for part in reply.sent]
    return Post.objects.filter(network=reply.case.channel.network, network_id__in=ids).count() == len(ids)


def _confirm(reply: Reply) -> None:
    reply.move(DeliveryMove.CONFIRM)
    reply.save()
    pulse.tell("case", [reply.case_id])
