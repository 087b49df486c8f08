"""Spikes as the console shows them: everything in words, worked out once, so that the templates only print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from earful.cases.models import Case
from earful.channels.models import Channel
from earful.console.spark import Size, Spark, spark
from earful.core.spikes.sentence import sentence
from earful.core.spikes.states import SpikeMove, SpikeState
from earful.core.spikes.watching import QUIET_S
from earful.core.triage import points_of
from earful.people.models import Agent
from earful.rules.models import ListeningRule
from earful.spikes.models import Counted, Spike
from earful.triage.topics import in_words

BARS: Final = 24
_SIZE: Final = Size(step=9, bar=7, height=40)
IN_WORDS: Final[Mapping[str, str]] = {
    SpikeState.SUSPECTED: "suspected incident",
    SpikeState.CONFIRMED: "incident",
    SpikeState.DISMISSED: "not an incident",
    SpikeState.OVER: "over",
}
_TONES: Final = {SpikeState.SUSPECTED: "grave", SpikeState.CONFIRMED: "grave"}


@dataclass(frozen=True, slots=True)
class SpikeShown:
    """A spike of the list. `usual_y` is where the line of what is normal stands in the drawing; `quiet` says that an
    incident goes on though nobody speaks of it any more.
    """

    id: int
    says: str
    judged_by: str
    state: str
    tone: str
    noticed_at: datetime
    last_at: datetime
    decided: str
    decided_at: datetime | None
    ended: str
    ended_at: datetime | None
    spark: Spark
    usual_y: float
    posts: int
    cases: int
    quiet: bool
    may_confirm: bool
    may_dismiss: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class SpikeTold:
    """A spike as the rail of every page tells of it, and the page of a case; `what` is what it is said to be."""

    id: int
    says: str
    what: str
    suspected: bool


def spikes_shown(spikes: Sequence[Spike], now: datetime) -> list[SpikeShown]:
    """These spikes; who decided must be loaded."""
    about, spoken = _about(spikes), _spoken(spikes)
    counted = Counted.objects.filter(spike__in=spikes).values("spike")
    told = counted.annotate(
        posts=Count("pk", filter=Q(post__deleted_at=None)), cases=Count("post__message__case", distinct=True)
    )
    numbers = {row["spike"]: (row["posts"], row["cases"]) for row in told}
    return [_shown(spike, about[spike.pk], spoken[spike.pk], numbers.get(spike.pk, (0, 0)), now) for spike in spikes]


def spikes_told(spikes: Sequence[Spike]) -> list[SpikeTold]:
    """These spikes in a sentence each."""
    about = _about(spikes)
    return [_told(spike, about[spike.pk]) for spike in spikes]


def spikes_of(case: Case, agent: Agent) -> list[SpikeTold]:
    """The spikes that count a post of this case, newest first, but for those that somebody said are none."""
    known = Spike.objects.visible_to(agent).filter(counted__post__message__case=case).distinct()
    return spikes_told(list(known.exclude(state=SpikeState.DISMISSED).order_by("-noticed_at", "-pk")))


def says(spike: Spike, about: str) -> str:
    """A spike in one sentence; a term that leads it stands among its quoted words."""
    terms = spike.terms
    if spike.lead_kind == "term" and spike.lead_name and not terms:
        terms = [spike.lead_name]
    return sentence(
        people=spike.people, minutes=spike.minutes, about=about or ("" if terms else "words that were taken back"),
        terms=terms, places=spike.places, usual=spike.usual,
    )  # fmt: skip


def _told(spike: Spike, about: str) -> SpikeTold:
    incident = spike.decided_at is not None
    what = "an incident" if incident else "a suspected incident"
    ended = " that is over" if spike.state == SpikeState.OVER else ""
    return SpikeTold(spike.pk, says(spike, about), what + ended, spike.state == SpikeState.SUSPECTED)


def _about(spikes: Iterable[Spike]) -> dict[int, str]:
    """What leads each spike, in the desk's words: a reason, a rule's name, a channel; "" for a term."""
    leads: defaultdict[str, set[str]] = defaultdict(set)
    for spike in spikes:
        leads[spike.lead_kind].add(spike.lead_name)
    rules = dict(ListeningRule.objects.filter(pk__in=leads["rule"]).values_list("pk", "name")) if leads["rule"] else {}
    handles = (
        dict(Channel.objects.filter(pk__in=leads["channel"]).values_list("pk", "handle")) if leads["channel"] else {}
    )
    named = {("rule", str(number)): f"found by “{name}”" for number, name in rules.items()}
    named |= {("channel", str(number)): f"writing to @{handle}" for number, handle in handles.items()}
    named |= {("reason", reason): _reason(reason) for reason in leads["reason"]}
    return {spike.pk: named.get((spike.lead_kind, spike.lead_name), "") for spike in spikes}


def _reason(name: str) -> str:
    if (says := in_words("reason", name)) != name:
        return says
    told = points_of([name])
    return told[0][0] if told else name.replace("_", " ")


def _spoken(spikes: Sequence[Spike]) -> Mapping[int, list[tuple[datetime, int]]]:
    """When each post of each spike was written, and by whom."""
    spoken: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)
    rows = Counted.objects.filter(spike__in=spikes).values_list("spike", "post__created_at", "post__author")
    for spike, at, author in rows:
        spoken[spike].append((at, author))
    return spoken


def _shown(
    spike: Spike, about: str, spoken: Sequence[tuple[datetime, int]], numbers: tuple[int, int], now: datetime
) -> SpikeShown:
    drawn, usual_y = _drawn(spike, spoken)
    return SpikeShown(
        id=spike.pk, says=says(spike, about), judged_by=spike.judged_by, state=IN_WORDS[spike.state],
        tone=_TONES.get(SpikeState(spike.state), ""), noticed_at=spike.noticed_at, last_at=spike.last_at,
        decided=_decided(spike), decided_at=spike.decided_at, ended=_ended(spike), ended_at=spike.ended_at,
        spark=drawn, usual_y=usual_y, posts=numbers[0], cases=numbers[1],
        quiet=spike.state == SpikeState.CONFIRMED and now - spike.last_at > timedelta(seconds=QUIET_S),
        may_confirm=spike.may(SpikeMove.CONFIRM), may_dismiss=spike.may(SpikeMove.DISMISS),
        may_end=spike.may(SpikeMove.END),
    )  # fmt: skip


def _decided(spike: Spike) -> str:
    if spike.decided_at is None:
        return ""
    who = spike.decided_by.shown_name if spike.decided_by else "Somebody"
    return f"{who} said that it is {'none' if spike.state == SpikeState.DISMISSED else 'an incident'}"


def _ended(spike: Spike) -> str:
    if spike.ended_at is None or spike.state == SpikeState.DISMISSED:
        return ""
    return f"{spike.ended_by.shown_name} said that it is over" if spike.ended_by else "It became quiet by itself"


def _drawn(spike: Spike, spoken: Sequence[tuple[datetime, int]]) -> tuple[Spark, float]:
    """People in equal stretches from half an hour before it began until it was last seen, and where normal stands."""
    begin = spike.began_at - timedelta(minutes=30)
    each = max(1, -(-((spike.last_at - begin) // timedelta(minutes=1) + 1) // BARS))
    people: list[set[int]] = [set() for _ in range(BARS)]
    for at, author in spoken:
        place = (at - begin) // timedelta(minutes=each)
        if 0 <= place < BARS:
            people[place].add(author)
    values = [len(who) for who in people]
    usual = spike.usual / max(1, spike.minutes) * each
    minutes = "minute by minute" if each == 1 else f"in steps of {each} minutes"
    words = f"People {minutes}: {max(values)} at the most; the line is what is normal, {usual:.1f}"
    top = max([*values, 1])
    return spark(values, words, size=_SIZE), round(_SIZE.height * (1 - min(1.0, usual / top)), 1)
