"""One attempt: a reply that was claimed, brought one step further, and what came of it written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.utils import timezone

from earful import clockwork, pulse
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
    OutOfCredit,
    Refused,
    Sent,
    Shut,
    Stale,
    Talk,
    TryLater,
    Unreadable,
    Unsure,
)
from earful.core.lifecycle import DeliveryMove, DeliveryState
from earful.ledger import booking
from earful.replies import articles, attaching, handing_over, line
from earful.replies.charging import line_of
from earful.replies.models import Delivery, Reply, ShutDoor
from earful.replies.standing import confirm, say_whether_unsent, seen_whole
from earful.replies.trying_again import again_at, waits
from earful.vault import Unopenable

log = structlog.get_logger("outbox")

# When to look again for a message whose answer was lost. After the last look without a find it is sent again;
# X's own refusal of duplicates is the net below that.
LOOKS: Final = (timedelta(seconds=3), timedelta(seconds=10), timedelta(seconds=30))
# How often one part is sent before a person has to look: each time may have made a post that we cannot see.
MOST_SENDS: Final = 3
# The outcome of an attempt that met no credit: when there is some again, it is made at once.
NO_CREDIT: Final = "no_credit"

Wire = Callable[[Account, Talk[Any]], Any]
"""What drives a talk with a network to its end: `access.exchange().run`."""


class Held(Exception):
    """Between the claim and the sending another worker took the last room that the limits leave."""


class Attempt:
    """One claimed reply, brought one step further."""

    def __init__(self, reply_id: int, lease: datetime, wire: Wire) -> None:
        self.wire, self.lease = wire, lease
        self.reply = Reply.objects.select_related("case__channel", "case__customer", "answers__author", "agent").get(
            pk=reply_id
        )
        self.channel = self.reply.case.channel
        self.connector = connector_for(self.channel.network)

    def make(self) -> None:
        """Look first if anything is unsure, else hand over its files and send; write down what came of it."""
        look = self._must_look()
        if not look and not self._files_ready():
            return
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

    def _files_ready(self) -> bool:
        """Bring the files to where the first part can carry them; if that does not end now, it is written down."""
        if self.reply.sent or handing_over.ready(self.reply, timezone.now()):
            return True
        try:
            account = access.account_of(self.channel)
            handing_over.hand_over(self.reply, account, self.connector, self.wire, self._prolong)
        except Unopenable as error:
            self._not_ready(LostAccess(str(error)))
        except ConnectorError as error:
            self._not_ready(error)
        else:
            return True
        return False

    def _prolong(self) -> None:
        """A file takes its time: hold the reply for another lease, if it is still ours."""
        until = timezone.now() + line.IN_HAND
        if not Reply.objects.filter(pk=self.reply.pk, leased_until=self.lease).update(leased_until=until):
            raise clockwork.Superseded
        self.lease = until

    def _not_ready(self, error: ConnectorError) -> None:
        """Nothing was said yet, so nothing is in doubt: later, or not at all."""
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=self.reply.case_id)
            if self.reply.state != DeliveryState.SENDING:
                self.reply.move(DeliveryMove.CLAIM)
            self.reply.attempts += 0 if waits(error) else 1
            if isinstance(error, TryLater | LostAccess):
                self.reply.move(DeliveryMove.POSTPONE)
                self._settle(due_at=self._later(error), reason=error.reason)
            else:
                self.reply.move(DeliveryMove.REFUSE)
                self._settle(due_at=None, reason=error.reason)
                say_whether_unsent(self.reply.case_id)
        log.info("files not ready", reply=self.reply.pk, reason=error.reason)

    def _must_look(self) -> bool:
        """In doubt, or found in the middle of sending: its worker died, and nobody knows how far it came."""
        return self.reply.state in (DeliveryState.UNSURE, DeliveryState.SENDING) and self._ever_asked()

    def _ever_asked(self) -> bool:
        return self.reply.deliveries.filter(part=len(self.reply.sent), looked=False).exclude(outcome="sent").exists()

    def _begin(self, look: bool) -> Delivery:
        """Write down that the network is about to be asked, before it is asked. Raises Held if there is no room."""
        with transaction.atomic():
            if not look:
                self._take_turn()
            clockwork.hold(self.reply, self.lease)
            if self.reply.state != DeliveryState.SENDING:
                self.reply.move(DeliveryMove.CLAIM)
            self.reply.attempts += 1
            self.reply.save(update_fields=["state", "attempts", "changed_at"])
            pulse.tell("case", [self.reply.case_id])
            return Delivery.objects.create(reply=self.reply, part=len(self.reply.sent), looked=look)

    def _take_turn(self) -> None:
        """Of workers side by side, each counts what those before it have begun."""
        lane, now = line.lane_of(self.reply), timezone.now()
        line.take_turn(lane)
        if line.opens_at(lane, now, 1) > now:
            raise Held

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
        last = part == len(reply.parts) - 1
        return Outgoing(
            reply.parts[part],
            private=reply.private,
            reply_to=reply.goes_under,
            recipient=reply.case.customer.account_id if reply.private else "",
            not_before=first.started_at if first else timezone.now(),
            known=self._known(),
            media=handing_over.media_of(reply) if part == 0 else (),
            without=tuple(str(person["id"]) for person in reply.without),
            invite=reply.invite and last,
        )

    def _known(self) -> frozenset[str]:
        """The ids of all that this customer was sent already: with the same words, they are not this message."""
        to_them = Reply.objects.filter(case__channel=self.channel, case__customer=self.reply.case.customer)
        sent = to_them.exclude(sent=[]).values_list("sent", flat=True)
        return frozenset(part["id"] for parts in sent for part in parts)

    def _sent(self, delivery: Delivery, sent: Sent) -> None:
        reply, now = self.reply, timezone.now()
        billed = line_of(reply, sent, now)
        with transaction.atomic():
            # The case first, as the reader does: who locks in another order waits in a circle. And the echo
            # of this message is either stored before this point, or finds what is written here.
            Case.objects.select_for_update().get(pk=reply.case_id)
            reply.sent = [*reply.sent, {"id": sent.id, "link": sent.link}]
            more = len(reply.sent) < len(reply.parts)
            reply.move(DeliveryMove.PART_SENT if more else DeliveryMove.SENT)
            self._settle(due_at=now if more else None, looks=0, sent_at=None if more else now)
            self._end(delivery, "sent", network_id=sent.id)
            ShutDoor.objects.filter(channel=self.channel, person=reply.case.customer, route=reply.route).delete()
            if not more:
                attaching.clear(reply)
                reply.case.answered(now, by=reply.agent, reply=reply.pk)
                articles.went_out(reply, now)
                if seen_whole(reply):
                    confirm(reply)
            # Last, because the sums that it adds to are everybody's.
            booking.book([billed])
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
        return tried.exclude(outcome__in=("try_later", NO_CREDIT)).count()

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
        if isinstance(error, Stale):
            try:
                handing_over.forget(self.reply)
            except Refused as refused:
                self._refuse(delivery, refused)
                return
        with transaction.atomic():
            self.reply.move(DeliveryMove.POSTPONE)
            self._settle(due_at=self._later(error), reason=error.reason)
            outcome = NO_CREDIT if isinstance(error, OutOfCredit) else "try_later"
            self._end(delivery, outcome, reason=error.reason, raw=error.raw)
        log.info("try later", reply=self.reply.pk, at=str(self.reply.due_at), reason=error.reason)

    def _refuse(self, delivery: Delivery, error: ConnectorError) -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=self.reply.case_id)
            self.reply.move(DeliveryMove.REFUSE)
            self._settle(due_at=None, reason=error.reason)
            self._end(delivery, "by_hand" if isinstance(error, ByHand) else "refused", error.reason, error.raw)
            say_whether_unsent(self.reply.case_id)
            if isinstance(error, Shut):
                self._remember_shut(error.reason)
        log.warning("refused", reply=self.reply.pk, reason=error.reason)

    def _remember_shut(self, reason: str) -> None:
        """Say it before the next one writes in vain."""
        ShutDoor.objects.update_or_create(
            channel=self.channel,
            person=self.reply.case.customer,
            route=self.reply.route,
            defaults={"reason": reason[:500], "at": timezone.now()},
        )

    def _later(self, error: ConnectorError) -> datetime:
        return again_at(error, self.channel, self.reply.attempts)

    def _settle(
        self,
        *,
        due_at: datetime | None,
        reason: str = "",
        looks: int | None = None,
        sent_at: datetime | None = None,
    ) -> None:
        reply = self.reply
        clockwork.hold(self.reply, self.lease)
        reply.due_at, reply.leased_until, reply.reason = due_at, None, reason[:500]
        reply.looks = reply.looks if looks is None else looks
        reply.sent_at = sent_at or reply.sent_at
        reply.save()
        pulse.tell("case", [reply.case_id])

    def _end(self, delivery: Delivery, outcome: str, reason: str = "", raw: str = "", network_id: str = "") -> None:
        delivery.outcome, delivery.reason, delivery.raw = outcome, reason[:500], raw[:10_000]
        delivery.network_id, delivery.ended_at = network_id, timezone.now()
        delivery.save()
