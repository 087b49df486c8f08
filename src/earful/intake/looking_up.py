"""Looking up the people of whom cases came: in hundreds, each once a day, within seconds.

Posts are asked for without their authors, who would be billed for each of them. So a new case begins with somebody of
whom only the account's id is known; here they get their name, and the case its full priority.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from earful import clockwork
from earful.cases.models import Case, Stranger
from earful.channels import access
from earful.channels.models import Channel
from earful.connectors.registry import connector_for
from earful.core.connector import Account, ConnectorError, Talk, TryLater, Turnstile
from earful.core.days import utc_day
from earful.core.post import Author
from earful.core.spending import Purpose
from earful.ledger.till import Till
from earful.posts.introducing import introduce
from earful.posts.store import take_turns
from earful.vault import Unopenable

log = structlog.get_logger("people")

# Whoever comes within this time shares a question with the first.
GATHER: Final = timedelta(seconds=1)
LEASE: Final = timedelta(seconds=60)
AFTER_TROUBLE: Final = timedelta(seconds=60)
LOOK_SECONDS: Final = 0.5

Run = Callable[[Account, Talk[Sequence[Author]], Sequence[Turnstile]], Sequence[Author]]


def run_until(stop: threading.Event) -> None:
    """Look people up until `stop` is set; for a thread of its own."""
    with access.exchange() as exchange:
        clockwork.work_until(stop, lambda: look_up(exchange.run), rest=LOOK_SECONDS)


def look_up(run: Run, *, gather: timedelta = GATHER) -> bool:
    """Look up as many of those who wait on one channel as one question takes. False if nobody is due."""
    now = timezone.now()
    waiting = Stranger.objects.filter(Q(leased_until=None) | Q(leased_until__lte=now), channel__enabled=True)
    first = waiting.filter(due_at__lte=now - gather).order_by("due_at").first()
    if first is None:
        return False
    channel = Channel.objects.get(pk=first.channel_id)
    most = connector_for(channel.network).capabilities.people_at_once
    claimed = clockwork.claim(Stranger, "channel_id = %s", [channel.pk], now=now, lease=LEASE, limit=most)
    if claimed:
        _ask(run, channel, claimed)
    return bool(claimed)


def _ask(run: Run, channel: Channel, strangers: Sequence[int]) -> None:
    waiting = Stranger.objects.filter(pk__in=strangers)
    ids = list(waiting.order_by("pk").values_list("identity__account_id", flat=True))
    try:
        account = access.account_of(channel)
        talk = connector_for(channel.network).people(account, ids)
        people = run(account, talk, [Till(channel, Purpose.ENRICHMENT)])
    except (ConnectorError, Unopenable) as error:
        at = error.at if isinstance(error, TryLater) and error.at is not None else timezone.now() + AFTER_TROUBLE
        waiting.update(due_at=at, leased_until=None)
        log.warning("people not looked up", channel=channel.pk, people=len(ids), reason=str(error))
    else:
        _keep(channel.network, people, strangers, timezone.now())


def _keep(network: str, people: Sequence[Author], strangers: Sequence[int], now: datetime) -> None:
    """What was learned, and that it was asked for; of whom the network shows nothing any more, nothing."""
    with transaction.atomic():
        take_turns(forgetting=False)
        posts = introduce(network, people, now)
        done = {"due_at": None, "leased_until": None, "looked_up_on": utc_day(now)}
        Stranger.objects.filter(pk__in=strangers).update(**done)
        for case in Case.objects.running().filter(customer__stranger__in=strangers).order_by("pk"):
            case.weigh_again()
    log.info("people looked up", network=network, asked=len(strangers), found=len(people), posts=len(posts))
