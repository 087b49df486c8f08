"""Channel health: whether we still hear, what waits to go out, and what could not be understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from earful.cases.models import Case, CaseQuery
from earful.channels.models import Channel, ChannelState, Credentials, Hearing
from earful.console.access_shown import in_a_line
from earful.console.asked import Asked
from earful.console.desk import frame, ids_of
from earful.console.gaps_shown import gaps_of
from earful.console.money_told import of_channels
from earful.console.rows import network_name
from earful.console.times import ago
from earful.console.views.unknown_kinds import kinds
from earful.core.lifecycle import DeliveryState
from earful.intake import journal
from earful.intake.models import Frame, Gap
from earful.replies.models import Reply

FRAMES_SHOWN = 20
REPLIES_SHOWN = 40
BODY_SHOWN = 200
_OUTBOX = {
    DeliveryState.QUEUED: "queued",
    DeliveryState.SENDING: "sending",
    DeliveryState.TRY_LATER: "trying again later",
    DeliveryState.UNSURE: "being checked on the network",
    DeliveryState.REFUSED: "refused",
    DeliveryState.BY_HAND: "to be answered by hand",
    DeliveryState.SENT: "sent, last 24 hours",
    DeliveryState.CONFIRMED: "sent and seen, last 24 hours",
}
_OVER = (DeliveryState.SENT, DeliveryState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class EarShown:
    """How one ear does. `says` is its state in words; `alarm` asks for somebody."""

    name: str
    says: str
    alarm: bool
    alive: str
    heard: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """A channel with its ears, how it was linked, why it waits to be linked again ("" while it does not), and what it
    did not hear.
    """

    channel: Channel
    network: str
    ears: list[EarShown]
    access: str
    lost: str
    money: list[str]
    gaps: list[Gap]


@dataclass(frozen=True, slots=True)
class FrameShown:
    """A frame that was put aside, with the beginning of what was heard."""

    id: int
    channel: Channel
    ear: str
    at: datetime
    reason: str
    body: str


@require_GET
def channels(request: Asked) -> HttpResponse:
    """The page of channel health."""
    return render(request, "console/channels/page.html", frame(request) | {
        "here": "channels",
        "channels": _channels(timezone.now()),
        "outbox": _outbox(timezone.now()),
        "waiting": journal.waiting().count(),
        "aside": journal.aside().count(),
        "frames": _frames(),
        "unknown_kinds": kinds(),
    })  # fmt: skip


@require_GET
def outbox(request: Asked, state: str) -> HttpResponse:
    """The newest replies in one state of delivery, each a way to its case."""
    if state not in _OUTBOX:
        raise Http404
    replies = _counted(timezone.now()).filter(state=state, case__in=_visible(request))
    replies = replies.select_related("case__customer", "agent").order_by("-pk")[:REPLIES_SHOWN]
    title = _OUTBOX[DeliveryState(state)]
    return render(
        request,
        "console/channels/outbox.html",
        frame(request) | {"here": "channels", "title": title, "replies": replies},
    )


@require_POST
def read_again(request: Asked) -> HttpResponse:
    """Put frames back on the belt, after whatever could not read them was mended."""
    journal.read_again(ids_of(",".join(request.POST.getlist("frame"))))
    return redirect("console:channels")


def _channels(now: datetime) -> list[ChannelShown]:
    found = Channel.objects.prefetch_related("hearings").order_by("network", "handle")
    held = {each.pk: each for each in Credentials.objects.all()}
    money, gaps = of_channels(), gaps_of([channel.pk for channel in found], now)
    return [
        _channel(channel, held.get(channel.pk), money.get(channel.pk, []), gaps[channel.pk], now) for channel in found
    ]


def _channel(
    channel: Channel, held: Credentials | None, money: list[str], gaps: list[Gap], now: datetime
) -> ChannelShown:
    ears, lost = [_ear(ear, now) for ear in _in_order(channel)], held.lost_reason if held else ""
    return ChannelShown(channel, network_name(channel.network), ears, in_a_line(held, now), lost, money, gaps)


def _in_order(channel: Channel) -> list[Hearing]:
    return sorted(channel.hearings.all(), key=lambda hearing: hearing.ear)


def _ear(hearing: Hearing, now: datetime) -> EarShown:
    failing = hearing.state != ChannelState.OK
    return EarShown(
        name=hearing.ear.replace("_", " "),
        says=ChannelState(hearing.state).label if failing or not hearing.silent else "silent",
        alarm=failing or hearing.silent,
        alive=ago(hearing.alive_at, now),
        heard=ago(hearing.heard_at, now),
        reason=hearing.reason,
    )


def _outbox(now: datetime) -> list[tuple[str, str, int]]:
    """(state, in words, how many) for every state worth looking at, zeros too: a zero is good news."""
    rows = _counted(now).values_list("state").order_by().annotate(Count("pk"))
    numbers = dict(rows)
    return [(state.value, says, numbers.get(state.value, 0)) for state, says in _OUTBOX.items()]


def _counted(now: datetime) -> QuerySet[Reply]:
    lately = Q(state__in=_OVER, sent_at__gt=now - timedelta(hours=24))
    return Reply.objects.filter(lately | Q(state__in=[state for state in _OUTBOX if state not in _OVER]))


def _visible(request: Asked) -> CaseQuery:
    return Case.objects.visible_to(request.user)


def _frames() -> list[FrameShown]:
    return [_frame(frame) for frame in journal.aside().select_related("channel")[:FRAMES_SHOWN]]


def _frame(frame: Frame) -> FrameShown:
    # More bytes than characters are read, because one character may take four.
    body = bytes(frame.body[: BODY_SHOWN * 4]).decode("utf-8", "replace")[:BODY_SHOWN]
    return FrameShown(frame.pk, frame.channel, frame.ear, frame.aside_at or frame.heard_at, frame.reason, body)
