"""Deeds on posts that are out: an answer in a thread of ours hidden or shown again, a post of ours deleted.

An agent asks, the worker does it, and only when the network said so is it shown and written into the case. To do it
twice is to do it once, so after a lost answer or a dead worker it is simply done again: that tells as much as a look
would. What the desk itself stumbles over is tried a few times, and then a person has to look.
"""

from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from earful import clockwork, pulse
from earful.cases.forgetting import forget_posts
from earful.cases.models import Case, CaseEvent
from earful.channels import access
from earful.connectors.registry import connector_for
from earful.core.connector import ConnectorError, LostAccess, Refused, Unreadable, Unsure
from earful.core.delivering import Deed, DeedKind
from earful.core.lifecycle import DeedMove, DeedState
from earful.people.models import Agent
from earful.posts.models import Post
from earful.posts.store import take_turns
from earful.replies.attempt import Wire
from earful.replies.line import LINKED
from earful.replies.models import Act
from earful.replies.trying_again import again_at, pause, waits
from earful.vault import Unopenable

log = structlog.get_logger("deeds")

LEASE: Final = timedelta(seconds=150)
DONE_AT_ONCE: Final = 10
# Some twenty minutes' worth of tries: a fault of ours that lasts longer is not over by itself. A wait for credit or for
# a limit is no try.
MOST_STUMBLES: Final = 6
_DUE: Final = f"state = 'queued' AND {LINKED}"
_EVENTS: Final = {"hide": "post_hidden", "unhide": "post_shown", "delete": "post_deleted"}


class NotPossible(Exception):
    """This cannot be done to this post; the message says why."""


def possible(case: Case) -> dict[DeedKind, set[str]]:
    """To which posts of a case each deed that its network knows can be done, by the network's ids: who shows deeds and
    who asks for one ask here.
    """
    shown_no_more = _hidden(case)
    able: dict[DeedKind, set[str]] = {
        "delete": _ours(case) - _done(case, "delete"),
        "hide": _answers_to_us(case) - shown_no_more,
        "unhide": shown_no_more,
    }
    known = connector_for(case.channel.network).capabilities.deeds
    return {kind: posts for kind, posts in able.items() if kind in known}


def ask(case: Case, agent: Agent, kind: DeedKind, network_id: str) -> Act:
    """Let it be done. Raises NotPossible; whoever asks for what is under way gets what is under way."""
    if network_id not in possible(case).get(kind, ()):
        raise NotPossible(_NOT[kind])
    try:
        with transaction.atomic():
            act = Act.objects.create(case=case, agent=agent, kind=kind, network_id=network_id)
    except IntegrityError:
        under_way = Act.objects.filter(case=case, network_id=network_id, state=DeedState.QUEUED).first()
        if under_way is None or under_way.kind != kind:
            raise NotPossible("Something else is being done to this post at this moment. Try again then.") from None
        return under_way
    pulse.tell("case", [case.pk])
    pulse.tell("outbox", [act.pk])
    return act


def _ours(case: Case) -> set[str]:
    """Our public posts in this case that are out."""
    ours = case.messages.filter(post__ours=True, post__private=False, post__deleted_at=None)
    parts = case.replies.exclude(sent=[]).filter(route="public").values_list("sent", flat=True)
    return {*ours.values_list("post__network_id", flat=True), *(part["id"] for sent in parts for part in sent)}


def _answers_to_us(case: Case) -> set[str]:
    """Others' answers in threads that we began."""
    shown = Post.objects.filter(message__case=case, ours=False, private=False, deleted_at=None).exclude(reply_to="")
    roots = dict(shown.values_list("network_id", "root"))
    began = Post.objects.filter(network=case.channel.network, network_id__in=roots.values(), ours=True)
    own = set(began.values_list("network_id", flat=True))
    return {post for post, root in roots.items() if root in own}


def _hidden(case: Case) -> set[str]:
    """Others' answers that we hid, by the last that was done to each."""
    done = Act.objects.filter(case=case, kind__in=["hide", "unhide"], state=DeedState.DONE).order_by("pk")
    last = dict(done.values_list("network_id", "kind"))
    return {post for post, kind in last.items() if kind == "hide"}


def _done(case: Case, kind: str) -> set[str]:
    return set(Act.objects.filter(case=case, kind=kind, state=DeedState.DONE).values_list("network_id", flat=True))


def do_due(wire: Wire, limit: int = DONE_AT_ONCE) -> int:
    """Do up to `limit` deeds that are due; how many were tried. A fault in the desk itself puts the deed off and lets
    the others go on.
    """
    for done in range(limit):
        now = timezone.now()
        claimed = clockwork.claim(Act, _DUE, [], now=now, lease=LEASE, limit=1)
        if not claimed:
            return done
        try:
            _try(claimed[0], now + LEASE, wire)
        except clockwork.Superseded:
            log.warning("superseded", act=claimed[0])
    return limit


def next_due() -> Any:
    """When a deed will be due; None while none is."""
    return clockwork.next_due(Act, _DUE, [])


def _try(act_id: int, lease: datetime, wire: Wire) -> None:
    acts = Act.objects.select_related("case__channel", "agent")
    try:
        _do(acts.get(pk=act_id), lease, wire)
    except (clockwork.Superseded, *clockwork.AWAY):
        raise
    except Exception as fault:  # whatever it is, it must not stop what else was asked for
        log.exception("fault", act=act_id)
        _stumbled(acts.get(pk=act_id), lease, fault)


def _do(act: Act, lease: datetime, wire: Wire) -> None:
    channel, deed = act.case.channel, Deed(_kind(act), act.network_id)
    try:
        account = access.account_of(channel)
        wire(account, connector_for(channel.network).act(account, deed))
    except Unopenable as error:
        _failed(act, lease, LostAccess(str(error)))
    except ConnectorError as error:
        _failed(act, lease, error)
    else:
        _succeeded(act, lease)


def _kind(act: Act) -> DeedKind:
    kinds: dict[str, DeedKind] = {"hide": "hide", "unhide": "unhide", "delete": "delete"}
    return kinds[act.kind]


def _failed(act: Act, lease: datetime, error: ConnectorError) -> None:
    """Refused for good, or put off; trouble and lost answers put it off, since doing it twice is no harm."""
    act.reason, act.raw = error.reason[:500], error.raw[:10_000]
    act.attempts += 0 if waits(error) else 1
    if isinstance(error, Refused) and not isinstance(error, Unsure):
        act.move(DeedMove.REFUSE)
        act.due_at, act.ended_at = None, timezone.now()
    else:
        act.due_at = again_at(error, act.case.channel, act.attempts)
    _settle(act, lease)
    log.info("deed failed", act=act.pk, state=act.state, reason=act.reason)


@transaction.atomic
def _stumbled(act: Act, lease: datetime, fault: Exception) -> None:
    """Put it off, or give it up: what was done there meanwhile, if anything, only a person can see."""
    # First of all: whoever took it over may have ended it.
    clockwork.hold(act, lease)
    act.attempts += 1
    if isinstance(fault, Unreadable):
        told = f"The network's answer cannot be read: {fault}."
    else:
        told = f"The desk stumbled over this one ({type(fault).__name__})."
    if act.attempts < MOST_STUMBLES:
        act.due_at = timezone.now() + pause(act.attempts)
        act.reason = f"{told[:400]} It tries again."
    else:
        act.move(DeedMove.REFUSE)
        act.due_at, act.ended_at = None, timezone.now()
        act.reason = f"{told[:400]} Look there whether it is done, before you ask again."
    _settle(act, lease)


def _succeeded(act: Act, lease: datetime) -> None:
    now = timezone.now()
    with transaction.atomic():
        if act.kind == "delete":
            take_turns(forgetting=True)
            forget_posts(act.case.channel.network, [act.network_id], now)
        act.move(DeedMove.DONE)
        act.attempts += 1
        act.due_at, act.ended_at, act.reason = None, now, ""
        _settle(act, lease)
        told = {"post": act.network_id, "act": act.pk}
        CaseEvent.objects.create(case=act.case, kind=_EVENTS[act.kind], agent=act.agent, detail=told)
    log.info("deed done", act=act.pk, kind=act.kind, post=act.network_id)


@transaction.atomic
def _settle(act: Act, lease: datetime) -> None:
    """Write down what came of it, if it is still ours; raises Superseded otherwise."""
    clockwork.hold(act, lease)
    act.leased_until = None
    act.save()
    pulse.tell("case", [act.case_id])


_NOT: Final = {
    "delete": "Only what we said in public and what still stands there can be deleted.",
    "hide": "Only an answer to a thread that we began can be hidden, once.",
    "unhide": "This answer is not hidden.",
}
